/* SPDX-License-Identifier: Apache-2.0 */
/* submission_form - reads the fields of an Open311 POST, which come one by one. */
#include "mem.h"
#include "submission.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* attribute[CODE]=value; a question with several values repeats attribute[CODE][]. */
static const char attribute_open[] = "attribute[";

struct place {
    size_t offset;
    const char *parent, *key; /* as faults know it */
    bool is_number;
};

#define IN_SUBMISSION(name) offsetof(struct submission, name)
#define IN_FORM(name) offsetof(struct submission_form, name)

static const struct field {
    const char *name;
    struct place place;
} fields[] = {
    {"service_code", {IN_SUBMISSION(service_code), "", "service_code", false}},
    {"lat", {IN_SUBMISSION(lat), "", "lat", true}},
    {"long", {IN_SUBMISSION(lon), "", "lon", true}},
    {"address_string", {IN_SUBMISSION(address), "", "address", false}},
    {"description", {IN_SUBMISSION(description), "", "description", false}},
    {"address_id", {IN_SUBMISSION(address_id), "", "address_id", false}},
    {"email", {IN_SUBMISSION(email), "/contact", "email", false}},
    {"phone", {IN_SUBMISSION(phone), "/contact", "phone", false}},
};

/* The names that together are the contact's. */
static const struct field names[] = {
    {"first_name", {IN_FORM(first_name), "/contact", "name", false}},
    {"last_name", {IN_FORM(last_name), "/contact", "name", false}},
};

/* Who asks, and where: not the case's. */
static const struct field asker[] = {
    {"api_key", {IN_FORM(api_key), "", "api_key", false}},
    {"jurisdiction_id", {IN_FORM(jurisdiction_id), "", "jurisdiction_id", false}},
};

static const struct place *find(const struct field *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i].place;
    return NULL;
}

static void take_number(double *to, const struct place *place, const char *value,
                        struct faults *faults)
{
    struct err ignored;

    if (text_double(value, place->key, -DBL_MAX, DBL_MAX, to, &ignored) < 0)
        faults_add(faults, place->parent, place->key, RULE_NUMBER);
}

/* to is NULL until the field comes for the first time. */
static void take_text(struct submission_form *form, const char **to, const struct place *place,
                      const char *value)
{
    char *text = *to == NULL ? text_nfc(value, strlen(value)) : NULL;

    if (*to != NULL)
        faults_add(form->faults, place->parent, place->key, RULE_ONCE);
    else if (text == NULL)
        faults_add(form->faults, place->parent, place->key, RULE_CLEAN);
    else
        *to = submission_keep(form->submission, text);
}

/* media_url may come again and again, also as "media_url[]". */
static bool is_media(const char *name)
{
    return strcmp(name, "media_url") == 0 || strcmp(name, "media_url[]") == 0;
}

static void take_media(struct submission_form *form, const char *value)
{
    static const struct place place = {0, "", "media_url", false};
    struct submission *s = form->submission;

    if (s->media_url == NULL)
        take_text(form, &s->media_url, &place, value);
    else if (s->more_media_count == SUBMISSION_MORE_MEDIA)
        faults_add(form->faults, "", "media_url", RULE_MANY);
    else
        take_text(form, &s->more_media[s->more_media_count], &place, value);
    if (s->more_media_count < SUBMISSION_MORE_MEDIA && s->more_media[s->more_media_count] != NULL)
        s->more_media_count++;
}

/* The id of an upload; may come again and again, also as "attachment[]". */
static bool is_file_id(const char *name)
{
    return strcmp(name, "attachment") == 0 || strcmp(name, "attachment[]") == 0;
}

static void take_file_id(struct submission_form *form, const char *value)
{
    struct submission *s = form->submission;

    if (s->file_id_count == ATTACHMENTS_MOST)
        faults_add(form->faults, "", "attachments", RULE_MANY);
    else
        s->file_ids[s->file_id_count++] = submission_keep(s, mem_text(value));
}

/* The code in "attribute[CODE]" or "attribute[CODE][]"; yours to free; NULL if it is neither. */
static char *attribute_code(const char *name, bool *is_item)
{
    size_t skip = sizeof(attribute_open) - 1;

    if (strncmp(name, attribute_open, skip) != 0)
        return NULL;
    size_t len = strcspn(name + skip, "]");
    const char *rest = name + skip + len;
    *is_item = strcmp(rest, "][]") == 0;
    if (len == 0 || (strcmp(rest, "]") != 0 && !*is_item))
        return NULL;
    return text_nfc(name + skip, len);
}

static void take_answer(struct submission_form *form, const char *name, const char *value)
{
    struct submission *s = form->submission;
    struct submission_answer answer = {0};
    char *code = attribute_code(name, &answer.is_item);
    char *text = code != NULL ? text_nfc(value, strlen(value)) : NULL;

    if (text != NULL && s->answer_count < SUBMISSION_MAX_ANSWERS) {
        answer.code = submission_keep(s, code);
        answer.value = submission_keep(s, text);
        s->answers[s->answer_count++] = answer;
        return;
    }
    if (text != NULL)
        faults_add(form->faults, "/attributes", NULL, RULE_MANY);
    else if (code != NULL)
        faults_add(form->faults, "/attributes", code, RULE_CLEAN);
    free(text);
    free(code);
}

void submission_read_field(void *ctx, const char *name, const char *value, size_t len)
{
    struct submission_form *form = ctx;
    const struct place *place = find(fields, COUNT(fields), name);
    const struct place *part = find(names, COUNT(names), name);

    if (part == NULL)
        part = find(asker, COUNT(asker), name);
    if (len == 0)
        return;
    if (strlen(value) != len)
        faults_add(form->faults, "", name, RULE_CLEAN);
    else if (place != NULL && place->is_number)
        take_number((double *)(void *)((char *)form->submission + place->offset), place, value,
                    form->faults);
    else if (place != NULL)
        take_text(form, (const char **)(void *)((char *)form->submission + place->offset), place,
                  value);
    else if (part != NULL)
        take_text(form, (const char **)(void *)((char *)form + part->offset), part, value);
    else if (is_media(name))
        take_media(form, value);
    else if (is_file_id(name))
        take_file_id(form, value);
    else
        take_answer(form, name, value);
}

void submission_end_form(struct submission_form *form)
{
    struct submission *s = form->submission;
    const char *first = form->first_name, *last = form->last_name;

    s->name = last != NULL ? last : first;
    if (first != NULL && last != NULL) {
        AUTO(strbuf_free) struct strbuf name = STRBUF(SIZE_MAX / 2);
        strbuf_addf(&name, "%s %s", last, first); /* the family name leads in Vietnam */
        s->name = submission_keep(s, mem_text(strbuf_text(&name)));
    }
    s->terse = true;
    s->anonymous = s->name == NULL && s->phone == NULL && s->email == NULL;
}
