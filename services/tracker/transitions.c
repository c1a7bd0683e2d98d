/* SPDX-License-Identifier: Apache-2.0 */
#include "transitions.h"

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
};

/* Everything that is not here is refused. A task that is accepted again (its
 * lease had expired) keeps its case IN_PROGRESS. */
static const struct {
    enum case_state from;
    enum verb verb;
    enum case_state to;
} table[] = {
    {STATE_SCREENING, VERB_ACCEPT, STATE_IN_PROGRESS},
    {STATE_ASSIGNED, VERB_ACCEPT, STATE_IN_PROGRESS},
    {STATE_RETURNED, VERB_ACCEPT, STATE_IN_PROGRESS},
    {STATE_REOPENED, VERB_ACCEPT, STATE_IN_PROGRESS},
    {STATE_IN_PROGRESS, VERB_ACCEPT, STATE_IN_PROGRESS},
    {STATE_IN_PROGRESS, VERB_DONE, STATE_ANSWERED},
    {STATE_ASSIGNED, VERB_RETURN, STATE_RETURNED},
    {STATE_IN_PROGRESS, VERB_RETURN, STATE_RETURNED},
    {STATE_REOPENED, VERB_RETURN, STATE_RETURNED},
    {STATE_RECEIVED, VERB_FLAG, STATE_RECEIVED},
    {STATE_SCREENING, VERB_FLAG, STATE_SCREENING},
    {STATE_ASSIGNED, VERB_FLAG, STATE_ASSIGNED},
    {STATE_IN_PROGRESS, VERB_FLAG, STATE_IN_PROGRESS},
    {STATE_DRAFTED, VERB_FLAG, STATE_DRAFTED},
    {STATE_APPROVED, VERB_FLAG, STATE_APPROVED},
    {STATE_RETURNED, VERB_FLAG, STATE_RETURNED},
    {STATE_REOPENED, VERB_FLAG, STATE_REOPENED},
};

const char *state_name(enum case_state state)
{
    return state_names[state];
}

int state_read(const char *name, enum case_state *out, struct err *e)
{
    for (size_t i = 0; i < COUNT(state_names); i++)
        if (strcmp(state_names[i], name) == 0) {
            *out = (enum case_state)i;
            return 0;
        }
    return err_set(e, ERR_INPUT, "\"%s\" is not a state", name);
}

const char *verb_name(enum verb verb)
{
    return verb_names[verb];
}

int verb_read(const char *name, enum verb *out, struct err *e)
{
    for (size_t i = 0; i < COUNT(verb_names); i++)
        if (strcmp(verb_names[i], name) == 0) {
            *out = (enum verb)i;
            return 0;
        }
    return err_set(e, ERR_INPUT, "verb: \"%s\" is not known", name);
}

int transition(enum case_state from, enum verb verb, enum case_state *to, struct err *e)
{
    for (size_t i = 0; i < COUNT(table); i++)
        if (table[i].from == from && table[i].verb == verb) {
            *to = table[i].to;
            return 0;
        }
    return err_set(e, ERR_CONFLICT, "\"%s\" is not allowed while the case is %s", verb_name(verb),
                   state_name(from));
}
