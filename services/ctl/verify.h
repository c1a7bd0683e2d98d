/* SPDX-License-Identifier: Apache-2.0 */
/* verify - what the parts of "dunghen verify" share: the chain of events, the rows that must agree
 * with it, and the files that it names. */
#ifndef VERIFY_H
#define VERIFY_H

#include "ledger.h"
#include "pg.h"

struct verify {
    struct ctl *ctl;
    struct pg *pg;
    int64_t findings;
    int64_t events, contents, contacts, outcomes, notes, cases; /* looked at */
    int64_t files, file_bytes;                                  /* likewise, as the ledger says */
    int64_t seq;                                                /* of the last event */
    uint8_t hash[CRYPTO_HASH_BYTES]; /* of the last event, as it is stored */
    bool is_known;                   /* hash is that of the event before the next one */
};

enum { VERIFY_SHOWN = 20 };

/* Counts a finding and prints it if it is one of the first. */
void verify_found(struct verify *v, const char *fmt, ...) PRINTF(2, 3);

/* Walks the events after v->seq: numbers, hashes, digests. -1: they could not be read. */
int verify_chain(struct verify *v, struct err *e) CHECKED;

/* Cases, tasks and flags against their events and the catalogue. -1 likewise. */
int verify_cases(struct verify *v, struct err *e) CHECKED;

/* The files of cases and letters against the folders that keep them. -1: the ledger or a folder
 * could not be read. */
int verify_files(struct verify *v, struct err *e) CHECKED;

#endif
