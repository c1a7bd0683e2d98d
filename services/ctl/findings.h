/* SPDX-License-Identifier: Apache-2.0 */
/* findings - the mistakes in a catalogue's files, each with file, line and rule. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "base.h"

enum { FINDINGS_MAX = 100 }; /* that many are kept, the others only counted */

struct place {
    const char *file; /* borrowed: a literal */
    size_t line;
};

struct finding {
    struct place at;
    const char *rule; /* of schemas/catalogue.md; borrowed: a literal */
    char *text;
};

struct findings {
    struct finding items[FINDINGS_MAX];
    size_t kept;
    size_t count;
};

void findings_add(struct findings *f, struct place at, const char *rule, const char *fmt, ...)
    PRINTF(4, 5);
void findings_sort(struct findings *f); /* by file and line */
void findings_free(struct findings *f);

#endif
