/* SPDX-License-Identifier: Apache-2.0 */
#include "template_names.h"

#include "event_types.h"

#include <string.h>

static bool holds(const char *const *names, const char *name)
{
    for (; *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

/* ---- messages ---- */

const char *const template_message_values[] = {
    "reference", "service",    "unit",          "city",     "received_at",  "due_at",
    "at",        "name",       "link",          "question", "unsubscribe",  "until",
    "answer",    "reason",     "text",          "moment",   "forwarded_to", "new_due_at",
    "document",  "old_due_at", "document_date", NULL};

/* There or not, and nothing to read; so is the type of the event. */
static const char *const message_signs[] = {"screening", "attached",     "solved",
                                            "partly",    "not_possible", NULL};

bool template_message_knows(const void *ctx, const char *name, bool is_value)
{
    (void)ctx;
    return holds(template_message_values, name) ||
           (!is_value && (holds(message_signs, name) || event_type_is_known(name)));
}

/* ---- letters ---- */

static const char *const letter_values[] = {"reference", "service",     "unit",        "city",
                                            "name",      "received_at", "received_on", "due_at",
                                            "due_on",    NULL};
static const char *const information_values[] = {"question", "until", NULL};
static const char *const refusal_values[] = {"reason", "text", NULL};
static const char *const apology_values[] = {"reason", "text", "new_due_at", "new_due_on", NULL};

static const struct {
    const char *template;
    const char *const *values; /* besides those of all letters */
} letters[] = {
    {"letter.information", information_values},
    {"letter.refusal", refusal_values},
    {"letter.apology", apology_values},
};

bool template_letter_knows(const void *ctx, const char *name, bool is_value)
{
    (void)is_value;
    if (holds(letter_values, name))
        return true;
    for (size_t i = 0; i < COUNT(letters); i++)
        if (strcmp(letters[i].template, ctx) == 0)
            return holds(letters[i].values, name);
    return false;
}
