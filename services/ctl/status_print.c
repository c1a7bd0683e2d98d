/* SPDX-License-Identifier: Apache-2.0 */
/* status_print - the status for people: what is ill first, then the figures, then the units. */
#include "sheet.h"
#include "shown.h"
#include "status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_UNITS = 10 };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

static int64_t number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* ---- services ---- */

/* What is not "ok", in one line. */
static void describe(const json_t *service, struct strbuf *out)
{
    const char *name;
    json_t *why;

    strbuf_addf(out, "%s", text_of(service, "error"));
    json_object_foreach(json_object_get(service, "checks"), name, why)
    {
        if (strcmp(json_string_value(why), "ok") != 0)
            strbuf_addf(out, "%s%s: %s", out->len > 0 ? ", " : "", name, json_string_value(why));
    }
}

static void print_services(const json_t *services, FILE *out)
{
    static const struct sheet_column columns[] = {{"service", false},
                                                  {"state", false},
                                                  {"probes", false},
                                                  {"what is wrong", false},
                                                  {NULL, false}};
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    size_t i;
    json_t *service;

    json_array_foreach(services, i, service)
    {
        AUTO(strbuf_free) struct strbuf why = STRBUF(4096);
        describe(service, &why);
        sheet_row(sheet);
        sheet_cell(sheet, "%s", text_of(service, "name"));
        sheet_cell(sheet, "%s",
                   json_is_true(json_object_get(service, "ready")) ? "ready" : "NOT READY");
        sheet_cell(sheet, "%s", text_of(service, "address"));
        sheet_cell(sheet, "%s", strbuf_text(&why) != NULL ? why.data : "");
    }
    sheet_print(sheet, 0, out);
}

/* ---- figures ---- */

static void print_size(int64_t bytes, FILE *out)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    size_t i = 0;

    for (; size >= 1000 && i < COUNT(units) - 1; i++)
        size /= 1000;
    fprintf(out, "%.*f %s", i == 0 ? 0 : 1, size, units[i]);
}

/* "2026-11-23 14:05:09" of a moment. */
static void print_moment(const json_t *object, const char *key, FILE *out)
{
    const char *text = text_of(object, key);

    if (strlen(text) >= 19)
        fprintf(out, "%.10s %.8s", text, text + 11);
}

static void print_database(const json_t *status, FILE *out)
{
    const json_t *database = json_object_get(status, "database");
    const json_t *catalogue = json_object_get(status, "catalogue");
    const json_t *ledger = json_object_get(status, "ledger");
    const json_t *calendar;
    size_t i;

    fprintf(out, "\n%-10s ", "database");
    print_size(number_of(database, "size_bytes"), out);
    fprintf(out, ", migration %04" PRId64 "\n", number_of(database, "migration"));
    if (json_is_object(catalogue)) {
        fprintf(out, "%-10s %s, version %" PRId64 ", %s, loaded ", "catalogue",
                text_of(catalogue, "name"), number_of(catalogue, "version"),
                text_of(catalogue, "city_vi"));
        print_moment(catalogue, "loaded_at", out);
        fputc('\n', out);
    } else {
        fprintf(out, "%-10s none: run \"dunghen catalogue load DIR\"\n", "catalogue");
    }
    json_array_foreach(json_object_get(status, "ending_calendars"), i, calendar)
    {
        fprintf(out, "%-10s calendar %s ends with %" PRId64 ": nothing can be promised beyond\n",
                "", text_of(calendar, "calendar"), number_of(calendar, "last_year"));
    }
    fprintf(out, "%-10s event %" PRId64, "ledger", number_of(ledger, "seq"));
    if (number_of(ledger, "seq") > 0) {
        fprintf(out, ", ");
        print_moment(ledger, "at", out);
    }
    fputc('\n', out);
}

static void print_figures(const json_t *status, FILE *out)
{
    const json_t *today = json_object_get(status, "today"), *open = json_object_get(status, "open");
    int64_t answered = number_of(today, "answered"), on_time = number_of(today, "answered_on_time");

    fprintf(out, "%-10s received %" PRId64 ", answered %" PRId64, "today",
            number_of(today, "received"), answered);
    if (answered > 0)
        fprintf(out, " (%" PRId64 " on time: %.1f %%)", on_time,
                100.0 * (double)on_time / (double)answered);
    fprintf(out, ", returned %" PRId64 ", became overdue %" PRId64 "\n",
            number_of(today, "returned"), number_of(today, "overdue"));
    fprintf(out,
            "%-10s tasks waiting %" PRId64 ", accepted %" PRId64 "; overdue %" PRId64
            ", due within 24 hours %" PRId64 "\n",
            "open", number_of(open, "waiting"), number_of(open, "accepted"),
            number_of(open, "overdue"), number_of(open, "due_within_24h"));
    if (number_of(open, "of_ended_units") > 0)
        fprintf(out, "%-10s of units that have ended %" PRId64 ", which sentinel hands over\n", "",
                number_of(open, "of_ended_units"));
}

/* What was given up wants somebody: it is said when there is something, and how to see it. */
static void print_deliveries(const json_t *status, FILE *out)
{
    const json_t *deliveries = json_object_get(status, "deliveries");
    int64_t dead = number_of(deliveries, "dead");

    fprintf(out, "%-10s waiting %" PRId64 ", given up %" PRId64, "messages",
            number_of(deliveries, "waiting"), dead);
    if (dead > 0) {
        fprintf(out, " since ");
        print_moment(deliveries, "oldest_dead_at", out);
        fprintf(out, ": \"dunghen deliveries list --dead\"");
    }
    fputc('\n', out);
}

static void print_incidents(const json_t *incidents, FILE *out)
{
    static const struct sheet_column columns[] = {{"reported by many", false},
                                                  {"service", false},
                                                  {"unit", false},
                                                  {"since", false},
                                                  {"others", true},
                                                  {NULL, false}};
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    size_t i;
    json_t *incident;

    fprintf(out, "%-10s open %" PRId64 ", others that wait for them %" PRId64 "\n", "incidents",
            number_of(incidents, "open"), number_of(incidents, "followers"));
    json_array_foreach(json_object_get(incidents, "largest"), i, incident)
    {
        const char *since = text_of(incident, "received_at");
        sheet_row(sheet);
        sheet_cell(sheet, "%s", text_of(incident, "reference"));
        sheet_cell(sheet, "%s %s", text_of(incident, "service"), text_of(incident, "name_vi"));
        sheet_cell(sheet, "%s", text_of(incident, "unit"));
        sheet_cell(sheet, "%.10s %.8s", since, strlen(since) > 11 ? since + 11 : "");
        sheet_cell(sheet, "%" PRId64, number_of(incident, "followers"));
    }
    if (sheet_rows(sheet) == 0)
        return;
    fputc('\n', out);
    sheet_print(sheet, 0, out);
}

/* ---- units ---- */

struct ranked {
    const json_t *unit;
    int64_t count;
};

static int by_count(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(text_of(x->unit, "unit"), text_of(y->unit, "unit"));
}

/* The units with the most by one or two counts; returns how many rows top got. */
static size_t rank(const json_t *units, const char *key, const char *other,
                   struct ranked top[SHOWN_UNITS])
{
    size_t count = 0, i;
    json_t *unit;

    json_array_foreach(units, i, unit)
    {
        struct ranked next = {unit,
                              number_of(unit, key) + (other != NULL ? number_of(unit, other) : 0)};
        if (next.count == 0)
            continue;
        if (count < SHOWN_UNITS)
            top[count++] = next;
        else if (by_count(&next, &top[count - 1]) < 0)
            top[count - 1] = next;
        qsort(top, count, sizeof(*top), by_count);
    }
    return count;
}

static void add_unit(struct sheet *sheet, const json_t *unit, const char *moment)
{
    const char *text = text_of(unit, moment);

    sheet_cell(sheet, "%s", text_of(unit, "unit"));
    sheet_cell(sheet, "%s", text_of(unit, "name_vi"));
    sheet_cell(sheet, "%.10s %.8s", text, strlen(text) > 11 ? text + 11 : "");
}

static void print_queues(const json_t *units, FILE *out)
{
    static const struct sheet_column columns[] = {
        {"longest queues", false}, {"name", false},    {"oldest waits since", false},
        {"waiting", true},         {"accepted", true}, {NULL, false}};
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    struct ranked top[SHOWN_UNITS];
    size_t count = rank(units, "waiting", "accepted", top);

    for (size_t i = 0; i < count; i++) {
        sheet_row(sheet);
        add_unit(sheet, top[i].unit, "oldest_waiting_at");
        sheet_cell(sheet, "%" PRId64, number_of(top[i].unit, "waiting"));
        sheet_cell(sheet, "%" PRId64, number_of(top[i].unit, "accepted"));
    }
    if (count == 0)
        return;
    fputc('\n', out);
    sheet_print(sheet, 0, out);
}

static void print_lateness(const json_t *units, FILE *out)
{
    static const struct sheet_column columns[] = {{"most overdue", false}, {"name", false},
                                                  {"oldest due", false},   {"overdue", true},
                                                  {"due in 24 h", true},   {NULL, false}};
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    struct ranked top[SHOWN_UNITS];
    size_t count = rank(units, "overdue", NULL, top);

    for (size_t i = 0; i < count; i++) {
        sheet_row(sheet);
        add_unit(sheet, top[i].unit, "earliest_due_at");
        sheet_cell(sheet, "%" PRId64, number_of(top[i].unit, "overdue"));
        sheet_cell(sheet, "%" PRId64, number_of(top[i].unit, "due_within_24h"));
    }
    if (count == 0)
        return;
    fputc('\n', out);
    sheet_print(sheet, 0, out);
}

static void print_apologies(const json_t *units, FILE *out)
{
    static const struct sheet_column columns[] = {{"owe apologies", false},
                                                  {"name", false},
                                                  {"oldest due", false},
                                                  {"letters", true},
                                                  {NULL, false}};
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    size_t i;
    json_t *unit;

    json_array_foreach(units, i, unit)
    {
        sheet_row(sheet);
        add_unit(sheet, unit, "earliest_due_at");
        sheet_cell(sheet, "%" PRId64, number_of(unit, "owed"));
    }
    if (sheet_rows(sheet) == 0)
        return;
    fputc('\n', out);
    sheet_print(sheet, 0, out);
}

void status_print(const json_t *status, FILE *out)
{
    print_services(json_object_get(status, "services"), out);
    if (json_object_get(status, "trouble") != NULL) {
        fprintf(out, "\n%-10s NOT REACHED: %s\n", "database", text_of(status, "trouble"));
        return;
    }
    print_database(status, out);
    print_figures(status, out);
    print_deliveries(status, out);
    print_incidents(json_object_get(status, "incidents"), out);
    print_queues(json_object_get(status, "units"), out);
    print_lateness(json_object_get(status, "units"), out);
    print_apologies(json_object_get(status, "apologies"), out);
}
