/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "text.h"

#include <string.h>

static void *field_of(const struct option *o, void *out)
{
    return (char *)out + o->offset;
}

static bool is_name(const char *arg)
{
    return arg[0] == '-' && arg[1] != '\0';
}

static const struct option *find(const struct option table[], const char *name)
{
    for (const struct option *o = table; o->name != NULL; o++)
        if (o->type != OPTION_WORD && strcmp(o->name, name) == 0)
            return o;
    return NULL;
}

/* The first word that has not been given yet. */
static const struct option *next_word(const struct option table[], void *out)
{
    for (const struct option *o = table; o->name != NULL; o++)
        if (o->type == OPTION_WORD && *(const char **)field_of(o, out) == NULL)
            return o;
    return NULL;
}

static int take(const struct option *o, const char *value, void *out, struct err *e)
{
    if (value == NULL)
        return err_set(e, ERR_INPUT, "%s needs %s", o->name, o->argument);
    if (o->type == OPTION_NUMBER)
        return text_int64(value, o->name, o->min, o->max, field_of(o, out), e);
    *(const char **)field_of(o, out) = value;
    return 0;
}

int options_read(const struct option table[], char **args, void *out, struct err *e)
{
    const struct option *o;

    for (; *args != NULL; args++) {
        o = is_name(*args) ? find(table, *args) : next_word(table, out);
        if (o == NULL)
            return err_set(e, ERR_INPUT, "\"%s\" is not understood", *args);
        if (o->type == OPTION_SWITCH)
            *(bool *)field_of(o, out) = true;
        else if (take(o, o->type == OPTION_WORD ? *args : *++args, out, e) < 0)
            return -1;
    }
    o = next_word(table, out);
    return o == NULL ? 0 : err_set(e, ERR_INPUT, "%s is missing", o->name);
}

void options_print(const struct option table[], FILE *out)
{
    for (const struct option *o = table; o->name != NULL; o++) {
        int room = 24 - (int)strlen(o->name);
        fprintf(out, "  %s %-*s %s\n", o->name, room, o->argument, o->help);
    }
}
