/* SPDX-License-Identifier: Apache-2.0 */
#include "submission.h"

#include "answers.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void submission_init(struct submission *s)
{
    memset(s, 0, offsetof(struct submission, texts));
    s->lat = (double)NAN;
    s->lon = (double)NAN;
}

void submission_free(struct submission *s)
{
    for (size_t i = 0; i < s->text_count; i++)
        free(s->texts[i]);
    s->text_count = 0;
    json_store_free(&s->store);
}

const char *submission_keep(struct submission *s, char *text)
{
    assert(s->text_count < SUBMISSION_MAX_TEXTS);
    s->texts[s->text_count++] = text;
    return text;
}

/* Whether text has more than limit characters; bytes judge nearly always. */
static bool is_longer(const char *text, size_t limit)
{
    size_t bytes = strlen(text);

    return bytes > limit && text_length(text, bytes) > limit;
}

static bool is_blank(const char *text)
{
    return text == NULL || text_is_blank(text, strlen(text));
}

static void check_service(struct submission *s, const struct catalogue *c, struct faults *faults)
{
    if (s->service_code == NULL) {
        faults_add(faults, "/service_code", NULL, RULE_MISSING);
        return;
    }
    s->service = catalogue_service(c, s->service_code);
    if (s->service != NULL && s->service->retired)
        s->service = NULL;
    if (s->service == NULL)
        faults_add(faults, "/service_code", NULL, RULE_SERVICE);
}

/* Whoever works on the case, or reads of it, has a text: what the service is called. */
static void describe_by_service(struct submission *s)
{
    if (s->terse && s->service != NULL && is_blank(s->description))
        s->description = IN_LANGUAGE(s->answer_language, s->service, name);
}

static void check_texts(struct submission *s, struct faults *faults)
{
    const struct {
        const char *pointer, *text;
        unsigned limit;
    } limits[] = {
        {"/description", s->description, SUBMISSION_DESCRIPTION},
        {"/address", s->address, SUBMISSION_ADDRESS},
        {"/address_id", s->address_id, SUBMISSION_ADDRESS_ID},
        {"/contact/name", s->name, SUBMISSION_NAME},
    };

    for (size_t i = 0; i < COUNT(limits); i++)
        if (limits[i].text != NULL && is_longer(limits[i].text, limits[i].limit))
            faults_add_length(faults, limits[i].pointer, NULL, limits[i].limit);
    if (is_blank(s->description))
        faults_add(faults, "/description", NULL, RULE_MISSING);
}

/* Printable ASCII without what would have to be escaped in a page or a header. */
static bool is_url(const char *text)
{
    if (strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0)
        return false;
    for (; *text != '\0'; text++)
        if (*text <= ' ' || *text > '~' || strchr("\"'<>\\^`{|}", *text) != NULL)
            return false;
    return true;
}

void submission_check_media(const char *const urls[], size_t count, struct faults *faults)
{
    bool good = true;

    for (size_t i = 0; i < count; i++) {
        if (is_longer(urls[i], SUBMISSION_URL))
            faults_add_length(faults, "/media_url", NULL, SUBMISSION_URL);
        good = good && is_url(urls[i]);
    }
    if (!good)
        faults_add(faults, "/media_url", NULL, RULE_URL);
}

static void check_names(struct submission *s, const struct catalogue *c, struct faults *faults)
{
    submission_check_media(&s->media_url, s->media_url != NULL ? 1 : 0, faults);
    submission_check_media(s->more_media, s->more_media_count, faults);
    if (s->unit != NULL && catalogue_unit(c, s->unit) == NULL)
        faults_add(faults, "/unit", NULL, RULE_UNIT);
    if (s->area != NULL && catalogue_area(c, s->area) == NULL)
        faults_add(faults, "/area", NULL, RULE_AREA);
    if (s->language != NULL && !language_read(s->language, &s->answer_language))
        faults_add(faults, "/language", NULL, RULE_LANGUAGE);
}

/* A field report is about a place where the city can do something. Who joins another's has only its
 * place. */
static bool is_outside(const struct submission *s, const struct area_map *city)
{
    return city != NULL && s->service != NULL && !s->joins &&
           strcmp(s->service->kind, "field_report") == 0 && !area_map_covers(city, s->lat, s->lon);
}

static void check_place(const struct submission *s, const struct area_map *city,
                        struct faults *faults)
{
    bool has_lat = !isnan(s->lat), has_lon = !isnan(s->lon);
    size_t before = faults->count;

    if (has_lat && !(s->lat >= -90 && s->lat <= 90))
        faults_add(faults, "/lat", NULL, RULE_RANGE);
    if (has_lon && !(s->lon >= -180 && s->lon <= 180))
        faults_add(faults, "/lon", NULL, RULE_RANGE);
    if (has_lat != has_lon)
        faults_add(faults, has_lat ? "/lon" : "/lat", NULL, RULE_PAIR);
    if (s->service != NULL && s->service->place_required && !s->joins && !has_lat && !has_lon &&
        is_blank(s->address) && is_blank(s->address_id))
        faults_add(faults, "/lat", NULL, RULE_PLACE);
    if (has_lat && has_lon && faults->count == before && is_outside(s, city))
        faults_add(faults, "/lat", NULL, RULE_OUTSIDE);
}

static void check_phone(struct submission *s, const struct catalogue *c, struct faults *faults)
{
    struct err ignored;

    if (s->phone != NULL &&
        text_phone(s->phone, c->country_calling_code, s->phone_e164, &ignored) < 0)
        faults_add(faults, "/contact/phone", NULL, RULE_PHONE);
}

static void check_email(struct submission *s, struct faults *faults)
{
    size_t i = 0;

    if (s->email == NULL)
        return;
    if (!text_is_email(s->email)) {
        faults_add(faults, "/contact/email", NULL, RULE_EMAIL);
        return;
    }
    for (; s->email[i] != '\0'; i++) {
        s->email_lower[i] = s->email[i];
        if (s->email[i] >= 'A' && s->email[i] <= 'Z')
            s->email_lower[i] = (char)(s->email[i] - 'A' + 'a');
    }
    s->email_lower[i] = '\0';
}

/* Who may stay anonymous may also give a part of a contact: a name without an address, or the other
 * way round. Where the law wants to know who it was, both are asked for. */
static bool needs_whole_contact(const struct submission *s)
{
    return !s->terse || (s->service != NULL && !s->service->anonymous_allowed);
}

static void check_contact(struct submission *s, const struct catalogue *c, struct faults *faults)
{
    bool reachable = s->phone != NULL || s->email != NULL;

    check_phone(s, c, faults);
    check_email(s, faults);
    if (s->anonymous) {
        if (reachable || s->name != NULL)
            faults_add(faults, "/contact", NULL, RULE_NAMELESS);
        if (s->service != NULL && !s->service->anonymous_allowed)
            faults_add(faults, "/anonymous", NULL, RULE_NAMED);
        return;
    }
    if (!needs_whole_contact(s))
        return;
    if (is_blank(s->name))
        faults_add(faults, "/contact/name", NULL, RULE_MISSING);
    if (!reachable)
        faults_add(faults, "/contact/phone", NULL, RULE_REACH);
}

int submission_check(struct submission *s, const struct catalogue *catalogue,
                     const struct area_map *city, struct faults *faults)
{
    check_names(s, catalogue, faults);
    check_service(s, catalogue, faults);
    if (s->service != NULL && s->service->closed_notice_vi != NULL) {
        faults->count = 0;
        return 0;
    }
    describe_by_service(s);
    check_texts(s, faults);
    check_place(s, city, faults);
    answers_check(s, faults);
    check_contact(s, catalogue, faults);
    return faults->count > 0 ? -1 : 0;
}
