/* SPDX-License-Identifier: Apache-2.0 */
/* submission_json - reads the body of POST /api/v1/cases, and of who joins a case. */
#include "bad_bytes.h"
#include "decimal.h"
#include "mem.h"
#include "submission.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum kind { CODE, PROSE, NUMBER, YES_NO, CONTACT, ATTRIBUTES, FILES };

/* CODE is compared or matched, and borrowed; PROSE is kept, in NFC. */
struct field {
    const char *name;
    enum kind kind;
    size_t offset; /* in struct submission */
};

#define FIELD(name, kind)                                                                          \
    {                                                                                              \
#name, kind, offsetof(struct submission, name)                                             \
    }

static const struct field body_fields[] = {
    FIELD(service_code, CODE), FIELD(description, PROSE), FIELD(lat, NUMBER),
    FIELD(lon, NUMBER),        FIELD(address, PROSE),     FIELD(attributes, ATTRIBUTES),
    FIELD(contact, CONTACT),   FIELD(unit, CODE),         FIELD(area, CODE),
    FIELD(hide_name, YES_NO),  FIELD(anonymous, YES_NO),  FIELD(language, CODE),
    FIELD(media_url, CODE),    FIELD(attachments, FILES), {0},
};

/* Of who joins a case that is there: what it is about and where, that one says. */
static const struct field joining_fields[] = {
    FIELD(description, PROSE), FIELD(contact, CONTACT),
    FIELD(hide_name, YES_NO),  FIELD(anonymous, YES_NO),
    FIELD(language, CODE),     FIELD(media_url, CODE),
    FIELD(attachments, FILES), {0},
};

static const struct field contact_fields[] = {
    FIELD(name, PROSE),
    FIELD(phone, CODE),
    FIELD(email, CODE),
    {0},
};

/* Where reading stands. */
struct reading {
    struct submission *s;
    struct faults *faults;
    const char *parent; /* pointer of the object being read */
};

static void read_object(const struct reading *r, const struct field *fields, json_t *object);

static void take_code(const struct reading *r, const struct field *f, const char *text)
{
    if (!text_is_clean(text, strlen(text)))
        faults_add(r->faults, r->parent, f->name, RULE_CLEAN);
    else if (*text != '\0')
        *(const char **)((char *)r->s + f->offset) = text;
}

static void take_prose(const struct reading *r, const struct field *f, const char *text)
{
    if (*text == '\0')
        return;
    char *nfc = text_nfc(text, strlen(text));
    if (nfc == NULL)
        faults_add(r->faults, r->parent, f->name, RULE_CLEAN);
    else
        *(const char **)((char *)r->s + f->offset) = submission_keep(r->s, nfc);
}

/* A text from JSON has no NUL inside: the parser refuses it. */
static void read_text(const struct reading *r, const struct field *f, json_t *value)
{
    const char *text = json_string_value(value);

    if (text == NULL)
        faults_add(r->faults, r->parent, f->name, RULE_TEXT);
    else
        (f->kind == CODE ? take_code : take_prose)(r, f, text);
}

static void read_number(const struct reading *r, const struct field *f, json_t *value)
{
    if (!json_is_number(value))
        faults_add(r->faults, r->parent, f->name, RULE_NUMBER);
    else
        *(double *)((char *)r->s + f->offset) = json_number_value(value);
}

static void read_yes_no(const struct reading *r, const struct field *f, json_t *value)
{
    if (!json_is_boolean(value))
        faults_add(r->faults, r->parent, f->name, RULE_YES_NO);
    else
        *(bool *)((char *)r->s + f->offset) = json_is_true(value);
}

static void read_contact(const struct reading *r, const struct field *f, json_t *value)
{
    (void)f;
    read_object(&(struct reading){r->s, r->faults, "/contact"}, contact_fields, value);
}

/* As text, so that both doors are checked alike. */
static char *number_text(const json_t *value)
{
    char text[DECIMAL_SIZE];

    if (json_is_integer(value))
        (void)snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        decimal_text(json_real_value(value), text);
    return mem_text(text);
}

static void read_answer(const struct reading *r, const char *code, const json_t *value,
                        bool is_item)
{
    struct submission_answer answer = {
        .code = code, .is_number = json_is_number(value), .is_item = is_item};
    struct submission *s = r->s;

    if (json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0))
        return;
    if (s->answer_count == SUBMISSION_MAX_ANSWERS) {
        faults_add(r->faults, r->parent, NULL, RULE_MANY);
        return;
    }
    char *text = NULL;
    if (answer.is_number)
        text = number_text(value);
    else if (json_is_string(value))
        text = text_nfc(json_string_value(value), json_string_length(value));
    if (text == NULL) {
        faults_add(r->faults, r->parent, code, json_is_string(value) ? RULE_CLEAN : RULE_TEXT);
        return;
    }
    answer.value = submission_keep(s, text);
    s->answers[s->answer_count++] = answer;
}

static void read_attributes(const struct reading *r, const struct field *f, json_t *value)
{
    const struct reading inside = {r->s, r->faults, "/attributes"};
    const char *code;
    json_t *answer;
    const json_t *item;
    size_t i;

    if (!json_is_object(value)) {
        faults_add(r->faults, r->parent, f->name, RULE_OBJECT);
        return;
    }
    json_object_foreach(value, code, answer)
    {
        if (!json_is_array(answer))
            read_answer(&inside, code, answer, false);
        json_array_foreach(answer, i, item) read_answer(&inside, code, item, true);
    }
}

/* Borrowed, as codes are; whether they are good, files_take says. */
static void read_files(const struct reading *r, const struct field *f, json_t *value)
{
    struct submission *s = r->s;
    const json_t *item;
    size_t i;

    if (!json_is_array(value)) {
        faults_add(r->faults, r->parent, f->name, RULE_LIST);
        return;
    }
    json_array_foreach(value, i, item)
    {
        if (!json_is_string(item))
            faults_add(r->faults, "/attachments", NULL, RULE_TEXT);
        else if (s->file_id_count == ATTACHMENTS_MOST)
            faults_add(r->faults, "/attachments", NULL, RULE_MANY);
        else
            s->file_ids[s->file_id_count++] = json_string_value(item);
    }
}

static void (*const readers[])(const struct reading *r, const struct field *f, json_t *value) = {
    [CODE] = read_text,     [PROSE] = read_text,      [NUMBER] = read_number,
    [YES_NO] = read_yes_no, [CONTACT] = read_contact, [ATTRIBUTES] = read_attributes,
    [FILES] = read_files,
};

static void blame_unknown(const struct reading *r, const struct field *fields, json_t *object)
{
    const char *key;
    const json_t *value;

    json_object_foreach(object, key, value)
    {
        const struct field *f = fields;
        while (f->name != NULL && strcmp(f->name, key) != 0)
            f++;
        if (f->name == NULL)
            faults_add(r->faults, r->parent, key, RULE_UNKNOWN);
    }
}

static void read_object(const struct reading *r, const struct field *fields, json_t *object)
{
    size_t found = 0;

    if (!json_is_object(object)) {
        faults_add(r->faults, r->parent, NULL, RULE_OBJECT);
        return;
    }
    for (const struct field *f = fields; f->name != NULL; f++) {
        json_t *value = json_object_get(object, f->name);
        found += value != NULL;
        if (value != NULL && !json_is_null(value))
            readers[f->kind](r, f, value);
    }
    if (found < json_object_size(object))
        blame_unknown(r, fields, object);
}

/* ---- the usual body, which nothing is wrong with ---- */

/* body_fields once more, for json_take_plain: only types are looked at there. */
#define LONGEST ((double)SIZE_MAX)
static const struct json_field plain_fields[] = {
    JSON_TEXT(struct submission, service_code, false, 0, LONGEST),
    JSON_TEXT(struct submission, description, false, 0, LONGEST),
    JSON_FLOAT(struct submission, lat, false, -DBL_MAX, DBL_MAX),
    JSON_FLOAT(struct submission, lon, false, -DBL_MAX, DBL_MAX),
    JSON_TEXT(struct submission, address, false, 0, LONGEST),
    JSON_ANY(struct submission, attributes, false),
    JSON_ANY(struct submission, contact, false),
    JSON_TEXT(struct submission, unit, false, 0, LONGEST),
    JSON_BOOL(struct submission, hide_name, false),
    JSON_BOOL(struct submission, anonymous, false),
    JSON_TEXT(struct submission, language, false, 0, LONGEST),
    JSON_TEXT(struct submission, media_url, false, 0, LONGEST),
    JSON_ANY(struct submission, attachments, false),
    {0},
};

/* Puts the texts in their place, each judged as body_fields says. */
static void take_plain(const struct reading *r)
{
    for (const struct field *f = body_fields; f->name != NULL; f++) {
        void *at = (char *)r->s + f->offset;
        if (f->kind == CODE || f->kind == PROSE) {
            const char *text = *(const char **)at;
            *(const char **)at = NULL;
            if (text != NULL)
                (f->kind == CODE ? take_code : take_prose)(r, f, text);
        } else if (f->kind == CONTACT || f->kind == ATTRIBUTES || f->kind == FILES) {
            json_t *value = *(json_t **)at;
            if (value != NULL)
                readers[f->kind](r, f, value);
        }
    }
}

/* Some of it was written before something unusual came. */
static void forget_plain(struct submission *s)
{
    for (const struct field *f = body_fields; f->name != NULL; f++)
        if (f->kind == CODE || f->kind == PROSE)
            *(const char **)((char *)s + f->offset) = NULL;
    s->lat = s->lon = (double)NAN;
    s->hide_name = s->anonymous = false;
    s->attributes = s->contact = s->attachments = NULL;
}

int submission_read_json(struct submission *s, const char *body, size_t len, struct faults *faults,
                         struct err *e)
{
    const struct reading reading = {s, faults, ""};

    if (!s->joins && json_take_plain(plain_fields, body, len, &s->store, s)) {
        take_plain(&reading);
        return 0;
    }
    forget_plain(s);
    json_release(&s->store.tree);
    if (json_parse(body, len, &s->store.tree, e) < 0) {
        bad_bytes_blame(body, len, faults);
        return -1;
    }
    read_object(&reading, s->joins ? joining_fields : body_fields, s->store.tree);
    return 0;
}
