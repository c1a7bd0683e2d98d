/* SPDX-License-Identifier: Apache-2.0 */
/* case_body - what the options of "dunghen case" say becomes the body of the verb. */
#ifndef CASE_BODY_H
#define CASE_BODY_H

#include "messages.h"
#include "options.h"

struct case_options {
    const char *verb, *reference, *as, *id, *into;
    int64_t task;
    /* of bodies */
    const char *text, *answer, *description, *photos, *unit, *reason, *until, *question, *decision,
        *result, *to, *document, *date;
    int64_t score;
};

#define CASE_BODY_OPTIONS                                                                          \
    OPTION_A_TEXT(struct case_options, text, "--text", "TEXT", "The words."),                      \
        OPTION_A_TEXT(struct case_options, answer, "--answer", "TEXT",                             \
                      "As everybody may read it."),                                                \
        OPTION_A_TEXT(struct case_options, description, "--description", "TEXT",                   \
                      "What was said, as everybody may read it."),                                 \
        OPTION_A_TEXT(struct case_options, photos, "--photos", "NAME,NAME",                        \
                      "Files of the case that everybody may see."),                                \
        OPTION_A_TEXT(struct case_options, unit, "--unit", "CODE",                                 \
                      "The unit that is to have it."),                                             \
        OPTION_A_TEXT(struct case_options, reason, "--reason", "CODE",                             \
                      "Of the catalogue's reasons."),                                              \
        OPTION_A_TEXT(struct case_options, until, "--until", "TIME",                               \
                      "The new date, local: \"2026-12-01 17:00\"."),                               \
        OPTION_A_TEXT(struct case_options, question, "--question", "TEXT", "To the citizen."),     \
        OPTION_A_TEXT(struct case_options, decision, "--decision", "NUMBER",                       \
                      "Number and sign of the written decision."),                                 \
        OPTION_A_TEXT(struct case_options, result, "--result", "WORD",                             \
                      "solved, partly or not_possible."),                                          \
        OPTION_A_TEXT(struct case_options, to, "--to", "OFFICE", "Outside the system."),           \
        OPTION_A_TEXT(struct case_options, document, "--document", "NUMBER",                       \
                      "Number and sign of the covering letter."),                                  \
        OPTION_A_TEXT(struct case_options, date, "--date", "YYYY-MM-DD", "Its date."),             \
        OPTION_A_NUMBER(struct case_options, score, "--score", 1, 5,                               \
                        "1 very bad ... 5 very good.")

/* Nothing for a verb that needs no body and was given none. ERR_INPUT for a verb that is not
 * known, an option that is not for it, and a time that cannot be read. */
int case_body_write(const struct case_options *options, struct strbuf *out, struct err *e) CHECKED;

#endif
