/* SPDX-License-Identifier: Apache-2.0 */
/* migration - one file of schemas/db, as the build embeds it. */
#ifndef MIGRATION_H
#define MIGRATION_H

#include "base.h"

struct migration {
    int number;
    const char *name;
    const uint8_t *text; /* NUL-terminated behind len bytes */
    size_t len;
};

#endif
