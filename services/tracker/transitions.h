/* SPDX-License-Identifier: Apache-2.0 */
/* transitions - who may do what in which state, and what becomes of it: the one table. */
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
    STATE_SAME = STATE_COUNT, /* in the table: the state stays */
};

enum verb {
    VERB_ACCEPT,     /* somebody takes the task */
    VERB_DONE,       /* a worker's answer */
    VERB_RETURN,     /* "not ours": back to the city office's desk */
    VERB_FLAG,       /* a moment of the clock has come */
    VERB_CLOSE,      /* likewise: the time of waiting is over */
    VERB_ASSIGN,     /* the desk says who is responsible */
    VERB_TRANSFER,   /* another unit leads */
    VERB_COORDINATE, /* another unit takes part */
    VERB_ASK,        /* a question to the citizen: the clock stands */
    VERB_INFO,       /* the answer to it: the clock goes on */
    VERB_SUSPEND,    /* by a written decision: the clock stands */
    VERB_RESUME,
    VERB_EXTEND,    /* a later date, before the due time */
    VERB_APOLOGISE, /* for missing it */
    VERB_DRAFT,     /* an answer that somebody else has to approve */
    VERB_APPROVE,   /* another person than the drafter */
    VERB_SEND_BACK, /* instead: the draft has to be written again */
    VERB_ANSWER,    /* an answer goes out: the approved one, or a person's own */
    VERB_REJECT,    /* proposes to refuse the case */
    VERB_CONFIRM,   /* a second person agrees */
    VERB_OBJECT,    /* or does not */
    VERB_MERGE,     /* the same as another case */
    VERB_SPLIT,     /* it was not the same after all */
    VERB_FORWARD,   /* to an office outside the system */
    VERB_WITHDRAW,
    VERB_REOPEN, /* "not solved" */
    VERB_RATE,
    VERB_NOTE,      /* the citizen adds something */
    VERB_UPDATE,    /* news of a late case */
    VERB_PUBLISH,   /* the answer is where everybody can read it */
    VERB_SUMMARISE, /* the written summary of an incident */
    VERB_COUNT,
};

enum role {
    ROLE_CITIZEN,
    ROLE_OFFICER,
    ROLE_HEAD,
    ROLE_COORDINATOR, /* of the city office's desk */
    ROLE_REVIEWER,
    ROLE_WORKER, /* a department's program, under a lease */
    ROLE_CLOCK,
    ROLE_SYSTEM, /* finds that many have reported the same, and whose unit has ended */
    ROLE_COUNT,
};

const char *state_name(enum case_state state);
int state_read(const char *name, enum case_state *out, struct err *e) CHECKED;
const char *verb_name(enum verb verb);
int verb_read(const char *name, enum verb *out, struct err *e) CHECKED;
const char *role_name(enum role role);
int role_read(const char *name, enum role *out, struct err *e) CHECKED;

/* Whether something is still to be done. */
bool state_is_open(enum case_state state);

struct work; /* verbs.h: a command and what it is about */

/* The state after w's command. ERR_CONFLICT names the rule that forbids it. */
int transition(const struct work *w, enum case_state *to, struct err *e) CHECKED;

#endif
