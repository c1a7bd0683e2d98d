/* SPDX-License-Identifier: Apache-2.0 */
/* rules - which event tells whom what: one table. */
#ifndef RULES_H
#define RULES_H

#include "base.h"

enum audience {
    AUDIENCE_CITIZEN,
    AUDIENCE_FOCAL,       /* of the task's unit */
    AUDIENCE_HEAD,        /* of the task's unit */
    AUDIENCE_COORDINATOR, /* of the city office's desk */
    AUDIENCE_LEADER,      /* of the city office's desk */
};

struct rule {
    const char *type;    /* of the event */
    const char *why;     /* its detail's "why" must be this; NULL: any */
    const char *message; /* names the templates mail.MESSAGE, sms.MESSAGE */
    enum audience audience;
    bool urgent;      /* also in quiet hours */
    const char *form; /* of the letter that goes with it, or NULL */
};

/* The next rule for an event of that type and why (or NULL) after the given one (NULL: from the
 * start); NULL: no more. */
const struct rule *rules_next(const struct rule *after, const char *type, const char *why);

/* The role's name in the catalogue's people: "focal"; NULL for a citizen. */
const char *audience_role(enum audience audience);
/* Whether these people are the desk's, and not the task's unit's. */
bool audience_is_desk(enum audience audience);

#endif
