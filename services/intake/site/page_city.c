/* SPDX-License-Identifier: Apache-2.0 */
/* page_city - GET /city: how the city keeps its promises in a month, by field and unit, with the
 * trend of a year; GET /city/trend.csv: the trend's figures. */
#include "mem.h"
#include "page.h"
#include "page_figures.h"
#include "page_time.h"
#include "reply.h"
#include "statistics.h"

#include "clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MONTHS = 12,         /* of the trend */
    MONTHS_OFFERED = 24, /* to choose from */
    UNITS_SHOWN = 12,
    MONTH_SIZE = 8, /* "2026-11" */
    TEXT_BYTES = 1024,
    CSV_BYTES = 16 * 1024,
    PERCENT = 100
};

struct showing {
    struct intake *intake;
    struct http_request *request;
    enum language language;
    struct period period;
    bool all_units, csv;
};

/* ---- months ---- */

/* The month before, and so on. */
static void earlier(const struct showing *s, struct period *period)
{
    period_month_of(period->from - 1, (int)s->intake->settings.month_end, period);
}

/* A month is called after the one that its last day lies in. */
static const char *month_code(const struct period *period, char out[MONTH_SIZE])
{
    char day[PERIOD_TEXT_SIZE];

    (void)snprintf(out, MONTH_SIZE, "%.7s", period_day_text(period->to, day));
    return out;
}

static json_t *month_name(const struct showing *s, const struct period *period)
{
    char code[MONTH_SIZE], key[PERIOD_TEXT_SIZE];

    month_code(period, code);
    (void)snprintf(key, sizeof(key), "month.%.2s", code + 5);
    AUTO(json_release)
    json_t *holes =
        json_pack("{s:s, s:s#}", "month", page_text(s->intake, s->language, key), "year", code, 4);
    return page_text_filled(s->intake, s->language, "city.month", holes);
}

static json_t *months_of(const struct showing *s)
{
    struct period month;
    json_t *rows = json_array();

    period_month_of(catalogue_day(clock_now_us()), (int)s->intake->settings.month_end, &month);
    for (int i = 0; i < MONTHS_OFFERED; i++) {
        char code[MONTH_SIZE];
        json_array_append_new(rows, json_pack("{s:s, s:o, s:b}", "code", month_code(&month, code),
                                              "month_name", month_name(s, &month), "selected",
                                              month.to == s->period.to));
        earlier(s, &month);
    }
    return rows;
}

/* ---- the trend ---- */

/* The months up to the one that is shown, oldest first. */
static void trend_periods(const struct showing *s, struct period out[MONTHS])
{
    out[MONTHS - 1] = s->period;
    for (int i = MONTHS - 1; i > 0; i--) {
        out[i - 1] = out[i];
        earlier(s, &out[i - 1]);
    }
}

static void sum_trend(const struct period periods[MONTHS], const PGresult *rows,
                      struct figures out[MONTHS])
{
    for (int i = 0; i < PQntuples(rows); i++) {
        int32_t day = statistics_day(rows, i);
        int at = 0;
        while (at < MONTHS && (day < periods[at].from || day > periods[at].to))
            at++;
        if (at < MONTHS)
            figures_add(&out[at], db_text(rows, i, 1), db_int(rows, i, 2));
    }
}

/* A column of a chart, and its row in the table beside it. */
static json_t *column_of(const struct showing *s, const struct period *period, double share,
                         int target, bool is_first)
{
    json_t *column = page_bar(s->language, share, target);
    char code[MONTH_SIZE];

    month_code(period, code);
    long month = strtol(code + 5, NULL, 10);
    json_object_set_new(column, "month", json_integer(month));
    /* A year is as wide as its column: that before a January has no room. */
    if (month == 1 || (is_first && month != 12))
        json_object_set_new(column, "year", json_stringn(code, 4));
    json_object_set_new(column, "rest", json_integer(PERCENT - target));
    if (isnan(share))
        return column;
    json_object_set_new(column, "whole", json_integer((json_int_t)floor(share * PERCENT + 1e-6)));
    json_object_set_new(column, "top", json_real(PERCENT * (1 - share)));
    return column;
}

static json_t *trend_row(const struct showing *s, const struct period *period,
                         const struct figures *f)
{
    json_t *row = page_figures(s->language, f);

    json_object_set_new(row, "month_name", month_name(s, period));
    return row;
}

static void add_trend(const struct showing *s, const PGresult *rows, json_t *data)
{
    struct period periods[MONTHS];
    struct figures figures[MONTHS] = {{0}};
    json_t *on_time = json_array(), *satisfied = json_array(), *table = json_array();

    trend_periods(s, periods);
    sum_trend(periods, rows, figures);
    for (int i = 0; i < MONTHS; i++) {
        const struct figures *f = &figures[i];
        json_array_append_new(on_time, column_of(s, &periods[i], figures_on_time_of_answered(f),
                                                 PAGE_TARGET_ON_TIME, i == 0));
        json_array_append_new(satisfied, column_of(s, &periods[i], figures_satisfied(f),
                                                   PAGE_TARGET_SATISFIED, i == 0));
        json_array_append_new(table, trend_row(s, &periods[i], f));
    }
    json_object_set_new(data, "trend_on_time", on_time);
    json_object_set_new(data, "trend_satisfied", satisfied);
    json_object_set_new(data, "trend", table);
}

static void add_share(struct strbuf *out, double share)
{
    strbuf_add(out, ",", 1);
    if (!isnan(share))
        strbuf_addf(out, "%.4f", share);
}

static void reply_csv(const struct showing *s, const PGresult *rows)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(CSV_BYTES);
    struct period periods[MONTHS];
    struct figures figures[MONTHS] = {{0}};

    trend_periods(s, periods);
    sum_trend(periods, rows, figures);
    strbuf_addf(&out,
                "month,from,to,received,answered,answered_on_time,on_time_of_answered,"
                "apology_letters,apology_letters_on_time,rated,satisfied\r\n");
    for (int i = 0; i < MONTHS; i++) {
        const struct figures *f = &figures[i];
        char code[MONTH_SIZE], from[PERIOD_TEXT_SIZE], to[PERIOD_TEXT_SIZE];
        strbuf_addf(&out, "%s,%s,%s,%" PRId64 ",%" PRId64 ",%" PRId64,
                    month_code(&periods[i], code), period_day_text(periods[i].from, from),
                    period_day_text(periods[i].to, to), f->received, f->answered,
                    f->answered_on_time);
        add_share(&out, figures_on_time_of_answered(f));
        strbuf_addf(&out, ",%" PRId64 ",%" PRId64 ",%" PRId64, f->apologised, f->apologised_on_time,
                    figures_rated(f));
        add_share(&out, figures_satisfied(f));
        strbuf_add(&out, "\r\n", 2);
    }
    reply_document(s->request, "text/csv; charset=utf-8", &out, NULL);
}

/* ---- fields and units ---- */

static const char *field_name(const struct showing *s, const struct catalogue *c, const char *code)
{
    for (size_t i = 0; i < c->service_count; i++)
        if (strcmp(c->services[i].group_vi, code) == 0)
            return IN_LANGUAGE(s->language, &c->services[i], group);
    return code;
}

/* Who had most to answer for comes first. */
static int by_due(const void *a, const void *b)
{
    const struct figures *x = &((const struct tally_row *)a)->figures;
    const struct figures *y = &((const struct tally_row *)b)->figures;
    int64_t first = x->answered + x->open_late, second = y->answered + y->open_late;

    return first != second ? (first < second ? 1 : -1) : (x->received < y->received ? 1 : -1);
}

static json_t *rows_of(const struct showing *s, struct tally *t)
{
    json_t *rows = json_array();
    size_t count = t->count;

    if (count > 0)
        qsort(t->rows, count, sizeof(*t->rows), by_due);
    if (t->by == TALLY_UNIT && !s->all_units && count > UNITS_SHOWN)
        count = UNITS_SHOWN;
    for (size_t i = 0; i < count; i++) {
        json_t *row = page_figures(s->language, &t->rows[i].figures);
        const char *code = t->rows[i].code;
        const char *name = t->by == TALLY_UNIT ? unit_name(s->intake, code, s->language)
                                               : field_name(s, t->catalogue, code);
        json_object_set_new(row, "row_name", json_string(name));
        json_array_append_new(rows, row);
    }
    return rows;
}

static void add_tables(const struct showing *s, const struct statistics_counts *found,
                       const struct catalogue *c, json_t *data)
{
    int64_t cut_off = found->cut_off;
    AUTO(tally_free)
    struct tally fields = {.catalogue = c, .by = TALLY_FIELD, .cut_off = cut_off};
    AUTO(tally_free) struct tally units = {.catalogue = c, .by = TALLY_UNIT, .cut_off = cut_off};
    struct tally *both[] = {&fields, &units};

    for (size_t i = 0; i < COUNT(both); i++) {
        tally_measures(both[i], found->rows[STATISTICS_SUMS]);
        tally_late(both[i], found->rows[STATISTICS_LATE]);
    }
    json_object_set_new(data, "total", page_figures(s->language, &units.total));
    json_object_set_new(
        data, "nothing",
        json_boolean(units.total.received + units.total.answered + units.total.open_late == 0));
    json_object_set_new(data, "fields", rows_of(s, &fields));
    if (!s->all_units && units.count > UNITS_SHOWN)
        json_object_set_new(data, "more_units", json_integer((json_int_t)units.count));
    json_object_set_new(data, "units", rows_of(s, &units));
}

/* ---- the page ---- */

static void set_day(const struct showing *s, json_t *data, const char *name, int32_t day)
{
    char text[PERIOD_TEXT_SIZE], key[PERIOD_TEXT_SIZE];

    period_day_text(day, text); /* "2026-11-26" */
    (void)snprintf(key, sizeof(key), "month.%.2s", text + 5);
    AUTO(json_release)
    json_t *holes = json_pack("{s:i, s:s, s:s#}", "day", (int)strtol(text + 8, NULL, 10), "month",
                              page_text(s->intake, s->language, key), "year", text, 4);
    json_object_set_new(data, name, page_text_filled(s->intake, s->language, "city.day", holes));
}

static void add_head(const struct showing *s, int64_t cut_off, json_t *data)
{
    AUTO(strbuf_free) struct strbuf moment = STRBUF(TEXT_BYTES);
    char code[MONTH_SIZE];

    page_time_moment(s->intake->pages, s->language, cut_off, &moment);
    json_object_set_new(data, "cut_off", json_string(moment.data));
    json_object_set_new(data, "code", json_string(month_code(&s->period, code)));
    json_object_set_new(data, "month_name", month_name(s, &s->period));
    set_day(s, data, "from", s->period.from);
    set_day(s, data, "to", s->period.to);
    json_object_set_new(data, "months", months_of(s));
}

static void reply_page(const struct showing *s, const struct statistics_counts *found,
                       const struct catalogue *c)
{
    AUTO(strbuf_free) struct strbuf self = STRBUF(TEXT_BYTES);
    json_t *data = json_object();
    char code[MONTH_SIZE];

    add_head(s, found->cut_off, data);
    add_tables(s, found, c, data);
    add_trend(s, found->rows[STATISTICS_DAYS], data);
    strbuf_addf(&self, "/city?month=%s%s&lang=", month_code(&s->period, code),
                s->all_units ? "&units=all" : "");
    page_reply(s->intake, s->request,
               &(struct page){.name = "city.html",
                              .status = 200,
                              .language = s->language,
                              .title = page_text(s->intake, s->language, "city.title"),
                              .self = self.data},
               data);
}

static void on_counts(void *ctx, const struct statistics_counts *found, const struct err *e)
{
    struct showing *s = ctx;
    const struct catalogue *c = catalogue_now(s->intake->watch);

    if (e != NULL)
        page_reply_err(s->intake, s->request, s->language, e);
    else if (c == NULL)
        page_reply_error(s->intake, s->request, 503, s->language, NULL);
    else if (s->csv)
        reply_csv(s, found->rows[STATISTICS_DAYS]);
    else
        reply_page(s, found, c);
    free(s);
}

static void ask(struct intake *intake, struct http_request *request, bool csv)
{
    const char *month = http_query(request, "month"), *units = http_query(request, "units");
    int end = (int)intake->settings.month_end;
    struct showing showing = {.intake = intake,
                              .request = request,
                              .language = page_language(request),
                              .csv = csv,
                              .all_units = units != NULL && strcmp(units, "all") == 0};
    struct period periods[MONTHS];
    struct err e;

    if (!page_admits(intake, request))
        return;
    period_month_of(catalogue_day(clock_now_us()), end, &showing.period);
    if (month != NULL && month[0] != '\0' && !period_month(month, end, &showing.period)) {
        page_reply_error(intake, request, 400, showing.language, NULL);
        return;
    }
    trend_periods(&showing, periods);
    const struct period trend = {periods[0].from, showing.period.to};
    struct showing *s = mem_new(1, sizeof(*s));
    *s = showing;
    if (statistics_ask(intake->statistics, &s->period, &trend, on_counts, s, &e) == 0)
        return;
    free(s);
    page_reply_err(intake, request, showing.language, &e);
}

void page_city_get(void *ctx, struct http_request *request)
{
    ask(ctx, request, false);
}

void page_trend_csv(void *ctx, struct http_request *request)
{
    ask(ctx, request, true);
}
