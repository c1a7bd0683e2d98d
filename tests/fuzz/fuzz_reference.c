/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_reference - references and ids as typed: what is read has one form, which
 * is read back as itself. */
#include "fuzz.h"

#include "ids.h"
#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void text_free(char **text)
{
    free(*text);
}

static void check_reference(const char *text)
{
    char read[REFERENCE_SIZE], again[REFERENCE_SIZE];
    struct err e = {0};

    if (reference_read(text, read, &e) < 0) {
        assert(e.kind == ERR_INPUT);
        return;
    }
    assert(strlen(read) == REFERENCE_SIZE - 1 && read[5] == '-');
    assert(reference_read(read, again, &e) == 0 && strcmp(read, again) == 0);
}

static void check_uuid(const char *text)
{
    char again[UUID_TEXT_SIZE];
    struct err e = {0};
    struct uuid id;

    if (uuid_read(text, &id, &e) == 0)
        assert(strcasecmp(uuid_text(&id, again), text) == 0);
    else
        assert(e.kind == ERR_INPUT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(text_free) char *text = mem_new(size + 1, 1);

    if (size > 0)
        memcpy(text, data, size);
    check_reference(text);
    check_uuid(text);
    return 0;
}
