/* SPDX-License-Identifier: Apache-2.0 */
#include "state_kinds.h"

#include <string.h>

/* Keep in step with services/tracker/transitions.c. A state that becomes rare, or is no more, wants
 * a migration that fills rare_cases anew. */
static const struct state_kind kinds[] = {
    {"RECEIVED", true, true},   {"SCREENING", true, false},     {"ASSIGNED", true, false},
    {"NEED_INFO", true, true},  {"IN_PROGRESS", true, false},   {"DRAFTED", true, true},
    {"APPROVED", true, true},   {"RETURNED", true, true},       {"SUSPENDED", true, true},
    {"REOPENED", true, true},   {"ANSWERED", false, false},     {"CLOSED", false, false},
    {"REJECTED", false, true},  {"FORWARDED_OUT", false, true}, {"MERGED", false, true},
    {"WITHDRAWN", false, true},
};

const struct state_kind *state_kind(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}
