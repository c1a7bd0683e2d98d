/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_check - what must be true of the ledger at any moment, whatever happened before. */
#ifndef LEDGER_CHECK_H
#define LEDGER_CHECK_H

#include "cluster.h"

/* Fails the test unless the events are numbered from 1 without gaps and each hash follows from
 * the one before it. The number of events. */
int64_t ledger_check_chain(struct cluster *cluster);

/* Fails the test unless every count of measures_now is what the events say. */
void ledger_check_measures(struct cluster *cluster);

/* Fails the test unless every register of letters counts from 1 without a gap, to what is kept as
 * its last number. The number of letters that are issued. */
int64_t ledger_check_letters(struct cluster *cluster);

#endif
