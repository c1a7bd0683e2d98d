/* SPDX-License-Identifier: Apache-2.0 */
/* options - a command's words, described once in a table: read from the line, printed by --help. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "err.h"

#include <stdio.h>

enum option_type {
    OPTION_WORD,   /* const char *: a word without a name before it */
    OPTION_TEXT,   /* const char * */
    OPTION_NUMBER, /* int64_t from min to max */
    OPTION_SWITCH, /* bool */
};

struct option {
    const char *name;     /* "--from"; of a word "REF" */
    const char *argument; /* what follows the name; "" for a word and a switch */
    enum option_type type;
    size_t offset;
    int64_t min, max;
    const char *help;
};

/* The end of a table is {0}. Words are filled in the order of the table. */
#define OPTION_A_WORD(type, field, name, help)                                                     \
    {                                                                                              \
        name, "", OPTION_WORD, offsetof(type, field), 0, 0, help                                   \
    }
#define OPTION_A_TEXT(type, field, name, argument, help)                                           \
    {                                                                                              \
        name, argument, OPTION_TEXT, offsetof(type, field), 0, 0, help                             \
    }
#define OPTION_A_NUMBER(type, field, name, min, max, help)                                         \
    {                                                                                              \
        name, "N", OPTION_NUMBER, offsetof(type, field), min, max, help                            \
    }
#define OPTION_A_SWITCH(type, field, name, help)                                                   \
    {                                                                                              \
        name, "", OPTION_SWITCH, offsetof(type, field), 0, 0, help                                 \
    }

/* Fills *out, which holds the defaults; texts are borrowed from args (ended by
 * NULL). Every word of the table must be there. ERR_INPUT says what is wrong. */
int options_read(const struct option table[], char **args, void *out, struct err *e) CHECKED;

/* A line for each row. */
void options_print(const struct option table[], FILE *out);

#endif
