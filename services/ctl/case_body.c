/* SPDX-License-Identifier: Apache-2.0 */
#include "case_body.h"

#include "clock.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* Bodies of verbs; keep in step with tracker's verbs.c. */
static const struct {
    const char *verb;
    const struct json_field *fields; /* NULL: none */
} verbs[] = {
    {"accept", NULL},
    {"return", case_return_fields},
    {"assign", case_transfer_fields},
    {"transfer", case_transfer_fields},
    {"coordinate", case_part_fields},
    {"ask", case_question_fields},
    {"info", case_note_fields},
    {"suspend", case_decision_fields},
    {"resume", case_decision_fields},
    {"extend", case_extension_fields},
    {"apologise", case_apology_fields},
    {"draft", case_answer_fields},
    {"approve", case_note_fields},
    {"send_back", case_note_fields},
    {"answer", case_answer_fields},
    {"reject", case_rejection_fields},
    {"confirm", case_note_fields},
    {"object", case_note_fields},
    {"merge", case_note_fields},
    {"split", case_note_fields},
    {"forward", case_forward_fields},
    {"withdraw", case_note_fields},
    {"rate", case_rating_fields},
    {"reopen", case_note_fields},
    {"note", case_note_fields},
    {"update", case_note_fields},
    {"publish", case_publication_fields},
    {"summarise", case_note_fields},
};

/* Which option says what a member of a body holds. */
static const struct source {
    const char *member, *option;
    size_t offset;
    enum { TEXT, TEXTS, TIME, NUMBER } type;
} sources[] = {
    {"text", "--text", offsetof(struct case_options, text), TEXT},
    {"answer", "--answer", offsetof(struct case_options, answer), TEXT},
    {"description", "--description", offsetof(struct case_options, description), TEXT},
    {"photos", "--photos", offsetof(struct case_options, photos), TEXTS},
    {"unit", "--unit", offsetof(struct case_options, unit), TEXT},
    {"reason", "--reason", offsetof(struct case_options, reason), TEXT},
    {"reason_code", "--reason", offsetof(struct case_options, reason), TEXT},
    {"due_at", "--until", offsetof(struct case_options, until), TIME},
    {"new_due_at", "--until", offsetof(struct case_options, until), TIME},
    {"question", "--question", offsetof(struct case_options, question), TEXT},
    {"decision", "--decision", offsetof(struct case_options, decision), TEXT},
    {"result", "--result", offsetof(struct case_options, result), TEXT},
    {"to", "--to", offsetof(struct case_options, to), TEXT},
    {"document", "--document", offsetof(struct case_options, document), TEXT},
    {"date", "--date", offsetof(struct case_options, date), TEXT},
    {"score", "--score", offsetof(struct case_options, score), NUMBER},
};

static const void *value_of(const struct source *s, const struct case_options *options)
{
    return (const char *)options + s->offset;
}

static bool is_given(const struct source *s, const struct case_options *options)
{
    return s->type == NUMBER ? *(const int64_t *)value_of(s, options) != 0
                             : *(const char *const *)value_of(s, options) != NULL;
}

static bool has_member(const struct json_field *fields, const char *member)
{
    while (fields != NULL && fields->name != NULL && strcmp(fields->name, member) != 0)
        fields++;
    return fields != NULL && fields->name != NULL;
}

/* Whether some member of the body is said by the option. */
static bool is_for(const struct json_field *fields, const char *option)
{
    for (size_t i = 0; i < COUNT(sources); i++)
        if (strcmp(sources[i].option, option) == 0 && has_member(fields, sources[i].member))
            return true;
    return false;
}

static int read_time(const char *text, int64_t *us, struct err *e)
{
    struct tm tm = {.tm_isdst = -1};
    const char *end = strptime(text, "%Y-%m-%d %H:%M", &tm);

    if (end == NULL || *end != '\0')
        return err_set(e, ERR_INPUT, "--until \"%s\" is not YYYY-MM-DD HH:MM", text);
    /* strptime takes 31 days of each month, of which mktime would make days of the next. */
    if (tm.tm_mday > clock_month_days(tm.tm_year + 1900, tm.tm_mon + 1))
        return err_set(e, ERR_INPUT, "--until \"%s\" is a day that its month does not have", text);
    *us = (int64_t)mktime(&tm) * CLOCK_US_PER_S;
    return 0;
}

/* "a,b" as an array. */
static void write_texts(const char *text, struct strbuf *out)
{
    strbuf_add(out, "[", 1);
    for (bool first = true; *text != '\0'; first = false) {
        size_t len = strcspn(text, ",");
        strbuf_add(out, ",", first ? 0 : 1);
        json_write_text(out, text, len);
        text += text[len] == ',' ? len + 1 : len;
    }
    strbuf_add(out, "]", 1);
}

static int write_member(const struct source *s, const struct case_options *options,
                        struct strbuf *out, struct err *e)
{
    int64_t number;

    strbuf_addf(out, "%s\"%s\":", out->len == 0 ? "{" : ",", s->member);
    if (s->type == TEXT) {
        const char *text = *(const char *const *)value_of(s, options);
        json_write_text(out, text, strlen(text));
        return 0;
    }
    if (s->type == TEXTS) {
        write_texts(*(const char *const *)value_of(s, options), out);
        return 0;
    }
    if (s->type == NUMBER)
        number = *(const int64_t *)value_of(s, options);
    else if (read_time(*(const char *const *)value_of(s, options), &number, e) < 0)
        return -1;
    strbuf_addf(out, "%" PRId64, number);
    return 0;
}

static int find_fields(const char *verb, const struct json_field **out, struct err *e)
{
    for (size_t i = 0; i < COUNT(verbs); i++)
        if (strcmp(verbs[i].verb, verb) == 0) {
            *out = verbs[i].fields;
            return 0;
        }
    return err_set(e, ERR_INPUT, "\"%s\" is not a verb", verb);
}

int case_body_write(const struct case_options *options, struct strbuf *out, struct err *e)
{
    const struct json_field *fields = NULL;

    if (find_fields(options->verb, &fields, e) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(sources); i++) {
        if (!is_given(&sources[i], options))
            continue;
        if (!is_for(fields, sources[i].option))
            return err_set(e, ERR_INPUT, "%s is not for \"%s\"", sources[i].option, options->verb);
        if (has_member(fields, sources[i].member) && write_member(&sources[i], options, out, e) < 0)
            return -1;
    }
    if (out->len > 0)
        strbuf_add(out, "}", 1);
    return strbuf_text(out) != NULL || out->len == 0
               ? 0
               : err_set(e, ERR_INPUT, "the words are too long");
}
