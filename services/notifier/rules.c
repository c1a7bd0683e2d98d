/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include <string.h>

/* Keep in step with schemas/events.md, schemas/catalogue.md (templates.csv) and README.md. */
static const struct rule rules[] = {
    {"received", NULL, "received", AUDIENCE_CITIZEN, false, "receipt"},
    {"info_requested", NULL, "question", AUDIENCE_CITIZEN, false, "information"},
    {"answered", NULL, "answered", AUDIENCE_CITIZEN, false, NULL},
    {"merged_answered", NULL, "answered", AUDIENCE_CITIZEN, false, NULL},
    {"apologised", NULL, "apology", AUDIENCE_CITIZEN, false, "apology"},
    {"extended", NULL, "extended", AUDIENCE_CITIZEN, false, NULL},
    {"merged_moved", "extended", "extended", AUDIENCE_CITIZEN, false, NULL},
    {"merged_moved", "apologised", "apology", AUDIENCE_CITIZEN, false, NULL},
    {"reopened", NULL, "reopened", AUDIENCE_CITIZEN, false, NULL},
    {"rejected", NULL, "rejected", AUDIENCE_CITIZEN, false, "refusal"},
    {"forwarded_out", NULL, "forwarded", AUDIENCE_CITIZEN, false, NULL},
    {"closed", "no_info", "closed", AUDIENCE_CITIZEN, false, NULL},

    {"due_soon_half", NULL, "due_soon", AUDIENCE_FOCAL, true, NULL},
    {"due_soon_day", NULL, "due_soon", AUDIENCE_FOCAL, true, NULL},
    {"overdue", NULL, "overdue", AUDIENCE_FOCAL, true, NULL},
    {"escalated_head", NULL, "overdue", AUDIENCE_HEAD, true, NULL},
    {"escalated_city", NULL, "escalated_city", AUDIENCE_COORDINATOR, true, NULL},
    {"escalated_leader", NULL, "escalated_leader", AUDIENCE_LEADER, true, NULL},

    {"forward", NULL, "duty", AUDIENCE_FOCAL, true, NULL},
    {"forward", NULL, "duty", AUDIENCE_HEAD, true, NULL},
    {"accept", NULL, "duty", AUDIENCE_FOCAL, true, NULL},
    {"accept", NULL, "duty", AUDIENCE_HEAD, true, NULL},
    {"update", NULL, "duty", AUDIENCE_FOCAL, true, NULL},
    {"update", NULL, "duty", AUDIENCE_HEAD, true, NULL},
    {"publish", NULL, "duty", AUDIENCE_FOCAL, true, NULL},
    {"publish", NULL, "duty", AUDIENCE_HEAD, true, NULL},
    {"summary", NULL, "duty", AUDIENCE_FOCAL, true, NULL},
    {"summary", NULL, "duty", AUDIENCE_HEAD, true, NULL},
    {"apology", NULL, "duty", AUDIENCE_FOCAL, true, NULL},
    {"apology", NULL, "duty", AUDIENCE_HEAD, true, NULL},
};

static const char *const roles[] = {
    [AUDIENCE_FOCAL] = "focal",
    [AUDIENCE_HEAD] = "head",
    [AUDIENCE_COORDINATOR] = "coordinator",
    [AUDIENCE_LEADER] = "leader",
};

const struct rule *rules_next(const struct rule *after, const char *type, const char *why)
{
    const struct rule *r = after == NULL ? rules : after + 1;

    for (; r < rules + COUNT(rules); r++)
        if (strcmp(r->type, type) == 0 &&
            (r->why == NULL || (why != NULL && strcmp(r->why, why) == 0)))
            return r;
    return NULL;
}

const char *audience_role(enum audience audience)
{
    return roles[audience];
}

bool audience_is_desk(enum audience audience)
{
    return audience == AUDIENCE_COORDINATOR || audience == AUDIENCE_LEADER;
}
