/* SPDX-License-Identifier: Apache-2.0 */
#include "db.h"

#include "cluster.h"
#include "format.h"
#include "listener.h"
#include "turn.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

enum { WAIT_MS = 60000 };

static const struct sql echo_scalars = {
    "echo_scalars",
    "SELECT $1::text, $2::bytea, $3::integer, $4::bigint, $5::uuid,"
    " $6::timestamptz, $7::text, $8::timestamptz, $9::timestamptz"};
static const struct sql echo_arrays = {
    "echo_arrays",
    "SELECT yes, bytes, a, b, c, t, j::text, f, at, id, extract(epoch FROM at)::float8, yes::text"
    "  FROM unnest($1::boolean[], $2::bytea[], $3::bigint[], $4::smallint[], $5::integer[],"
    "              $6::text[], $7::json[], $8::float8[], $9::timestamptz[], $10::uuid[])"
    "    AS u(yes, bytes, a, b, c, t, j, f, at, id)"};
static const struct sql count_items = {
    "count_items",
    "SELECT cardinality($1::text[]), (SELECT count(*) FROM unnest($2::uuid[])),"
    " (SELECT coalesce(sum(length(t)), 0) FROM unnest($1::text[]) AS t)"};
static const struct sql list_words = {
    "list_words", "SELECT ARRAY['một', '', 'ba'], ARRAY[]::text[], NULL::text[]"};
static const struct sql list_times = {
    "list_times", "SELECT ARRAY[to_timestamp(1791165600), 'infinity'], NULL::timestamptz[]"};
static const struct sql add_number = {"add_number", "INSERT INTO numbers VALUES ($1::integer)"};
static const struct sql count_numbers = {"count_numbers", "SELECT count(*) FROM numbers"};
static const struct sql lock_numbers = {"lock_numbers",
                                        "SELECT count(*) FROM numbers, pg_advisory_xact_lock(7)"};
static const struct sql raise_code = {"raise_code", "SELECT raise_code($1::text)"};
static const struct sql cast_text = {"cast_text", "SELECT $1::text::integer"};
static const struct sql show_setting = {"show_setting",
                                        "SELECT current_setting('dunghen.test', true)"};

static const struct sql *const statements[] = {
    &echo_scalars,  &echo_arrays,  &count_items, &list_words, &list_times,   &add_number,
    &count_numbers, &lock_numbers, &raise_code,  &cast_text,  &show_setting, NULL,
};
static const struct sql *const *const sets[] = {statements, NULL};

/* ---- a connection of each test ---- */

struct room {
    struct cluster *cluster;
    const char *url; /* NULL: the cluster's */
    struct loop *loop;
    struct turn turn;
    struct db *db;
    int ready, lost;
    /* of the answers */
    int good, bad;
    int order[100]; /* db_int of the first field, as they came */
    struct err e;
};

static void on_ready(void *ctx)
{
    ((struct room *)ctx)->ready++;
}

static void on_lost(void *ctx)
{
    ((struct room *)ctx)->lost++;
}

static bool is_ready(void *ctx)
{
    return db_is_ready(((struct room *)ctx)->db);
}

static bool is_quiet(void *ctx)
{
    return db_waiting(((struct room *)ctx)->db) == 0;
}

static bool has_trouble(void *ctx)
{
    const char *trouble = db_trouble(((struct room *)ctx)->db);

    return trouble != NULL && strcmp(trouble, "connecting") != 0;
}

static void open_db(struct room *r, const struct sql *const *const *wanted)
{
    static const char *const session[] = {"SET dunghen.test = 'đã đặt'", NULL};
    struct db_settings settings = {.target = {r->url != NULL ? r->url : cluster_url(r->cluster),
                                              "var/run", "dunghen", "dunghen-test"},
                                   .session = session,
                                   .statements = wanted,
                                   .on_ready = on_ready,
                                   .on_lost = on_lost,
                                   .ctx = r};
    struct err e;

    assert_int_equal(loop_open(&r->loop, &e), 0);
    turn_open(&r->turn, r->loop);
    assert_int_equal(db_open(&r->db, r->loop, &settings, &e), 0);
}

static void enter(struct room *r, void **state)
{
    *r = (struct room){.cluster = *state};
    open_db(r, sets);
    assert_true(turn_until(&r->turn, is_ready, r));
    assert_int_equal(r->ready, 1);
    assert_null(db_trouble(r->db));
}

static void leave(struct room *r)
{
    db_close(&r->db);
    loop_close(&r->loop);
}

static void note(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;

    assert_true((rows == NULL) == (e != NULL));
    if (e != NULL) {
        r->bad++;
        r->e = *e;
        return;
    }
    if (PQntuples(rows[0]) > 0 && r->good < (int)COUNT(r->order))
        r->order[r->good] = (int)db_int(rows[0], 0, 0);
    r->good++;
}

static void send_one(struct room *r, const struct sql *sql, struct db_args *args, db_fn *done)
{
    struct db_step step = {sql, args};
    struct err e;

    assert_int_equal(db_send(r->db, &step, 1, done, r, &e), 0);
}

static void settle(struct room *r)
{
    assert_true(turn_until(&r->turn, is_quiet, r));
}

static enum err_kind kind_of(struct room *r, const struct sql *sql, const char *text)
{
    AUTO(db_args_free) struct db_args args = {0};

    db_arg_text(&args, text, strlen(text));
    send_one(r, sql, &args, note);
    settle(r);
    return r->bad > 0 ? r->e.kind : ERR_NONE;
}

/* ---- arguments and results ---- */

static const struct uuid some_id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255}};
static const int64_t some_time = INT64_C(1795402800123456); /* 2026-11-23 */
static const uint8_t some_bytes[] = {0, 255, 'a', 0};

static void check_scalars(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;

    assert_null(e);
    assert_string_equal(db_text(rows[0], 0, 0), "Đúng Hẹn");
    assert_int_equal(db_len(rows[0], 0, 1), sizeof(some_bytes));
    assert_memory_equal(PQgetvalue(rows[0], 0, 1), some_bytes, sizeof(some_bytes));
    assert_true(db_int(rows[0], 0, 2) == INT32_MIN);
    assert_true(db_int(rows[0], 0, 3) == INT64_MIN);
    struct uuid id = db_uuid(rows[0], 0, 4);
    assert_memory_equal(id.bytes, some_id.bytes, sizeof(id.bytes));
    assert_true(db_time(rows[0], 0, 5) == some_time);
    assert_null(db_text(rows[0], 0, 6));
    assert_true(db_is_null(rows[0], 0, 6));
    assert_true(db_time(rows[0], 0, 7) == INT64_MAX);
    assert_true(db_time(rows[0], 0, 8) == INT64_MIN);
    r->good++;
}

static void carries_every_type_there_and_back(void **state)
{
    AUTO(leave) struct room r;
    AUTO(db_args_free) struct db_args args = {0};

    enter(&r, state);
    db_arg_text(&args, "Đúng Hẹn", strlen("Đúng Hẹn"));
    db_arg_bytes(&args, some_bytes, sizeof(some_bytes));
    db_arg_int32(&args, INT32_MIN);
    db_arg_int64(&args, INT64_MIN);
    db_arg_uuid(&args, &some_id);
    db_arg_time(&args, some_time);
    db_arg_null(&args);
    db_arg_time(&args, INT64_MAX);
    db_arg_time(&args, INT64_MIN);
    send_one(&r, &echo_scalars, &args, check_scalars);
    assert_int_equal(args.count, 0);
    settle(&r);
    assert_int_equal(r.good, 1);
}

static void check_arrays(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;
    const PGresult *row = rows[0];

    assert_null(e);
    assert_int_equal(PQntuples(row), 2);
    assert_int_equal(db_int(row, 0, 0), 1);
    assert_string_equal(db_text(row, 0, 11), "true");
    assert_int_equal(db_len(row, 0, 1), sizeof(some_bytes));
    assert_memory_equal(PQgetvalue(row, 0, 1), some_bytes, sizeof(some_bytes));
    assert_true(db_int(row, 0, 2) == INT64_MAX);
    assert_int_equal(db_int(row, 0, 3), -2);
    assert_int_equal(db_int(row, 0, 4), INT32_MAX);
    assert_string_equal(db_text(row, 0, 5), "ẩm thực");
    assert_string_equal(db_text(row, 0, 6), "{\"a\": 1}");
    assert_float_equal(db_float(row, 0, 7), -10.5, 0);
    assert_true(db_time(row, 0, 8) == some_time);
    struct uuid id = db_uuid(row, 0, 9);
    assert_memory_equal(id.bytes, some_id.bytes, sizeof(id.bytes));
    for (int column = 0; column < 8; column++)
        assert_true(db_is_null(row, 1, column));
    assert_true(isnan(db_float(row, 1, 7)));
    assert_true(db_time(row, 1, 8) == INT64_MAX);
    assert_true(isinf(db_float(row, 1, 10)));
    assert_true(db_is_null(row, 1, 9));
    r->good++;
}

static void add_array_of_bytes(struct db_args *a, enum db_array_type type, const void *data,
                               size_t len)
{
    db_array_begin(a, type);
    db_item_bytes(a, data, len);
    db_item_null(a);
    db_array_end(a);
}

static void add_numbers(struct db_args *a)
{
    db_array_begin(a, DB_ARRAY_INT64);
    db_item_int64(a, INT64_MAX);
    db_item_null(a);
    db_array_end(a);
    db_array_begin(a, DB_ARRAY_INT16);
    db_item_int16(a, -2);
    db_item_null(a);
    db_array_end(a);
    db_array_begin(a, DB_ARRAY_INT32);
    db_item_int32(a, INT32_MAX);
    db_item_null(a);
    db_array_end(a);
}

static void carries_arrays_of_every_type_with_nulls(void **state)
{
    AUTO(leave) struct room r;
    AUTO(db_args_free) struct db_args args = {0};

    enter(&r, state);
    db_array_begin(&args, DB_ARRAY_BOOL);
    db_item_bool(&args, true);
    db_item_null(&args);
    db_array_end(&args);
    add_array_of_bytes(&args, DB_ARRAY_BYTES, some_bytes, sizeof(some_bytes));
    add_numbers(&args);
    db_array_begin(&args, DB_ARRAY_TEXT);
    db_item_text(&args, "ẩm thực");
    db_item_text(&args, NULL);
    db_array_end(&args);
    add_array_of_bytes(&args, DB_ARRAY_JSON, "{\"a\": 1}", 8);
    db_array_begin(&args, DB_ARRAY_FLOAT);
    db_item_float(&args, -10.5);
    db_item_float(&args, (double)NAN);
    db_array_end(&args);
    db_array_begin(&args, DB_ARRAY_TIME);
    db_item_time(&args, some_time);
    db_item_time(&args, INT64_MAX);
    db_array_end(&args);
    add_array_of_bytes(&args, DB_ARRAY_UUID, some_id.bytes, sizeof(some_id.bytes));
    send_one(&r, &echo_arrays, &args, check_arrays);
    settle(&r);
    assert_int_equal(r.good, 1);
}

static void check_empty(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;

    assert_null(e);
    assert_int_equal(db_int(rows[0], 0, 0), 0);
    assert_false(db_is_null(rows[0], 0, 0));
    assert_int_equal(db_int(rows[0], 0, 1), 0);
    r->good++;
}

static void carries_empty_arrays(void **state)
{
    AUTO(leave) struct room r;
    AUTO(db_args_free) struct db_args args = {0};

    enter(&r, state);
    db_array_begin(&args, DB_ARRAY_TEXT);
    db_array_end(&args);
    db_array_begin(&args, DB_ARRAY_UUID);
    db_array_end(&args);
    send_one(&r, &count_items, &args, check_empty);
    settle(&r);
    assert_int_equal(r.good, 1);
}

enum { MANY = 2000, LONG = 8000 };

static void check_many(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;

    assert_null(e);
    assert_int_equal(db_int(rows[0], 0, 0), MANY);
    assert_int_equal(db_int(rows[0], 0, 1), 0);
    assert_int_equal(db_int(rows[0], 0, 2), MANY * LONG);
    r->good++;
}

/* Sixteen megabytes at a time: more than any socket takes at once. */
static void carries_more_than_the_socket_takes_at_once(void **state)
{
    static char words[LONG];
    AUTO(leave) struct room r;
    AUTO(db_args_free) struct db_args args = {0};

    enter(&r, state);
    memset(words, 'x', sizeof(words));
    for (int request = 0; request < 3; request++) {
        db_array_begin(&args, DB_ARRAY_TEXT);
        for (int i = 0; i < MANY; i++)
            db_item_bytes(&args, words, sizeof(words));
        db_array_end(&args);
        db_arg_null(&args);
        send_one(&r, &count_items, &args, check_many);
    }
    settle(&r);
    assert_int_equal(r.good, 3);
}

static void check_words(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;
    size_t len = 0;

    assert_null(e);
    const char *text = db_array_text(rows[0], 0, 0, 0, &len);
    assert_int_equal(len, strlen("một"));
    assert_memory_equal(text, "một", len);
    assert_non_null(db_array_text(rows[0], 0, 0, 1, &len));
    assert_int_equal(len, 0);
    assert_memory_equal(db_array_text(rows[0], 0, 0, 2, &len), "ba", 2);
    assert_null(db_array_text(rows[0], 0, 0, 3, &len));
    assert_null(db_array_text(rows[0], 0, 1, 0, &len));
    assert_null(db_array_text(rows[0], 0, 2, 0, &len));
    r->good++;
}

static void check_times(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;

    assert_null(e);
    assert_int_equal(db_array_time(rows[0], 0, 0, 0), INT64_C(1791165600) * 1000000);
    assert_int_equal(db_array_time(rows[0], 0, 0, 1), INT64_MAX);
    assert_int_equal(db_array_time(rows[0], 0, 0, 2), INT64_MIN);
    assert_int_equal(db_array_time(rows[0], 0, 1, 0), INT64_MIN);
    r->good++;
}

static void reads_the_times_of_an_array(void **state)
{
    AUTO(leave) struct room r;

    enter(&r, state);
    send_one(&r, &list_times, NULL, check_times);
    settle(&r);
    assert_int_equal(r.good, 1);
}

static void reads_the_texts_of_an_array(void **state)
{
    AUTO(leave) struct room r;

    enter(&r, state);
    send_one(&r, &list_words, NULL, check_words);
    settle(&r);
    assert_int_equal(r.good, 1);
}

/* ---- transactions and errors ---- */

static void check_steps(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;

    assert_null(e);
    assert_int_equal(db_int(rows[2], 0, 0), 2);
    r->good++;
}

static int send_numbers(struct room *r, int32_t first, int32_t second, db_fn *done)
{
    struct db_args a = {0}, b = {0};
    const struct db_step steps[] = {{&add_number, &a}, {&add_number, &b}, {&count_numbers, NULL}};
    struct err e;

    db_arg_int32(&a, first);
    db_arg_int32(&b, second);
    int rc = db_send(r->db, steps, (int)COUNT(steps), done, r, &e);
    db_args_free(&a);
    db_args_free(&b);
    return rc;
}

static void commits_all_steps_together(void **state)
{
    AUTO(leave) struct room r;

    enter(&r, state);
    cluster_query(r.cluster, "TRUNCATE numbers");
    assert_int_equal(send_numbers(&r, 1, 2, check_steps), 0);
    settle(&r);
    assert_int_equal(r.good, 1);
    assert_string_equal(cluster_query(r.cluster, "SELECT count(*) FROM numbers"), "2");
}

static void undoes_all_steps_when_one_fails(void **state)
{
    AUTO(leave) struct room r;

    enter(&r, state);
    cluster_query(r.cluster, "TRUNCATE numbers");
    assert_int_equal(send_numbers(&r, 5, 5, note), 0); /* the second breaks the primary key */
    assert_int_equal(send_numbers(&r, 6, 7, check_steps), 0); /* the next is not touched by it */
    settle(&r);
    assert_int_equal(r.bad, 1);
    assert_int_equal(r.e.kind, ERR_INPUT);
    assert_non_null(strstr(r.e.text, "numbers_pkey"));
    assert_int_equal(r.good, 1);
    assert_string_equal(cluster_query(r.cluster, "SELECT string_agg(n::text, ',') FROM numbers"),
                        "6,7");
}

static void tells_what_an_error_asks_the_caller_to_do(void **state)
{
    static const struct {
        const char *code;
        enum err_kind kind;
    } codes[] = {{"08006", ERR_BUSY},   {"08P01", ERR_SYSTEM}, {"22001", ERR_INPUT},
                 {"23505", ERR_INPUT},  {"40001", ERR_BUSY},   {"40P01", ERR_BUSY},
                 {"53100", ERR_BUSY},   {"55P03", ERR_BUSY},   {"57014", ERR_BUSY},
                 {"42501", ERR_SYSTEM}, {"P0001", ERR_SYSTEM}, {"XX000", ERR_SYSTEM}};

    for (size_t i = 0; i < COUNT(codes); i++) {
        AUTO(leave) struct room r;
        enter(&r, state);
        assert_int_equal(kind_of(&r, &raise_code, codes[i].code), codes[i].kind);
        assert_non_null(strstr(r.e.text, codes[i].code));
    }
}

static void refuses_data_that_a_type_refuses(void **state)
{
    AUTO(leave) struct room r;

    enter(&r, state);
    assert_int_equal(kind_of(&r, &cast_text, "twelve"), ERR_INPUT);
    r.bad = 0;
    assert_int_equal(kind_of(&r, &cast_text, "12"), ERR_NONE);
}

/* ---- many at once ---- */

static void answers_in_the_order_of_asking(void **state)
{
    enum { MOST = 64 };
    AUTO(leave) struct room r;
    AUTO(db_args_free) struct db_args args = {0};
    struct db_step step = {&cast_text, &args};
    struct err e;

    enter(&r, state);
    for (int i = 0; i < MOST; i++) {
        char text[16];
        snprintf(text, sizeof(text), "%d", i);
        db_arg_text(&args, text, strlen(text));
        assert_int_equal(db_send(r.db, &step, 1, note, &r, &e), 0);
    }
    assert_int_equal(db_waiting(r.db), MOST);
    db_arg_text(&args, "64", 2);
    assert_int_equal(db_send(r.db, &step, 1, note, &r, &e), -1);
    assert_int_equal(e.kind, ERR_BUSY);
    assert_int_equal(args.count, 0);
    settle(&r);
    assert_int_equal(r.good, MOST);
    for (int i = 0; i < MOST; i++)
        assert_int_equal(r.order[i], i);
}

static void send_again(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;

    note(ctx, rows, e);
    if (r->good < 500)
        send_one(r, &list_words, NULL, send_again);
}

static void takes_requests_from_within_an_answer(void **state)
{
    AUTO(leave) struct room r;

    enter(&r, state);
    for (int i = 0; i < 10; i++)
        send_one(&r, &list_words, NULL, send_again);
    settle(&r);
    assert_true(r.good >= 500);
}

/* ---- losses ---- */

static bool has_lost(void *ctx)
{
    const struct room *r = ctx;

    return r->lost > 0;
}

static void answers_what_waits_when_the_server_is_killed(void **state)
{
    AUTO(leave) struct room r;
    struct db_step step = {&count_numbers, NULL};
    struct err e;

    enter(&r, state);
    cluster_query(r.cluster, "SELECT pg_advisory_lock(7)");
    for (int i = 0; i < 5; i++)
        send_one(&r, &lock_numbers, NULL, note);
    cluster_wait_until(r.cluster,
                       "SELECT count(*) = 1 FROM pg_stat_activity"
                       " WHERE wait_event = 'advisory'",
                       WAIT_MS);
    cluster_kill(r.cluster);
    assert_true(turn_until(&r.turn, has_lost, &r));
    assert_int_equal(r.bad, 5);
    assert_int_equal(r.e.kind, ERR_BUSY);
    assert_int_equal(db_waiting(r.db), 0);
    assert_false(db_is_ready(r.db));
    assert_int_equal(db_send(r.db, &step, 1, note, &r, &e), -1);
    assert_int_equal(e.kind, ERR_BUSY);
    assert_int_equal(cluster_start(r.cluster, &e), 0);
    assert_true(turn_until(&r.turn, is_ready, &r));
    assert_int_equal(r.ready, 2);
    assert_int_equal(r.lost, 1);
    send_one(&r, &count_numbers, NULL, note);
    settle(&r);
    assert_int_equal(r.good, 1);
}

/* Until libpq has noticed: then it has closed the socket itself. */
static void kill_and_ask(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;
    struct db_step step = {&count_numbers, NULL};
    struct err why;
    int tries = 0;

    note(ctx, rows, e);
    cluster_kill(r->cluster);
    while (db_send(r->db, &step, 1, note, r, &why) == 0 && ++tries < 50)
        poll(NULL, 0, 10);
    assert_true(tries < 50);
    assert_int_equal(why.kind, ERR_BUSY);
}

static void goes_on_when_it_finds_the_server_gone_within_an_answer(void **state)
{
    AUTO(leave) struct room r;
    struct err e;

    enter(&r, state);
    cluster_query(r.cluster, "SELECT pg_advisory_lock(7)");
    send_one(&r, &list_words, NULL, kill_and_ask);
    send_one(&r, &lock_numbers, NULL, note); /* still waits then */
    assert_true(turn_until(&r.turn, has_lost, &r));
    assert_int_equal(r.good, 1);
    assert_true(r.bad >= 1);
    assert_int_equal(db_waiting(r.db), 0);
    assert_int_equal(cluster_start(r.cluster, &e), 0);
    assert_true(turn_until(&r.turn, is_ready, &r));
}

static const char end_others[] =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = 'dunghen-test'";

static void comes_back_when_an_operator_ends_its_session(void **state)
{
    AUTO(leave) struct room r;

    enter(&r, state);
    cluster_query(r.cluster, end_others);
    assert_true(turn_until(&r.turn, has_lost, &r));
    assert_true(turn_until(&r.turn, is_ready, &r));
    cluster_query(r.cluster, "SELECT pg_advisory_lock(7)");
    send_one(&r, &lock_numbers, NULL, note);
    cluster_wait_until(r.cluster,
                       "SELECT count(*) = 1 FROM pg_stat_activity"
                       " WHERE wait_event = 'advisory'",
                       WAIT_MS);
    cluster_query(r.cluster, end_others);
    settle(&r);
    cluster_query(r.cluster, "SELECT pg_advisory_unlock_all()");
    assert_int_equal(r.bad, 1);
    assert_int_equal(r.e.kind, ERR_BUSY);
    assert_true(turn_until(&r.turn, is_ready, &r));
    assert_int_equal(r.ready, 3);
}

static void waits_for_a_server_that_is_not_there_yet(void **state)
{
    AUTO(leave) struct room r = {.cluster = *state};
    struct err e;

    cluster_kill(r.cluster);
    open_db(&r, sets);
    assert_true(turn_until(&r.turn, has_trouble, &r));
    assert_int_equal(cluster_start(r.cluster, &e), 0);
    assert_true(turn_until(&r.turn, is_ready, &r));
    assert_int_equal(r.ready, 1);
    assert_int_equal(r.lost, 0);
}

static void comes_to_the_next_host_when_the_first_is_silent(void **state)
{
    AUTO(leave) struct room r = {.cluster = *state};
    unsigned port = 0;
    int silent = listener_open(&port);
    AUTO(format_free)
    char *url =
        format_new("host=127.0.0.1,%s port=%u,5432 dbname=dunghen", cluster_dir(r.cluster), port);

    r.url = url;
    open_db(&r, sets);
    assert_true(turn_until(&r.turn, is_ready, &r));
    close(silent);
}

static void connects_anew_when_it_is_told_to(void **state)
{
    AUTO(leave) struct room r;

    enter(&r, state);
    send_one(&r, &list_words, NULL, note);
    db_reconnect(r.db);
    assert_int_equal(r.bad, 1);
    assert_true(turn_until(&r.turn, is_ready, &r));
    assert_int_equal(r.ready, 2);
}

static void says_which_statement_cannot_be_prepared(void **state)
{
    static const struct sql odd = {"read_bridges", "SELECT * FROM bridges"};
    static const struct sql *const odd_statements[] = {&list_words, &odd, &count_numbers, NULL};
    static const struct sql *const *const odd_sets[] = {odd_statements, NULL};
    AUTO(leave) struct room r = {.cluster = *state};

    open_db(&r, odd_sets);
    assert_true(turn_until(&r.turn, has_trouble, &r));
    assert_non_null(strstr(db_trouble(r.db), "bridges"));
    assert_int_equal(r.ready, 0);
    cluster_query(r.cluster, "CREATE TABLE bridges ()");
    assert_true(turn_until(&r.turn, is_ready, &r));
    cluster_query(r.cluster, "DROP TABLE bridges");
}

static void gives_up_a_connection_that_took_a_request_in_part(void **state)
{
    static const struct sql nameless = {NULL, ""};
    AUTO(leave) struct room r;
    const struct db_step steps[] = {{&count_numbers, NULL}, {&nameless, NULL}};
    struct err e;

    enter(&r, state);
    send_one(&r, &list_words, NULL, note);
    assert_int_equal(db_send(r.db, steps, 2, note, &r, &e), -1);
    assert_int_equal(db_send(r.db, steps, 1, note, &r, &e), -1);
    assert_int_equal(e.kind, ERR_BUSY);
    assert_true(turn_until(&r.turn, has_lost, &r));
    assert_int_equal(r.good + r.bad, 1);
    assert_true(turn_until(&r.turn, is_ready, &r));
    send_one(&r, &list_words, NULL, note);
    settle(&r);
    assert_true(r.good >= 1);
}

static void calls_nobody_back_after_it_was_closed(void **state)
{
    AUTO(leave) struct room r;

    enter(&r, state);
    send_one(&r, &list_words, NULL, note);
    db_close(&r.db);
    assert_int_equal(r.good + r.bad, 0);
}

static void check_setting(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct room *r = ctx;

    assert_null(e);
    assert_string_equal(db_text(rows[0], 0, 0), "đã đặt");
    r->good++;
}

static void sets_up_each_session(void **state)
{
    AUTO(leave) struct room r;

    enter(&r, state);
    send_one(&r, &show_setting, NULL, check_setting);
    settle(&r);
    db_reconnect(r.db);
    assert_true(turn_until(&r.turn, is_ready, &r));
    send_one(&r, &show_setting, NULL, check_setting);
    settle(&r);
    assert_int_equal(r.good, 2);
}

static void refuses_a_url_that_is_none(void **state)
{
    AUTO(leave) struct room r = {.cluster = *state};
    struct db_settings settings = {.target = {"postgresql://[", "var/run", "x", "y"}};
    struct err e;

    assert_int_equal(loop_open(&r.loop, &e), 0);
    assert_int_equal(db_open(&r.db, r.loop, &settings, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_null(r.db);
}

/* ---- */

static int open_cluster(void **state)
{
    if (cluster_setup(state) < 0)
        return -1;
    cluster_query(*state, "CREATE TABLE numbers (n integer PRIMARY KEY)");
    cluster_query(*state,
                  "CREATE FUNCTION raise_code(code text) RETURNS integer LANGUAGE plpgsql"
                  " AS $$ BEGIN RAISE 'on purpose' USING ERRCODE = code; END $$");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carries_every_type_there_and_back),
        cmocka_unit_test(carries_arrays_of_every_type_with_nulls),
        cmocka_unit_test(carries_empty_arrays),
        cmocka_unit_test(carries_more_than_the_socket_takes_at_once),
        cmocka_unit_test(reads_the_texts_of_an_array),
        cmocka_unit_test(reads_the_times_of_an_array),
        cmocka_unit_test(commits_all_steps_together),
        cmocka_unit_test(undoes_all_steps_when_one_fails),
        cmocka_unit_test(tells_what_an_error_asks_the_caller_to_do),
        cmocka_unit_test(refuses_data_that_a_type_refuses),
        cmocka_unit_test(answers_in_the_order_of_asking),
        cmocka_unit_test(takes_requests_from_within_an_answer),
        cmocka_unit_test(answers_what_waits_when_the_server_is_killed),
        cmocka_unit_test(goes_on_when_it_finds_the_server_gone_within_an_answer),
        cmocka_unit_test(comes_back_when_an_operator_ends_its_session),
        cmocka_unit_test(waits_for_a_server_that_is_not_there_yet),
        cmocka_unit_test(comes_to_the_next_host_when_the_first_is_silent),
        cmocka_unit_test(connects_anew_when_it_is_told_to),
        cmocka_unit_test(says_which_statement_cannot_be_prepared),
        cmocka_unit_test(gives_up_a_connection_that_took_a_request_in_part),
        cmocka_unit_test(calls_nobody_back_after_it_was_closed),
        cmocka_unit_test(sets_up_each_session),
        cmocka_unit_test(refuses_a_url_that_is_none),
    };

    return cmocka_run_group_tests_name("db", tests, open_cluster, cluster_teardown);
}
