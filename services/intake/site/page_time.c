/* SPDX-License-Identifier: Apache-2.0 */
#include "page_time.h"

#include "catalogue.h"
#include "clock.h"
#include "json.h"
#include "template.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MINUTE_US = 60 * CLOCK_US_PER_S,
    HOUR_MINUTES = 60,
    DAY_MINUTES = 24 * HOUR_MINUTES,
    DAYS_MAX = 1000, /* more are not counted */
    DAYS_IN_WEEK = 7,
    THURSDAY = 3, /* 1970-01-01, counted from Monday */
};

static const char *text_of(const struct page_set *set, enum language language, const char *key)
{
    const char *text = page_set_text(set, language, key);

    assert(text != NULL);
    return text;
}

void page_time_moment(const struct page_set *set, enum language language, int64_t us,
                      struct strbuf *out)
{
    char local[CLOCK_TEXT_SIZE], key[16], weekday_key[16];
    AUTO(json_release) json_t *data = NULL;
    struct err e;

    clock_text_local(us, local); /* "2026-11-23T16:00:00+07:00" */
    int weekday =
        (int)(((catalogue_day(us) + THURSDAY) % DAYS_IN_WEEK + DAYS_IN_WEEK) % DAYS_IN_WEEK);
    (void)snprintf(weekday_key, sizeof(weekday_key), "weekday.%d", weekday + 1);
    (void)snprintf(key, sizeof(key), "month.%.2s", local + 5);
    data = json_pack("{s:s#, s:s, s:i, s:s, s:s#}", "time", local + 11, 5, "weekday",
                     text_of(set, language, weekday_key), "day", (int)strtol(local + 8, NULL, 10),
                     "month", text_of(set, language, key), "year", local, 4);
    int rc = template_render(text_of(set, language, "moment"), data, TEMPLATE_PLAIN, out, &e);
    assert(rc == 0);
}

/* Working days after the first moment's own, up to the second's. */
static int working_days(const struct worktime *calendar, int64_t from_us, int64_t to_us)
{
    int days = 0;
    int64_t closing_us;
    struct err e;

    while (days < DAYS_MAX && worktime_shift_days(calendar, from_us, days, &closing_us, &e) == 0 &&
           closing_us < to_us)
        days++;
    return days;
}

struct page_span page_time_between(const struct worktime *calendar, enum worktime_kind kind,
                                   int64_t from_us, int64_t to_us)
{
    struct page_span span = {.minutes = (to_us - from_us) / MINUTE_US};

    if (kind == WORKTIME_WORKING_HOURS || kind == WORKTIME_WORKING_DAYS) {
        span.is_working = true;
        span.minutes = worktime_between(calendar, from_us, to_us) / MINUTE_US;
        span.days = working_days(calendar, from_us, to_us);
    } else {
        span.days = (int)(span.minutes / DAY_MINUTES);
    }
    return span;
}

/* "3 hours": the unit's text for one or for many. */
static void add_part(const struct page_set *set, enum language language, const char *unit,
                     int64_t count, struct strbuf *out)
{
    AUTO(json_release) json_t *data = json_pack("{s:I}", "n", (json_int_t)count);
    char key[32];
    struct err e;

    if (out->len > 0 && out->data[out->len - 1] != ' ')
        strbuf_add(out, " ", 1);
    (void)snprintf(key, sizeof(key), "span.%s.%s", unit, count == 1 ? "one" : "many");
    int rc = template_render(text_of(set, language, key), data, TEMPLATE_PLAIN, out, &e);
    assert(rc == 0);
}

void page_time_span(const struct page_set *set, enum language language,
                    const struct page_span *span, struct strbuf *out)
{
    int64_t rest = span->is_working ? span->minutes : span->minutes % DAY_MINUTES;
    int64_t hours = rest / HOUR_MINUTES, minutes = rest % HOUR_MINUTES;

    if (span->days > 0 && span->is_working) {
        add_part(set, language, "working_day", span->days, out);
        return;
    }
    if (span->days > 0)
        add_part(set, language, "day", span->days, out);
    if (hours > 0)
        add_part(set, language, "hour", hours, out);
    if (span->days == 0 && (minutes > 0 || hours == 0))
        add_part(set, language, "minute", minutes, out);
    if (span->is_working) {
        const char *mark = text_of(set, language, "span.working");
        strbuf_addf(out, " %s", mark);
    }
}
