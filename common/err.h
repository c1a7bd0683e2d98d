/* SPDX-License-Identifier: Apache-2.0 */
/* err - why an operation failed: a kind for the program, a text for people. */
#ifndef ERR_H
#define ERR_H

#include "base.h"

/* What the caller may do about it. messages.c maps it for the bus, intake/problem.c for HTTP. */
enum err_kind {
    ERR_NONE,
    ERR_INPUT,    /* the request is wrong; do not retry */
    ERR_CONFLICT, /* the state is not what the request assumed */
    ERR_BUSY,     /* try again later */
    ERR_SYSTEM,   /* a dependency failed; somebody should look */
};

struct err {
    enum err_kind kind;
    char text[240]; /* cut to fit; no final full stop, no newline */
};

/* Fills *e and returns -1, so that callers can write "return err_set(...)". */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...) PRINTF(3, 4);

/* Puts "<context>: " before the text of an error on its way up. Returns -1. */
int err_in(struct err *e, const char *context);

#endif
