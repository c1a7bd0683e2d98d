/* SPDX-License-Identifier: Apache-2.0 */
/* sql - one statement: its name and text, from a file under sql/ with its parts. */
#ifndef SQL_H
#define SQL_H

#include <stddef.h>

struct sql {
    const char *name; /* also its name as a prepared statement */
    const char *text; /* exactly one statement; parameters are $1, $2, ... */
};

#endif
