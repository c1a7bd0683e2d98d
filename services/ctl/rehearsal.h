/* SPDX-License-Identifier: Apache-2.0 */
/* rehearsal - which promises a catalogue would move, before it is loaded. */
#ifndef REHEARSAL_H
#define REHEARSAL_H

#include "pg.h"

/* Counts the open cases again by the calendars as they are in pg's transaction, with tracker's
 * own arithmetic, and tells on ctl->out what would move: by unit and service, and some cases. */
int rehearse_moves(struct ctl *ctl, struct pg *pg, struct err *e) CHECKED;

#endif
