/* SPDX-License-Identifier: Apache-2.0 */
#include "transitions.h"

#include "rules.h"
#include "verbs.h"

#include <string.h>

static const char *const state_names[] = {
    [STATE_RECEIVED] = "RECEIVED",   [STATE_SCREENING] = "SCREENING",
    [STATE_ASSIGNED] = "ASSIGNED",   [STATE_IN_PROGRESS] = "IN_PROGRESS",
    [STATE_NEED_INFO] = "NEED_INFO", [STATE_DRAFTED] = "DRAFTED",
    [STATE_APPROVED] = "APPROVED",   [STATE_ANSWERED] = "ANSWERED",
    [STATE_CLOSED] = "CLOSED",       [STATE_REJECTED] = "REJECTED",
    [STATE_MERGED] = "MERGED",       [STATE_FORWARDED_OUT] = "FORWARDED_OUT",
    [STATE_RETURNED] = "RETURNED",   [STATE_SUSPENDED] = "SUSPENDED",
    [STATE_REOPENED] = "REOPENED",   [STATE_WITHDRAWN] = "WITHDRAWN",
};

static const char *const verb_names[] = {
    [VERB_ACCEPT] = "accept",
    [VERB_DONE] = "done",
    [VERB_RETURN] = "return",
    [VERB_FLAG] = "flag",
    [VERB_CLOSE] = "close",
    [VERB_ASSIGN] = "assign",
    [VERB_TRANSFER] = "transfer",
    [VERB_COORDINATE] = "coordinate",
    [VERB_ASK] = "ask",
    [VERB_INFO] = "info",
    [VERB_SUSPEND] = "suspend",
    [VERB_RESUME] = "resume",
    [VERB_EXTEND] = "extend",
    [VERB_APOLOGISE] = "apologise",
    [VERB_DRAFT] = "draft",
    [VERB_APPROVE] = "approve",
    [VERB_SEND_BACK] = "send_back",
    [VERB_ANSWER] = "answer",
    [VERB_REJECT] = "reject",
    [VERB_CONFIRM] = "confirm",
    [VERB_OBJECT] = "object",
    [VERB_MERGE] = "merge",
    [VERB_SPLIT] = "split",
    [VERB_FORWARD] = "forward",
    [VERB_WITHDRAW] = "withdraw",
    [VERB_REOPEN] = "reopen",
    [VERB_RATE] = "rate",
    [VERB_NOTE] = "note",
    [VERB_UPDATE] = "update",
    [VERB_PUBLISH] = "publish",
    [VERB_SUMMARISE] = "summarise",
};

static const char *const role_names[] = {
    [ROLE_CITIZEN] = "citizen",   [ROLE_OFFICER] = "officer",
    [ROLE_HEAD] = "head",         [ROLE_COORDINATOR] = "coordinator",
    [ROLE_REVIEWER] = "reviewer", [ROLE_WORKER] = "worker",
    [ROLE_CLOCK] = "clock",       [ROLE_SYSTEM] = "system",
};

/* clang-format off */
#define IN(s) (1U << STATE_##s)
#define BY(r) (1U << ROLE_##r)
enum {
    AT_THE_DESK = IN(SCREENING) | IN(RETURNED),
    WITH_A_UNIT = IN(ASSIGNED) | IN(IN_PROGRESS) | IN(REOPENED),
    TO_BE_SIGNED = IN(DRAFTED) | IN(APPROVED),
    RUNNING = AT_THE_DESK | WITH_A_UNIT | TO_BE_SIGNED,  /* the citizen's clock runs */
    STANDING = IN(NEED_INFO) | IN(SUSPENDED),            /* it does not */
    OPEN = RUNNING | IN(RECEIVED) | STANDING,
    OVER = IN(ANSWERED) | IN(CLOSED),
    STAFF = BY(OFFICER) | BY(HEAD),
    DESK = BY(COORDINATOR),
};

/* Everything that is not here is refused. The first row of the verb and state whose "when" holds
 * is the one; its role and rules must hold as well, and say so when they do not. These are the
 * steps of who leads; whoever takes part accepts, answers and returns its own task and moves no
 * case (verbs.c). */
static const struct row {
    enum verb verb;
    unsigned from;      /* bit set of states */
    enum case_state to;
    unsigned by;        /* bit set of roles */
    bool (*when)(const struct work *w); /* NULL: always */
    rule_fn *rules[4];
} table[] = {
    {VERB_ACCEPT,     AT_THE_DESK | WITH_A_UNIT, STATE_IN_PROGRESS, BY(WORKER) | STAFF, NULL, {NULL}},
    {VERB_DONE,       IN(IN_PROGRESS),        STATE_DRAFTED,       BY(WORKER), answer_needs_approval, {NULL}},
    {VERB_DONE,       IN(IN_PROGRESS),        STATE_ANSWERED,      BY(WORKER), NULL, {no_apology_is_owed}},
    {VERB_DRAFT,      IN(IN_PROGRESS) | TO_BE_SIGNED, STATE_DRAFTED, STAFF, NULL, {NULL}},
    {VERB_APPROVE,    IN(DRAFTED),            STATE_APPROVED,      BY(HEAD) | BY(REVIEWER), NULL, {another_than_the_drafter}},
    {VERB_SEND_BACK,  TO_BE_SIGNED,           STATE_IN_PROGRESS,   BY(HEAD) | BY(REVIEWER), NULL, {NULL}},
    {VERB_ANSWER,     IN(APPROVED),           STATE_ANSWERED,      STAFF, NULL, {answer_is_the_approved, no_apology_is_owed}},
    {VERB_ANSWER,     IN(IN_PROGRESS),        STATE_ANSWERED,      STAFF, NULL, {needs_no_approval, no_apology_is_owed}},

    {VERB_RETURN,     WITH_A_UNIT,            STATE_RETURNED,      BY(WORKER) | STAFF, NULL, {is_not_the_desks, may_bounce}},
    {VERB_ASSIGN,     AT_THE_DESK,            STATE_ASSIGNED,      DESK, NULL, {NULL}},
    {VERB_TRANSFER,   WITH_A_UNIT | TO_BE_SIGNED, STATE_ASSIGNED,  DESK, by_the_desk, {NULL}},
    {VERB_TRANSFER,   WITH_A_UNIT,            STATE_ASSIGNED,      STAFF, NULL, {may_bounce}},
    {VERB_TRANSFER,   WITH_A_UNIT | TO_BE_SIGNED, STATE_SCREENING, BY(SYSTEM), goes_to_the_desk, {its_unit_has_ended}},
    {VERB_TRANSFER,   WITH_A_UNIT | TO_BE_SIGNED, STATE_ASSIGNED,  BY(SYSTEM), NULL, {its_unit_has_ended}},
    {VERB_TRANSFER,   STANDING,               STATE_SAME,          BY(SYSTEM), NULL, {its_unit_has_ended}},
    {VERB_TRANSFER,   AT_THE_DESK,            STATE_SAME,          BY(SYSTEM), NULL, {its_unit_has_ended, the_desk_has_it_next}},
    {VERB_COORDINATE, RUNNING,                STATE_SAME,          STAFF | DESK, NULL, {NULL}},

    {VERB_ASK,        IN(IN_PROGRESS) | AT_THE_DESK, STATE_NEED_INFO, STAFF | DESK, NULL, {NULL}},
    {VERB_INFO,       IN(NEED_INFO),          STATE_ASSIGNED,      BY(CITIZEN) | STAFF | DESK, unit_has_just_got_it, {NULL}},
    {VERB_INFO,       IN(NEED_INFO),          STATE_SCREENING,     BY(CITIZEN) | STAFF | DESK, desk_has_just_got_it, {NULL}},
    {VERB_INFO,       IN(NEED_INFO),          STATE_IN_PROGRESS,   BY(CITIZEN) | STAFF | DESK, NULL, {NULL}},
    {VERB_SUSPEND,    IN(IN_PROGRESS),        STATE_SUSPENDED,     BY(HEAD), NULL, {NULL}},
    {VERB_RESUME,     IN(SUSPENDED),          STATE_ASSIGNED,      BY(HEAD), unit_has_just_got_it, {NULL}},
    {VERB_RESUME,     IN(SUSPENDED),          STATE_SCREENING,     BY(HEAD), desk_has_just_got_it, {NULL}},
    {VERB_RESUME,     IN(SUSPENDED),          STATE_IN_PROGRESS,   BY(HEAD), NULL, {NULL}},

    {VERB_EXTEND,     WITH_A_UNIT | TO_BE_SIGNED, STATE_SAME,      BY(HEAD), NULL, {due_time_is_ahead, extensions_are_left}},
    {VERB_APOLOGISE,  OPEN,                   STATE_SAME,          BY(HEAD), NULL, {regime_apologises, is_not_apologised}},

    {VERB_REJECT,     AT_THE_DESK | WITH_A_UNIT, STATE_SAME,       STAFF | DESK, NULL, {NULL}},
    {VERB_CONFIRM,    AT_THE_DESK | WITH_A_UNIT, STATE_REJECTED,   BY(REVIEWER) | BY(HEAD) | DESK, NULL, {rejection_is_proposed, another_than_the_proposer}},
    {VERB_OBJECT,     AT_THE_DESK | WITH_A_UNIT, STATE_SAME,       BY(REVIEWER) | BY(HEAD) | DESK, NULL, {rejection_is_proposed}},
    {VERB_MERGE,      AT_THE_DESK | WITH_A_UNIT, STATE_MERGED,     STAFF | DESK, NULL, {NULL}},
    {VERB_MERGE,      AT_THE_DESK | WITH_A_UNIT, STATE_MERGED,     BY(CITIZEN), NULL, {is_of_the_same_service, nobody_waits_for_it}},
    {VERB_MERGE,      AT_THE_DESK | WITH_A_UNIT, STATE_MERGED,     BY(SYSTEM), NULL, {is_of_the_same_service, nobody_waits_for_it, was_not_taken_out}},
    {VERB_SPLIT,      IN(MERGED),             STATE_ASSIGNED,      STAFF | DESK, NULL, {is_merged_into_it, is_not_answered}},
    {VERB_FORWARD,    AT_THE_DESK | WITH_A_UNIT, STATE_FORWARDED_OUT, BY(HEAD) | DESK, NULL, {NULL}},

    {VERB_WITHDRAW,   OPEN,                   STATE_WITHDRAWN,     BY(CITIZEN) | DESK, NULL, {NULL}},
    {VERB_WITHDRAW,   IN(MERGED),             STATE_WITHDRAWN,     BY(CITIZEN) | DESK, NULL, {is_merged_into_it, waits_for_the_answer}},
    {VERB_RATE,       IN(ANSWERED),           STATE_CLOSED,        BY(CITIZEN) | DESK, NULL, {is_not_rated}},
    {VERB_RATE,       IN(MERGED),             STATE_SAME,          BY(CITIZEN) | DESK, NULL, {is_merged_into_it, has_the_answer, is_not_rated, rating_is_open}},
    {VERB_REOPEN,     OVER,                   STATE_REOPENED,      BY(CITIZEN) | DESK, NULL, {was_answered, confirmation_is_open}},
    {VERB_REOPEN,     IN(MERGED),             STATE_REOPENED,      BY(CITIZEN) | DESK, NULL, {is_merged_into_it, has_the_answer, confirmation_is_open}},

    {VERB_NOTE,       OPEN,                   STATE_SAME,          BY(CITIZEN) | DESK, NULL, {NULL}},
    {VERB_NOTE,       IN(MERGED),             STATE_SAME,          BY(CITIZEN) | DESK, NULL, {is_merged_into_it, waits_for_the_answer}},
    {VERB_UPDATE,     RUNNING,                STATE_SAME,          STAFF | DESK, NULL, {NULL}},
    {VERB_PUBLISH,    OVER,                   STATE_SAME,          STAFF | DESK, NULL, {was_answered, is_not_published}},
    {VERB_SUMMARISE,  OVER,                   STATE_SAME,          STAFF | DESK, NULL, {was_answered, is_not_summarised}},

    {VERB_CLOSE,      IN(ANSWERED) | IN(NEED_INFO), STATE_CLOSED,  BY(CLOCK), NULL, {NULL}},
    {VERB_FLAG,       OPEN | OVER,             STATE_SAME,          BY(CLOCK), NULL, {NULL}},
};
/* clang-format on */

static int read_name(const char *const names[], size_t count, const char *name, const char *what,
                     size_t *out, struct err *e)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) {
            *out = i;
            return 0;
        }
    return err_set(e, ERR_INPUT, "%s: \"%s\" is not known", what, name);
}

const char *state_name(enum case_state state)
{
    return state_names[state];
}

int state_read(const char *name, enum case_state *out, struct err *e)
{
    size_t i;

    if (read_name(state_names, COUNT(state_names), name, "state", &i, e) < 0)
        return -1;
    *out = (enum case_state)i;
    return 0;
}

bool state_is_open(enum case_state state)
{
    return (OPEN & 1U << state) != 0;
}

const char *verb_name(enum verb verb)
{
    return verb_names[verb];
}

int verb_read(const char *name, enum verb *out, struct err *e)
{
    size_t i;

    if (read_name(verb_names, COUNT(verb_names), name, "verb", &i, e) < 0)
        return -1;
    *out = (enum verb)i;
    return 0;
}

const char *role_name(enum role role)
{
    return role_names[role];
}

int role_read(const char *name, enum role *out, struct err *e)
{
    size_t i;

    if (read_name(role_names, COUNT(role_names), name, "role", &i, e) < 0)
        return -1;
    *out = (enum role)i;
    return 0;
}

static const struct row *find_row(const struct work *w)
{
    const struct row *of_the_verb = NULL;

    for (size_t i = 0; i < COUNT(table); i++) {
        const struct row *row = &table[i];
        if (row->verb != w->verb || (row->from & 1U << w->c->state) == 0 ||
            (row->by == BY(SYSTEM) && w->role != ROLE_SYSTEM) || /* nothing that people may */
            (row->when != NULL && !row->when(w)))
            continue;
        if ((row->by & 1U << w->role) != 0)
            return row;
        of_the_verb = row; /* another row may be this role's */
    }
    return of_the_verb;
}

int transition(const struct work *w, enum case_state *to, struct err *e)
{
    const struct row *row = find_row(w);

    if (row == NULL)
        return err_set(e, ERR_CONFLICT, "state: \"%s\" is not allowed while the case is %s",
                       verb_name(w->verb), state_name(w->c->state));
    if ((row->by & 1U << w->role) == 0)
        return err_set(e, ERR_CONFLICT, "role: \"%s\" is not for a %s while the case is %s",
                       verb_name(w->verb), role_name(w->role), state_name(w->c->state));
    for (size_t i = 0; i < COUNT(row->rules) && row->rules[i] != NULL; i++)
        if (row->rules[i](w, e) < 0)
            return -1;
    *to = row->to == STATE_SAME ? w->c->state : row->to;
    return 0;
}
