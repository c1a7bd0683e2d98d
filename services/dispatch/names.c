/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include "mem.h"
#include "table.h"

#include <string.h>

struct name {
    char *code;
    uint16_t number;
    UT_hash_handle hh;
};

struct names {
    struct name *by_code;
    struct name **by_number;
    size_t count, room;
};

struct names *names_new(void)
{
    return mem_new(1, sizeof(struct names));
}

void names_free(struct names **names)
{
    struct name *name, *next;

    if (*names == NULL)
        return;
    HASH_ITER(hh, (*names)->by_code, name, next)
    {
        HASH_DEL((*names)->by_code, name);
        free(name->code);
        free(name);
    }
    free((*names)->by_number);
    free(*names);
    *names = NULL;
}

uint16_t names_find(const struct names *names, const char *code)
{
    struct name *name;

    HASH_FIND(hh, names->by_code, code, strlen(code), name);
    return name != NULL ? name->number : NAMES_MAX;
}

uint16_t names_number(struct names *names, const char *code)
{
    uint16_t known = names_find(names, code);

    if (known != NAMES_MAX || names->count == NAMES_MAX)
        return known;
    if (names->count == names->room) {
        names->room = 2 * names->room + 64;
        names->by_number = mem_resize(names->by_number, names->room * sizeof(*names->by_number));
    }
    struct name *name = mem_new(1, sizeof(*name));
    name->code = mem_text(code);
    name->number = (uint16_t)names->count;
    names->by_number[names->count++] = name;
    HASH_ADD_KEYPTR(hh, names->by_code, name->code, strlen(name->code), name);
    return name->number;
}

const char *names_code(const struct names *names, uint16_t number)
{
    return names->by_number[number]->code;
}

size_t names_count(const struct names *names)
{
    return names->count;
}
