/* SPDX-License-Identifier: Apache-2.0 */
/* transitions - which step is allowed in which state: the one table. */
#ifndef TRANSITIONS_H
#define TRANSITIONS_H

#include "err.h"

/* Keep in step with the check on cases.state in schemas/db. */
enum case_state {
    STATE_RECEIVED,
    STATE_SCREENING,
    STATE_ASSIGNED,
    STATE_IN_PROGRESS,
    STATE_NEED_INFO,
    STATE_DRAFTED,
    STATE_APPROVED,
    STATE_ANSWERED,
    STATE_CLOSED,
    STATE_REJECTED,
    STATE_MERGED,
    STATE_FORWARDED_OUT,
    STATE_RETURNED,
    STATE_SUSPENDED,
    STATE_REOPENED,
    STATE_WITHDRAWN,
    STATE_COUNT,
};

enum verb {
    VERB_ACCEPT, /* a worker takes the task */
    VERB_DONE,   /* the leading unit answers */
    VERB_RETURN, /* "not ours": back to the city office's desk */
    VERB_FLAG,   /* a moment of the clock has come; the state stays */
    VERB_COUNT,
};

const char *state_name(enum case_state state);
int state_read(const char *name, enum case_state *out, struct err *e) CHECKED;
const char *verb_name(enum verb verb);
int verb_read(const char *name, enum verb *out, struct err *e) CHECKED;

/* The state after verb. ERR_CONFLICT names verb and state when that is not allowed. */
int transition(enum case_state from, enum verb verb, enum case_state *to, struct err *e) CHECKED;

#endif
