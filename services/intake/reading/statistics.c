/* SPDX-License-Identifier: Apache-2.0 */
/* statistics - GET /api/v1/statistics: whether promises were kept, with the formula beside it.
 *
 * Counts come from the measures, which the ledger keeps with each step; what was late and open
 * at the cut-off comes from the cases. As JSON and as CSV. */
#include "statistics.h"
#include "api.h"
#include "mem.h"
#include "period.h"
#include "query.h"
#include "tally.h"

#include "clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_MAX = 400 };

static const char *const formulas[LANGUAGES] = {
    [LANGUAGE_VI] =
        "Đúng hạn = trả lời đúng hạn ÷ (đã trả lời + quá hạn chưa trả lời tại thời "
        "điểm chốt số liệu).",
    [LANGUAGE_EN] =
        "On time = answered on time ÷ (answered + past due and not answered at the "
        "cut-off).",
};

struct asking {
    struct intake *intake;
    struct http_request *request;
    enum language language;
    bool csv, bom;
    enum tally_by by;
    struct period period;
};

static void read_by(const struct query *q, struct asking *a)
{
    const char *text = query_text(q, "by");
    int by = 0;

    if (text == NULL)
        return;
    while (by < TALLY_BYS && strcmp(tally_bys[by], text) != 0)
        by++;
    if (by == TALLY_BYS)
        faults_add_value(q->faults, "by", RULE_CHOICE, text);
    else
        a->by = (enum tally_by)by;
}

static void read_day(const struct query *q, const char *name, int32_t *out)
{
    const char *text = query_text(q, name);

    if (text != NULL && !period_day(text, out))
        faults_add_value(q->faults, name, RULE_DATETIME, text);
}

/* A month, or the days from and to; without both the month that holds today. */
static void read_period(const struct query *q, struct asking *a)
{
    int end = (int)a->intake->settings.month_end;
    const char *month = query_text(q, "month");

    period_month_of(catalogue_day(clock_now_us()), end, &a->period);
    if (month != NULL && !period_month(month, end, &a->period))
        faults_add_value(q->faults, "month", RULE_DATETIME, month);
    struct period said = a->period;
    read_day(q, "from", &said.from);
    read_day(q, "to", &said.to);
    if (month == NULL)
        a->period = said;
    if (a->period.to < a->period.from)
        faults_add(q->faults, "", "to", RULE_RANGE);
    else if (a->period.to - a->period.from >= DAYS_MAX)
        faults_add_span(q->faults, "to", DAYS_MAX);
}

static const char *name_of(const struct asking *a, const struct tally *t, const char *code)
{
    if (a->by == TALLY_UNIT)
        return unit_name(a->intake, code, a->language);
    if (a->by == TALLY_SERVICE)
        return service_name(a->intake, code, a->language);
    for (size_t i = 0; i < t->catalogue->service_count; i++)
        if (strcmp(t->catalogue->services[i].group_vi, code) == 0)
            return IN_LANGUAGE(a->language, &t->catalogue->services[i], group);
    return code;
}

/* ---- JSON ---- */

static void add_figures(struct tree *tree, const struct figures *f)
{
    tree_int(tree, "received", f->received);
    tree_int(tree, "answered", f->answered);
    tree_int(tree, "answered_on_time", f->answered_on_time);
    tree_int(tree, "open_past_due", f->open_late);
    tree_float(tree, "on_time", figures_on_time(f));
    tree_float(tree, "on_time_of_answered", figures_on_time_of_answered(f));
    tree_int(tree, "apology_letters", f->apologised);
    tree_int(tree, "apology_letters_on_time", f->apologised_on_time);
    tree_int(tree, "apology_letters_owed", f->letters_owed);
    tree_int(tree, "rated", figures_rated(f));
    tree_float(tree, "satisfied", figures_satisfied(f));
    tree_float(tree, "rated_of_answered", figures_response(f));
}

static void write_json(const struct asking *a, const struct tally *t, struct tree *tree)
{
    char day[PERIOD_TEXT_SIZE];

    tree_record(tree, "statistics");
    tree_text(tree, "by", tally_bys[a->by]);
    tree_text(tree, "from", period_day_text(a->period.from, day));
    tree_text(tree, "to", period_day_text(a->period.to, day));
    tree_time(tree, "cut_off", t->cut_off);
    tree_text(tree, "formula", formulas[a->language]);
    tree_record(tree, "total");
    add_figures(tree, &t->total);
    tree_end(tree);
    tree_list(tree, "rows");
    for (size_t i = 0; i < t->count; i++) {
        tree_record(tree, "row");
        tree_text(tree, "code", t->rows[i].code);
        tree_text(tree, "name", name_of(a, t, t->rows[i].code));
        add_figures(tree, &t->rows[i].figures);
        tree_end(tree);
    }
    tree_end(tree);
    tree_end(tree);
}

/* ---- CSV (RFC 4180) ---- */

/* Spreadsheets take a file for UTF-8 that begins with it; programs would find it in the first name,
 * and so get none unless they ask. */
static const char byte_order_mark[] = "\xEF\xBB\xBF";

static void add_cell(struct strbuf *out, const char *text)
{
    strbuf_add(out, "\"", 1);
    for (; *text != '\0'; text++)
        strbuf_add(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    strbuf_add(out, "\",", 2);
}

static void add_share(struct strbuf *out, double share)
{
    if (!isnan(share))
        strbuf_addf(out, "%.4f", share);
}

static void add_line(struct strbuf *out, const struct asking *a, const struct tally *t,
                     const char *code, const char *name, const struct figures *f)
{
    char day[PERIOD_TEXT_SIZE], cut_off[CLOCK_TEXT_SIZE];

    add_cell(out, code);
    add_cell(out, name);
    strbuf_addf(out, "%s,", period_day_text(a->period.from, day));
    strbuf_addf(out, "%s,%s,", period_day_text(a->period.to, day),
                clock_text_local(t->cut_off, cut_off));
    strbuf_addf(out, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",", f->received, f->answered,
                f->answered_on_time, f->open_late);
    add_share(out, figures_on_time(f));
    strbuf_add(out, ",", 1);
    add_share(out, figures_on_time_of_answered(f));
    strbuf_addf(out, ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",", f->apologised,
                f->apologised_on_time, f->letters_owed, figures_rated(f));
    add_share(out, figures_satisfied(f));
    strbuf_add(out, ",", 1);
    add_share(out, figures_response(f));
    strbuf_add(out, "\r\n", 2);
}

static void write_csv(const struct asking *a, const struct tally *t, struct strbuf *out)
{
    strbuf_clear(out);
    strbuf_addf(out, "%s", a->bom ? byte_order_mark : "");
    strbuf_addf(out,
                "%s,name,from,to,cut_off,received,answered,answered_on_time,open_past_due,"
                "on_time,on_time_of_answered,apology_letters,apology_letters_on_time,"
                "apology_letters_owed,rated,satisfied,rated_of_answered\r\n",
                tally_bys[a->by]);
    for (size_t i = 0; i < t->count; i++)
        add_line(out, a, t, t->rows[i].code, name_of(a, t, t->rows[i].code), &t->rows[i].figures);
    add_line(out, a, t, "", "", &t->total);
}

/* ---- asking ---- */

static void answer(const struct asking *a, const struct statistics_counts *found,
                   const struct catalogue *c)
{
    AUTO(tally_free)
    struct tally tally = {.catalogue = c, .by = a->by, .cut_off = found->cut_off};
    struct strbuf *out = &a->intake->answer;
    struct tree tree;

    tally_measures(&tally, found->rows[STATISTICS_SUMS]);
    tally_late(&tally, found->rows[STATISTICS_LATE]);
    tally_sort(&tally);
    if (a->csv) {
        write_csv(a, &tally, out);
        reply_document(a->request, "text/csv; charset=utf-8", out, NULL);
        return;
    }
    tree_init(&tree, true, out);
    write_json(a, &tally, &tree);
    reply_public(a->request, &tree, NULL);
}

static void on_counts(void *ctx, const struct statistics_counts *found, const struct err *e)
{
    struct asking *a = ctx;
    const struct catalogue *c = catalogue_now(a->intake->watch);

    if (e != NULL)
        problem_reply_err(a->request, a->language, e);
    else if (c == NULL)
        problem_reply(a->request, PROBLEM_BUSY, a->language, NULL, NULL);
    else
        answer(a, found, c);
    free(a);
}

static void statistics(struct intake *intake, struct http_request *request, bool csv)
{
    static const char *const names[] = {"by", "month", "from", "to", NULL};
    static const char *const names_of_csv[] = {"by", "month", "from", "to", "bom", NULL};
    struct asking asking = {.intake = intake, .request = request, .csv = csv};
    const struct query q = {query_of_request, request, &intake->faults, NULL, NULL};
    struct err e;

    if (!api_begin(intake, request))
        return;
    asking.language = language_accepted(http_header(request, "Accept-Language"));
    intake->faults.count = 0;
    api_parameters(request, csv ? names_of_csv : names, &intake->faults);
    asking.bom = query_is_true(&q, "bom");
    read_by(&q, &asking);
    read_period(&q, &asking);
    if (intake->faults.count > 0) {
        problem_reply(request, PROBLEM_INVALID, asking.language, NULL, &intake->faults);
        return;
    }
    struct asking *a = mem_new(1, sizeof(*a));
    *a = asking;
    if (statistics_ask(intake->statistics, &a->period, NULL, on_counts, a, &e) == 0)
        return;
    free(a);
    problem_reply_err(request, asking.language, &e);
}

void statistics_get(void *ctx, struct http_request *request)
{
    statistics(ctx, request, false);
}

void statistics_csv(void *ctx, struct http_request *request)
{
    statistics(ctx, request, true);
}
