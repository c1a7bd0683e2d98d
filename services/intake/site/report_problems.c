/* SPDX-License-Identifier: Apache-2.0 */
#include "report_problems.h"

#include "page_files.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 4096, KEY_SIZE = 96 };

static const char attributes[] = "/attributes/";

/* Where faults point to, and the field of a page that is to blame. */
static const struct {
    const char *pointer, *field;
    enum report_step step;
} places[] = {
    {"/address", "address", REPORT_WHERE},       {"/lat", "address", REPORT_WHERE},
    {"/lon", "address", REPORT_WHERE},           {"/description", "description", REPORT_DETAILS},
    {"/unit", "unit", REPORT_DETAILS},           {"/attributes", "description", REPORT_DETAILS},
    {"/contact/name", "name", REPORT_CONTACT},   {"/contact/phone", "phone", REPORT_CONTACT},
    {"/contact/email", "email", REPORT_CONTACT}, {"/contact", "name", REPORT_CONTACT},
    {"/anonymous", "who", REPORT_CONTACT},       {"/website", report_trap, REPORT_CONTACT},
};

/* Fields as pages ask for them; NULL: the service's own questions. */
static const char *const order[] = {"address", "description", "photos", NULL,    "unit",
                                    "who",     "name",        "phone",  "email", report_trap};

static bool is_answer(const struct fault *fault)
{
    return strncmp(fault->pointer, attributes, sizeof(attributes) - 1) == 0;
}

static const char *code_of(const struct fault *fault)
{
    return fault->pointer + sizeof(attributes) - 1;
}

static bool find(const struct fault *fault, const char **field, enum report_step *step)
{
    *field = NULL;
    *step = REPORT_DETAILS;
    if (is_answer(fault))
        return true;
    if (page_files_blamed(fault)) {
        *field = "photos";
        return true;
    }
    for (size_t i = 0; i < COUNT(places); i++) {
        if (strcmp(places[i].pointer, fault->pointer) != 0)
            continue;
        *field = places[i].field;
        *step = places[i].step;
        return true;
    }
    return false;
}

/* Whether that field of that page is to blame. */
static bool is_at(const struct fault *fault, enum report_step step, const char *wanted)
{
    const char *field;
    enum report_step at;

    if (!find(fault, &field, &at) || at != step)
        return false;
    return field == NULL || wanted == NULL ? field == wanted : strcmp(field, wanted) == 0;
}

bool report_problem_step(const struct fault *fault, enum report_step *out)
{
    const char *field;

    return find(fault, &field, out);
}

/* The words made for this field and rule; else the rule's own. */
static void describe(const struct intake *intake, const char *field, const struct fault *fault,
                     enum language language, struct strbuf *out)
{
    char key[KEY_SIZE];

    (void)snprintf(key, sizeof(key), "problem.%s.%s", field, fault_rule(fault));
    const char *text = page_set_text(intake->pages, language, key);
    if (text != NULL)
        strbuf_add(out, text, strlen(text));
    else
        fault_describe(fault, language, out);
}

static const char *question_name(const struct report *r, const char *code, enum language language)
{
    for (size_t i = 0; i < r->service->attribute_count; i++)
        if (strcmp(r->service->attributes[i].code, code) == 0)
            return IN_LANGUAGE(language, &r->service->attributes[i], description);
    return code;
}

static void add_row(json_t *rows, const char *field, const char *text)
{
    json_array_append_new(rows, json_pack("{s:s, s:s}", "field", field, "text", text));
}

static void add_answer(const struct intake *intake, const struct report *r,
                       const struct fault *fault, enum language language, json_t *rows,
                       json_t *answers)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(TEXT_BYTES);
    AUTO(strbuf_free) struct strbuf whole = STRBUF(TEXT_BYTES);
    AUTO(strbuf_free) struct strbuf field = STRBUF(KEY_SIZE * 4);
    const char *code = code_of(fault);

    if (json_object_get(answers, code) != NULL)
        return;
    describe(intake, "answer", fault, language, &text);
    strbuf_addf(&whole, "%s: %s", question_name(r, code, language), text.data);
    strbuf_addf(&field, "a-%s", code);
    add_row(rows, field.data, whole.data);
    json_object_set_new(answers, code, json_string(text.data));
}

static void add_field(const struct intake *intake, const struct fault *fault, const char *field,
                      enum language language, json_t *rows, json_t *data)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(TEXT_BYTES);
    char name[KEY_SIZE];

    (void)snprintf(name, sizeof(name), "error_%s", field);
    if (json_object_get(data, name) != NULL)
        return; /* one thing at a time */
    describe(intake, field, fault, language, &text);
    add_row(rows, field, text.data);
    json_object_set_new(data, name, json_string(text.data));
}

size_t report_problems(const struct intake *intake, const struct report *r,
                       const struct faults *faults, enum report_step step, enum language language,
                       json_t *data, json_t **answers)
{
    json_t *rows = json_array();

    *answers = json_object();
    for (size_t place = 0; place < COUNT(order); place++)
        for (size_t i = 0; i < faults->count; i++) {
            const struct fault *fault = &faults->rows[i];
            if (!is_at(fault, step, order[place]))
                continue;
            if (order[place] == NULL)
                add_answer(intake, r, fault, language, rows, *answers);
            else if (page_files_blamed(fault))
                page_files_add_problem(intake, fault, language, rows, data);
            else
                add_field(intake, fault, order[place], language, rows, data);
        }
    size_t count = json_array_size(rows);
    json_object_set_new(data, "problems", rows);
    if (count > 0)
        json_object_set_new(data, "problems_title",
                            json_string(page_text(intake, language, "problems.title")));
    return count;
}
