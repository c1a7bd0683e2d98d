/* SPDX-License-Identifier: Apache-2.0 */
/* receipt - what a citizen is promised, and where to follow it. */
#include "clock.h"
#include "intake.h"
#include "links.h"

#include <stdio.h>
#include <string.h>

/* {0} unit, {1} reference, {2} time, {3} date, {4} offset from UTC. */
static const char *const promises[LANGUAGES] = {
    [LANGUAGE_VI] =
        "{0} chịu trách nhiệm giải quyết {1} và hẹn trả lời bạn trước {2} ngày {3} "
        "(UTC{4}).",
    [LANGUAGE_EN] =
        "{0} is responsible for {1} and promises you an answer by {2} on {3} "
        "(UTC{4}).",
};

/* While a person at the desk has still to find who is responsible. */
static const char *const desk_promises[LANGUAGES] = {
    [LANGUAGE_VI] =
        "{0} đã nhận {1}, sẽ chuyển đến đơn vị chịu trách nhiệm và hẹn trả lời bạn "
        "trước {2} ngày {3} (UTC{4}).",
    [LANGUAGE_EN] =
        "{0} has received {1}, will pass it to the unit that is responsible and "
        "promises you an answer by {2} on {3} (UTC{4}).",
};

/* "2026-11-23T16:00:00+07:00" cut into what people read. */
struct moment {
    char time[6], date[11], offset[7];
};

static void read_moment(int64_t us, struct moment *out)
{
    char text[CLOCK_TEXT_SIZE];

    clock_text_local(us, text);
    memcpy(out->time, text + 11, 5);
    out->time[5] = '\0';
    memcpy(out->date, text + 8, 2);
    memcpy(out->date + 3, text + 5, 2);
    memcpy(out->date + 6, text, 4);
    out->date[2] = out->date[5] = '/';
    out->date[10] = '\0';
    memcpy(out->offset, text + 19, 6);
    out->offset[6] = '\0';
}

const char *unit_name(const struct intake *intake, const char *code, enum language language)
{
    const struct catalogue *c = catalogue_now(intake->watch);
    const struct catalogue_unit *unit = c != NULL ? catalogue_unit(c, code) : NULL;

    return unit != NULL ? IN_LANGUAGE(language, unit, name) : code;
}

const char *service_name(const struct intake *intake, const char *code, enum language language)
{
    const struct catalogue *c = catalogue_now(intake->watch);
    const struct catalogue_service *service = c != NULL ? catalogue_service(c, code) : NULL;

    return service != NULL ? IN_LANGUAGE(language, service, name) : code;
}

void receipt_url(const struct intake *intake, const struct case_receipt *receipt,
                 struct strbuf *out)
{
    links_tracking(out, intake->settings.public_url, receipt->reference, intake->ring,
                   &receipt->id);
}

void receipt_text(const struct intake *intake, const struct case_receipt *receipt,
                  enum language language, struct strbuf *out)
{
    bool at_desk = strcmp(receipt->state, "SCREENING") == 0;
    struct moment due;

    read_moment(receipt->due_at, &due);
    const char *const values[] = {unit_name(intake, receipt->unit, language), receipt->reference,
                                  due.time, due.date, due.offset};
    language_fill(out, (at_desk ? desk_promises : promises)[language], values);
}
