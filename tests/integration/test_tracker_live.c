/* SPDX-License-Identifier: Apache-2.0 */
/* The real program against a real database; the test speaks for router, dispatch and sentinel.
 * All tests write one ledger, and each leaves it whole. */
#include "bus.h"
#include "child.h"
#include "clock.h"
#include "cluster.h"
#include "crypto.h"
#include "fake_day.h"
#include "format.h"
#include "ledger_check.h"
#include "mem.h"
#include "messages.h"
#include "process.h"
#include "turn.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { WAIT_MS = 60000, MAX_CALLS = 20000 };

/* AddressSanitizer keeps what was freed for a while, which is to be short here: on a slow machine
 * the bus says again so much, and frees it, that what is kept hides what the tracker holds. */
#define QUARANTINE "ASAN_OPTIONS=quarantine_size_mb=16:thread_local_quarantine_size_kb=64"
#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 4 };
#else
enum { SANITIZED = 1 };
#endif

static const int64_t hour_us = INT64_C(3600) * CLOCK_US_PER_S;

struct lab {
    struct cluster *cluster;
    struct loop *loop;
    struct turn turn;
    struct bus *bus;
    struct bus_client *client;
    struct process *tracker, *standby;
    char *endpoint, *events;
    char *settings[3];
};

/* ---- the lab ---- */

static void start(const struct lab *lab, const char *name, struct process **out)
{
    const char *const env[] = {QUARANTINE, lab->settings[0], lab->settings[1], lab->settings[2],
                               NULL};
    const struct process_settings settings = {"dunghen-tracker", name, env,
                                              cluster_dir(lab->cluster)};
    struct err e;

    if (process_start(out, &settings, &e) < 0 || process_wait_ready(*out, &e) < 0)
        fail_msg("%s", e.text);
}

static void again(struct process *process)
{
    struct err e;

    if (process_again(process, &e) < 0)
        fail_msg("%s", e.text);
}

static void connect_client(struct lab *lab)
{
    struct err e;
    const struct bus_client_settings settings = {.endpoint = lab->endpoint,
                                                 .again_us = CLOCK_US_PER_S / 2,
                                                 .expire_us = INT64_C(60) * CLOCK_US_PER_S,
                                                 .max_calls = MAX_CALLS};

    assert_int_equal(bus_connect(&lab->client, lab->bus, &settings, &e), 0);
}

static int open_lab(void **state)
{
    struct lab *lab = test_calloc(1, sizeof(*lab));
    struct err e;

    lab->cluster = *state;
    lab->endpoint = format_new("ipc://%s/tracker.ipc", cluster_dir(lab->cluster));
    lab->events = format_new("ipc://%s/events.ipc", cluster_dir(lab->cluster));
    lab->settings[0] = format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(lab->cluster));
    lab->settings[1] = format_new("DUNGHEN_TRACKER_ENDPOINT=%s", lab->endpoint);
    lab->settings[2] = format_new("DUNGHEN_EVENTS_ENDPOINT=%s", lab->events);
    assert_int_equal(loop_open(&lab->loop, &e), 0);
    turn_open(&lab->turn, lab->loop);
    assert_int_equal(bus_open(&lab->bus, lab->loop, &e), 0);
    connect_client(lab);
    start(lab, "tracker", &lab->tracker);
    *state = lab;
    return 0;
}

static int close_lab(void **state)
{
    struct lab *lab = *state;

    *state = lab->cluster;
    process_close(&lab->standby);
    process_close(&lab->tracker);
    bus_client_close(&lab->client);
    bus_close(&lab->bus);
    loop_close(&lab->loop);
    ledger_check_chain(lab->cluster);
    ledger_check_measures(lab->cluster);
    ledger_check_letters(lab->cluster);
    for (size_t i = 0; i < COUNT(lab->settings); i++)
        free(lab->settings[i]);
    free(lab->events);
    free(lab->endpoint);
    test_free(lab);
    return 0;
}

/* ---- what is said ---- */

struct words {
    struct uuid id, key;
    const char *print;   /* with a key: the request's fingerprint */
    const char *service; /* NULL: LIGHT */
    int64_t age_us;      /* since it was received */
    const char *content;
    size_t content_len; /* 0: that of the text */
    const void *contact;
    size_t contact_len;
};

static void add_text(struct bus_message *m, const char *text)
{
    bus_add(m, text, strlen(text));
}

static void add_record(struct bus_message *m, const struct words *w)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(1000);
    static const char content[] = "{\"description\":\"Đèn đường tắt\"}";
    const char *said = w->content != NULL ? w->content : content;
    const struct case_head fields = {.id = w->id,
                                     .received_at = clock_now_us() - w->age_us,
                                     .service = w->service != NULL ? w->service : "LIGHT",
                                     .channel = "api",
                                     .language = "vi",
                                     .lat = 10.5,
                                     .lon = 106.5,
                                     .command = w->key,
                                     .fingerprint = w->print};

    if (m->count == 0)
        add_text(m, TOPIC_RECORD);
    json_write(case_head_fields, &fields, &head);
    bus_add(m, head.data, head.len);
    add_text(m, "{\"unit\":\"W1\",\"priority\":3,\"rule\":\"LIGHT/W1\",\"coordinators\":[\"D1\"]}");
    bus_add(m, said, w->content_len > 0 ? w->content_len : strlen(said));
    bus_add(m, w->contact_len > 0 ? w->contact : "", w->contact_len);
}

static void add_verb(struct bus_message *m, const struct case_command *command, const char *body)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(1000);
    struct case_command fields = *command;

    if (m->count == 0)
        add_text(m, TOPIC_COMMAND);
    if (fields.task == 0)
        fields.task = 1;
    fields.actor = "worker:one";
    json_write(case_command_fields, &fields, &head);
    bus_add(m, head.data, head.len);
    add_text(m, body);
}

static const char solved[] = "{\"result\":\"solved\",\"text\":\"Đã sửa đèn\"}";
static const char not_ours[] = "{\"reason\":\"SUBJECT\",\"text\":\"Không thuộc địa bàn\"}";

/* ---- what is answered ---- */

struct said {
    bool answered;
    struct bus_message answer;
};

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct said *said = ctx;

    if (e != NULL)
        fail_msg("%s", e->text);
    for (int i = 0; i < answer->count; i++)
        bus_add_frame(&said->answer, &answer->frames[i]);
    said->answered = true;
}

static bool is_answered(void *ctx)
{
    return ((struct said *)ctx)->answered;
}

static void call(struct lab *lab, struct bus_message *m, struct said *said)
{
    struct err e;

    *said = (struct said){0};
    if (bus_call(lab->client, m, on_answer, said, &e) < 0)
        fail_msg("%s", e.text);
    bus_message_free(m);
}

static void wait_for(struct lab *lab, struct said *said)
{
    if (!turn_until(&lab->turn, is_answered, said)) {
        process_show_log(lab->tracker);
        fail_msg("no answer");
    }
}

static void free_said(struct said *said)
{
    bus_message_free(&said->answer);
}

/* ERR_NONE, or the kind of the refusal of item i. */
static enum err_kind refusal_of(const struct said *said, int i)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_outcome outcome = {0};
    struct case_receipt receipt = {0};
    struct err e;

    assert_true(i + 1 < said->answer.count);
    const char *frame = bus_data(&said->answer, i + 1);
    size_t len = bus_len(&said->answer, i + 1);
    if (answer_read(case_outcome_fields, frame, len, &store, &outcome, &e) == 0)
        return ERR_NONE;
    if (answer_read(case_receipt_fields, frame, len, &store, &receipt, &e) == 0)
        return ERR_NONE;
    assert_string_not_equal(e.text, "the answer is malformed");
    return e.kind;
}

struct receipt {
    char reference[REFERENCE_SIZE];
    struct uuid id;
    int64_t due_at;
    bool repeated;
};

static struct receipt receipt_of(const struct said *said, int i)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_receipt receipt = {0};
    struct receipt out;
    struct err e;

    assert_true(i + 1 < said->answer.count);
    if (answer_read(case_receipt_fields, bus_data(&said->answer, i + 1),
                    bus_len(&said->answer, i + 1), &store, &receipt, &e) < 0)
        fail_msg("%s", e.text);
    out =
        (struct receipt){.id = receipt.id, .due_at = receipt.due_at, .repeated = receipt.repeated};
    snprintf(out.reference, sizeof(out.reference), "%s", receipt.reference);
    return out;
}

static struct receipt record(struct lab *lab, const struct words *w)
{
    AUTO(free_said) struct said said;
    struct bus_message m = {0};

    add_record(&m, w);
    call(lab, &m, &said);
    wait_for(lab, &said);
    return receipt_of(&said, 0);
}

static enum err_kind try_record(struct lab *lab, const struct words *w)
{
    AUTO(free_said) struct said said;
    struct bus_message m = {0};

    add_record(&m, w);
    call(lab, &m, &said);
    wait_for(lab, &said);
    return refusal_of(&said, 0);
}

/* The state that the case is in then, or the refusal's kind. */
static enum err_kind verb(struct lab *lab, const struct case_command *command, const char *body,
                          const char *state, bool repeated)
{
    AUTO(free_said) struct said said;
    AUTO(json_store_free) struct json_store store = {0};
    struct bus_message m = {0};
    struct case_outcome outcome = {0};
    struct err e;

    add_verb(&m, command, body);
    call(lab, &m, &said);
    wait_for(lab, &said);
    if (answer_read(case_outcome_fields, bus_data(&said.answer, 1), bus_len(&said.answer, 1),
                    &store, &outcome, &e) < 0)
        return e.kind;
    assert_string_equal(outcome.state, state);
    assert_int_equal(outcome.repeated, repeated);
    return ERR_NONE;
}

static int64_t count(const struct lab *lab, const char *what, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    AUTO(format_free)
    char *sql = format_new("SELECT count(*) FROM %s = '%s'", what, uuid_text(id, text));

    return strtoll(cluster_query(lab->cluster, sql), NULL, 10);
}

/* ---- a stream of cases, each from its record to its answer ---- */

struct life {
    struct stream *stream;
    struct uuid id;
    int step;
};

struct stream {
    struct lab *lab;
    int total, begun, ended, answers;
    int wanted; /* has_answers waits for that many */
    struct life *lives;
};

enum { STEPS = 3 };

static void say_step(struct life *life);

static void begin_one(struct stream *s)
{
    if (s->begun == s->total)
        return;
    struct life *life = &s->lives[s->begun++];
    *life = (struct life){.stream = s, .id = uuid_new()};
    say_step(life);
}

static void on_step(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct said said = {.answered = true};
    struct life *life = ctx;

    if (e != NULL)
        fail_msg("%s", e->text);
    bus_add(&said.answer, "", 0);
    bus_add_frame(&said.answer, &answer->frames[1]);
    if (refusal_of(&said, 0) != ERR_NONE)
        fail_msg("step %d: %.*s", life->step, (int)bus_len(answer, 1), bus_data(answer, 1));
    free_said(&said);
    life->stream->answers++;
    if (++life->step < STEPS) {
        say_step(life);
        return;
    }
    life->stream->ended++;
    begin_one(life->stream);
}

static void say_step(struct life *life)
{
    struct bus_message m = {0};
    struct err e;

    if (life->step == 0)
        add_record(&m, &(struct words){.id = life->id});
    else
        add_verb(&m,
                 &(struct case_command){.verb = life->step == 1 ? "accept" : "done",
                                        .case_id = life->id,
                                        .unit = "W1",
                                        .epoch = 1},
                 life->step == 1 ? "" : solved);
    if (bus_call(life->stream->lab->client, &m, on_step, life, &e) < 0)
        fail_msg("%s", e.text);
    bus_message_free(&m);
}

/* width of them at any time. */
static void begin_stream(struct stream *s, struct lab *lab, int total, int width)
{
    *s = (struct stream){.lab = lab, .total = total};
    s->lives = test_calloc((size_t)total, sizeof(*s->lives));
    for (int i = 0; i < width; i++)
        begin_one(s);
}

static bool has_answers(void *ctx)
{
    const struct stream *s = ctx;

    return s->answers >= s->wanted;
}

static void run_stream(struct stream *s, int answers)
{
    s->wanted = s->answers + answers < STEPS * s->total ? s->answers + answers : STEPS * s->total;
    if (!turn_until(&s->lab->turn, has_answers, s)) {
        process_show_log(s->lab->tracker);
        fail_msg("%d of %d answers", s->answers, s->wanted);
    }
}

/* Runs it to its end; then every case has had each of its steps once. */
static void end_stream(struct stream *s)
{
    AUTO(strbuf_free) struct strbuf ids = STRBUF(10000000);
    char id[UUID_TEXT_SIZE];

    while (s->ended < s->total)
        run_stream(s, STEPS * s->total);
    strbuf_addf(&ids, "WITH said (id) AS (VALUES ");
    for (int i = 0; i < s->total; i++)
        strbuf_addf(&ids, "%s('%s'::uuid)", i == 0 ? "" : ",", uuid_text(&s->lives[i].id, id));
    strbuf_addf(&ids,
                ") SELECT count(*) FROM said JOIN cases USING (id)"
                " WHERE state = 'ANSWERED' AND (SELECT string_agg(type, ' ' ORDER BY seq)"
                "  FROM events WHERE case_id = id)"
                " = 'received assigned letter_issued accepted answered cancelled'");
    assert_int_equal(strtol(cluster_query(s->lab->cluster, strbuf_text(&ids)), NULL, 10), s->total);
    test_free(s->lives);
}

/* ---- commit, then speak ---- */

/* Keeps every commit waiting until it is closed. */
static PGconn *hold_table(struct lab *lab, const char *table)
{
    PGconn *conn = cluster_connect(lab->cluster, "dunghen");
    AUTO(format_free) char *lock = format_new("LOCK TABLE %s IN SHARE MODE", table);

    record(lab, &(struct words){.id = uuid_new()}); /* so that it is connected and leads */
    PQclear(PQexec(conn, "BEGIN"));
    PQclear(PQexec(conn, lock));
    return conn;
}

static PGconn *hold_commits(struct lab *lab)
{
    return hold_table(lab, "events");
}

/* A malformed item is refused without the database: a sign that what was said before it has been
 * read, and that an answer to it would have come before. */
static void give_a_sign(struct lab *lab)
{
    AUTO(free_said) struct said said;
    struct bus_message m = {0};

    add_text(&m, TOPIC_COMMAND);
    add_text(&m, "{");
    add_text(&m, "");
    call(lab, &m, &said);
    wait_for(lab, &said);
    assert_int_equal(refusal_of(&said, 0), ERR_INPUT);
}

static void answers_only_after_the_commit(void **state)
{
    struct lab *lab = *state;
    struct words w = {.id = uuid_new()};
    PGconn *hold = hold_commits(lab);
    AUTO(free_said) struct said said;
    struct bus_message m = {0};

    add_record(&m, &w);
    call(lab, &m, &said);
    cluster_wait_until(lab->cluster, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)",
                       WAIT_MS);
    give_a_sign(lab);
    assert_false(said.answered);
    PQfinish(hold);
    wait_for(lab, &said);
    assert_false(receipt_of(&said, 0).repeated);
    assert_int_equal(count(lab, "cases WHERE id", &w.id), 1);
}

/* ---- saying it again ---- */

static void gives_the_first_receipt_again(void **state)
{
    struct lab *lab = *state;
    struct words w = {.id = uuid_new()};
    struct receipt first = record(lab, &w);

    w.content = "{\"description\":\"khác\"}";
    struct receipt second = record(lab, &w);
    assert_false(first.repeated);
    assert_true(second.repeated);
    assert_string_equal(second.reference, first.reference);
    assert_int_equal(second.due_at, first.due_at);
    assert_int_equal(count(lab, "events WHERE type = 'received' AND case_id", &w.id), 1);
}

static void knows_a_key_under_another_id(void **state)
{
    struct lab *lab = *state;
    struct words w = {
        .id = uuid_new(), .key = uuid_new(), .print = "00112233445566778899aabbccddeeff"};
    struct receipt first = record(lab, &w);
    struct words other = w;

    other.id = uuid_new();
    struct receipt second = record(lab, &other);
    assert_true(second.repeated);
    assert_true(uuid_equal(&second.id, &w.id));
    assert_string_equal(second.reference, first.reference);
    assert_int_equal(count(lab, "cases WHERE id", &other.id), 0);
    other.print = "ff112233445566778899aabbccddeeff";
    assert_int_equal(try_record(lab, &other), ERR_CONFLICT);
    process_kill(lab->tracker);
    again(lab->tracker);
    assert_string_equal(record(lab, &w).reference, first.reference);
    assert_int_equal(try_record(lab, &other), ERR_CONFLICT);
}

static void knows_what_is_said_twice_in_one_message(void **state)
{
    struct lab *lab = *state;
    struct words w = {
        .id = uuid_new(), .key = uuid_new(), .print = "00112233445566778899aabbccddeeff"};
    struct words other = w;
    AUTO(free_said) struct said said;
    struct bus_message m = {0};

    add_record(&m, &w);
    add_record(&m, &w);
    other.id = uuid_new();
    add_record(&m, &other);
    other.print = "ff112233445566778899aabbccddeeff";
    add_record(&m, &other);
    call(lab, &m, &said);
    wait_for(lab, &said);
    struct receipt first = receipt_of(&said, 0);
    assert_false(first.repeated);
    assert_string_equal(receipt_of(&said, 1).reference, first.reference);
    assert_true(receipt_of(&said, 1).repeated);
    assert_string_equal(receipt_of(&said, 2).reference, first.reference);
    assert_int_equal(refusal_of(&said, 3), ERR_CONFLICT);
}

/* ---- a bad one among good ones ---- */

/* Its words are of no use to who has asked, and are for nobody outside. */
static void tells_nothing_of_the_database(const struct said *said, int i)
{
    static const char *const words[] = {"SQLSTATE", "json", "relation"};
    AUTO(format_free)
    char *text = format_new("%.*s", (int)bus_len(&said->answer, i + 1),
                            (const char *)bus_data(&said->answer, i + 1));

    for (size_t w = 0; w < COUNT(words); w++)
        if (strstr(text, words[w]) != NULL)
            fail_msg("%s", text);
}

/* What gets as far as there is no fault of who says it: somebody before it, or the database, is not
 * as tracker takes it to be. */
static void refuses_alone_what_the_database_refuses(void **state)
{
    enum { ITEMS = 100 };
    static const struct {
        int item;
        struct words words;
        enum err_kind kind;
    } bad[] = {
        {7, {.content = "{\"description\":\"\xff\"}"}, ERR_SYSTEM},
        {8, {.content = "{\"description\":\"\0\"}", .content_len = 19}, ERR_SYSTEM},
        {41, {.content = "{\"description\":"}, ERR_SYSTEM},
        {77, {.contact = "\3short", .contact_len = 6}, ERR_INPUT},
        {78, {.service = "TC01"}, ERR_INPUT},
        {98, {.service = "NOBODY"}, ERR_INPUT},
    };
    struct lab *lab = *state;
    struct uuid ids[ITEMS];
    AUTO(free_said) struct said said;
    struct bus_message m = {0};

    for (size_t i = 0, b = 0; i < ITEMS; i++) {
        bool is_bad = b < COUNT(bad) && bad[b].item == (int)i;
        struct words w = is_bad ? bad[b++].words : (struct words){0};
        w.id = ids[i] = uuid_new();
        add_record(&m, &w);
    }
    call(lab, &m, &said);
    wait_for(lab, &said);
    for (size_t i = 0, b = 0; i < ITEMS; i++) {
        bool is_bad = b < COUNT(bad) && bad[b].item == (int)i;
        if (refusal_of(&said, (int)i) != (is_bad ? bad[b].kind : ERR_NONE))
            fail_msg("item %zu", i);
        b += is_bad;
        tells_nothing_of_the_database(&said, (int)i);
        assert_int_equal(count(lab, "cases WHERE id", &ids[i]), is_bad ? 0 : 1);
    }
}

static void refuses_alone_what_is_malformed(void **state)
{
    static const char *const heads[] = {"", "[]", "{\"id\":7}", "\xff\xfe", "{\"id\":\"\xc3\"}"};
    struct lab *lab = *state;
    struct uuid first = uuid_new(), last = uuid_new();
    AUTO(free_said) struct said said;
    struct bus_message m = {0};

    add_record(&m, &(struct words){.id = first});
    for (size_t i = 0; i < COUNT(heads); i++) {
        add_text(&m, heads[i]);
        add_text(&m, "{\"unit\":\"W1\",\"priority\":3,\"rule\":\"x\"}");
        add_text(&m, "{}");
        add_text(&m, "");
    }
    add_record(&m, &(struct words){.id = last});
    call(lab, &m, &said);
    wait_for(lab, &said);
    assert_int_equal(said.answer.count, 1 + 2 + (int)COUNT(heads));
    for (size_t i = 0; i < COUNT(heads); i++)
        assert_int_equal(refusal_of(&said, 1 + (int)i), ERR_INPUT);
    struct receipt good = receipt_of(&said, 0);
    assert_true(uuid_equal(&good.id, &first));
    good = receipt_of(&said, 1 + (int)COUNT(heads));
    assert_true(uuid_equal(&good.id, &last));
}

/* Of letters that JSON writes as six: the longest refusal there is. */
static void says_why_however_long_that_is(void **state)
{
    struct lab *lab = *state;
    char odd[41];

    memset(odd, 1, sizeof(odd) - 1);
    odd[40] = '\0';
    assert_int_equal(try_record(lab, &(struct words){.id = uuid_new(), .service = odd}), ERR_INPUT);
}

/* ---- a batch that is prepared while the one before it is written ---- */

enum { PAIR_ITEMS = 20, BAD_ITEM = 13 };

/* Two messages: the first is on its way and held up, the second is prepared behind it. */
struct pair {
    PGconn *hold;
    struct uuid ids[2][PAIR_ITEMS];
    struct said said[2];
};

static bool nothing_waits(void *ctx)
{
    return process_metric(((struct lab *)ctx)->tracker, "dunghen_tracker_commands_waiting") == 0;
}

/* What is no JSON is refused before any table is asked for, so that nothing could hold it up. */
static void refuse_words(struct lab *lab)
{
    cluster_query(lab->cluster,
                  "ALTER TABLE contents DROP CONSTRAINT IF EXISTS words,"
                  " ADD CONSTRAINT words CHECK (content ->> 'description' <> 'bad')");
}

static void say_records(struct lab *lab, struct pair *pair, int which, int bad)
{
    struct bus_message m = {0};

    for (int i = 0; i < PAIR_ITEMS; i++) {
        struct words w = {.id = uuid_new(),
                          .content = i == bad ? "{\"description\":\"bad\"}" : NULL};
        pair->ids[which][i] = w.id;
        add_record(&m, &w);
    }
    call(lab, &m, &pair->said[which]);
}

/* bad: of the batch whose record BAD_ITEM the database refuses, or -1. */
static void begin_pair(struct lab *lab, struct pair *pair, int bad)
{
    refuse_words(lab);
    pair->hold = hold_table(lab, "cases");
    say_records(lab, pair, 0, bad == 0 ? BAD_ITEM : -1);
    cluster_wait_until(lab->cluster, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)",
                       WAIT_MS);
    say_records(lab, pair, 1, bad == 1 ? BAD_ITEM : -1);
    give_a_sign(lab);
    assert_true(turn_until(&lab->turn, nothing_waits, lab));
    assert_false(pair->said[0].answered || pair->said[1].answered);
}

static void end_pair(struct lab *lab, struct pair *pair, int bad)
{
    PQfinish(pair->hold);
    for (int which = 0; which < 2; which++) {
        wait_for(lab, &pair->said[which]);
        for (int i = 0; i < PAIR_ITEMS; i++) {
            bool is_bad = which == bad && i == BAD_ITEM;
            assert_int_equal(refusal_of(&pair->said[which], i), is_bad ? ERR_SYSTEM : ERR_NONE);
            assert_int_equal(count(lab, "cases WHERE id", &pair->ids[which][i]), is_bad ? 0 : 1);
        }
        free_said(&pair->said[which]);
    }
}

static void throws_away_what_was_prepared_behind_a_bad_one(void **state)
{
    struct pair pair;

    begin_pair(*state, &pair, 0);
    end_pair(*state, &pair, 0);
}

static void refuses_alone_what_is_bad_in_the_second_batch(void **state)
{
    struct pair pair;

    begin_pair(*state, &pair, 1);
    end_pair(*state, &pair, 1);
}

static void decides_both_batches_again_when_the_connection_breaks(void **state)
{
    struct lab *lab = *state;
    struct pair pair;

    begin_pair(lab, &pair, -1);
    cluster_query(lab->cluster,
                  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  " WHERE usename = 'dunghen_tracker' AND wait_event_type = 'Lock'");
    end_pair(lab, &pair, -1);
}

/* Other cases are taken along; what is about a case on its way waits until that is committed. */
static void decides_on_a_case_as_the_batch_before_left_it(void **state)
{
    struct lab *lab = *state;
    struct uuid id = uuid_new();
    struct case_command accept = {.verb = "accept", .case_id = id, .unit = "W1", .epoch = 5};
    struct case_command done = {.verb = "done", .case_id = id, .unit = "W1", .epoch = 5};
    struct said accepted, other, finished;
    struct bus_message m = {0};

    record(lab, &(struct words){.id = id});
    PGconn *hold = hold_commits(lab);
    add_verb(&m, &accept, "");
    call(lab, &m, &accepted);
    cluster_wait_until(lab->cluster, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)",
                       WAIT_MS);
    add_record(&m, &(struct words){.id = uuid_new()});
    call(lab, &m, &other);
    add_verb(&m, &done, solved);
    call(lab, &m, &finished);
    give_a_sign(lab);
    PQfinish(hold);
    wait_for(lab, &accepted);
    wait_for(lab, &other);
    wait_for(lab, &finished);
    assert_int_equal(refusal_of(&accepted, 0), ERR_NONE);
    assert_int_equal(refusal_of(&other, 0), ERR_NONE);
    assert_int_equal(refusal_of(&finished, 0), ERR_NONE);
    assert_int_equal(count(lab, "tasks WHERE state = 'done' AND case_id", &id), 1);
    free_said(&accepted);
    free_said(&other);
    free_said(&finished);
}

/* ---- what is done with a case ---- */

static void carries_a_case_to_its_answer(void **state)
{
    struct lab *lab = *state;
    struct uuid id = uuid_new();
    struct case_command accept = {.verb = "accept", .case_id = id, .unit = "W1", .epoch = 5};
    struct case_command done = {.verb = "done", .case_id = id, .unit = "W1", .epoch = 6};

    record(lab, &(struct words){.id = id});
    assert_int_equal(verb(lab, &done, solved, "", false), ERR_CONFLICT);
    assert_int_equal(verb(lab, &accept, "", "IN_PROGRESS", false), ERR_NONE);
    assert_int_equal(verb(lab, &accept, "", "IN_PROGRESS", true), ERR_NONE);
    accept.epoch = 6; /* the lease went over to somebody else */
    assert_int_equal(verb(lab, &accept, "", "IN_PROGRESS", false), ERR_NONE);
    accept.epoch = 5;
    assert_int_equal(verb(lab, &accept, "", "", false), ERR_CONFLICT);
    done.epoch = 5;
    assert_int_equal(verb(lab, &done, solved, "", false), ERR_CONFLICT);
    done.epoch = 6;
    done.unit = "W2";
    assert_int_equal(verb(lab, &done, solved, "", false), ERR_INPUT);
    done.unit = "W1";
    assert_int_equal(verb(lab, &done, "{\"result\":\"solved\"}", "", false), ERR_INPUT);
    assert_int_equal(verb(lab, &done, solved, "ANSWERED", false), ERR_NONE);
    assert_int_equal(verb(lab, &done, solved, "ANSWERED", true), ERR_NONE);
    assert_int_equal(verb(lab, &done, "{\"result\":\"partly\",\"text\":\"Chưa\"}", "", false),
                     ERR_CONFLICT);
    assert_int_equal(count(lab, "events WHERE type = 'answered' AND case_id", &id), 1);
    assert_int_equal(count(lab, "tasks WHERE finished_at IS NULL AND case_id", &id), 0);
    done.case_id = uuid_new();
    assert_int_equal(verb(lab, &done, solved, "", false), ERR_INPUT);
}

static void gives_a_returned_case_to_the_desk(void **state)
{
    struct lab *lab = *state;
    struct uuid id = uuid_new();
    struct case_command back = {.verb = "return", .case_id = id, .unit = "W1", .epoch = 5};
    struct case_command accept = {
        .verb = "accept", .case_id = id, .task = 3, .unit = "OFFICE", .epoch = 1};
    struct case_command done = accept;

    record(lab, &(struct words){.id = id});
    assert_int_equal(verb(lab, &back, not_ours, "RETURNED", false), ERR_NONE);
    assert_int_equal(verb(lab, &back, not_ours, "RETURNED", true), ERR_NONE);
    assert_int_equal(verb(lab, &accept, "", "IN_PROGRESS", false), ERR_NONE);
    done.verb = "done";
    assert_int_equal(verb(lab, &done, solved, "ANSWERED", false), ERR_NONE);
    assert_int_equal(count(lab, "cases WHERE unit = 'OFFICE' AND returns = 1 AND id", &id), 1);
}

static void raises_each_flag_once(void **state)
{
    struct lab *lab = *state;
    struct uuid id = uuid_new();
    struct case_command flag = {.verb = "flag", .case_id = id};

    record(lab, &(struct words){.id = id, .service = "NOISE", .age_us = 2 * hour_us});
    assert_int_equal(verb(lab, &flag, "", "ASSIGNED", false), ERR_NONE);
    assert_int_equal(verb(lab, &flag, "", "ASSIGNED", true), ERR_NONE);
    assert_int_equal(count(lab, "flags WHERE level = 'overdue' AND case_id", &id), 1);
    assert_int_equal(count(lab, "events WHERE type = 'overdue' AND case_id", &id), 1);
}

/* Whoever works on a task is on the clock as much as whoever does not. */
static void keeps_an_accepted_task_on_the_clock(void **state)
{
    struct lab *lab = *state;
    struct uuid id = uuid_new();
    struct case_command accept = {.verb = "accept", .case_id = id, .unit = "W1", .epoch = 5};

    record(lab, &(struct words){.id = id});
    assert_int_equal(verb(lab, &accept, "", "IN_PROGRESS", false), ERR_NONE);
    assert_int_equal(count(lab, "tasks WHERE next_at < due_at AND number = 1 AND case_id", &id), 1);
}

/* ---- events ---- */

struct listener {
    struct lab *lab;
    struct bus_follower *follower;
    int64_t last; /* 0: nothing heard yet */
    int events;
    int wanted;
};

static void hear_event(struct listener *l, const struct bus_message *m, int frame, int64_t seq)
{
    AUTO(json_release) json_t *document = NULL;
    struct event_head event;
    struct err e;

    assert_int_equal(json_parse(bus_data(m, frame), bus_len(m, frame), &document, &e), 0);
    assert_int_equal(json_read(event_head_fields, document, true, &event, &e), 0);
    assert_int_equal(event.seq, seq);
    AUTO(format_free)
    char *what = format_new("events WHERE seq = %" PRId64 " AND case_id", event.seq);
    assert_int_equal(count(l->lab, what, &event.case_id), 1);
    l->events++;
}

static void hear(void *ctx, const struct bus_message *m)
{
    AUTO(json_release) json_t *document = NULL;
    struct listener *l = ctx;
    struct event_range range;
    struct err e;

    assert_true(bus_is(m, TOPIC_EVENTS));
    assert_int_equal(json_parse(bus_data(m, 1), bus_len(m, 1), &document, &e), 0);
    assert_int_equal(json_read(event_range_fields, document, true, &range, &e), 0);
    assert_int_equal(m->count, 2 + EVENT_FRAMES * (range.last - range.first + 1));
    if (l->last > 0)
        assert_int_equal(range.first, l->last + 1);
    for (int64_t seq = range.first; seq <= range.last; seq++)
        hear_event(l, m, 2 + EVENT_FRAMES * (int)(seq - range.first), seq);
    l->last = range.last;
}

static bool heard_enough(void *ctx)
{
    const struct listener *l = ctx;

    return l->last > 0 && l->events >= l->wanted;
}

static void publishes_what_is_committed_without_gaps(void **state)
{
    struct lab *lab = *state;
    struct listener l = {.lab = lab};
    struct stream s;
    struct err e;

    record(lab, &(struct words){.id = uuid_new()});
    assert_int_equal(bus_follow(&l.follower, lab->bus, lab->events, TOPIC_EVENTS, hear, &l, &e), 0);
    assert_true(turn_until(&lab->turn, heard_enough, &l)); /* it tells where it stands */
    begin_stream(&s, lab, 200, 50);
    end_stream(&s);
    l.wanted = 200 * 6;
    assert_true(turn_until(&lab->turn, heard_enough, &l));
    bus_follower_close(&l.follower);
}

/* ---- crashes ---- */

static void answers_everything_once_though_it_is_killed(void **state)
{
    struct lab *lab = *state;
    struct stream s;

    begin_stream(&s, lab, 1000, 100);
    for (int kills = 0; kills < 8; kills++) {
        run_stream(&s, 250 + 17 * kills);
        process_kill(lab->tracker);
        again(lab->tracker);
    }
    end_stream(&s);
}

static void answers_everything_once_though_the_database_is_killed(void **state)
{
    struct lab *lab = *state;
    struct stream s;
    struct err e;

    begin_stream(&s, lab, 1000, 100);
    for (int kills = 0; kills < 4; kills++) {
        run_stream(&s, 500 + 17 * kills);
        cluster_kill(lab->cluster);
        assert_int_equal(cluster_start(lab->cluster, &e), 0);
    }
    end_stream(&s);
}

static void hands_over_to_a_standby(void **state)
{
    struct lab *lab = *state;
    struct process **leader = &lab->tracker, **other = &lab->standby;
    struct stream s;
    struct err e;

    start(lab, "standby", &lab->standby);
    begin_stream(&s, lab, 1000, 100);
    for (int turns = 0; turns < 6; turns++) {
        run_stream(&s, 400);
        if (turns % 2 == 0)
            process_kill(*leader);
        else if (process_stop(*leader, &e) < 0)
            fail_msg("%s", e.text);
        run_stream(&s, 100);
        again(*leader);
        if (process_wait_ready(*leader, &e) < 0)
            fail_msg("%s", e.text);
        struct process **next = other;
        other = leader;
        leader = next;
    }
    end_stream(&s);
}

/* ---- changes and limits ---- */

static double commands_waiting(const struct lab *lab)
{
    return process_metric(lab->tracker, "dunghen_tracker_commands_waiting");
}

static void takes_up_a_new_catalogue_under_load(void **state)
{
    struct lab *lab = *state;
    struct words w = {.service = "NEW"};
    struct stream s;

    begin_stream(&s, lab, 1000, 100);
    for (int changes = 0; changes < 3; changes++) {
        run_stream(&s, 300);
        cluster_query(lab->cluster, "UPDATE catalogue SET version = version + 1");
    }
    cluster_query(lab->cluster,
                  "INSERT INTO services SELECT (jsonb_populate_record(s, '{\"code\":\"NEW\"}')).*"
                  "  FROM services AS s WHERE code = 'LIGHT'");
    cluster_query(lab->cluster, "UPDATE catalogue SET version = version + 1");
    w.id = uuid_new();
    assert_int_equal(try_record(lab, &w), ERR_NONE); /* router has it already */
    end_stream(&s);
}

/* What tracker looks for in vain is refused, and nothing beside it. */
static void refuses_what_no_catalogue_has(void **state)
{
    struct lab *lab = *state;
    struct words good = {.id = uuid_new()};
    AUTO(free_said) struct said said;
    struct bus_message m = {0};

    add_record(&m, &(struct words){.id = uuid_new(), .service = "NOTHING"});
    add_record(&m, &good);
    add_record(&m, &(struct words){.id = uuid_new(), .service = "NOTHING"});
    call(lab, &m, &said);
    wait_for(lab, &said);
    assert_int_equal(refusal_of(&said, 0), ERR_INPUT);
    assert_int_equal(refusal_of(&said, 1), ERR_NONE);
    assert_int_equal(refusal_of(&said, 2), ERR_INPUT);
    assert_int_equal(commands_waiting(lab), 0);
}

enum { PAUSES_AT = 4096, FLOOD_ITEMS = 100 };

/* One batch may be on its way, and one prepared behind it. */
static bool is_full(void *ctx)
{
    return commands_waiting(ctx) > PAUSES_AT - 2 * BUS_MAX_ITEMS;
}

static void add_flood(struct bus_message *m)
{
    for (int item = 0; item < FLOOD_ITEMS; item++)
        add_record(m, &(struct words){.id = uuid_new()});
}

static void bears_more_than_it_can_take_at_once(void **state)
{
    enum { CALLS = 200, MOST_BYTES = 100000000 * SANITIZED };
    struct lab *lab = *state;
    struct said said[CALLS];
    PGconn *hold = hold_commits(lab);

    for (int i = 0; i < CALLS; i++) {
        struct bus_message m = {0};
        add_flood(&m);
        call(lab, &m, &said[i]);
    }
    assert_true(turn_until(&lab->turn, is_full, lab));
    assert_true(commands_waiting(lab) <= PAUSES_AT + FLOOD_ITEMS);
    PQfinish(hold);
    for (int i = 0; i < CALLS; i++) {
        wait_for(lab, &said[i]);
        for (int item = 0; item < FLOOD_ITEMS; item++)
            assert_int_equal(refusal_of(&said[i], item), ERR_NONE);
        free_said(&said[i]);
    }
    double bytes = process_metric(lab->tracker, "process_resident_memory_bytes");
    if (bytes > MOST_BYTES)
        fail_msg("it has grown to %.0f bytes", bytes);
}

/* ---- stopping ---- */

/* Says more as soon as it has an answer, and remembers what it was told. */
struct flood {
    struct lab *lab;
    struct strbuf told; /* SQL */
    bool ends;
    int left; /* calls without an answer */
};

static void say_more(struct flood *flood);

static void on_flood_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    AUTO(free_said) struct said said = {0};
    struct flood *flood = ctx;

    on_answer(&said, answer, e);
    for (int i = 0; i < FLOOD_ITEMS; i++)
        strbuf_addf(&flood->told, "%s('%s')", flood->told.len == 0 ? "" : ",",
                    receipt_of(&said, i).reference);
    flood->left--;
    if (!flood->ends)
        say_more(flood);
}

static void say_more(struct flood *flood)
{
    struct bus_message m = {0};
    struct err e;

    add_flood(&m);
    if (bus_call(flood->lab->client, &m, on_flood_answer, flood, &e) < 0)
        fail_msg("%s", e.text);
    bus_message_free(&m);
    flood->left++;
}

/* It stands, and more comes than can be answered. */
static PGconn *begin_flood(struct flood *flood, struct lab *lab)
{
    enum { CALLS = 120 };
    PGconn *hold = hold_commits(lab);

    *flood = (struct flood){.lab = lab, .told = STRBUF(100000000)};
    for (int i = 0; i < CALLS; i++)
        say_more(flood);
    assert_true(turn_until(&lab->turn, is_full, lab));
    return hold;
}

static bool has_dried_up(void *ctx)
{
    return ((struct flood *)ctx)->left == 0;
}

/* Everything is answered, and what was answered is there. */
static void end_flood(struct flood *flood)
{
    AUTO(strbuf_free) struct strbuf sql = STRBUF(100000000);

    flood->ends = true;
    assert_true(turn_until(&flood->lab->turn, has_dried_up, flood));
    strbuf_addf(&sql,
                "SELECT count(*) FROM (VALUES %s) AS told (reference)"
                "  LEFT JOIN cases USING (reference) WHERE id IS NULL",
                strbuf_text(&flood->told));
    assert_string_equal(cluster_query(flood->lab->cluster, strbuf_text(&sql)), "0");
    strbuf_free(&flood->told);
}

static bool is_over(void *ctx)
{
    const struct lab *lab = ctx;

    return process_is_over(lab->tracker);
}

static void wait_for_its_end(struct lab *lab)
{
    struct err e;

    if (!turn_until(&lab->turn, is_over, lab)) {
        process_show_log(lab->tracker);
        fail_msg("it does not end");
    }
    if (process_stop(lab->tracker, &e) < 0)
        fail_msg("%s", e.text);
    again(lab->tracker);
}

static void stops_under_load_and_loses_nothing(void **state)
{
    struct lab *lab = *state;
    struct flood flood;
    PGconn *hold = begin_flood(&flood, lab);

    process_ask_to_stop(lab->tracker);
    PQfinish(hold);
    wait_for_its_end(lab);
    end_flood(&flood);
}

static void stops_without_its_database(void **state)
{
    struct lab *lab = *state;
    struct flood flood;
    PGconn *hold = begin_flood(&flood, lab);
    struct err e;

    process_ask_to_stop(lab->tracker);
    cluster_kill(lab->cluster);
    PQfinish(hold);
    wait_for_its_end(lab);
    assert_int_equal(cluster_start(lab->cluster, &e), 0);
    end_flood(&flood);
}

/* ---- the clock is set right ---- */

/* Starts it anew by a clock that the test sets. */
static int64_t *start_by_another_clock(struct lab *lab)
{
    AUTO(format_free) char *path = format_new("%s/time", cluster_dir(lab->cluster));
    AUTO(format_free) char *file = format_new("FAKE_TIME_FILE=%s", path);
    const char *const env[] = {lab->settings[0],
                               lab->settings[1],
                               lab->settings[2],
                               file,
                               "LD_PRELOAD=" FAKE_TIME,
                               FAKE_DAY_SANITIZERS,
                               NULL};
    const struct process_settings settings = {"dunghen-tracker", "clock", env,
                                              cluster_dir(lab->cluster)};
    int64_t *now = fake_day_open(path);
    struct err e;

    *now = clock_now_us();
    process_close(&lab->tracker);
    if (process_start(&lab->tracker, &settings, &e) < 0 || process_wait_ready(lab->tracker, &e) < 0)
        fail_msg("%s", e.text);
    return now;
}

/* A day for which the ledger has no month yet, however far away, and while somebody reads it all.
 */
static void records_whatever_its_clock_says(void **state)
{
    static const int days[] = {200, 201, -700, -699, 0};
    struct lab *lab = *state;
    int64_t *now = start_by_another_clock(lab), today = *now;
    PGconn *reader = cluster_connect(lab->cluster, "dunghen");

    PQclear(PQexec(reader, "BEGIN"));
    PQclear(PQexec(reader, "SELECT count(*) FROM events"));
    for (size_t i = 0; i < COUNT(days); i++) {
        struct words w = {.id = uuid_new()};
        *now = today + days[i] * 24 * hour_us;
        AUTO(format_free)
        char *wanted = format_new("events WHERE at = to_timestamp(%" PRId64
                                  " / 1000000.0) AND type = 'received' AND case_id",
                                  *now);
        assert_false(record(lab, &w).repeated);
        assert_int_equal(count(lab, wanted, &w.id), 1);
    }
    PQfinish(reader);
}

/* ---- all together ---- */

static int open_cluster(void **state)
{
    static const char *const load[] = {BIN_DIR "/dunghen", "catalogue", "load",
                                       SOURCE_DIR "/deploy/catalogue/tiny", NULL};
    struct cluster *c = NULL;
    struct err e = {0};

    if (crypto_open(&e) < 0 || cluster_open(&c, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    AUTO(format_free) char *url = format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(c));
    AUTO(format_free) char *log = format_new("%s/ctl.log", cluster_dir(c));
    const char *const env[] = {url, NULL};
    *state = c;
    if (child_run(
            &(struct child_settings){.argv = load, .env = env, .log = log, .dir = cluster_dir(c)},
            &e) == 0) {
        /* Every case gets a numbered letter, whatever is killed. */
        cluster_query(c, "UPDATE regimes SET receipt = true");
        return 0;
    }
    fprintf(stderr, "%s\n", e.text);
    return -1;
}

static int close_cluster(void **state)
{
    struct cluster *c = *state;

    cluster_close(&c);
    return 0;
}

#define LAB_TEST(f) cmocka_unit_test_setup_teardown(f, open_lab, close_lab)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(answers_only_after_the_commit),
        LAB_TEST(gives_the_first_receipt_again),
        LAB_TEST(knows_a_key_under_another_id),
        LAB_TEST(knows_what_is_said_twice_in_one_message),
        LAB_TEST(refuses_alone_what_the_database_refuses),
        LAB_TEST(refuses_alone_what_is_malformed),
        LAB_TEST(throws_away_what_was_prepared_behind_a_bad_one),
        LAB_TEST(refuses_alone_what_is_bad_in_the_second_batch),
        LAB_TEST(decides_both_batches_again_when_the_connection_breaks),
        LAB_TEST(decides_on_a_case_as_the_batch_before_left_it),
        LAB_TEST(says_why_however_long_that_is),
        LAB_TEST(carries_a_case_to_its_answer),
        LAB_TEST(gives_a_returned_case_to_the_desk),
        LAB_TEST(raises_each_flag_once),
        LAB_TEST(keeps_an_accepted_task_on_the_clock),
        LAB_TEST(publishes_what_is_committed_without_gaps),
        LAB_TEST(answers_everything_once_though_it_is_killed),
        LAB_TEST(answers_everything_once_though_the_database_is_killed),
        LAB_TEST(hands_over_to_a_standby),
        LAB_TEST(takes_up_a_new_catalogue_under_load),
        LAB_TEST(refuses_what_no_catalogue_has),
        LAB_TEST(bears_more_than_it_can_take_at_once),
        LAB_TEST(stops_under_load_and_loses_nothing),
        LAB_TEST(stops_without_its_database),
        LAB_TEST(records_whatever_its_clock_says),
    };

    return cmocka_run_group_tests_name("tracker_live", tests, open_cluster, close_cluster);
}
