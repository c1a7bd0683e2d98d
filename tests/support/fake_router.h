/* SPDX-License-Identifier: Apache-2.0 */
/* fake_router - answers intake in the place of router and tracker, in a process of its own.
 *
 * A submission whose description holds one of these words gets:
 *   ROUTER-SILENT   no answer, nor does anything that came with it
 *   ROUTER-SLOW     an answer when it is said again
 *   ROUTER-BUSY, ROUTER-INPUT, ROUTER-CONFLICT, ROUTER-SYSTEM   that refusal
 *   ROUTER-BROKEN   an answer that is not JSON
 *   ROUTER-DESK     a receipt from the desk, OFFICE
 * Every other one gets a receipt from the unit D1, due an hour after it was received. */
#ifndef FAKE_ROUTER_H
#define FAKE_ROUTER_H

#include "err.h"

struct fake_router;

/* It listens when this returns, and dies with the test. */
int fake_router_start(struct fake_router **out, const char *endpoint, struct err *e) CHECKED;
void fake_router_close(struct fake_router **router);

#endif
