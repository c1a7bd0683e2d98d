/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include "crypto.h"
#include "intake.h"
#include "mem.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = INTAKE_FORM_BYTES, DAY_BYTES = 10, YEAR_MIN = 1000 };

static const char attribute_open[] = "attribute[", time_open[] = "time[";

/* Ids of photos that were uploaded with a page. */
const char report_files[] = "attachment[]";

/* Has a name that programs like to fill in. */
const char report_trap[] = "website";

const char *const report_step_names[REPORT_STEPS] = {
    [REPORT_WHERE] = "where",
    [REPORT_DETAILS] = "details",
    [REPORT_CONTACT] = "contact",
    [REPORT_CHECK] = "check",
};

/* The fields that are said to the city, but for the answers to the service's questions. */
static const struct {
    const char *name;
    enum report_step step;
} fields[] = {
    {"address", REPORT_WHERE},      {"ward", REPORT_WHERE},    {"lat", REPORT_WHERE},
    {"long", REPORT_WHERE},         {"unit", REPORT_DETAILS},  {"description", REPORT_DETAILS},
    {report_files, REPORT_DETAILS}, {"who", REPORT_CONTACT},   {"name", REPORT_CONTACT},
    {"phone", REPORT_CONTACT},      {"email", REPORT_CONTACT}, {"hide_name", REPORT_CONTACT},
    {report_trap, REPORT_CONTACT},
};

bool report_step_read(const char *name, enum report_step *out)
{
    for (int i = 0; i < REPORT_STEPS; i++) {
        if (strcmp(name, report_step_names[i]) != 0)
            continue;
        *out = (enum report_step)i;
        return true;
    }
    return false;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

bool report_step_of(const char *name, enum report_step *out)
{
    *out = REPORT_DETAILS;
    if (begins(name, attribute_open) || begins(name, time_open))
        return true;
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (strcmp(fields[i].name, name) != 0)
            continue;
        *out = fields[i].step;
        return true;
    }
    return false;
}

/* ---- which pages ---- */

static bool is_needed(const struct report *r, enum report_step step)
{
    return step != REPORT_WHERE || r->service->place_required ||
           strcmp(r->service->kind, "field_report") == 0;
}

bool report_step_before(const struct report *r, enum report_step step, enum report_step *out)
{
    int before = (int)step - 1;

    while (before >= 0 && !is_needed(r, (enum report_step)before))
        before--;
    if (before < 0)
        return false;
    *out = (enum report_step)before;
    return true;
}

enum report_step report_step_first(const struct report *r)
{
    return is_needed(r, REPORT_WHERE) ? REPORT_WHERE : REPORT_DETAILS;
}

enum report_step report_step_after(const struct report *r, enum report_step step)
{
    if (r->seen || step == REPORT_CHECK)
        return REPORT_CHECK;
    return (enum report_step)(step + 1);
}

/* ---- reading ---- */

void report_init(struct report *r, const struct catalogue_service *service)
{
    uint8_t key[REPORT_KEY_SIZE / 2];
    AUTO(strbuf_free) struct strbuf text = STRBUF(REPORT_KEY_SIZE);

    *r = (struct report){.service = service, .values = json_object(), .go = ""};
    crypto_random(key, sizeof(key));
    strbuf_add_hex(&text, key, sizeof(key));
    memcpy(r->key, text.data, sizeof(r->key));
    r->step = report_step_first(r);
}

void report_free(struct report *r)
{
    json_release(&r->values);
}

const char *report_text(const struct report *r, const char *name)
{
    const char *text = json_string_value(json_object_get(r->values, name));

    return text != NULL ? text : "";
}

static bool is_key(const char *text)
{
    return strlen(text) == REPORT_KEY_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == REPORT_KEY_SIZE - 1;
}

static const char *word_of(const char *const words[], size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], text) == 0)
            return words[i];
    return NULL;
}

/* What the form says to us. */
static bool take_control(struct report *r, const char *name, const char *value)
{
    static const char *const ways[] = {"next",       "back",         "send",
                                       "edit.where", "edit.details", "edit.contact"};
    struct err ignored;

    if (strcmp(name, "step") == 0) {
        (void)report_step_read(value, &r->step);
    } else if (strcmp(name, "go") == 0) {
        const char *go = r->go[0] == '\0' ? word_of(ways, COUNT(ways), value) : r->go;
        r->go = go != NULL ? go : ""; /* the first counts: the button that was pressed */
    } else if (strcmp(name, "lang") == 0) {
        r->lang = word_of(language_codes, LANGUAGES, value);
    } else if (strcmp(name, "seen") == 0) {
        r->seen = true;
    } else if (strcmp(name, "similar") == 0) {
        r->similar = true;
    } else if (strcmp(name, "join") == 0) {
        if (reference_read(value, r->join, &ignored) < 0)
            r->join[0] = '\0';
    } else if (strcmp(name, "key") == 0) {
        if (is_key(value))
            memcpy(r->key, value, sizeof(r->key));
    } else {
        return false;
    }
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Browsers end lines with CR and LF, whatever was typed; keyboards leave a space behind the last
 * word. Yours to free. */
static char *clean_text(const char *value, size_t len)
{
    char *text = text_nfc(value, len);
    size_t from = 0, to = 0;

    if (text == NULL)
        return NULL;
    while (is_space(text[from]))
        from++;
    for (; text[from] != '\0'; from++)
        if (text[from] != '\r' || text[from + 1] != '\n')
            text[to++] = text[from];
    while (to > 0 && is_space(text[to - 1]))
        to--;
    text[to] = '\0';
    return text;
}

static bool is_date(const struct report *r, const char *name)
{
    for (size_t i = 0; i < r->service->attribute_count; i++) {
        const struct catalogue_attribute *a = &r->service->attributes[i];
        size_t len = strlen(a->code);
        if (strcmp(a->datatype, "datetime") == 0 && begins(name, attribute_open) &&
            strncmp(name + sizeof(attribute_open) - 1, a->code, len) == 0 &&
            strcmp(name + sizeof(attribute_open) - 1 + len, "]") == 0)
            return true;
    }
    return false;
}

/* The next digits as a number; 0: there are none, or more than so many. */
static int take_number(const char **at, size_t most)
{
    size_t len = strspn(*at, "0123456789");
    int number = 0;

    for (size_t i = 0; i < len && len <= most; i++)
        number = number * 10 + (*at)[i] - '0';
    *at += len;
    return number;
}

/* A day as people here write it, "20/11/2026", where a browser has no calendar to choose from;
 * yours to free. NULL: it is none. Whether there is such a day is judged later. */
static char *read_day(const char *text)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(DAY_BYTES);
    const char *at = text;
    int day = take_number(&at, 2);
    char mark = *at;

    if (day == 0 || mark == '\0' || strchr("/-.", mark) == NULL)
        return NULL;
    at++;
    int month = take_number(&at, 2);
    if (month == 0 || *at++ != mark)
        return NULL;
    int year = take_number(&at, 4);
    if (year < YEAR_MIN || *at != '\0')
        return NULL;
    strbuf_addf(&out, "%04d-%02d-%02d", year, month, day);
    return mem_text(strbuf_text(&out));
}

static bool is_list(const char *name)
{
    size_t len = strlen(name);

    return len > 2 && strcmp(name + len - 2, "[]") == 0;
}

/* The first value of a name counts, so that no carried field can replace one that is shown. */
static void keep(struct report *r, const char *name, const char *text)
{
    json_t *there = json_object_get(r->values, name);

    if (!is_list(name)) {
        if (there == NULL)
            json_object_set_new(r->values, name, json_string(text));
        return;
    }
    if (there == NULL) {
        there = json_array();
        json_object_set_new(r->values, name, there);
    }
    json_array_append_new(there, json_string(text));
}

void report_read_field(void *ctx, const char *name, const char *value, size_t len)
{
    struct report *r = ctx;
    enum report_step ignored;

    if (take_control(r, name, value) || !report_step_of(name, &ignored) || len == 0)
        return;
    char *text = text_is_clean(name, strlen(name)) ? clean_text(value, len) : NULL;
    char *day = text != NULL && is_date(r, name) ? read_day(text) : NULL;
    if (text == NULL || r->count == REPORT_VALUES_MAX) {
        r->unclean = true;
    } else if (text[0] != '\0') {
        r->count++;
        keep(r, name, day != NULL ? day : text);
    }
    free(day);
    free(text);
}

/* ---- as a submission ---- */

static const struct catalogue_unit *ward_of(const struct report *r, const struct catalogue *c)
{
    const char *code = report_text(r, "ward");

    return code[0] != '\0' ? catalogue_unit(c, code) : NULL;
}

/* What was typed, and the ward beside it. A ward alone is no place where one is needed. */
static void add_address(const struct report *r, const struct catalogue *c,
                        struct submission_form *form)
{
    const char *typed = report_text(r, "address");
    const struct catalogue_unit *ward = ward_of(r, c);
    AUTO(strbuf_free) struct strbuf address = STRBUF(TEXT_BYTES);

    strbuf_add(&address, typed, strlen(typed));
    bool is_placed = typed[0] != '\0' || report_text(r, "lat")[0] != '\0';
    if (ward != NULL && (is_placed || !r->service->place_required))
        strbuf_addf(&address, "%s%s", typed[0] != '\0' ? ", " : "", ward->name_vi);
    if (strbuf_text(&address) != NULL && address.len > 0)
        submission_read_field(form, "address_string", address.data, address.len);
}

const char *report_area(const struct report *r, const struct catalogue *c)
{
    const char *ward = report_text(r, "ward");

    for (size_t i = 0; ward[0] != '\0' && i < c->area_count; i++)
        if (strcmp(c->areas[i].unit, ward) == 0)
            return c->areas[i].code;
    return NULL;
}

/* A day and, when it was given, a time on it are asked for in two fields. */
static void add_answer(const struct report *r, const char *name, const char *value,
                       struct submission_form *form)
{
    AUTO(strbuf_free) struct strbuf time_name = STRBUF(TEXT_BYTES);
    AUTO(strbuf_free) struct strbuf text = STRBUF(TEXT_BYTES * 2);

    strbuf_addf(&time_name, "%s%s", time_open, name + sizeof(attribute_open) - 1);
    const char *hour = report_text(r, time_name.data);
    strbuf_addf(&text, "%s%s%s", value, hour[0] != '\0' ? "T" : "", hour);
    submission_read_field(form, name, text.data, text.len);
}

static void add_answers(const struct report *r, struct submission_form *form)
{
    const char *name;
    json_t *value, *item;
    size_t i;

    json_object_foreach(r->values, name, value)
    {
        if (!begins(name, attribute_open))
            continue;
        if (json_is_string(value))
            add_answer(r, name, json_string_value(value), form);
        json_array_foreach(value, i, item)
            submission_read_field(form, name, json_string_value(item), json_string_length(item));
    }
}

static void add_field(const struct report *r, const char *name, const char *as,
                      struct submission_form *form)
{
    const char *text = report_text(r, name);

    submission_read_field(form, as, text, strlen(text));
}

static void add_contact(const struct report *r, struct submission_form *form)
{
    add_field(r, "name", "last_name", form);
    add_field(r, "phone", "phone", form);
    add_field(r, "email", "email", form);
}

static void add_files(const struct report *r, struct submission_form *form)
{
    const json_t *id;
    size_t i;

    json_array_foreach(json_object_get(r->values, report_files), i, id)
        submission_read_field(form, report_files, json_string_value(id), json_string_length(id));
}

void report_submission(const struct report *r, const struct catalogue *c, struct submission *s,
                       struct faults *faults)
{
    struct submission_form form = {.submission = s, .faults = faults};
    bool anonymous = strcmp(report_text(r, "who"), "anonymous") == 0;
    const char *unit = report_text(r, "unit");

    s->service_code = r->service->code;
    add_address(r, c, &form);
    add_field(r, "lat", "lat", &form);
    add_field(r, "long", "long", &form);
    add_field(r, "description", "description", &form);
    add_answers(r, &form);
    add_files(r, &form);
    if (!anonymous)
        add_contact(r, &form);
    submission_end_form(&form);
    s->terse = false; /* the pages ask for a name and a description */
    if (report_text(r, report_trap)[0] != '\0')
        faults_add(faults, "", report_trap, RULE_UNKNOWN);
    s->anonymous = anonymous;
    s->hide_name = !anonymous && report_text(r, "hide_name")[0] != '\0';
    s->unit = unit[0] != '\0' ? unit : NULL;
    s->area = report_area(r, c);
}

/* Ids have the time of the upload; who sends a photo again has a new one. */
static json_t *names_of(const json_t *ids)
{
    json_t *names = json_array();
    const json_t *id;
    size_t i;

    json_array_foreach(ids, i, id)
    {
        const char *text = json_string_value(id);
        json_array_append_new(names, json_stringn(text, strcspn(text, "~")));
    }
    return names;
}

char *report_said(const struct report *r)
{
    AUTO(json_release) json_t *values = json_copy(r->values);
    const json_t *ids = json_object_get(values, report_files);

    if (ids != NULL)
        json_object_set_new(values, report_files, names_of(ids));
    if (r->join[0] != '\0')
        json_object_set_new(values, "join", json_string(r->join));
    char *text = json_dumps(values, JSON_COMPACT | JSON_SORT_KEYS);

    assert(text != NULL);
    return text;
}
