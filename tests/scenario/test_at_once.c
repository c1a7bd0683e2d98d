/* SPDX-License-Identifier: Apache-2.0 */
/* Fifty units are late with everything, and all their letters are asked for at once, while tracker,
 * notifier, letters and the database are killed at random, and mail server and gateway fail, stall
 * and answer 500. Afterwards every number is there once, every late case has its letter, and
 * everybody got each message once, with the letter that belongs to it.
 * LETTERS says how many (400), DUNGHEN_SEED repeats the moments. */
#include "bus.h"
#include "chance.h"
#include "child.h"
#include "city.h"
#include "clock.h"
#include "crypto.h"
#include "format.h"
#include "ledger_check.h"
#include "letter_check.h"
#include "mem.h"
#include "messages.h"
#include "must.h"
#include "outside.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum {
    LETTERS = 400, /* two for each case: its receipt and its apology */
    UNITS = 50,
    TOLD_UNITS = 10, /* have people with addresses; of the others nobody hears */
    AGE_DAYS = 40,   /* past a promise of 20, whatever holidays lie between */
    KILLS = 20,      /* and one more for each hundred letters */
    KILL_LEAST_MS = 50,
    KILL_MOST_MS = 1000,
    DOWN_MOST_MS = 300,
    CALM_MS = 90000,
    CALM_MS_LETTER = 200, /* and that long for each letter and its messages */
    SAMPLES = 3,          /* signatures that another program looks at */
    BODY_BYTES = 8000,
};

/* A Wednesday morning to which the calendars reach. */
static const int64_t new_due_at = INT64_C(2024794800000000);

static struct victim {
    const char *name;
    int weight, kills;
} victims[] = {{"tracker", 4, 0},
               {"notifier", 4, 0},
               {"letters", 2, 0},
               {"renderer", 2, 0},
               {"database", 1, 0}};

struct lab;

struct wish {
    struct lab *lab;
    struct uuid id;
    int number;
};

struct lab {
    struct city *city;
    struct outside *outside;
    struct crypto_ring *ring;
    struct loop *loop;
    struct bus *bus;
    struct bus_client *tracker;
    char *endpoint; /* the tracker's */
    struct loop_timer *kill, *restart;
    struct chance chance;
    struct victim *down; /* NULL: all run */
    int kills_left;
    struct wish *wishes;
    int cases, wanted, answered; /* wanted: answers to what was asked for so far in this round */
};

static const char *query(const struct lab *lab, const char *sql)
{
    return cluster_query(city_cluster(lab->city), sql);
}

/* ---- the city ---- */

static FILE *open_rows(const struct lab *lab, const char *name)
{
    AUTO(format_free) char *path = format_new("%s/catalogue/%s", city_dir(lab->city), name);
    FILE *rows = fopen(path, "ae");

    assert_non_null(rows);
    return rows;
}

static void load_catalogue(const struct lab *lab)
{
    AUTO(format_free) char *dir = format_new("%s/catalogue", city_dir(lab->city));
    struct err e;

    outside_catalogue(lab->outside, SOURCE_DIR "/deploy/catalogue/tiny", dir);
    FILE *units = open_rows(lab, "units.csv"), *people = open_rows(lab, "people.csv");
    for (int i = 1; i <= UNITS; i++) {
        fprintf(units, "U%02d,DEPARTMENT,OFFICE,Sở Thứ %d,Department No. %d,,,,,\n", i, i, i);
        if (i > TOLD_UNITS)
            continue;
        fprintf(people, "U%02d,head,Người Đứng Đầu %d,Giám đốc,Director,head.%d@tiny.example,\n", i,
                i, i);
        fprintf(people, "U%02d,focal,Đầu Mối %d,Chuyên viên,Officer,focal.%d@tiny.example,\n", i, i,
                i);
    }
    fclose(people);
    fclose(units);
    must(city_ctl(lab->city, (const char *const[]){"catalogue", "load", dir, NULL}, &e), &e);
    cluster_query(city_cluster(lab->city), OUTSIDE_HASTE_SQL);
}

static void open_city(struct lab *lab)
{
    static const char *const names[] = {"tracker", "sentinel", "letters", "notifier", NULL};
    struct err e;

    must(city_make(&lab->city, &e), &e);
    lab->outside = city_outside(lab->city);
    city_set(lab->city, format_new("%s", OUTSIDE_HASTE));
    AUTO(format_free) char *ring = format_new("%s/var/keys/contact.keys", city_dir(lab->city));
    load_catalogue(lab);
    must(crypto_open(&e), &e);
    must(crypto_ring_open(&lab->ring, ring, &e), &e);
    outside_behave(lab->outside, "sms", "flaky");
    outside_behave(lab->outside, "mail", "flaky");
    must(city_start(lab->city, names, &e), &e);
}

static void open_bus(struct lab *lab)
{
    lab->endpoint = format_new("ipc://%s/var/run/tracker.ipc", city_dir(lab->city));
    const struct bus_client_settings settings = {.endpoint = lab->endpoint,
                                                 .again_us = CLOCK_US_PER_S,
                                                 .expire_us = INT64_C(600) * CLOCK_US_PER_S,
                                                 .max_calls = (size_t)lab->cases};
    struct err e;

    must(loop_open(&lab->loop, &e), &e);
    must(bus_open(&lab->bus, lab->loop, &e), &e);
    must(bus_connect(&lab->tracker, lab->bus, &settings, &e), &e);
}

static void close_lab(struct lab *lab)
{
    bus_client_close(&lab->tracker);
    bus_close(&lab->bus);
    loop_close(&lab->loop);
    crypto_ring_close(&lab->ring);
    city_close(&lab->city);
    outside_close(&lab->outside);
    free(lab->endpoint);
    free(lab->wishes);
}

/* ---- killing ---- */

static struct victim *choose(struct lab *lab)
{
    int all = 0;

    for (size_t i = 0; i < COUNT(victims); i++)
        all += victims[i].weight;
    int64_t at = chance_between(&lab->chance, 0, all - 1);
    struct victim *v = victims;
    for (; at >= v->weight; v++)
        at -= v->weight;
    return v;
}

static bool is(const struct victim *v, const char *name)
{
    return strcmp(v->name, name) == 0;
}

static void set_timer(struct lab *lab, struct loop_timer *timer, int64_t least_ms, int64_t most_ms)
{
    loop_timer_set_us(timer, chance_between(&lab->chance, least_ms, most_ms) * CLOCK_US_PER_MS);
}

static void on_kill(void *ctx)
{
    struct lab *lab = ctx;
    struct victim *v = lab->down = choose(lab);
    pid_t renderer;

    v->kills++;
    if (is(v, "database"))
        cluster_kill(city_cluster(lab->city));
    else if (!is(v, "renderer"))
        process_kill(city_service(lab->city, v->name));
    else if ((renderer = letter_renderer(process_pid(city_service(lab->city, "letters")))) > 0)
        kill(renderer, SIGKILL);
    set_timer(lab, lab->restart, 0, DOWN_MOST_MS);
}

static void stop_when_done(struct lab *lab)
{
    if (lab->answered == lab->wanted && lab->kills_left <= 0 && lab->down == NULL)
        loop_stop(lab->loop);
}

static void on_restart(void *ctx)
{
    struct lab *lab = ctx;
    const struct victim *v = lab->down;
    struct err e;

    lab->down = NULL;
    if (is(v, "database"))
        must(cluster_start(city_cluster(lab->city), &e), &e);
    else if (!is(v, "renderer"))
        must(process_again(city_service(lab->city, v->name), &e), &e);
    lab->kills_left--;
    if (lab->answered < lab->wanted || lab->kills_left > 0)
        set_timer(lab, lab->kill, KILL_LEAST_MS, KILL_MOST_MS);
    stop_when_done(lab);
}

/* ---- what is asked for ---- */

static void add_text(struct bus_message *m, const char *text)
{
    bus_add(m, text, strlen(text));
}

static void add_contact(const struct lab *lab, const struct wish *w, struct bus_message *m)
{
    AUTO(format_free) char *phone = format_new("+8490%07d", w->number);
    AUTO(format_free) char *email = format_new("nguoi.%d@example.org", w->number);
    AUTO(format_free)
    char *text = format_new("{\"name\":\"Nguyễn Thị Ẵm Ỷ %d\",\"phone\":\"%s\",\"email\":\"%s\"}",
                            w->number, phone, email);
    AUTO(strbuf_free) struct strbuf frame = STRBUF(BODY_BYTES);
    uint8_t sealed[BODY_BYTES], by_phone[CRYPTO_INDEX_BYTES], by_email[CRYPTO_INDEX_BYTES];

    crypto_seal(lab->ring, &w->id, text, strlen(text), sealed);
    crypto_index(lab->ring, "phone", phone, by_phone);
    crypto_index(lab->ring, "email", email, by_email);
    sealed_contact_write(
        &(struct sealed_contact){.phone_index = by_phone,
                                 .email_index = by_email,
                                 .sealed = sealed,
                                 .sealed_len = strlen(text) + CRYPTO_SEAL_OVERHEAD},
        &frame);
    bus_add(m, frame.data, frame.len);
}

static void fill_record(const struct wish *w, struct bus_message *m)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(BODY_BYTES);
    AUTO(format_free)
    char *route =
        format_new("{\"unit\":\"U%02d\",\"priority\":2,\"rule\":\"STAFF\"}", w->number % UNITS + 1);
    const struct case_head fields = {.id = w->id,
                                     .received_at = clock_now_us() -
                                                    AGE_DAYS * INT64_C(86400) * CLOCK_US_PER_S,
                                     .service = "STAFF",
                                     .channel = "api",
                                     .language = w->number % 2 == 0 ? "vi" : "en",
                                     .lat = (double)NAN,
                                     .lon = (double)NAN};

    json_write(case_head_fields, &fields, &head);
    add_text(m, TOPIC_RECORD);
    bus_add(m, head.data, head.len);
    add_text(m, route);
    add_text(m, "{\"description\":\"Cán bộ trả lời thiếu lịch sự\"}");
    add_contact(w->lab, w, m);
}

static void fill_apology(const struct wish *w, struct bus_message *m)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(BODY_BYTES);
    AUTO(strbuf_free) struct strbuf body = STRBUF(BODY_BYTES);
    AUTO(format_free) char *unit = format_new("U%02d", w->number % UNITS + 1);
    const struct case_command fields = {.verb = "apologise",
                                        .case_id = w->id,
                                        .actor = "head:one",
                                        .role = "head",
                                        .unit = unit,
                                        .id = uuid_new()};
    const struct case_apology apology = {"OVERLOAD", "Mưa lớn kéo dài làm chậm việc khảo sát.",
                                         new_due_at};

    json_write(case_command_fields, &fields, &head);
    json_write(case_apology_fields, &apology, &body);
    add_text(m, TOPIC_COMMAND);
    bus_add(m, head.data, head.len);
    bus_add(m, body.data, body.len);
}

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct wish *w = ctx;
    static const char refused[] = "\"refused\"";

    if (e != NULL)
        fail_msg("%s", e->text);
    assert_int_equal(answer->count, 2);
    const char *said = bus_data(answer, 1);
    size_t len = bus_len(answer, 1);
    if (memmem(said, len, refused, strlen(refused)) != NULL)
        fail_msg("case %d: %.*s", w->number, (int)len, said);
    w->lab->answered++;
    stop_when_done(w->lab);
}

typedef void fill_fn(const struct wish *w, struct bus_message *m);

/* All of these at once; until all are answered. */
static void ask_some(struct lab *lab, fill_fn *fill, int from, int to)
{
    struct err e;

    lab->wanted = to;
    for (int i = from; i < to; i++) {
        struct bus_message m = {0};
        fill(&lab->wishes[i], &m);
        must(bus_call(lab->tracker, &m, on_answer, &lab->wishes[i], &e), &e);
    }
    set_timer(lab, lab->kill, 0, KILL_LEAST_MS);
    must(loop_run(lab->loop, &e), &e);
    loop_timer_cancel(lab->kill);
}

/* In two halves, so that every register has letters before a tracker dies, and after. The random
 * kills go on from one half to the next. */
static void ask_all(struct lab *lab, fill_fn *fill, int kills)
{
    struct err e;

    lab->answered = 0;
    lab->kills_left += kills / 2;
    ask_some(lab, fill, 0, lab->cases / 2);
    process_kill(city_service(lab->city, "tracker"));
    must(process_again(city_service(lab->city, "tracker"), &e), &e);
    lab->kills_left += kills - kills / 2;
    ask_some(lab, fill, lab->cases / 2, lab->cases);
}

/* ---- calm ---- */

static void calm_down(const struct lab *lab)
{
    static const char *const names[] = {"tracker", "sentinel", "letters", "notifier"};
    int limit_ms = CALM_MS + CALM_MS_LETTER * 2 * lab->cases;
    struct err e;

    for (size_t i = 0; i < COUNT(names); i++)
        must(process_wait_ready(city_service(lab->city, names[i]), &e), &e);
    city_wait_until(lab->city,
                    "SELECT NOT EXISTS (SELECT FROM tasks WHERE finished_at IS NULL"
                    " AND next_at <= now())",
                    limit_ms);
    city_wait_until(lab->city,
                    "SELECT NOT EXISTS (SELECT FROM letters AS l WHERE number IS NOT NULL"
                    " AND NOT EXISTS (SELECT FROM letter_files WHERE letter = l.id))",
                    limit_ms);
    city_wait_until(lab->city,
                    "SELECT (SELECT seq FROM notifier_position) = (SELECT max(seq) FROM events)"
                    " AND NOT EXISTS (SELECT FROM deliveries WHERE finished_at IS NULL)",
                    limit_ms);
}

/* ---- what must be true afterwards ---- */

static void expect_none(const struct lab *lab, const char *what, const char *sql)
{
    const char *found = query(lab, sql);

    if (found != NULL && strcmp(found, "0") != 0)
        fail_msg("%s: %s", what, found);
}

static void check_letters(const struct lab *lab)
{
    int64_t issued = ledger_check_letters(city_cluster(lab->city));
    AUTO(format_free) char *dir = format_new("%s/var/letters", city_dir(lab->city));

    assert_int_equal(issued, 2 * lab->cases);
    expect_none(lab, "units that have not written",
                "SELECT 50 - count(DISTINCT unit) FROM letters WHERE unit LIKE 'U%'");
    expect_none(lab, "late cases without their apology",
                "SELECT count(*) FROM events AS e WHERE type = 'overdue' AND NOT EXISTS"
                " (SELECT FROM letters WHERE case_id = e.case_id AND form = 'apology'"
                "  AND number IS NOT NULL)");
    expect_none(lab, "cases that are not late, or have not each letter once",
                "SELECT count(*) FROM (SELECT FROM cases AS c LEFT JOIN letters AS l"
                "  ON l.case_id = c.id GROUP BY c.id HAVING count(*) <> 2"
                "  OR count(DISTINCT form) <> 2 OR NOT EXISTS (SELECT FROM events"
                "  WHERE case_id = c.id AND type = 'overdue')) AS wrong");
    expect_none(lab, "letters that are not of their event and its moment",
                "SELECT count(*) FROM letters AS l LEFT JOIN events AS e ON e.seq = l.issued_seq"
                " WHERE e.at IS DISTINCT FROM l.issued_at OR e.type <> 'letter_issued'"
                "  OR e.detail->>'letter' <> l.id::text"
                "  OR (e.detail->>'number')::integer <> l.number"
                "  OR NOT EXISTS (SELECT FROM events AS o WHERE o.case_id = l.case_id"
                "   AND o.at = l.issued_at AND o.type = CASE l.form WHEN 'receipt'"
                "   THEN 'received' ELSE 'apologised' END)");
    expect_none(lab, "letters without a signature",
                "SELECT count(*) FROM letter_files WHERE signed_by IS NULL");
    assert_int_equal(letter_check_store(city_cluster(lab->city), dir), 2 * lab->cases);
}

/* The city's own certificate is nobody's to trust, but the signature is good. */
static void check_signatures(const struct lab *lab)
{
    for (int i = 0; i < SAMPLES; i++) {
        const char *hash = query(lab,
                                 "SELECT encode(hash, 'hex') FROM letter_files"
                                 " ORDER BY random() LIMIT 1");
        AUTO(format_free)
        char *command =
            format_new("pdfsig %s/var/letters/%.2s/%s.pdf | grep -q 'Signature is Valid'",
                       city_dir(lab->city), hash, hash + 2);
        struct err e;
        must(child_run(&(struct child_settings){.argv = (const char *const[]){"/bin/sh", "-c",
                                                                              command, NULL}},
                       &e),
             &e);
    }
}

/* What the world outside has got, repetitions too. */
static void load_told(const struct lab *lab, const char *way)
{
    PGconn *conn = cluster_connect(city_cluster(lab->city), "dunghen");
    json_t *told;

    for (size_t from = 0;; from += json_array_size(told), json_release(&told)) {
        told = outside_told(lab->outside, way, from);
        if (json_array_size(told) == 0)
            break;
        char *text = json_dumps(told, JSON_COMPACT);
        const char *const values[] = {way, text};
        PGresult *done = PQexecParams(
            conn,
            "INSERT INTO told SELECT $1, coalesce(substring(t.to from '<(.*)>'), t.to), t.key,"
            "  t.subject, t.text, t.files->0->>2"
            " FROM jsonb_to_recordset($2::jsonb) AS t"
            "  (\"to\" text, key text, subject text, text text, files jsonb)",
            2, NULL, values, NULL, NULL, 0);
        if (PQresultStatus(done) != PGRES_COMMAND_OK)
            fail_msg("%s", PQresultErrorMessage(done));
        PQclear(done);
        free(text);
    }
    json_release(&told);
    PQfinish(conn);
}

/* What a text is about, as a reader sees it. */
static const char make_got[] =
    "CREATE TABLE got AS SELECT DISTINCT way, recipient, key, file, told.text,"
    "  substring(subject || told.text from '[2-9A-Z]{5}-[2-9A-Z]{5}') AS reference,"
    "  (SELECT about FROM (VALUES"
    "    ('received', 'đã tiếp nhận|Đã tiếp nhận|Received|has received it'),"
    "    ('apologised', 'xin lỗi vì không kịp|Xin lỗi và hẹn|apologises for|Our apology'),"
    "    ('due_soon_half', 'Đã qua một nửa'),"
    "    ('due_soon_day', 'Chỉ còn một ngày'),"
    "    ('escalated_head', 'gửi đến người đứng đầu'),"
    "    ('overdue', 'Quá hạn từ'),"
    "    ('escalated_city', 'Quá hạn một ngày'),"
    "    ('escalated_leader', 'Quá hạn năm ngày'),"
    "    ('forward', 'chưa chuyển đến'),"
    "    ('accept', 'chưa xác nhận tiếp nhận'),"
    "    ('update', 'chưa cập nhật tiến độ'),"
    "    ('publish', 'chưa công khai'),"
    "    ('apology', 'chưa gửi phiếu xin lỗi')"
    "   ) AS known (about, words) WHERE subject || told.text ~ words LIMIT 1) AS about"
    " FROM told";

/* Who has to hear of an event, by the words of the promise and not by the notifier's table. */
static const char make_wanted[] =
    "CREATE TABLE wanted AS"
    " SELECT w.way, CASE w.way WHEN 'mail' THEN p.email ELSE p.phone END AS recipient,"
    "  c.reference, e.type AS about, CASE w.way WHEN 'mail' THEN encode(f.hash, 'hex') END AS file"
    "  FROM events AS e JOIN cases AS c ON c.id = e.case_id"
    "  JOIN citizens AS p ON p.case_id = c.id CROSS JOIN (VALUES ('mail'), ('sms')) AS w (way)"
    "  LEFT JOIN letters AS l ON l.case_id = c.id AND l.form = CASE e.type"
    "   WHEN 'received' THEN 'receipt' ELSE 'apology' END"
    "  LEFT JOIN letter_files AS f ON f.letter = l.id"
    " WHERE e.type IN ('received', 'apologised')"
    " UNION ALL"
    " SELECT 'mail', o.email, c.reference, e.type, NULL"
    "  FROM events AS e JOIN cases AS c ON c.id = e.case_id JOIN (VALUES"
    "   ('due_soon_half', 'focal'), ('due_soon_day', 'focal'), ('overdue', 'focal'),"
    "   ('escalated_head', 'head'), ('forward', 'focal'), ('forward', 'head'),"
    "   ('accept', 'focal'), ('accept', 'head'), ('update', 'focal'), ('update', 'head'),"
    "   ('publish', 'focal'), ('publish', 'head'), ('apology', 'focal'), ('apology', 'head'),"
    "   ('escalated_city', 'coordinator'), ('escalated_leader', 'leader')"
    "  ) AS a (type, role) ON a.type = e.type"
    "  JOIN people AS o ON o.role = a.role AND o.unit = CASE"
    "   WHEN a.role IN ('coordinator', 'leader') THEN 'OFFICE' ELSE c.unit END";

static void check_told(const struct lab *lab)
{
    query(lab,
          "CREATE TABLE told (way text, recipient text, key text, subject text, text text,"
          " file text)");
    load_told(lab, "mail");
    load_told(lab, "sms");
    query(lab, make_got);
    query(lab, make_wanted);
    print_message("%s\n", query(lab,
                                "SELECT format('messages %s to people, repeated under their"
                                " keys %s, attempts %s', (SELECT count(*) FROM got),"
                                "  (SELECT count(*) FROM told) - (SELECT count(*) FROM got),"
                                "  (SELECT sum(attempts) FROM deliveries))"));
    expect_none(lab, "keys under which different things were said",
                "SELECT count(*) - count(DISTINCT key) FROM got");
    expect_none(lab, "the same said twice under different keys",
                "SELECT count(*) - count(DISTINCT (way, recipient, text)) FROM got");
    expect_none(lab, "messages that nobody was to get, or twice",
                "SELECT concat_ws(', such as ', count(*), min(extra::text)) FROM (SELECT way, "
                "recipient, reference, about, file FROM got"
                " EXCEPT ALL SELECT way, recipient, reference, about, file FROM wanted) AS extra");
    expect_none(lab, "messages that nobody got",
                "SELECT concat_ws(', such as ', count(*), min(missing::text)) FROM (SELECT way, "
                "recipient, reference, about, file FROM wanted"
                " EXCEPT ALL SELECT way, recipient, reference, about, file FROM got) AS missing");
}

static void print_counts(const struct lab *lab)
{
    print_message("%s, events %" PRId64 "\n",
                  query(lab,
                        "SELECT format('letters %s of %s units', count(f.letter),"
                        " count(DISTINCT unit))"
                        " FROM letters AS l LEFT JOIN letter_files AS f ON f.letter = l.id"),
                  ledger_check_chain(city_cluster(lab->city)));
    print_message("kills:");
    for (size_t i = 0; i < COUNT(victims); i++)
        print_message(" %s %d", victims[i].name, victims[i].kills);
    print_message("\n");
}

/* ---- the test ---- */

static void make_wishes(struct lab *lab)
{
    AUTO(strbuf_free) struct strbuf sql = STRBUF(16 << 20);
    char id[UUID_TEXT_SIZE];

    lab->wishes = mem_new((size_t)lab->cases, sizeof(*lab->wishes));
    strbuf_addf(&sql, "CREATE TABLE citizens (case_id, email, phone) AS VALUES ");
    for (int i = 0; i < lab->cases; i++) {
        lab->wishes[i] = (struct wish){.lab = lab, .id = uuid_new(), .number = i + 1};
        strbuf_addf(&sql, "%s('%s'::uuid, 'nguoi.%d@example.org', '+8490%07d')", i == 0 ? "" : ",",
                    uuid_text(&lab->wishes[i].id, id), i + 1, i + 1);
    }
    query(lab, strbuf_text(&sql));
}

static void writes_every_letter_and_tells_everybody_once(void **state)
{
    AUTO(close_lab) struct lab lab = {.chance = {.state = chance_seed()}};
    const char *wanted = getenv("LETTERS");
    int letters = wanted != NULL ? (int)strtol(wanted, NULL, 10) : LETTERS;

    (void)state;
    print_message("DUNGHEN_SEED=%" PRIu64 "\n", lab.chance.state);
    lab.cases = letters / 2;
    open_city(&lab);
    open_bus(&lab);
    lab.kill = loop_timer_new(lab.loop, on_kill, &lab);
    lab.restart = loop_timer_new(lab.loop, on_restart, &lab);
    make_wishes(&lab);
    int64_t began = clock_mono_us();
    ask_all(&lab, fill_record, (KILLS + letters / 100) / 2);
    ask_all(&lab, fill_apology, (KILLS + letters / 100) / 2);
    print_message("asked and answered after %" PRId64 " ms\n",
                  (clock_mono_us() - began) / CLOCK_US_PER_MS);
    calm_down(&lab);
    print_message("calm after %" PRId64 " ms\n", (clock_mono_us() - began) / CLOCK_US_PER_MS);
    print_counts(&lab);
    check_letters(&lab);
    check_signatures(&lab);
    check_told(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_every_letter_and_tells_everybody_once),
    };

    return cmocka_run_group_tests_name("at_once", tests, NULL, NULL);
}
