/* SPDX-License-Identifier: Apache-2.0 */
#include "event_types.h"

#include "base.h"

#include <string.h>

/* Each is described in schemas/events.md, in this order. */
static const char *const types[] = {
    "received",      "assigned",       "accepted",        "drafted",          "approved",
    "sent_back",     "answered",       "coordinated",     "cancelled",        "rated",
    "closed",        "returned",       "transferred",     "info_requested",   "info_given",
    "suspended",     "resumed",        "extended",        "due_moved",        "apology_drafted",
    "apologised",    "letter_issued",  "reject_proposed", "reject_objected",  "rejected",
    "merged",        "followed",       "split",           "merged_moved",     "merged_answered",
    "forwarded_out", "withdrawn",      "noted",           "follower_noted",   "reopened",
    "updated",       "summarised",     "published",       "due_soon_half",    "due_soon_day",
    "overdue",       "escalated_head", "escalated_city",  "escalated_leader", "forward",
    "accept",        "apology",        "publish",         "summary",          "update",
};

bool event_type_is_known(const char *type)
{
    for (size_t i = 0; i < COUNT(types); i++)
        if (strcmp(types[i], type) == 0)
            return true;
    return false;
}
