/* SPDX-License-Identifier: Apache-2.0 */
/* A calendar changes while cases are open: the real tracker counts them again. */
#include "child.h"
#include "city.h"
#include "clock.h"
#include "format.h"
#include "ledger_check.h"
#include "must.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

enum { LIMIT_MS = 60000, MANY_LIMIT_MS = 600000, MANY = 12000, KILLS = 3 };

#define COUNTED "SELECT NOT EXISTS (SELECT FROM stale_calendars)"

/* Cases and tasks as they would be. Monday 2030-03-04 to Wednesday the 6th are plain working days.
 */
#define CASE(n, received, due, clock, amount, calendar)                                            \
    "INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language,"   \
    " hide_name, anonymous, received_at, due_at, clock, amount, calendar)"                         \
    " VALUES ('00000000-0000-7000-8000-00000000000" n "', 'CASE-0000" n                            \
    "', 'field_report',"                                                                           \
    " 'LIGHT', 'D1', 'ASSIGNED', 3, 'api', 'vi', false, false, '" received " +07', '" due          \
    " +07',"                                                                                       \
    " '" clock "', " amount ", '" calendar "')"
#define TASK(n, number, role, unit, finished, due)                                                 \
    "INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at,"        \
    " finished_at, raised, next_at)"                                                               \
    " VALUES ('00000000-0000-7000-8000-00000000000" n "', " number ", '" role "', '" unit          \
    "', 'open', 3, '2030-03-04 10:00 +07', '" due " +07', " finished ", 6, '" due " +07')"

static void holiday(struct city *city, const char *day, const char *basis)
{
    AUTO(format_free)
    char *sql = format_new(
        "INSERT INTO calendar_days VALUES ('OFFICE_HOURS', '%s', false, 1, 'Nghỉ', '%s', "
        "'announced')",
        day, basis);

    cluster_query(city_cluster(city), sql);
    cluster_query(city_cluster(city), "UPDATE catalogue SET version = version + 1");
}

static void expect(struct city *city, const char *sql, const char *wanted)
{
    const char *found = cluster_query(city_cluster(city), sql);

    if (found == NULL || strcmp(found, wanted) != 0)
        fail_msg("%s: \"%s\" instead of \"%s\"", sql, found != NULL ? found : "NULL", wanted);
}

#define DUE(n)                                                                                     \
    "SELECT to_char(due_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'MM-DD HH24:MI') FROM cases WHERE "    \
    "reference = 'CASE-0000" n "'"
#define TASK_DUE(n, number)                                                                        \
    "SELECT to_char(due_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'MM-DD HH24:MI') || "                  \
    "to_char(next_at AT TIME ZONE 'Asia/Ho_Chi_Minh', ' MM-DD HH24:MI') FROM tasks WHERE case_id " \
    "= '00000000-0000-7000-8000-00000000000" n "' AND number = " number

static void put(struct city *city, const char *const *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cluster_query(city_cluster(city), rows[i]);
}

static void fill(struct city *city)
{
    static const char *const rows[] = {
        CASE("1", "2030-03-04 10:00", "2030-03-06 17:00", "working_days", "2", "OFFICE_HOURS"),
        TASK("1", "1", "lead", "D1", "NULL", "2030-03-06 17:00"),
        TASK("1", "2", "coordinate", "W1", "NULL", "2030-03-06 17:00"),
        TASK("1", "3", "coordinate", "W2", "NULL", "2030-03-05 17:00"),
        CASE("2", "2030-03-05 10:00", "2030-03-05 11:00", "clock_hours", "1", "ALWAYS"),
        TASK("2", "1", "lead", "D1", "NULL", "2030-03-05 11:00"),
        CASE("3", "2030-03-04 10:00", "2030-03-12 17:00", "working_days", "2", "OFFICE_HOURS"),
        TASK("3", "1", "lead", "D1", "NULL", "2030-03-12 17:00"),
        CASE("4", "2030-03-04 10:00", "2030-03-06 17:00", "working_days", "2", "OFFICE_HOURS"),
        TASK("4", "1", "lead", "D1", "now()", "2030-03-06 17:00"),
        "UPDATE cases SET state = 'CLOSED', answered_at = now() WHERE reference = 'CASE-00004'",
        CASE("5", "2030-03-05 10:00", "2030-03-06 10:00", "working_hours", "28800", "OFFICE_HOURS"),
        TASK("5", "1", "lead", "D1", "NULL", "2030-03-06 10:00"),
        CASE("6", "2030-03-03 10:00", "2030-03-06 17:00", "calendar_days", "3", "OFFICE_HOURS"),
        TASK("6", "1", "lead", "D1", "NULL", "2030-03-06 17:00"),
        CASE("7", "2035-12-31 10:00", "2035-12-31 16:30", "working_hours", "18000", "OFFICE_HOURS"),
        TASK("7", "1", "lead", "D1", "NULL", "2035-12-31 16:30"),
    };

    put(city, rows, COUNT(rows));
}

static struct city *open_city(const char *const *services)
{
    struct city *city = NULL;
    struct err e;

    must(city_open_with(&city, services, &e), &e);
    city_wait_until(city, COUNTED, LIMIT_MS); /* what was loaded counts as counted */
    return city;
}

static void moves_what_a_new_holiday_reaches_and_nothing_else(void **state)
{
    AUTO(city_close) struct city *city = open_city((const char *const[]){"tracker", NULL});

    (void)state;
    fill(city);
    holiday(city, "2030-03-06", "12/TB-BNV");
    city_wait_until(city, COUNTED, LIMIT_MS);
    expect(city, DUE("1"), "03-07 17:00");
    expect(city, DUE("2"), "03-05 11:00");
    expect(city, DUE("3"), "03-12 17:00"); /* promised later than counted */
    expect(city, DUE("4"), "03-06 17:00"); /* it was answered */
    expect(city, DUE("5"), "03-07 10:00");
    expect(city, DUE("6"), "03-07 17:00");
    expect(city, TASK_DUE("1", "1"), "03-07 17:00 03-07 17:00");
    expect(city, TASK_DUE("1", "2"), "03-07 17:00 03-07 17:00");
    expect(city, TASK_DUE("1", "3"), "03-05 17:00 03-05 17:00"); /* a date of its own */
    expect(city, "SELECT count(*) FROM events", "3");
    expect(city,
           "SELECT string_agg(type || task || actor || (detail ->> 'notice'), ' ') FROM events",
           "due_moved0tracker12/TB-BNV due_moved0tracker12/TB-BNV due_moved0tracker12/TB-BNV");
    expect(city,
           "SELECT string_agg(reference, ' ' ORDER BY reference) FROM cases AS c JOIN events AS e"
           " ON e.case_id = c.id AND to_timestamp((detail ->> 'to')::float8 / 1e6) = c.due_at"
           " AND (detail ->> 'from')::int8 < (detail ->> 'to')::int8"
           " AND detail ->> 'calendar' = 'OFFICE_HOURS'",
           "CASE-00001 CASE-00005 CASE-00006");
    ledger_check_chain(city_cluster(city));
    ledger_check_measures(city_cluster(city));
}

static void never_takes_a_promise_back(void **state)
{
    AUTO(city_close) struct city *city = open_city((const char *const[]){"tracker", NULL});

    (void)state;
    fill(city);
    holiday(city, "2030-03-06", "");
    city_wait_until(city, COUNTED, LIMIT_MS);
    cluster_query(city_cluster(city), "DELETE FROM calendar_days WHERE day = '2030-03-06'");
    cluster_query(city_cluster(city), "UPDATE catalogue SET version = version + 1");
    city_wait_until(city, COUNTED, LIMIT_MS);
    expect(city, DUE("1"), "03-07 17:00");
    expect(city, DUE("5"), "03-07 10:00");
    expect(city, "SELECT count(*) FROM events", "3");
    expect(city, "SELECT count(*) FROM events WHERE detail ->> 'notice' IS NULL", "3");
}

static void counts_nothing_again_when_only_words_change(void **state)
{
    AUTO(city_close) struct city *city = open_city((const char *const[]){"tracker", NULL});

    (void)state;
    cluster_query(city_cluster(city),
                  "UPDATE calendar_days SET name_vi = 'Tên khác', basis = 'x',"
                  " status = 'announced'");
    cluster_query(city_cluster(city), "UPDATE calendars SET name_en = 'Other'");
    expect(city, COUNTED, "t");
    cluster_query(city_cluster(city), "UPDATE calendars SET cut_off_s = 54000");
    expect(city, COUNTED, "f");
}

/* One whose clock stood for a day, one with a date that was granted, one that began anew, and a
 * late one whose clock stood twice, two working days each, the second time begun before the first
 * was over since somebody had set a clock back: a day late is the fifth day then. */
static void counts_from_what_moved_it_before(void **state)
{
    AUTO(city_close) struct city *city = open_city((const char *const[]){"tracker", NULL});
    static const char *const rows[] = {
        CASE("1", "2030-03-04 10:00", "2030-03-07 17:00", "working_days", "2", "OFFICE_HOURS"),
        TASK("1", "1", "lead", "D1", "NULL", "2030-03-07 17:00"),
        "UPDATE cases SET paused_us = 1 WHERE reference = 'CASE-00001'",
        "INSERT INTO pauses SELECT id, '2030-03-04 11:00 +07', '2030-03-05 09:00 +07', 'info'"
        " FROM cases WHERE reference = 'CASE-00001'",
        CASE("2", "2030-03-04 10:00", "2030-03-06 10:00", "working_days", "1", "OFFICE_HOURS"),
        TASK("2", "1", "lead", "D1", "NULL", "2030-03-06 10:00"),
        "UPDATE cases SET extensions = 1 WHERE reference = 'CASE-00002'",
        "SELECT make_event_partitions('2030-03-05 09:00 +07')",
        "INSERT INTO events SELECT 0, '2030-03-05 09:00 +07', id, 1, 'extended', 'head',"
        " json_build_object('to', (extract(epoch FROM due_at) * 1000000)::int8), ''"
        " FROM cases WHERE reference = 'CASE-00002'",
        CASE("3", "2029-10-01 10:00", "2030-03-07 17:00", "working_days", "2", "OFFICE_HOURS"),
        TASK("3", "1", "lead", "D1", "NULL", "2030-03-07 17:00"),
        "UPDATE cases SET clock_from = '2030-03-05 09:00 +07' WHERE reference = 'CASE-00003'",
        CASE("4", "2030-03-01 10:00", "2030-03-05 17:00", "working_days", "2", "OFFICE_HOURS"),
        TASK("4", "1", "lead", "D1", "NULL", "2030-03-05 17:00"),
        "UPDATE cases SET paused_us = 1 WHERE reference = 'CASE-00004'",
        "UPDATE tasks SET raised = 30 WHERE case_id ="
        " (SELECT id FROM cases WHERE reference = 'CASE-00004')",
        "INSERT INTO pauses SELECT id, '2030-03-07 07:30 +07', '2030-03-11 07:30 +07', 'info'"
        " FROM cases WHERE reference = 'CASE-00004'",
        "INSERT INTO pauses SELECT id, '2030-03-08 07:30 +07', '2030-03-12 07:30 +07', 'info'"
        " FROM cases WHERE reference = 'CASE-00004'",
    };

    (void)state;
    put(city, rows, COUNT(rows));
    holiday(city, "2030-03-06", "");
    city_wait_until(city, COUNTED, LIMIT_MS);
    expect(city, DUE("1"), "03-08 17:00");
    expect(city, DUE("2"), "03-07 17:00");
    expect(city, DUE("3"), "03-08 17:00");
    expect(city, TASK_DUE("4", "1"), "03-05 17:00 03-13 17:00");
}

/* Days that ended on Saturday 9 March, and rolled to Monday: one stood for a day and ends on
 * Sunday, one for three and ends on Tuesday, one has a date that was set. Monday becomes a holiday.
 */
static void counts_calendar_days_up_to_their_own_end(void **state)
{
    AUTO(city_close) struct city *city = open_city((const char *const[]){"tracker", NULL});
    static const char *const rows[] = {
        CASE("1", "2030-03-04 10:00", "2030-03-11 17:00", "calendar_days", "5", "OFFICE_HOURS"),
        TASK("1", "1", "lead", "D1", "NULL", "2030-03-11 17:00"),
        "UPDATE cases SET paused_us = 1, days_end = '2030-03-11 00:00 +07'"
        " WHERE reference = 'CASE-00001'",
        "INSERT INTO pauses SELECT id, '2030-03-04 11:00 +07', '2030-03-05 09:00 +07', 'info'"
        " FROM cases WHERE reference = 'CASE-00001'",
        CASE("2", "2030-03-04 10:00", "2030-03-12 17:00", "calendar_days", "5", "OFFICE_HOURS"),
        TASK("2", "1", "lead", "D1", "NULL", "2030-03-12 17:00"),
        "UPDATE cases SET paused_us = 1, days_end = '2030-03-13 00:00 +07'"
        " WHERE reference = 'CASE-00002'",
        "INSERT INTO pauses SELECT id, '2030-03-04 11:00 +07', '2030-03-07 09:00 +07', 'info'"
        " FROM cases WHERE reference = 'CASE-00002'",
        CASE("3", "2030-03-04 10:00", "2030-03-11 10:00", "calendar_days", "3", "OFFICE_HOURS"),
        TASK("3", "1", "lead", "D1", "NULL", "2030-03-11 10:00"),
        "UPDATE cases SET extensions = 1, days_end = due_at WHERE reference = 'CASE-00003'",
        "SELECT make_event_partitions('2030-03-05 09:00 +07')",
        "INSERT INTO events SELECT 0, '2030-03-05 09:00 +07', id, 1, 'extended', 'head',"
        " json_build_object('to', (extract(epoch FROM due_at) * 1000000)::int8), ''"
        " FROM cases WHERE reference = 'CASE-00003'",
        CASE("4", "2030-03-04 10:00", "2030-03-11 17:00", "calendar_days", "5", "OFFICE_HOURS"),
        TASK("4", "1", "lead", "D1", "NULL", "2030-03-11 17:00"),
    };

    (void)state;
    put(city, rows, COUNT(rows));
    holiday(city, "2030-03-11", "");
    city_wait_until(city, COUNTED, LIMIT_MS);
    expect(city, DUE("1"), "03-12 17:00");
    expect(city, DUE("2"), "03-12 17:00");
    expect(city, DUE("3"), "03-12 17:00");
    expect(city, DUE("4"), "03-12 17:00");
    expect(city,
           "SELECT string_agg(to_char(days_end AT TIME ZONE 'Asia/Ho_Chi_Minh', 'MM-DD HH24:MI'),"
           " ', ' ORDER BY reference) FROM cases",
           "03-11 00:00, 03-13 00:00, 03-12 17:00, 03-10 00:00");
}

/* Answered on Monday: to be published two working days later. The promise is over and stays. */
static void counts_what_comes_after_an_answer(void **state)
{
    AUTO(city_close) struct city *city = open_city((const char *const[]){"tracker", NULL});
    static const char *const rows[] = {
        "DELETE FROM regime_limits WHERE regime = 'R1' AND duty <> 'answer'",
        "INSERT INTO regime_limits SELECT code, valid_from, 'publish', 'working_days', 2, ''"
        " FROM regimes WHERE code = 'R1'",
        "UPDATE catalogue SET version = version + 1",
        CASE("1", "2030-03-04 10:00", "2030-03-06 17:00", "working_days", "2", "OFFICE_HOURS"),
        TASK("1", "1", "lead", "D1", "'2030-03-04 11:00 +07'", "2030-03-06 17:00"),
        "UPDATE cases SET state = 'CLOSED', regime = 'R1', answered_at = '2030-03-04 11:00 +07'"
        " WHERE reference = 'CASE-00001'",
        "UPDATE tasks SET state = 'done'",
        CASE("2", "2030-03-04 10:00", "2030-03-06 17:00", "working_days", "2", "OFFICE_HOURS"),
        TASK("2", "1", "lead", "D1", "'2030-03-04 11:00 +07'", "2030-03-06 17:00"),
        "UPDATE cases SET state = 'CLOSED', regime = 'R1', answered_at = '2030-03-04 11:00 +07',"
        "       published_at = '2030-03-05 11:00 +07' WHERE reference = 'CASE-00002'",
        "UPDATE tasks SET state = 'done', next_at = 'infinity' WHERE case_id ="
        " (SELECT id FROM cases WHERE reference = 'CASE-00002')",
    };

    (void)state;
    put(city, rows, COUNT(rows));
    holiday(city, "2030-03-06", "");
    city_wait_until(city, COUNTED, LIMIT_MS);
    expect(city, TASK_DUE("1", "1"), "03-06 17:00 03-07 17:00");
    expect(city, DUE("1"), "03-06 17:00");
    expect(city, "SELECT next_at FROM tasks WHERE case_id::text LIKE '%2'", "infinity");
    expect(city, "SELECT count(*) FROM events", "0");
}

static void leaves_what_the_calendar_does_not_reach(void **state)
{
    AUTO(city_close) struct city *city = open_city((const char *const[]){"tracker", NULL});

    (void)state;
    fill(city);
    holiday(city, "2035-12-31", ""); /* the last day of the calendar's years */
    city_wait_until(city, COUNTED, LIMIT_MS);
    expect(city, "SELECT to_char(due_at, 'YYYY-MM-DD') FROM cases WHERE reference = 'CASE-00007'",
           "2035-12-31");
    expect(city, "SELECT count(*) FROM events", "0");
}

/* What was promised to whoever follows another case is counted on, until there is an answer: it may
 * be taken out again, by then on the calendar of that day. */
static void moves_what_waits_for_another_case(void **state)
{
    AUTO(city_close) struct city *city = open_city((const char *const[]){"tracker", NULL});
    static const char *const rows[] = {
        CASE("8", "2030-03-04 10:00", "2030-03-06 17:00", "working_days", "2", "OFFICE_HOURS"),
        TASK("8", "1", "lead", "D1", "'2030-03-04 11:00 +07'", "2030-03-06 17:00"),
        CASE("9", "2030-03-04 10:00", "2030-03-06 17:00", "working_days", "2", "OFFICE_HOURS"),
        TASK("9", "1", "lead", "D1", "'2030-03-04 11:00 +07'", "2030-03-06 17:00"),
        "UPDATE tasks SET state = 'cancelled', next_at = 'infinity' WHERE finished_at IS NOT NULL",
        "UPDATE cases AS c SET state = 'MERGED', merged_into = l.id, closed_at = now()"
        " FROM cases AS l WHERE l.reference = 'CASE-00001'"
        " AND c.reference IN ('CASE-00008', 'CASE-00009')",
        "INSERT INTO merged_cases SELECT merged_into, id FROM cases WHERE merged_into IS NOT NULL",
        "INSERT INTO followed_cases SELECT DISTINCT lead FROM merged_cases",
        "UPDATE cases SET answered_at = now() WHERE reference = 'CASE-00009'",
    };

    (void)state;
    fill(city);
    for (size_t i = 0; i < COUNT(rows); i++)
        cluster_query(city_cluster(city), rows[i]);
    holiday(city, "2030-03-06", "");
    city_wait_until(city, COUNTED, LIMIT_MS);
    expect(city, DUE("8"), "03-07 17:00");
    expect(city, DUE("9"), "03-06 17:00");
    expect(city,
           "SELECT count(*) FROM tasks WHERE finished_at IS NOT NULL"
           " AND due_at <> '2030-03-06 17:00 +07'",
           "0"); /* what has ended stays as it was */
    ledger_check_chain(city_cluster(city));
}

/* Of the LIGHT kind, received in the first days of March 2030; every other one is due by a
 * Wednesday that becomes a holiday. */
static void fill_many(struct city *city)
{
    AUTO(format_free)
    char *sql = format_new(
        "WITH many AS (SELECT n, gen_random_uuid() AS id,"
        "                     timestamptz '2030-03-04 10:00 +07' + n %% 2 * interval '7 days' AS at"
        "                FROM generate_series(1, %d) AS n),"
        " new AS (INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel,"
        "           language, hide_name, anonymous, received_at, due_at, clock, amount, calendar)"
        "         SELECT id, lpad(n::text, 11, '0'), 'field_report', 'LIGHT', 'D1', 'ASSIGNED', 3,"
        "                'api', 'vi', false, false, at, at + interval '55 hours', 'working_days',"
        "                2, 'OFFICE_HOURS' FROM many)"
        " INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at,"
        "                    raised, next_at)"
        " SELECT id, 1, 'lead', 'D1', 'open', 3, at, at + interval '55 hours', 0,"
        "        CASE WHEN n %% 10 = 0 THEN now() ELSE at + interval '31 hours' END FROM many",
        MANY);

    cluster_query(city_cluster(city), sql);
}

static void expect_many(struct city *city)
{
    expect(city,
           "SELECT string_agg(concat_ws(' ', count, due), ', ') FROM (SELECT count(*),"
           " to_char(due_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'MM-DD HH24:MI') AS due"
           " FROM cases WHERE due_at < '2031-01-01' AND due_at > '2030-01-01'"
           " GROUP BY due ORDER BY due) AS groups",
           "6000 03-07 17:00, 6000 03-13 17:00");
    expect(city,
           "SELECT count(*) FROM cases AS c JOIN tasks AS t ON t.case_id = c.id"
           " WHERE t.due_at <> c.due_at",
           "0");
    expect(city, "SELECT count(*) FROM events WHERE type = 'due_moved'", "6000");
    expect(city, "SELECT count(DISTINCT case_id) FROM events WHERE type = 'due_moved'", "6000");
}

static int moved(struct city *city)
{
    return (int)strtol(cluster_query(city_cluster(city),
                                     "SELECT count(*) FROM events"
                                     " WHERE type = 'due_moved'"),
                       NULL, 10);
}

static void loses_nothing_when_it_is_killed_in_the_middle(void **state)
{
    AUTO(city_close)
    struct city *city = open_city((const char *const[]){"tracker", "sentinel", NULL});
    struct process *tracker = city_service(city, "tracker");
    struct err e;

    (void)state;
    fill_many(city);
    holiday(city, "2030-03-06", "12/TB-BNV");
    for (int kills = 1; kills <= KILLS; kills++) {
        AUTO(format_free)
        char *begun =
            format_new("SELECT count(*) >= %d FROM events WHERE type = 'due_moved'", 1500 * kills);
        city_wait_until(city, begun, MANY_LIMIT_MS);
        process_kill(tracker);
        assert_int_equal(process_again(tracker, &e), 0);
    }
    city_wait_until(city, COUNTED, MANY_LIMIT_MS);
    expect_many(city);
    ledger_check_chain(city_cluster(city));
}

/* Reports a case that no holiday of 2030 reaches; what was answered. */
static unsigned report(struct city *city)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    city_post(city, "/api/v1/cases",
              "{\"service_code\":\"LIGHT\",\"description\":\"Đèn đường tắt\","
              "\"lat\":10.75,\"lon\":106.65,\"anonymous\":true}",
              &answer);
    return answer.status;
}

/* No recount comes to its end, however fast, until the connection is closed: it cannot write that
 * it has. The rows are held, not the table, which a tracker that starts needs to prepare its
 * statements. */
static PGconn *hold_end(struct city *city)
{
    PGconn *holder = cluster_connect(city_cluster(city), "dunghen");

    PQclear(PQexec(holder, "BEGIN; SELECT FROM calendar_recounts FOR UPDATE"));
    assert_int_equal(PQtransactionStatus(holder), PQTRANS_INTRANS);
    return holder;
}

static void answers_commands_meanwhile(void **state)
{
    AUTO(city_close)
    struct city *city =
        open_city((const char *const[]){"intake", "router", "tracker", "sentinel", NULL});
    PGconn *holder = hold_end(city);

    (void)state;
    fill_many(city);
    holiday(city, "2030-03-06", "12/TB-BNV");
    city_wait_until(city, "SELECT EXISTS (SELECT FROM events WHERE type = 'due_moved')",
                    MANY_LIMIT_MS);
    assert_int_equal(report(city), 201);
    expect(city, COUNTED, "f");
    PQfinish(holder);
    while (strcmp(cluster_query(city_cluster(city), COUNTED), "t") != 0)
        assert_int_equal(report(city), 201);
    expect_many(city);
    ledger_check_chain(city_cluster(city));
}

/* Submissions without a pause, and a tracker that dies. */
static void loses_nothing_under_load_and_kills(void **state)
{
    AUTO(city_close)
    struct city *city = open_city((const char *const[]){"intake", "router", "tracker", NULL});
    PGconn *holder = hold_end(city);
    int accepted = 0, kills = 0;
    struct err e;

    (void)state;
    fill_many(city);
    holiday(city, "2030-03-06", "12/TB-BNV");
    while (strcmp(cluster_query(city_cluster(city), COUNTED), "t") != 0) {
        unsigned status = report(city);
        assert_true(status == 201 || status == 503);
        accepted += status == 201;
        if (kills < KILLS && moved(city) >= 1000 * (kills + 1)) {
            process_kill(city_service(city, "tracker"));
            assert_int_equal(process_again(city_service(city, "tracker"), &e), 0);
            if (++kills == KILLS)
                PQfinish(holder);
        }
    }
    assert_true(accepted > 0);
    expect_many(city);
    AUTO(format_free)
    char *kept = format_new(
        "SELECT count(*) >= %d AND count(*) = count(DISTINCT reference)"
        " FROM cases",
        MANY + accepted);
    expect(city, kept, "t");
    ledger_check_chain(city_cluster(city));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_what_a_new_holiday_reaches_and_nothing_else),
        cmocka_unit_test(never_takes_a_promise_back),
        cmocka_unit_test(counts_nothing_again_when_only_words_change),
        cmocka_unit_test(counts_from_what_moved_it_before),
        cmocka_unit_test(counts_calendar_days_up_to_their_own_end),
        cmocka_unit_test(counts_what_comes_after_an_answer),
        cmocka_unit_test(leaves_what_the_calendar_does_not_reach),
        cmocka_unit_test(moves_what_waits_for_another_case),
        cmocka_unit_test(loses_nothing_when_it_is_killed_in_the_middle),
        cmocka_unit_test(answers_commands_meanwhile),
        cmocka_unit_test(loses_nothing_under_load_and_kills),
    };

    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    return cmocka_run_group_tests_name("recount", tests, NULL, NULL);
}
