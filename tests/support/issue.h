/* SPDX-License-Identifier: Apache-2.0 */
/* issue - letters as the tracker issues them, with a case of their own each: for tests of what
 * comes afterwards. Also what such a test does with the files. */
#ifndef ISSUE_H
#define ISSUE_H

#include "cluster.h"
#include "crypto.h"

struct issue {
    const char *form;     /* "receipt", "information", "refusal", "apology" */
    const char *language; /* "vi", "en" */
    const char *unit, *service;
    const char *kind;   /* of the case; NULL: field_report */
    const char *fields; /* JSON */
    const char *name;   /* in the sealed contact; NULL: there is none */
    bool hide_name;
};

/* As many letters of the kind at once; the ids are new. Without a name's contact when ring is
 * NULL. */
void issue_letters(struct cluster *cluster, const struct crypto_ring *ring,
                   const struct issue *issue, int count, struct uuid ids[]);

/* The path of the letter's file by its row in letter_files; NULL: it has none. Yours to free. */
char *issue_file(struct cluster *cluster, const char *letters_dir, const struct uuid *letter);

#endif
