/* SPDX-License-Identifier: Apache-2.0 */
#include "answers.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

static const char pointer[] = "/attributes";

static bool is_text(const struct catalogue_attribute *a, const char *value)
{
    (void)a, (void)value;
    return true;
}

static bool is_number(const struct catalogue_attribute *a, const char *value)
{
    double ignored;
    struct err e;

    return text_double(value, a->code, -DBL_MAX, DBL_MAX, &ignored, &e) == 0;
}

/* Whether text begins with pattern, in which 0 stands for any digit. Returns its length or 0. */
static size_t match(const char *text, const char *form)
{
    size_t i = 0;

    for (; form[i] != '\0'; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == '0' ? !digit : text[i] != form[i])
            return 0;
    }
    return i;
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + text[1] - '0';
}

/* By the Gregorian calendar. */
static bool is_date(const char *date)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = two_digits(date) * 100 + two_digits(date + 2);
    int month = two_digits(date + 5), day = two_digits(date + 8);
    bool leaps = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && leaps ? 1 : 0);
}

/* "2026-11-23", then perhaps "T16:00", ":00", and "Z" or "+07:00". */
static bool is_datetime(const struct catalogue_attribute *a, const char *value)
{
    (void)a;
    size_t n = match(value, "0000-00-00");
    if (n == 0 || !is_date(value))
        return false;
    value += n;
    n = match(value, "T00:00");
    if (n == 0)
        return *value == '\0';
    if (two_digits(value + 1) > 23 || two_digits(value + 4) > 59)
        return false;
    value += n;
    n = match(value, ":00");
    if (n > 0 && two_digits(value + 1) > 59)
        return false;
    value += n;
    n = match(value, "+00:00") + match(value, "-00:00") + match(value, "Z");
    return value[n] == '\0';
}

static bool is_offered(const struct catalogue_attribute *a, const char *value)
{
    for (size_t i = 0; i < a->value_count; i++)
        if (strcmp(a->values[i].key, value) == 0)
            return true;
    return false;
}

static void write_quoted(struct strbuf *out, const char *value)
{
    json_write_text(out, value, strlen(value));
}

static void write_number(struct strbuf *out, const char *value)
{
    strbuf_add_decimal(out, strtod(value, NULL));
}

/* What a datatype of schemas/catalogue.md takes and how it is written. */
static const struct datatype {
    const char *name;
    bool (*fits)(const struct catalogue_attribute *a, const char *value);
    void (*write)(struct strbuf *out, const char *value);
    enum rule rule; /* that what does not fit breaks */
    bool many;
    bool takes_numbers;
} datatypes[] = {
    {"string", is_text, write_quoted, RULE_TEXT, false, false},
    {"text", is_text, write_quoted, RULE_TEXT, false, false},
    {"number", is_number, write_number, RULE_NUMBER, false, true},
    {"datetime", is_datetime, write_quoted, RULE_DATETIME, false, false},
    {"singlevaluelist", is_offered, write_quoted, RULE_CHOICE, false, false},
    {"multivaluelist", is_offered, write_quoted, RULE_CHOICE, true, false},
};

static const struct datatype *datatype_of(const struct catalogue_attribute *a)
{
    for (size_t i = 0; i < COUNT(datatypes); i++)
        if (strcmp(datatypes[i].name, a->datatype) == 0)
            return &datatypes[i];
    return &datatypes[0];
}

static const struct catalogue_attribute *question(const struct submission *s, const char *code)
{
    for (size_t i = 0; i < s->service->attribute_count; i++)
        if (s->service->attributes[i].variable && strcmp(s->service->attributes[i].code, code) == 0)
            return &s->service->attributes[i];
    return NULL;
}

static bool is_repeated(const struct submission *s, size_t at, bool many)
{
    const struct submission_answer *answer = &s->answers[at];

    for (size_t i = 0; i < at; i++)
        if (strcmp(s->answers[i].code, answer->code) == 0 &&
            (!many || strcmp(s->answers[i].value, answer->value) == 0))
            return true;
    return false;
}

static void check_answer(const struct submission *s, size_t at, struct faults *faults)
{
    const struct submission_answer *answer = &s->answers[at];
    const struct catalogue_attribute *a = question(s, answer->code);

    if (a == NULL) {
        faults_add(faults, pointer, answer->code, RULE_UNKNOWN);
        return;
    }
    const struct datatype *type = datatype_of(a);
    if ((answer->is_item && !type->many) || is_repeated(s, at, type->many))
        faults_add(faults, pointer, answer->code, RULE_ONCE);
    if (answer->is_number && !type->takes_numbers)
        faults_add(faults, pointer, answer->code, RULE_TEXT);
    else if (text_length(answer->value, strlen(answer->value)) > SUBMISSION_ANSWER)
        faults_add_length(faults, pointer, answer->code, SUBMISSION_ANSWER);
    else if (!type->fits(a, answer->value))
        faults_add(faults, pointer, answer->code, type->rule);
}

static bool is_answered(const struct submission *s, const char *code)
{
    for (size_t i = 0; i < s->answer_count; i++)
        if (strcmp(s->answers[i].code, code) == 0)
            return true;
    return false;
}

/* Blames the first with which it is too much; one that is too long by itself was blamed before. */
static void check_whole(const struct submission *s, struct faults *faults)
{
    size_t left = SUBMISSION_ANSWERS;

    for (size_t i = 0; i < s->answer_count; i++) {
        size_t len = text_length(s->answers[i].value, strlen(s->answers[i].value));
        if (len > SUBMISSION_ANSWER)
            len = SUBMISSION_ANSWER;
        if (len > left) {
            faults_add_length(faults, pointer, s->answers[i].code, (unsigned)left);
            return;
        }
        left -= len;
    }
}

void answers_check(const struct submission *s, struct faults *faults)
{
    if (s->service == NULL)
        return;
    for (size_t i = 0; i < s->answer_count; i++)
        check_answer(s, i, faults);
    check_whole(s, faults);
    for (size_t i = 0; i < s->service->attribute_count; i++) {
        const struct catalogue_attribute *a = &s->service->attributes[i];
        if (a->required && !s->joins && !is_answered(s, a->code))
            faults_add(faults, pointer, a->code, RULE_MISSING);
    }
}

static void write_values(const struct submission *s, const struct catalogue_attribute *a,
                         struct strbuf *out)
{
    const struct datatype *type = datatype_of(a);
    const char *separator = type->many ? "[" : "";

    for (size_t i = 0; i < s->answer_count; i++) {
        if (strcmp(s->answers[i].code, a->code) != 0)
            continue;
        strbuf_add(out, separator, strlen(separator));
        type->write(out, s->answers[i].value);
        separator = ",";
    }
    if (type->many)
        strbuf_add(out, "]", 1);
}

void answers_write(const struct submission *s, struct strbuf *out)
{
    const char *separator = "";

    strbuf_add(out, "{", 1);
    for (size_t i = 0; s->answer_count > 0 && i < s->service->attribute_count; i++) {
        const struct catalogue_attribute *a = &s->service->attributes[i];
        if (!is_answered(s, a->code))
            continue;
        strbuf_add(out, separator, strlen(separator));
        json_write_text(out, a->code, strlen(a->code));
        strbuf_add(out, ":", 1);
        write_values(s, a, out);
        separator = ",";
    }
    strbuf_add(out, "}", 1);
}
