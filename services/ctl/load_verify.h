/* SPDX-License-Identifier: Apache-2.0 */
/* load_verify - compares what a run was promised with what the ledger holds. */
#ifndef LOAD_VERIFY_H
#define LOAD_VERIFY_H

#include "load_notes.h"
#include "pg.h"

struct load_findings {
    int64_t promised;  /* cases that were answered 201 */
    int64_t kept;      /* of these, in the ledger as they were sent */
    int64_t missing;   /* not there */
    int64_t different; /* there with other content */
    int64_t repeated;  /* references that were given to more than one of them */
    int64_t cases;     /* of this run in all: some may have been kept without being answered */
    int64_t twice;     /* sent once (or under one key) and kept more than once */
};

int load_verify(struct pg *pg, const struct load_notebook *book, struct load_findings *out,
                struct err *e) CHECKED;

bool load_verify_is_good(const struct load_findings *findings);

#endif
