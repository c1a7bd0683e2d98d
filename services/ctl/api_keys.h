/* SPDX-License-Identifier: Apache-2.0 */
/* api_keys - the keys of the door, for "dunghen keys list". */
#ifndef API_KEYS_H
#define API_KEYS_H

#include "ctl.h"
#include "pg.h"

/* Prints a line for each. */
int api_keys_list(struct ctl *ctl, struct pg *pg, struct err *e) CHECKED;

#endif
