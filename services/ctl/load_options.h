/* SPDX-License-Identifier: Apache-2.0 */
/* load_options - what "dunghen load" is told. */
#ifndef LOAD_OPTIONS_H
#define LOAD_OPTIONS_H

#include "load_texts.h"

struct load_options {
    const char *url;
    int64_t connections, rate, seconds, count, give_up_s;
    bool no_keys, json;
    const char *services; /* NULL: ask the server */
    const char *box;      /* NULL: ask the server */
    const char *out;      /* NULL: none */
    const char *verify;   /* a file; then nothing is sent */
    bool database;
};

/* args are words, ended by NULL, that must outlive *out. */
int load_options_read(char **args, struct load_options *out, struct err *e) CHECKED;

/* "10.70,106.60,10.88,106.80": south, west, north, east. */
int load_options_box(const char *text, struct load_box *out, struct err *e) CHECKED;

#endif
