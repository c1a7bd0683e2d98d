/* SPDX-License-Identifier: Apache-2.0 */
/* keeper - housekeeping beside the ledger, on a connection of its own so that no command waits
 * for it: folds measures, takes off ids of commands that nobody says again. */
#ifndef KEEPER_H
#define KEEPER_H

#include "db.h"

struct keeper;

struct keeper_settings {
    struct dbconn_target target;
    int64_t fold_ms; /* between two folds of measure_deltas; small ones disturb nobody */
};

int keeper_open(struct keeper **out, struct loop *loop, const struct keeper_settings *settings,
                struct err *e) CHECKED;
void keeper_close(struct keeper **keeper);

/* Only a leader keeps house. */
void keeper_lead(struct keeper *keeper, bool leads);

#endif
