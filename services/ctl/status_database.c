/* SPDX-License-Identifier: Apache-2.0 */
/* status_database - what the database tells of itself: each statement bounded by what is open
 * or by one day, however many cases are kept. */
#include "status.h"

#include "db.h"
#include "shown.h"
#include "sql_ctl.h"

#include <inttypes.h>
#include <string.h>

static void set_text(json_t *object, const char *key, const PGresult *rows, int row, int column)
{
    const char *text = db_text(rows, row, column);

    json_object_set_new(object, key, text != NULL ? json_string(text) : json_null());
}

static void set_number(json_t *object, const char *key, const PGresult *rows, int row, int column)
{
    json_object_set_new(object, key, json_integer(db_int(rows, row, column)));
}

static void set_moment(json_t *object, const char *key, int64_t us)
{
    char text[SHOWN_SIZE];

    json_object_set_new(object, key,
                        us != INT64_MIN ? json_string(shown_moment(us, text)) : json_null());
}

static void add_database(const PGresult *rows, json_t *status)
{
    json_t *database = json_object(), *catalogue = json_object();

    set_number(database, "size_bytes", rows, 0, 0);
    set_number(database, "migration", rows, 0, 1);
    json_object_set_new(status, "database", database);
    if (PQgetisnull(rows, 0, 2) != 0) {
        json_decref(catalogue);
        catalogue = json_null();
    } else {
        set_number(catalogue, "version", rows, 0, 2);
        set_text(catalogue, "name", rows, 0, 3);
        set_text(catalogue, "city_vi", rows, 0, 4);
        set_text(catalogue, "city_en", rows, 0, 5);
        set_moment(catalogue, "loaded_at", db_time(rows, 0, 6));
    }
    json_object_set_new(status, "catalogue", catalogue);
}

static void add_calendars(const PGresult *rows, json_t *status)
{
    json_t *calendars = json_array();

    for (int row = 0; row < PQntuples(rows); row++) {
        json_t *calendar = json_object();
        set_text(calendar, "calendar", rows, row, 0);
        set_number(calendar, "last_year", rows, row, 1);
        json_array_append_new(calendars, calendar);
    }
    json_object_set_new(status, "ending_calendars", calendars);
}

static void add_ledger(const PGresult *rows, json_t *status)
{
    json_t *ledger = json_object();
    bool any = PQntuples(rows) > 0;

    json_object_set_new(ledger, "seq", json_integer(any ? db_int(rows, 0, 0) : 0));
    set_moment(ledger, "at", any ? db_time(rows, 0, 1) : INT64_MIN);
    json_object_set_new(status, "ledger", ledger);
}

static void add_today(const PGresult *rows, json_t *status)
{
    static const char *const measures[] = {"received", "answered", "answered_on_time", "overdue",
                                           "returned", "late",     "apologised"};
    json_t *today = json_object();

    for (size_t i = 0; i < COUNT(measures); i++)
        json_object_set_new(today, measures[i], json_integer(0));
    for (int i = 0; i < PQntuples(rows); i++)
        set_number(today, db_text(rows, i, 0), rows, i, 1);
    json_object_set_new(status, "today", today);
}

/* Each count is of a unit, and their sum of all. */
static const struct {
    const char *key;
    int column;
} counts[] = {{"waiting", 1}, {"accepted", 2}, {"overdue", 3}, {"due_within_24h", 4}};

static void add_queues(const PGresult *rows, json_t *status)
{
    json_t *units = json_array(), *open = json_object();
    int64_t of_ended = 0;

    for (size_t i = 0; i < COUNT(counts); i++) {
        int64_t sum = 0;
        for (int row = 0; row < PQntuples(rows); row++)
            sum += db_int(rows, row, counts[i].column);
        json_object_set_new(open, counts[i].key, json_integer(sum));
    }
    for (int row = 0; row < PQntuples(rows); row++) {
        json_t *unit = json_object();
        set_text(unit, "unit", rows, row, 0);
        set_text(unit, "name_vi", rows, row, 7);
        bool has_ended = db_int(rows, row, 8) != 0;
        json_object_set_new(unit, "has_ended", json_boolean(has_ended));
        of_ended += has_ended ? db_int(rows, row, 1) + db_int(rows, row, 2) : 0;
        for (size_t i = 0; i < COUNT(counts); i++)
            set_number(unit, counts[i].key, rows, row, counts[i].column);
        set_moment(unit, "oldest_waiting_at", db_time(rows, row, 5));
        set_moment(unit, "earliest_due_at", db_time(rows, row, 6));
        json_array_append_new(units, unit);
    }
    json_object_set_new(open, "of_ended_units", json_integer(of_ended));
    json_object_set_new(status, "open", open);
    json_object_set_new(status, "units", units);
}

/* Letters of apology that are owed, by unit. */
static void add_letters(const PGresult *rows, json_t *status)
{
    json_t *units = json_array();

    for (int row = 0; row < PQntuples(rows); row++) {
        json_t *unit = json_object();
        set_text(unit, "unit", rows, row, 0);
        set_text(unit, "name_vi", rows, row, 3);
        set_number(unit, "owed", rows, row, 1);
        set_moment(unit, "earliest_due_at", db_time(rows, row, 2));
        json_array_append_new(units, unit);
    }
    json_object_set_new(status, "apologies", units);
}

/* What many have reported, the most first. */
static void add_incidents(const PGresult *rows, json_t *status)
{
    json_t *incidents = json_object(), *largest = json_array();
    bool any = PQntuples(rows) > 0;

    for (int row = 0; row < PQntuples(rows); row++) {
        json_t *incident = json_object();
        set_text(incident, "reference", rows, row, 0);
        set_text(incident, "service", rows, row, 1);
        set_text(incident, "name_vi", rows, row, 2);
        set_text(incident, "unit", rows, row, 3);
        set_number(incident, "followers", rows, row, 4);
        set_moment(incident, "received_at", db_time(rows, row, 5));
        set_moment(incident, "due_at", db_time(rows, row, 6));
        json_array_append_new(largest, incident);
    }
    json_object_set_new(incidents, "open", json_integer(any ? db_int(rows, 0, 7) : 0));
    json_object_set_new(incidents, "followers", json_integer(any ? db_int(rows, 0, 8) : 0));
    json_object_set_new(incidents, "largest", largest);
    json_object_set_new(status, "incidents", incidents);
}

static void add_deliveries(const PGresult *rows, json_t *status)
{
    json_t *deliveries = json_object();

    set_number(deliveries, "waiting", rows, 0, 0);
    set_moment(deliveries, "oldest_due_at", db_time(rows, 0, 1));
    set_number(deliveries, "dead", rows, 0, 2);
    set_moment(deliveries, "oldest_dead_at", db_time(rows, 0, 3));
    json_object_set_new(status, "deliveries", deliveries);
}

int status_read_database(struct ctl *ctl, json_t *status, struct err *e)
{
    const struct {
        const struct sql *sql;
        const struct pg_args *args;
        void (*add)(const PGresult *rows, json_t *status);
    } parts[] = {
        {&sql_read_status_database, NULL, add_database},
        {&sql_list_ending_calendars, PG_ARGS(ctl->timezone), add_calendars},
        {&sql_read_status_ledger, NULL, add_ledger},
        {&sql_read_status_today, PG_ARGS(ctl->timezone), add_today},
        {&sql_read_status_queues, PG_ARGS(ctl->timezone), add_queues},
        {&sql_read_status_letters, NULL, add_letters},
        {&sql_read_status_deliveries, NULL, add_deliveries},
        {&sql_read_status_incidents, NULL, add_incidents},
    };
    AUTO(pg_close) struct pg *pg = NULL;

    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(parts); i++) {
        AUTO(pg_rows_clear) PGresult *rows = NULL;
        if (pg_read(pg, parts[i].sql, parts[i].args, &rows, e) < 0)
            return -1;
        parts[i].add(rows, status);
    }
    return 0;
}
