/* SPDX-License-Identifier: Apache-2.0 */
#include "texts.h"

#include "clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NAME_SIZE = 64, MOMENT_SIZE = 64 };

static const struct catalogue_template *find(const struct catalogue *c, const char *prefix,
                                             const char *message, const char *language)
{
    char name[NAME_SIZE];

    snprintf(name, sizeof(name), "%s.%s", prefix, message);
    const struct catalogue_template *t = catalogue_template(c, name, language);
    return t != NULL ? t : catalogue_template(c, name, "vi");
}

const struct catalogue_template *texts_template(const struct catalogue *catalogue,
                                                enum channel channel, const char *message,
                                                const char *language)
{
    const struct catalogue_template *t = find(catalogue, channel_name(channel), message, language);

    return t == NULL && channel == CHANNEL_ZALO ? find(catalogue, "sms", message, language) : t;
}

/* ---- values ---- */

/* What is filled in, in whose language. */
struct filling {
    const struct catalogue *catalogue;
    const struct claimed *d;
    bool english;
    json_t *data;
    const json_t *detail;
};

static void set(const struct filling *f, const char *name, const char *value)
{
    json_object_set_new(f->data, name, json_string(value != NULL ? value : ""));
}

/* "16:00 ngày 23/11/2026"; empty for what is not a moment. */
static void set_moment(const struct filling *f, const char *name, int64_t us)
{
    char text[MOMENT_SIZE] = "";
    time_t s = us / CLOCK_US_PER_S;
    struct tm t;

    if (us > 0 && us < INT64_MAX && localtime_r(&s, &t) != NULL)
        (void)snprintf(text, sizeof(text), "%02d:%02d %s %02d/%02d/%d", t.tm_hour, t.tm_min,
                       f->english ? "on" : "ngày", t.tm_mday, t.tm_mon + 1, t.tm_year + 1900);
    set(f, name, text);
}

/* "2026-11-23" as people write it; what is no such day stays as it is. */
static void set_day(const struct filling *f, const char *name, const char *day)
{
    char text[MOMENT_SIZE];

    if (day == NULL || strlen(day) != 10 || day[4] != '-' || day[7] != '-') {
        set(f, name, day);
        return;
    }
    (void)snprintf(text, sizeof(text), "%.2s/%.2s/%.4s", day + 8, day + 5, day);
    set(f, name, text);
}

static const char *unit_name(const struct filling *f, const char *code)
{
    const struct catalogue_unit *unit = code != NULL ? catalogue_unit(f->catalogue, code) : NULL;

    if (unit == NULL)
        return code;
    return f->english ? unit->name_en : unit->name_vi;
}

static const char *service_name(const struct filling *f, const char *code)
{
    const struct catalogue_service *service =
        code != NULL ? catalogue_service(f->catalogue, code) : NULL;

    if (service == NULL)
        return code;
    return f->english ? service->name_en : service->name_vi;
}

static const char *detail_text(const struct filling *f, const char *key)
{
    return json_string_value(json_object_get(f->detail, key));
}

static int64_t detail_moment(const struct filling *f, const char *key)
{
    const json_t *value = json_object_get(f->detail, key);

    return json_is_integer(value) ? json_integer_value(value) : 0;
}

/* The step that an event tells of: its own, or that of the case which another one follows. */
static const char *step_of(const struct filling *f)
{
    bool follows = f->d->type != NULL && strcmp(f->d->type, "merged_moved") == 0;

    return follows ? detail_text(f, "why") : f->d->type;
}

/* The reason's name in the catalogue, for the purpose that the step has. */
static void set_reason(const struct filling *f)
{
    static const struct {
        const char *type, *purpose;
    } purposes[] = {{"rejected", "reject"}, {"extended", "extension"}, {"apologised", "apology"}};
    const char *code = detail_text(f, "reason_code"), *step = step_of(f);
    const struct catalogue_reason *reason = NULL;

    for (size_t i = 0; code != NULL && step != NULL && i < COUNT(purposes); i++)
        if (strcmp(purposes[i].type, step) == 0)
            reason = catalogue_reason(f->catalogue, purposes[i].purpose, code);
    set(f, "reason", reason == NULL ? "" : f->english ? reason->name_en : reason->name_vi);
}

/* The words of the unit's answer, and {{#solved}} or the like. */
static void set_answer(const struct filling *f)
{
    AUTO(json_release) json_t *outcome = NULL;
    struct err e;
    const char *result = NULL, *text = NULL;

    if (f->d->outcome != NULL && json_parse(f->d->outcome, f->d->outcome_len, &outcome, &e) == 0) {
        result = json_string_value(json_object_get(outcome, "result"));
        text = json_string_value(json_object_get(outcome, "text"));
    }
    set(f, "answer", text);
    if (result != NULL)
        json_object_set_new(f->data, result, json_true());
}

static void set_case(const struct filling *f)
{
    const struct claimed *d = f->d;
    bool is_staff = strcmp(d->recipient, "citizen") != 0;

    set(f, "city", f->english ? f->catalogue->city_en : f->catalogue->city_vi);
    set(f, "reference", d->reference);
    set(f, "service", service_name(f, d->service));
    set(f, "unit", unit_name(f, is_staff && d->task_unit != NULL ? d->task_unit : d->unit));
    set_moment(f, "received_at", d->received_at);
    set_moment(f, "due_at", d->due_at);
    set_moment(f, "at", d->at);
    if (d->state != NULL && strcmp(d->state, "SCREENING") == 0)
        json_object_set_new(f->data, "screening", json_true());
    if (d->hash != NULL)
        json_object_set_new(f->data, "attached", json_true());
}

static void set_event(const struct filling *f)
{
    set(f, "question", detail_text(f, "question"));
    set(f, "text", f->d->words);
    set(f, "forwarded_to", detail_text(f, "to"));
    set(f, "document", detail_text(f, "document"));
    set_day(f, "document_date", detail_text(f, "date"));
    int64_t promised = detail_moment(f, "new_due_at");
    set_moment(f, "new_due_at", promised != 0 ? promised : detail_moment(f, "to"));
    set_moment(f, "old_due_at", detail_moment(f, "from"));
    set_moment(f, "until", detail_moment(f, "until"));
    set_moment(f, "moment", detail_moment(f, "moment"));
    set_reason(f);
    set_answer(f);
    if (f->d->type != NULL)
        json_object_set_new(f->data, f->d->type, json_true());
}

json_t *texts_data(const struct catalogue *catalogue, const struct claimed *delivery,
                   const struct texts_person *person)
{
    AUTO(json_release) json_t *detail = NULL;
    struct err e;

    if (delivery->detail == NULL ||
        json_parse(delivery->detail, delivery->detail_len, &detail, &e) < 0)
        detail = json_object();
    const struct filling f = {catalogue, delivery, strcmp(delivery->language, "en") == 0,
                              json_object(), detail};
    set_event(&f);
    set_case(&f);
    set(&f, "name", person->name);
    set(&f, "link", person->link);
    set(&f, "unsubscribe", person->unsubscribe);
    return f.data;
}

/* ---- for programs ---- */

static void add_text(struct strbuf *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    strbuf_addf(out, ",\"%s\":", name);
    json_write_text(out, value, strlen(value));
}

static void add_moment(struct strbuf *out, const char *name, int64_t us)
{
    char text[CLOCK_TEXT_SIZE];

    if (us > 0 && us < INT64_MAX)
        add_text(out, name, clock_text_utc(us, text));
}

void texts_webhook(const struct claimed *delivery, struct strbuf *out)
{
    char at[CLOCK_TEXT_SIZE];

    strbuf_addf(out, "{\"type\":\"case.%s\",\"timestamp\":\"%s\",\"data\":{\"seq\":%" PRId64,
                delivery->message, clock_text_utc(delivery->at, at), delivery->seq);
    add_text(out, "reference", delivery->reference);
    add_text(out, "service", delivery->service);
    add_text(out, "unit", delivery->unit);
    if (delivery->task > 0) {
        strbuf_addf(out, ",\"task\":%" PRId64, delivery->task);
        add_text(out, "task_unit", delivery->task_unit);
    }
    add_text(out, "state", delivery->state);
    add_moment(out, "received_at", delivery->received_at);
    add_moment(out, "due_at", delivery->due_at);
    strbuf_addf(out, "}}");
}

/* ---- letters ---- */

void texts_letter_name(const struct catalogue *catalogue, const struct claimed *delivery,
                       struct strbuf *out)
{
    static const struct {
        const char *form, *vi, *en;
    } names[] = {
        {"receipt", "Giấy biên nhận", "Receipt"},
        {"information", "Phiếu yêu cầu bổ sung", "Request for information"},
        {"refusal", "Thông báo từ chối", "Refusal"},
        {"apology", "Phiếu xin lỗi và hẹn lại", "Apology and new date"},
    };
    bool english = strcmp(delivery->language, "en") == 0;
    const struct catalogue_unit *unit =
        delivery->letter_unit != NULL ? catalogue_unit(catalogue, delivery->letter_unit) : NULL;

    for (size_t i = 0; delivery->form != NULL && i < COUNT(names); i++)
        if (strcmp(names[i].form, delivery->form) == 0)
            strbuf_addf(out, "%s ", english ? names[i].en : names[i].vi);
    strbuf_addf(out, "%" PRId64 "-%s-%s-%" PRId64 ".pdf", delivery->letter_number,
                delivery->letter_register != NULL ? delivery->letter_register : "",
                unit != NULL ? unit->symbol : "", delivery->letter_year);
}
