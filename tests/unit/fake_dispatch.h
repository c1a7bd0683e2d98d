/* SPDX-License-Identifier: Apache-2.0 */
/* fake_dispatch - what dispatch has beside what a test looks at: no worker is told of an error, and
 * what it does when it leads, or begins to, is not looked at. For one test's file, instead of
 * services/dispatch/lead.c, and of door.c, whose door_say is the test's own. */
#ifndef FAKE_DISPATCH_H
#define FAKE_DISPATCH_H

#include "dispatch.h"

#include "unit.h"

void door_error(struct dispatch *d, const struct door_peer *to, const char *error, const char *text)
{
    (void)d;
    (void)to;
    fail_msg("%s: %s", error, text);
}

void lead_begin(struct dispatch *d)
{
    (void)d;
}

#endif
