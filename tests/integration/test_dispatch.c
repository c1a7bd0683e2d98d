/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
/* dispatch as a program, between workers and a tracker that this test plays. */
#include "bus.h"
#include "child.h"
#include "clock.h"
#include "cluster.h"
#include "format.h"
#include "mem.h"
#include "messages.h"
#include "process.h"
#include "same_address.h"
#include "text_file.h"
#include "turn.h"
#include "worker_session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

enum { TEXT = 600, MAX_TASKS = 64, MAX_HANDS = 4, MAX_KEPT = 4, MAX_HEARD = 1000, RESTS = 3 };

struct taken {
    char task[WIRE_TASK_ID_SIZE], unit[41], reference[REFERENCE_SIZE], content[TEXT];
    int64_t epoch, attempt, followers;
};

/* A worker and everything it has heard. */
struct hand {
    struct worker_keys keys;
    struct worker_session *session;
    bool works; /* accepts and finishes what it gets */
    struct taken tasks[MAX_TASKS];
    int count;
    int accepted, done, refused;
    int in_hand, most_in_hand;
    int welcomes;
    int followers; /* of its last news */
    char refusal[TEXT], trouble[TEXT];
};

struct town {
    struct cluster *cluster;
    struct process *dispatch, *standby;
    struct process *brief;         /* instead of dispatch: its leases are; else NULL */
    char *env[7], *standby_env[7]; /* the last is NULL */
    const char *worker_endpoint, *standby_endpoint;
    struct loop *loop;
    struct turn turn;
    struct bus *bus;
    struct bus_server *tracker;
    struct bus_publisher *publisher;
    int64_t seq;                   /* of the last event */
    const char *detail;            /* of the next live event; NULL: {} */
    struct hand *hands[MAX_HANDS]; /* of this test */
    int hand_count;
    /* What tracker has got. */
    int commands;                        /* however often they were said */
    struct bus_address heard[MAX_HEARD]; /* the last calls with these */
    int heard_count;
    const char *busy; /* the verb whose next command is refused so; NULL: none */
    bool is_stuck;    /* does nothing and says nothing */
    int unheeded;     /* ACCEPTs meanwhile, as often as they were said */
    bool holds;       /* keeps its answers back: here they are */
    int kept_count;
    struct {
        struct bus_address asker;
        struct bus_message answer;
    } kept[MAX_KEPT];
};

/* ---- tracker: the few rules of epochs, in SQL ---- */

static void publish(struct town *t, int64_t first)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    char range[80];

    bus_add(&m, TOPIC_EVENTS, strlen(TOPIC_EVENTS));
    snprintf(range, sizeof(range), "{\"first\":%" PRId64 ",\"last\":%" PRId64 "}", first, t->seq);
    bus_add(&m, range, strlen(range));
    bus_publish(t->publisher, &m);
}

static void tell_head(void *ctx)
{
    struct town *t = ctx;

    publish(t, t->seq + 1);
}

static const char *query(struct town *t, char *sql)
{
    const char *answer = cluster_query(t->cluster, sql);

    free(sql);
    return answer;
}

/* An event in the table, and a live one unless it is to be missed. */
static void add_event(struct town *t, const char *type, const char *task, bool live)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(format_free) char *id = format_new("%.36s", task);
    const char *number = task + 37;

    t->seq++;
    (void)query(t,
                format_new("INSERT INTO events (seq, at, case_id, task, type, actor, detail, hash)"
                           " VALUES (%" PRId64 ", now(), '%s', %s, '%s', 'test', '{}', '')",
                           t->seq, id, number, type));
    if (!live)
        return;
    AUTO(format_free)
    char *head = mem_text(query(
        t,
        format_new("SELECT json_build_object('seq', %" PRId64 ", 'at', 1, 'case_id', c.id, 'task',"
                   " t.number, 'type', '%s', 'reference', c.reference, 'service', c.service,"
                   " 'unit', t.unit, 'state', c.state, 'due_at',"
                   " (extract(epoch FROM t.due_at) * 1000000)::bigint, 'priority', t.priority)"
                   " FROM cases c JOIN tasks t ON t.case_id = c.id WHERE c.id = '%s'"
                   " AND t.number = %s",
                   t->seq, type, id, number)));
    const char *content = "";
    if (strcmp(type, "received") == 0)
        content = query(t, format_new("SELECT content FROM contents WHERE case_id = '%s'", id));
    AUTO(format_free)
    char *range = format_new("{\"first\":%" PRId64 ",\"last\":%" PRId64 "}", t->seq, t->seq);
    bus_add(&m, TOPIC_EVENTS, strlen(TOPIC_EVENTS));
    bus_add(&m, range, strlen(range));
    bus_add(&m, head, strlen(head));
    const char *detail = t->detail != NULL ? t->detail : "{}";
    bus_add(&m, detail, strlen(detail));
    bus_add(&m, content, strlen(content));
    bus_publish(t->publisher, &m);
}

/* A case of a unit, due in due_s seconds. Yours to free: its task's id. */
static char *new_case(struct town *t, const char *unit, int due_s, bool live)
{
    struct uuid id = uuid_new();
    char text[UUID_TEXT_SIZE], reference[REFERENCE_SIZE];

    uuid_text(&id, text);
    reference_new(reference);
    (void)query(
        t, format_new("WITH added AS (INSERT INTO cases (id, reference, kind, service, unit, state,"
                      " priority, channel, language, hide_name, anonymous, received_at, due_at,"
                      " clock, amount, calendar) VALUES ('%s', '%s', 'field_report', 'LIGHT',"
                      " '%s', 'ASSIGNED', 3, 'api', 'vi', false, true, now(), now() +"
                      " '%d seconds', 'clock_hours', 1, 'c') RETURNING id)"
                      " INSERT INTO contents (case_id, content)"
                      " SELECT id, '{\"description\":\"Đèn tắt %s\"}' FROM added",
                      text, reference, unit, due_s, reference));
    (void)query(t,
                format_new("INSERT INTO tasks (case_id, number, role, unit, state, priority,"
                           " assigned_at, due_at, next_at) SELECT id, 1, 'lead', unit, 'open',"
                           " priority, received_at, due_at, 'infinity' FROM cases WHERE id = '%s'",
                           text));
    char *task = format_new("%s:1", text);
    add_event(t, "received", task, live);
    return task;
}

static const struct {
    const char *verb, *update, *event;
} rules[] = {
    {"accept",
     "UPDATE tasks SET state = 'accepted', epoch = %s WHERE case_id = '%s' AND number = %s AND"
     " unit = '%s' AND finished_at IS NULL AND epoch <= %s RETURNING 1", /* or said again */
     "accepted"},
    {"done",
     "UPDATE tasks SET state = 'done', finished_at = now() WHERE epoch = %s AND case_id = '%s' AND"
     " number = %s AND unit = '%s' AND state = 'accepted' AND epoch = %s RETURNING 1",
     "answered"},
    {"return",
     "UPDATE tasks SET state = 'returned', finished_at = now() WHERE epoch <= %s AND case_id = '%s'"
     " AND number = %s AND unit = '%s' AND finished_at IS NULL AND epoch <= %s RETURNING 1",
     "returned"},
};

/* Whether the ledger took it. */
static bool apply(struct town *t, const struct case_command *command)
{
    char id[UUID_TEXT_SIZE], epoch[24], number[8];
    AUTO(format_free)
    char *task = format_new("%s:%" PRId64, uuid_text(&command->case_id, id), command->task);

    snprintf(epoch, sizeof(epoch), "%" PRId64, command->epoch);
    snprintf(number, sizeof(number), "%" PRId64, command->task);
    for (size_t i = 0; i < COUNT(rules); i++) {
        if (strcmp(rules[i].verb, command->verb) != 0)
            continue;
        AUTO(strbuf_free) struct strbuf sql = STRBUF(TEXT);
        const char *const values[] = {epoch, id, number, command->unit, epoch};
        const char *at = rules[i].update;
        for (size_t v = 0; v < COUNT(values); v++) {
            const char *mark = strstr(at, "%s");
            strbuf_add(&sql, at, (size_t)(mark - at));
            strbuf_add(&sql, values[v], strlen(values[v]));
            at = mark + 2;
        }
        strbuf_add(&sql, at, strlen(at));
        if (cluster_query(t->cluster, strbuf_text(&sql)) == NULL)
            return false;
        AUTO(format_free)
        char *detail = format_new("{\"unit\":\"%s\",\"epoch\":%s}", command->unit, epoch);
        t->detail = detail;
        add_event(t, rules[i].event, task, true);
        t->detail = NULL;
        return true;
    }
    return false;
}

static void read_command(const struct bus_message *m, int i, json_t **document,
                         struct case_command *command)
{
    struct err e;

    assert_int_equal(json_parse(bus_data(m, i), bus_len(m, i), document, &e), 0);
    assert_int_equal(json_read(case_command_fields, *document, true, command, &e), 0);
}

static void count_accepts(struct town *t, const struct bus_message *m)
{
    for (int i = 1; i < m->count; i += COMMAND_FRAMES) {
        AUTO(json_release) json_t *document = NULL;
        struct case_command command = {0};
        read_command(m, i, &document, &command);
        t->unheeded += strcmp(command.verb, "accept") == 0;
    }
}

/* Whoever says it again has his answer, or will have it. */
static bool is_said_again(struct town *t, const struct bus_address *from)
{
    for (int i = 0; i < t->heard_count && i < MAX_HEARD; i++)
        if (same_address(&t->heard[i], from))
            return true;
    t->heard[t->heard_count++ % MAX_HEARD] = *from;
    return false;
}

static void on_command(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    static const char good[] = "{\"state\":\"IN_PROGRESS\"}",
                      busy[] = "{\"refused\":\"busy\",\"text\":\"later\"}",
                      bad[] = "{\"refused\":\"conflict\",\"text\":\"epoch: is stale\"}";
    struct town *t = ctx;
    struct bus_message answer = {0};

    assert_true(bus_is(m, TOPIC_COMMAND));
    assert_true(m->count > 1); /* tracker would not answer it */
    if (t->is_stuck) {
        count_accepts(t, m);
        return;
    }
    if (is_said_again(t, from))
        return;
    bus_add(&answer, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int i = 1; i < m->count; i += COMMAND_FRAMES) {
        AUTO(json_release) json_t *document = NULL;
        struct case_command command = {0};
        read_command(m, i, &document, &command);
        const char *said = bad;
        if (t->busy != NULL && strcmp(t->busy, command.verb) == 0) {
            t->busy = NULL;
            said = busy;
        } else if (apply(t, &command)) {
            said = good;
        }
        bus_add(&answer, said, strlen(said));
        t->commands++;
    }
    if (t->holds) {
        assert_true(t->kept_count < MAX_KEPT);
        t->kept[t->kept_count].asker = *from;
        t->kept[t->kept_count++].answer = answer;
        return;
    }
    bus_answer(t->tracker, from, &answer);
    bus_message_free(&answer);
}

/* ---- workers ---- */

static void on_task(void *ctx, const struct wire_task *task)
{
    struct hand *h = ctx;
    struct taken *taken = &h->tasks[h->count++];
    char *content = json_dumps(task->content, JSON_COMPACT);

    assert_true(h->count <= MAX_TASKS);
    snprintf(taken->task, sizeof(taken->task), "%s", task->task);
    snprintf(taken->unit, sizeof(taken->unit), "%s", task->unit);
    snprintf(taken->reference, sizeof(taken->reference), "%s", task->reference);
    snprintf(taken->content, sizeof(taken->content), "%s", content);
    free(content);
    taken->epoch = task->epoch;
    taken->attempt = task->attempt;
    taken->followers = task->followers;
    if (++h->in_hand > h->most_in_hand)
        h->most_in_hand = h->in_hand;
    if (h->works)
        worker_session_accept(h->session,
                              &(struct worker_task){task->task, task->epoch, task->unit});
}

static void done(struct hand *h, const char *task, int64_t epoch)
{
    const struct case_answer answer = {.result = "solved", .text = "Đã sửa đèn."};

    worker_session_done(h->session, &(struct worker_task){task, epoch, NULL}, &answer);
}

static void on_result(void *ctx, const struct wire_result *result)
{
    struct hand *h = ctx;

    if (result->refused != NULL) {
        h->refused++;
        snprintf(h->refusal, sizeof(h->refusal), "%s: %s", result->refused, result->text);
    } else if (strcmp(result->verb, "accept") == 0) {
        h->accepted++;
        if (h->works)
            done(h, result->task, result->epoch);
    } else {
        h->done++;
        h->in_hand--;
    }
}

static void on_welcome(void *ctx, const struct wire_welcome *welcome)
{
    struct hand *h = ctx;

    (void)welcome;
    h->welcomes++;
}

static void on_news(void *ctx, const struct wire_news *news)
{
    struct hand *h = ctx;

    assert_string_equal(news->task, h->tasks[0].task);
    assert_int_equal(news->epoch, h->tasks[0].epoch);
    h->followers = (int)news->followers;
}

static void on_trouble(void *ctx, const char *why)
{
    struct hand *h = ctx;

    snprintf(h->trouble, sizeof(h->trouble), "%s", why);
}

static char *key_path(const struct town *t, const char *name)
{
    return format_new("%s/var/keys/workers/%s.key", cluster_dir(t->cluster), name);
}

struct hire {
    const char *key;
    int64_t credit;
    bool works, wants_news;
    const char *unit; /* NULL: all of the key's */
    const char *endpoint;
};

static struct hand *hire(struct town *t, const struct hire *how)
{
    struct hand *h = mem_new(1, sizeof(*h));
    AUTO(format_free) char *path = key_path(t, how->key);
    const char *units[] = {how->unit, NULL};
    struct err e = {0};

    assert_true(t->hand_count < MAX_HANDS);
    t->hands[t->hand_count++] = h;
    h->works = how->works;
    if (worker_keys_read(path, &h->keys, &e) < 0)
        fail_msg("%s", e.text);
    const struct worker_session_settings settings = {
        .endpoint = how->endpoint != NULL ? how->endpoint : t->worker_endpoint,
        .keys = &h->keys,
        .name = "test",
        .credit = how->credit,
        .units = how->unit != NULL ? units : NULL,
        .on_task = on_task,
        .on_result = on_result,
        .on_news = how->wants_news ? on_news : NULL,
        .on_welcome = on_welcome,
        .on_trouble = on_trouble,
        .ctx = h};
    assert_int_equal(worker_session_open(&h->session, t->loop, bus_context(t->bus), &settings, &e),
                     0);
    return h;
}

/* After each test, whether it has failed or not. */
static int dismiss_all(void **state)
{
    struct town *t = *state;

    while (t->hand_count > 0) {
        struct hand *h = t->hands[--t->hand_count];
        worker_session_close(&h->session);
        free(h);
    }
    (void)cluster_query(t->cluster, "ROLLBACK"); /* what a failed test has left */
    t->is_stuck = t->holds = false;
    t->busy = NULL;
    return 0;
}

static void accept(struct hand *h, int i)
{
    worker_session_accept(h->session,
                          &(struct worker_task){h->tasks[i].task, h->tasks[i].epoch, NULL});
}

/* ---- waiting ---- */

struct wish {
    const int *number;
    int least;
};

static bool has_come(void *ctx)
{
    const struct wish *wish = ctx;

    return *wish->number >= wish->least;
}

static void wait_for(struct town *t, const int *number, int least)
{
    struct wish wish = {number, least};

    if (turn_until(&t->turn, has_come, &wish))
        return;
    process_show_log(t->dispatch);
    for (int i = 0; i < t->hand_count; i++)
        fprintf(stderr, "worker %d: %d tasks, trouble \"%s\", refusal \"%s\"\n", i,
                t->hands[i]->count, t->hands[i]->trouble, t->hands[i]->refusal);
    fail_msg("waited in vain: %d of %d", *number, least);
}

struct fear {
    const struct hand *hand;
    const char *why;
};

static bool has_come_true(void *ctx)
{
    const struct fear *fear = ctx;

    return strstr(fear->hand->trouble, fear->why) != NULL;
}

static void wait_for_trouble(struct town *t, struct hand *h, const char *why)
{
    struct fear fear = {h, why};

    if (!turn_until(&t->turn, has_come_true, &fear))
        fail_msg("trouble: \"%s\", not \"%s\"", h->trouble, why);
}

struct ending {
    pid_t pid;
    int status;
};

static bool has_ended(void *ctx)
{
    struct ending *ending = ctx;
    struct err e;

    return child_wait(ending->pid, 0, &ending->status, &e) == 0;
}

/* A child's end, and its status; meanwhile the workers go on speaking, else dispatch would give
 * them up for dead. */
static int wait_for_end(struct town *t, pid_t pid)
{
    struct ending ending = {.pid = pid};

    if (!turn_until(&t->turn, has_ended, &ending)) {
        kill(pid, SIGKILL);
        fail_msg("process %d does not end", (int)pid);
    }
    return ending.status;
}

static bool is_open(struct town *t, const char *task)
{
    const char *answer =
        query(t, format_new("SELECT count(*) FROM tasks WHERE case_id = '%.36s' AND"
                            " finished_at IS NULL",
                            task));

    return strcmp(answer, "1") == 0;
}

struct ledger_wish {
    struct town *town;
    const char *task;
};

static bool is_ended(void *ctx)
{
    const struct ledger_wish *wish = ctx;

    return !is_open(wish->town, wish->task);
}

static bool waits_for_the_tables(void *ctx)
{
    struct town *t = ctx;

    return strcmp(cluster_query(t->cluster, "SELECT count(*) FROM pg_locks WHERE NOT granted"),
                  "0") != 0;
}

static bool is_stopping(void *ctx)
{
    const struct town *t = ctx;

    return process_says(t->dispatch, "stopping");
}

/* And knows what the ledger has. */
static bool stands_by(void *ctx)
{
    const struct town *t = ctx;

    return process_says(t->standby, "\"events\":\"ok\",\"leader\":\"standing by\"");
}

static bool says_unknown(void *ctx)
{
    AUTO(strbuf_free) struct strbuf said = STRBUF(TEXT * TEXT);

    if (access(ctx, R_OK) < 0)
        return false; /* not begun */
    text_file_read(ctx, &said);
    return strstr(strbuf_text(&said), "this key is not known from") != NULL;
}

/* ---- the town ---- */

/* How "dunghen" ended with these words; -1: it has not begun. */
static int ctl(struct town *t, const char *const *args)
{
    const char *argv[12] = {BIN_DIR "/dunghen"};
    AUTO(format_free) char *log = format_new("%s/ctl.log", cluster_dir(t->cluster));
    struct err e;
    pid_t pid;

    for (int i = 0; args[i] != NULL; i++)
        argv[i + 1] = args[i];
    const struct child_settings settings = {.argv = argv,
                                            .env = (const char *const *)t->env,
                                            .log = log,
                                            .dir = cluster_dir(t->cluster)};
    return child_start(&pid, &settings, &e) < 0 ? -1 : wait_for_end(t, pid);
}
#define CTL(t, ...) ctl(t, (const char *const[]){__VA_ARGS__, NULL})

static void choose_settings(struct town *t)
{
    static const char worker[] = "DUNGHEN_WORKER_ENDPOINT=";

    t->env[0] = format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(t->cluster));
    t->env[1] = format_new("DUNGHEN_TRACKER_ENDPOINT=tcp://127.0.0.1:%u", process_free_port());
    t->env[2] = format_new("DUNGHEN_EVENTS_ENDPOINT=tcp://127.0.0.1:%u", process_free_port());
    t->env[3] = format_new("DUNGHEN_LEASE_S=60");
    t->env[4] = format_new("%stcp://127.0.0.1:%u", worker, process_free_port());
    t->worker_endpoint = t->env[4] + strlen(worker);
    for (int i = 0; i < 4; i++)
        t->standby_env[i] = format_new("%s", t->env[i]);
    t->standby_env[4] = format_new("%stcp://127.0.0.1:%u", worker, process_free_port());
    t->standby_endpoint = t->standby_env[4] + strlen(worker);
}

static int prepare(struct town *t, struct err *e)
{
    AUTO(format_free) char *tiny = format_new("%s/deploy/catalogue/tiny", SOURCE_DIR);
    AUTO(format_free) char *var = format_new("%s/var", cluster_dir(t->cluster));

    if (mkdir(var, 0700) < 0 || CTL(t, "catalogue", "load", tiny) != 0 ||
        CTL(t, "keys", "init") != 0 || CTL(t, "keys", "worker", "north", "W1") != 0 ||
        CTL(t, "keys", "worker", "both", "W1", "W2") != 0 ||
        CTL(t, "keys", "worker", "south", "W2") != 0)
        return err_set(e, ERR_SYSTEM, "could not prepare the database and the keys");
    return 0;
}

static int start(struct town *t, struct err *e)
{
    if (cluster_open(&t->cluster, e) < 0)
        return -1;
    (void)cluster_query(t->cluster, "SET client_min_messages = error");
    choose_settings(t);
    if (loop_open(&t->loop, e) < 0)
        return -1;
    turn_open(&t->turn, t->loop);
    if (prepare(t, e) < 0 || bus_open(&t->bus, t->loop, e) < 0 ||
        bus_serve(&t->tracker, t->bus, strchr(t->env[1], '=') + 1, on_command, t, e) < 0 ||
        bus_publisher_open(&t->publisher, t->bus, strchr(t->env[2], '=') + 1, e) < 0)
        return -1;
    loop_every_ms(t->loop, 100, tell_head, t);
    const struct process_settings settings = {"dunghen-dispatch", "dispatch",
                                              (const char *const *)t->env, cluster_dir(t->cluster)};
    return process_start(&t->dispatch, &settings, e);
}

static int open_town(void **state)
{
    struct town *t = mem_new(1, sizeof(*t));
    struct err e = {0};

    *state = t;
    if (start(t, &e) == 0)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    return -1;
}

static int close_town(void **state)
{
    struct town *t = *state;

    process_close(&t->dispatch);
    process_close(&t->brief);
    process_close(&t->standby);
    for (int i = 0; i < t->kept_count; i++)
        bus_message_free(&t->kept[i].answer);
    bus_publisher_close(&t->publisher);
    bus_server_close(&t->tracker);
    bus_close(&t->bus);
    loop_close(&t->loop);
    cluster_close(&t->cluster);
    for (size_t i = 0; i < COUNT(t->env); i++) {
        free(t->env[i]);
        free(t->standby_env[i]);
    }
    free(t);
    return 0;
}

/* ---- tests; each leaves no open task behind ---- */

static void a_task_is_leased_accepted_and_done(void **state)
{
    struct town *t = *state;
    struct hand *h = hire(t, &(struct hire){.key = "north", .credit = 5, .works = true});
    AUTO(format_free) char *task = NULL;

    wait_for(t, &h->welcomes, 1);
    task = new_case(t, "W1", 3600, true);
    wait_for(t, &h->done, 1);
    assert_string_equal(h->tasks[0].task, task);
    assert_string_equal(h->tasks[0].unit, "W1");
    assert_non_null(strstr(h->tasks[0].content, "Đèn tắt"));
    assert_int_equal(h->tasks[0].attempt, 1);
    assert_int_equal(h->refused, 0);
    assert_false(is_open(t, task));
}

static void let_tracker_answer(struct town *t)
{
    t->holds = false;
    for (int i = 0; i < t->kept_count; i++) {
        bus_answer(t->tracker, &t->kept[i].asker, &t->kept[i].answer);
        bus_message_free(&t->kept[i].answer);
    }
    t->kept_count = 0;
}

static void an_outcome_is_confirmed_only_after_the_commit(void **state)
{
    struct town *t = *state;
    struct hand *h = hire(t, &(struct hire){.key = "north", .credit = 5});
    struct hand *other = NULL;
    AUTO(format_free) char *task = new_case(t, "W1", 3600, true);
    int before = t->commands;

    wait_for(t, &h->count, 1);
    t->holds = true;
    accept(h, 0);
    wait_for(t, &t->commands, before + 1);
    /* Whatever dispatch would say too early is here before this newcomer's welcome. */
    other = hire(t, &(struct hire){.key = "south", .credit = 1});
    wait_for(t, &other->welcomes, 1);
    assert_int_equal(h->accepted + h->refused, 0);
    let_tracker_answer(t);
    wait_for(t, &h->accepted, 1);
    done(h, task, h->tasks[0].epoch);
    wait_for(t, &h->done, 1);
}

static void credit_is_never_exceeded(void **state)
{
    enum { CASES = 20, CREDIT = 3 };
    struct town *t = *state;
    struct hand *h = NULL;

    for (int i = 0; i < CASES; i++)
        free(new_case(t, "W1", 3600, true));
    h = hire(t, &(struct hire){.key = "north", .credit = CREDIT, .works = true});
    wait_for(t, &h->done, CASES);
    assert_int_equal(h->most_in_hand, CREDIT);
    assert_int_equal(h->count, CASES);
}

static void workers_of_a_unit_share_its_tasks(void **state)
{
    enum { ROUNDS = 3 };
    struct town *t = *state;
    struct hand *first = hire(t, &(struct hire){.key = "north", .credit = 5, .works = true});
    struct hand *second = NULL;

    wait_for(t, &first->welcomes, 1);
    second = hire(t, &(struct hire){.key = "north", .credit = 5, .works = true});
    wait_for(t, &second->welcomes, 1);
    for (int i = 1; i <= ROUNDS; i++) {
        free(new_case(t, "W1", 3600, true));
        wait_for(t, &first->count, i);
        free(new_case(t, "W1", 3600, true));
        wait_for(t, &second->count, i);
    }
    wait_for(t, &first->done, ROUNDS);
    wait_for(t, &second->done, ROUNDS);
}

static void the_earliest_deadline_comes_first(void **state)
{
    static const int due_s[] = {500, 100, 400, 300, 200};
    struct town *t = *state;
    char *tasks[COUNT(due_s)];
    struct hand *first = hire(t, &(struct hire){.key = "south", .credit = 1, .works = true});
    struct hand *h = NULL;

    for (size_t i = 0; i < COUNT(due_s); i++)
        tasks[due_s[i] / 100 - 1] = new_case(t, "W1", due_s[i], true);
    free(new_case(t, "W2", 600, true));
    wait_for(t, &first->done, 1); /* so dispatch knows the others, too */
    h = hire(t, &(struct hire){.key = "both", .credit = 1, .works = true});
    wait_for(t, &h->done, COUNT(due_s));
    for (size_t i = 0; i < COUNT(due_s); i++) {
        assert_string_equal(h->tasks[i].task, tasks[i]);
        free(tasks[i]);
    }
}

static void a_unit_never_sees_or_touches_anothers_task(void **state)
{
    struct town *t = *state;
    struct hand *north = hire(t, &(struct hire){.key = "north", .credit = 5, .works = true});
    struct hand *south = hire(t, &(struct hire){.key = "south", .credit = 5});
    struct hand *liar = hire(t, &(struct hire){.key = "north", .credit = 5, .unit = "W2"});
    AUTO(format_free) char *task = new_case(t, "W2", 3600, true);
    AUTO(format_free) char *own = new_case(t, "W1", 3600, true);

    (void)own;
    wait_for_trouble(t, liar, "not one of the key's units");
    wait_for(t, &south->count, 1);
    wait_for(t, &north->done, 1);
    accept(south, 0);
    wait_for(t, &south->accepted, 1);
    int before = t->commands;
    done(north, task, south->tasks[0].epoch);
    wait_for(t, &north->refused, 1);
    assert_non_null(strstr(north->refusal, "not one of the unit's"));
    assert_int_equal(t->commands, before);
    assert_int_equal(north->count, 1);
    assert_true(is_open(t, task));
    done(south, task, south->tasks[0].epoch);
    wait_for(t, &south->done, 1);
}

static void words_that_cannot_be_read_go_no_further(void **state)
{
    const struct case_answer wrong = {.result = "solved", .text = ""};
    struct town *t = *state;
    struct hand *h = hire(t, &(struct hire){.key = "north", .credit = 5});
    AUTO(format_free) char *task = new_case(t, "W1", 3600, true);
    int before = t->commands;

    wait_for(t, &h->count, 1);
    worker_session_done(h->session, &(struct worker_task){task, h->tasks[0].epoch, NULL}, &wrong);
    wait_for(t, &h->refused, 1);
    assert_non_null(strstr(h->refusal, "text"));
    accept(h, 0);
    wait_for(t, &h->accepted, 1);
    done(h, task, h->tasks[0].epoch);
    wait_for(t, &h->done, 1);
    assert_int_equal(t->commands, before + 2);
}

static void an_unknown_key_gets_nothing(void **state)
{
    struct town *t = *state;
    AUTO(format_free) char *path = key_path(t, "stranger");
    AUTO(format_free) char *known = key_path(t, "north");
    struct hand *h = NULL;
    struct worker_keys keys;
    struct err e;

    assert_int_equal(worker_keys_read(known, &keys, &e), 0);
    crypto_curve_new(keys.public_key, keys.secret_key);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "public %s\nsecret %s\nserver %s\n", keys.public_key, keys.secret_key,
            keys.server_key);
    fclose(f);
    h = hire(t, &(struct hire){.key = "stranger", .credit = 5});
    wait_for_trouble(t, h, "does not know this key");
    assert_int_equal(h->welcomes, 0);
    assert_int_not_equal(CTL(t, "worker", "--key", path, "--check"), 0);
    assert_int_equal(CTL(t, "worker", "--key", known, "--check"), 0);
}

static void a_killed_workers_task_is_given_on_and_its_late_words_are_refused(void **state)
{
    struct town *t = *state;
    AUTO(format_free) char *key = key_path(t, "north");
    const char *const argv[] = {BIN_DIR "/dunghen", "worker", "--key", key, "--accept-only", NULL};
    struct hand *h = NULL;
    AUTO(format_free) char *log = format_new("%s/worker.log", cluster_dir(t->cluster));
    int before = t->commands;
    struct err e;
    pid_t pid;

    assert_int_equal(child_start(&pid,
                                 &(struct child_settings){.argv = argv,
                                                          .env = (const char *const *)t->env,
                                                          .log = log,
                                                          .dir = cluster_dir(t->cluster)},
                                 &e),
                     0);
    AUTO(format_free) char *task = new_case(t, "W1", 3600, true);
    wait_for(t, &t->commands, before + 1); /* it has accepted */
    AUTO(format_free)
    char *epoch =
        mem_text(query(t, format_new("SELECT epoch FROM tasks WHERE case_id = '%.36s'", task)));
    kill(pid, SIGKILL);
    (void)wait_for_end(t, pid);
    h = hire(t, &(struct hire){.key = "north", .credit = 5});
    wait_for(t, &h->count, 1);
    assert_string_equal(h->tasks[0].task, task);
    assert_int_equal(h->tasks[0].attempt, 2);
    int64_t old = strtoll(epoch, NULL, 10);
    assert_true(h->tasks[0].epoch > old);
    accept(h, 0);
    wait_for(t, &h->accepted, 1);
    done(h, task, old);
    wait_for(t, &h->refused, 1);
    assert_true(is_open(t, task));
    done(h, task, h->tasks[0].epoch);
    wait_for(t, &h->done, 1);
}

/* Another dispatch leads, which gives a worker 2 s to accept. */
static int grant_brief_leases(void **state)
{
    struct town *t = *state;
    const char *const env[] = {t->env[0],           t->env[1], t->env[2],
                               "DUNGHEN_LEASE_S=2", t->env[4], NULL};
    const struct process_settings settings = {"dunghen-dispatch", "dispatch-brief", env,
                                              cluster_dir(t->cluster)};
    struct err e;

    if (process_stop(t->dispatch, &e) == 0 && process_start(&t->brief, &settings, &e) == 0)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    return -1;
}

static int grant_long_leases_again(void **state)
{
    struct town *t = *state;
    struct err e;

    dismiss_all(state);
    process_close(&t->brief);
    if (process_again(t->dispatch, &e) == 0)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    return -1;
}

static void a_lease_that_is_not_accepted_runs_out(void **state)
{
    struct town *t = *state;
    struct hand *sleeper = hire(t, &(struct hire){.key = "north", .credit = 1});
    struct hand *h = NULL;
    AUTO(format_free) char *task = new_case(t, "W1", 3600, true);

    (void)task;
    wait_for(t, &sleeper->count, 1);
    h = hire(t, &(struct hire){.key = "north", .credit = 1, .works = true});
    wait_for(t, &sleeper->refused, 1);
    assert_non_null(strstr(sleeper->refusal, "run out"));
    worker_session_close(&sleeper->session);
    wait_for(t, &h->done, 1);
}

static void a_restart_rebuilds_the_queue_and_old_leases_can_finish(void **state)
{
    struct town *t = *state;
    struct hand *h = hire(t, &(struct hire){.key = "north", .credit = 1});
    AUTO(format_free) char *task = new_case(t, "W1", 100, true);
    AUTO(format_free) char *waiting = new_case(t, "W1", 3600, false);
    struct err e;

    wait_for(t, &h->count, 1);
    accept(h, 0);
    wait_for(t, &h->accepted, 1);
    process_kill(t->dispatch);
    assert_int_equal(process_again(t->dispatch, &e), 0);
    wait_for(t, &h->welcomes, 2);
    done(h, task, h->tasks[0].epoch);
    wait_for(t, &h->done, 1);
    dismiss_all(state);
    h = hire(t, &(struct hire){.key = "north", .credit = 1, .works = true});
    wait_for(t, &h->done, 1);
    assert_string_equal(h->tasks[0].task, waiting);
    assert_false(is_open(t, task));
}

struct claim {
    struct hand *before, *heir;
};

/* Who had accepted a task when dispatch was killed, and is back; it gets none by itself. */
static struct hand *come_back_with_a_task(struct town *t)
{
    struct hand *h = hire(t, &(struct hire){.key = "north", .credit = 1});
    struct taken task;
    struct err e;

    free(new_case(t, "W1", 3600, true));
    wait_for(t, &h->count, 1);
    accept(h, 0);
    wait_for(t, &h->accepted, 1);
    task = h->tasks[0];
    process_kill(t->dispatch);
    worker_session_close(&h->session);
    assert_int_equal(process_again(t->dispatch, &e), 0);
    h = hire(t, &(struct hire){.key = "north"});
    wait_for(t, &h->welcomes, 1);
    h->tasks[0] = task;
    return h;
}

/* It takes the task back; while tracker's answer, which is good, is on its way, the heir is given
 * the task. */
static struct claim take_back_what_is_given_on(struct town *t)
{
    struct claim claim = {come_back_with_a_task(t), NULL};

    t->holds = true;
    accept(claim.before, 0);
    int commands = t->commands;
    wait_for(t, &t->commands, commands + 1);
    claim.heir = hire(t, &(struct hire){.key = "both", .credit = 1});
    wait_for(t, &claim.heir->count, 1);
    assert_string_equal(claim.heir->tasks[0].task, claim.before->tasks[0].task);
    return claim;
}

static void a_task_that_was_taken_back_is_nobody_elses(void **state)
{
    struct town *t = *state;
    struct claim claim = take_back_what_is_given_on(t);
    const struct taken *task = &claim.before->tasks[0];

    let_tracker_answer(t);
    wait_for(t, &claim.before->accepted, 1);
    wait_for(t, &claim.heir->refused, 1);
    assert_non_null(strstr(claim.heir->refusal, "goes on with it"));
    accept(claim.heir, 0); /* as if it had not heard that yet */
    wait_for(t, &claim.heir->refused, 2);
    done(claim.before, task->task, task->epoch);
    wait_for(t, &claim.before->done, 1);
}

static void a_task_that_the_next_has_accepted_is_not_taken_back(void **state)
{
    struct town *t = *state;
    struct claim claim = take_back_what_is_given_on(t);
    const struct taken *task = &claim.heir->tasks[0];

    t->holds = false; /* but what is kept stays there */
    accept(claim.heir, 0);
    wait_for(t, &claim.heir->accepted, 1);
    let_tracker_answer(t);
    wait_for(t, &claim.before->refused, 1);
    assert_int_equal(claim.before->accepted, 0);
    done(claim.heir, task->task, task->epoch);
    wait_for(t, &claim.heir->done, 1);
}

/* Done is refused once and said again: the task's end is no news to who has just brought it about.
 */
static void a_lease_that_was_taken_back_waits_for_what_its_worker_has_said(void **state)
{
    struct town *t = *state;
    struct hand *h = come_back_with_a_task(t);
    struct hand *other = NULL;
    const struct taken *task = &h->tasks[0];
    int before = t->commands;
    t->holds = true;
    t->busy = "done";
    accept(h, 0);
    done(h, task->task, task->epoch);
    wait_for(t, &t->commands, before + 2);
    let_tracker_answer(t);
    wait_for(t, &h->accepted, 1);
    wait_for(t, &h->refused, 1);
    t->holds = true;
    done(h, task->task, task->epoch);
    wait_for(t, &t->commands, before + 3);
    /* The event of the end comes before tracker's answer, and before another unit's task. */
    other = hire(t, &(struct hire){.key = "south", .credit = 1, .works = true});
    free(new_case(t, "W2", 3600, true));
    wait_for(t, &other->count, 1);
    let_tracker_answer(t);
    wait_for(t, &h->done, 1);
    assert_int_equal(h->refused, 1);
    wait_for(t, &other->done, 1);
}

/* That is, frees it; the sanitizer looks. */
static void what_waits_for_the_database_and_tracker_ends_with_dispatch(void **state)
{
    struct town *t = *state;
    struct hand *h = hire(t, &(struct hire){.key = "north", .credit = 2});
    struct err e = {0};

    free(new_case(t, "W1", 100, true));
    wait_for(t, &h->count, 1);
    free(new_case(t, "W1", 3600, false)); /* its content will have to be read */
    (void)cluster_query(t->cluster, "BEGIN; LOCK TABLE contents IN ACCESS EXCLUSIVE MODE");
    if (!turn_until(&t->turn, waits_for_the_tables, t))
        fail_msg("the content is not read");
    int before = t->commands;
    t->holds = true;
    accept(h, 0);
    wait_for(t, &t->commands, before + 1);
    int rc = process_stop(t->dispatch, &e);
    (void)cluster_query(t->cluster, "COMMIT");
    let_tracker_answer(t);
    dismiss_all(state);
    struct err again;
    assert_int_equal(process_again(t->dispatch, &again), 0);
    if (rc < 0)
        fail_msg("%s", e.text);
    h = hire(t, &(struct hire){.key = "north", .credit = 2, .works = true});
    wait_for(t, &h->done, 2);
}

/* How often the process had nothing to do and waited for the kernel. */
static int64_t rests(const struct town *t)
{
    static const char wanted[] = "\nvoluntary_ctxt_switches:";
    AUTO(format_free) char *path = format_new("/proc/%d/status", (int)process_pid(t->dispatch));
    AUTO(strbuf_free) struct strbuf text = STRBUF(10000);

    text_file_read(path, &text);
    const char *found = strstr(strbuf_text(&text), wanted);
    assert_non_null(found);
    return strtoll(found + sizeof(wanted) - 1, NULL, 10);
}

struct resting {
    struct town *town;
    int64_t before;
};

static bool has_rested(void *ctx)
{
    const struct resting *r = ctx;

    return rests(r->town) >= r->before + RESTS;
}

/* The newcomer gives it something to do, which is left to whoever leads next. When it has given up
 * waiting, it says nothing more. */
static void dispatch_waits_for_tracker_at_its_end_without_turning(void **state)
{
    struct town *t = *state;
    struct hand *h = hire(t, &(struct hire){.key = "north", .credit = 1}), *other = NULL;
    int before = t->commands;
    struct err e = {0}, again;

    free(new_case(t, "W1", 100, true));
    wait_for(t, &h->count, 1);
    t->holds = true;
    accept(h, 0);
    wait_for(t, &t->commands, before + 1);
    process_ask_to_stop(t->dispatch);
    assert_true(turn_until(&t->turn, is_stopping, t));
    other = hire(t, &(struct hire){.key = "south", .credit = 1});
    wait_for(t, &other->welcomes, 1);
    bool rested =
        turn_until(&t->turn, has_rested, &(struct resting){t, rests(t)}) && is_stopping(t);
    let_tracker_answer(t);
    int rc = process_stop(t->dispatch, &e);
    dismiss_all(state);
    assert_int_equal(process_again(t->dispatch, &again), 0);
    if (rc < 0)
        fail_msg("%s", e.text);
    assert_true(rested);
    h = hire(t, &(struct hire){.key = "north", .credit = 1, .works = true});
    wait_for(t, &h->done, 1);
}

/* More than tracker may have at once. */
static void flood(struct hand *h)
{
    enum { ITEMS = 40000 };

    for (int i = 0; i < ITEMS; i++) {
        struct wire_task_id id = {uuid_new(), 1};
        char task[WIRE_TASK_ID_SIZE];
        done(h, wire_task_id_text(&id, task), 1);
    }
}

static void a_worker_that_floods_keeps_tracker_from_nobody_else(void **state)
{
    struct town *t = *state;
    struct hand *h = hire(t, &(struct hire){.key = "north"});
    struct hand *other = hire(t, &(struct hire){.key = "south", .credit = 1, .works = true});

    wait_for(t, &h->welcomes, 1);
    wait_for(t, &other->welcomes, 1);
    t->is_stuck = true;
    t->unheeded = 0;
    flood(h);
    wait_for(t, &h->refused, 1);
    assert_non_null(strstr(h->refusal, "items of this key wait for the ledger"));
    free(new_case(t, "W2", 3600, true));
    wait_for(t, &t->unheeded, 1);
    t->is_stuck = false;
    wait_for(t, &other->done, 1);
}

static void missed_events_are_read_from_the_table(void **state)
{
    struct town *t = *state;
    struct hand *h = hire(t, &(struct hire){.key = "north", .credit = 10, .works = true});

    wait_for(t, &h->welcomes, 1);
    for (int i = 0; i < 3; i++)
        free(new_case(t, "W1", 3600, false));
    wait_for(t, &h->done, 3); /* the head that is told shows the gap */
    free(new_case(t, "W1", 3600, false));
    free(new_case(t, "W1", 3600, true));
    wait_for(t, &h->done, 5);
}

static void set_state(struct town *t, const char *task, const char *state, const char *event)
{
    (void)query(t, format_new("UPDATE cases SET state = '%s' WHERE id = '%.36s'", state, task));
    add_event(t, event, task, true);
}

/* dispatch begins to read the case that an event names, and the database refuses that: by way of
 * a function that ends its statement, or its session. */
static void the_reading_fails(struct town *t, const char *task, const char *way)
{
    (void)cluster_query(t->cluster, "BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE");
    set_state(t, task, "IN_PROGRESS", "resumed");
    if (!turn_until(&t->turn, waits_for_the_tables, t))
        fail_msg("the case is not read");
    (void)query(t, format_new("SELECT %s(pid) FROM pg_locks WHERE NOT granted", way));
    (void)cluster_query(t->cluster, "COMMIT");
}

static void a_case_whose_reading_failed_is_read_again(void **state)
{
    static const char *const ways[] = {"pg_cancel_backend", "pg_terminate_backend"};
    struct town *t = *state;

    for (size_t i = 0; i < COUNT(ways); i++) {
        struct hand *h = hire(t, &(struct hire){.key = "north", .credit = 1});
        AUTO(format_free) char *task = new_case(t, "W1", 3600, true);
        wait_for(t, &h->count, 1);
        accept(h, 0);
        wait_for(t, &h->accepted, 1);
        set_state(t, task, "SUSPENDED", "suspended");
        wait_for(t, &h->refused, 1); /* the case stands still */
        the_reading_fails(t, task, ways[i]);
        wait_for(t, &h->count, 2); /* and goes on */
        accept(h, 1);
        wait_for(t, &h->accepted, 2);
        done(h, task, h->tasks[1].epoch);
        wait_for(t, &h->done, 1);
        dismiss_all(state);
    }
}

/* Live, and missed; the next holder hears it with the task. */
static void a_holder_hears_how_many_report_the_same(void **state)
{
    struct town *t = *state;
    struct hand *h = hire(t, &(struct hire){.key = "north", .credit = 1, .wants_news = true});
    AUTO(format_free) char *task = new_case(t, "W1", 3600, true);

    wait_for(t, &h->count, 1);
    assert_int_equal(h->tasks[0].followers, 0);
    accept(h, 0);
    wait_for(t, &h->accepted, 1);
    t->detail = "{\"unit\":\"W1\",\"state\":\"IN_PROGRESS\",\"count\":7}";
    add_event(t, "followed", task, true);
    wait_for(t, &h->followers, 7);
    t->detail = NULL;
    (void)query(t, format_new("UPDATE cases SET merged = 300 WHERE id = '%.36s'", task));
    add_event(t, "followed", task, false);
    wait_for(t, &h->followers, 300);
    dismiss_all(state);
    h = hire(t, &(struct hire){.key = "north", .credit = 1, .works = true}); /* asks for no news */
    wait_for(t, &h->done, 1);
    assert_int_equal(h->tasks[0].followers, 300);
    assert_int_equal(h->followers, 0);
}

/* Nor is its task. The same connection has both sessions. */
static void what_a_session_has_said_is_not_the_next_ones(void **state)
{
    struct town *t = *state;
    struct hand *h = NULL;
    struct hand *other = NULL;
    int before = t->commands;

    assert_int_equal(CTL(t, "keys", "worker", "mover", "W1"), 0);
    h = hire(t, &(struct hire){.key = "mover", .credit = 1});
    wait_for(t, &h->welcomes, 1);
    free(new_case(t, "W1", 3600, true));
    wait_for(t, &h->count, 1);
    t->holds = true;
    accept(h, 0);
    wait_for(t, &t->commands, before + 1);
    (void)cluster_query(t->cluster,
                        "UPDATE worker_keys SET units = '{W1,W2}' WHERE name = 'mover';"
                        "UPDATE catalogue SET version = version + 1");
    wait_for(t, &h->welcomes, 2);
    wait_for(t, &h->count, 2);
    let_tracker_answer(t);
    other = hire(t, &(struct hire){.key = "south", .credit = 1, .works = true});
    free(new_case(t, "W2", 3600, true));
    wait_for(t, &other->done, 1); /* so that the answer before has come */
    accept(h, 1);
    wait_for(t, &h->accepted, 1);
    done(h, h->tasks[1].task, h->tasks[1].epoch);
    wait_for(t, &h->done, 1);
    assert_int_equal(h->refused, 0);
}

static void a_revoked_key_loses_its_tasks(void **state)
{
    struct town *t = *state;
    struct hand *h = NULL;
    struct hand *heir = NULL;

    assert_int_equal(CTL(t, "keys", "worker", "traitor", "W1"), 0);
    h = hire(t, &(struct hire){.key = "traitor", .credit = 1});
    wait_for(t, &h->welcomes, 1);
    AUTO(format_free) char *task = new_case(t, "W1", 3600, true);
    wait_for(t, &h->count, 1);
    accept(h, 0);
    wait_for(t, &h->accepted, 1);
    h->trouble[0] = '\0';
    assert_int_equal(CTL(t, "keys", "revoke", "traitor"), 0);
    wait_for_trouble(t, h, "revoked");
    heir = hire(t, &(struct hire){.key = "north", .credit = 1, .works = true});
    wait_for(t, &heir->done, 1);
    assert_string_equal(heir->tasks[0].task, task);
    assert_true(heir->tasks[0].epoch > h->tasks[0].epoch);
}

static void the_python_worker_does_its_tasks(void **state)
{
    struct town *t = *state;
    AUTO(format_free) char *key = key_path(t, "north");
    AUTO(format_free) char *script = format_new("%s/deploy/examples/worker.py", SOURCE_DIR);
    const char *const argv[] = {"/usr/bin/python3", script, key, t->worker_endpoint, "2", NULL};
    AUTO(format_free) char *log = format_new("%s/python.log", cluster_dir(t->cluster));
    AUTO(format_free) char *one = new_case(t, "W1", 3600, true);
    AUTO(format_free) char *two = new_case(t, "W1", 3600, true);
    int before = t->commands;
    struct err e;
    pid_t pid;

    assert_int_equal(child_start(&pid, &(struct child_settings){.argv = argv, .log = log}, &e), 0);
    wait_for(t, &t->commands, before + 4);
    assert_int_equal(wait_for_end(t, pid), 0);
    assert_false(is_open(t, one));
    assert_false(is_open(t, two));
}

/* A case of its unit's for each verb that is refused as busy once: both end though the program is
 * the only one that has the key, and is not started again. */
static void ends_its_tasks_though_the_ledger_was_busy(struct town *t, const char *const *argv)
{
    static const char *const verbs[] = {"accept", "done"};
    AUTO(format_free) char *log = format_new("%s/busy.log", cluster_dir(t->cluster));
    struct err e;
    pid_t pid;

    assert_int_equal(child_start(&pid, &(struct child_settings){.argv = argv, .log = log}, &e), 0);
    for (size_t i = 0; i < COUNT(verbs); i++) {
        t->busy = verbs[i];
        AUTO(format_free) char *task = new_case(t, "W2", 3600, true);
        struct ledger_wish wish = {t, task};
        if (!turn_until(&t->turn, is_ended, &wish))
            fail_msg("%s of %s was not said again", verbs[i], argv[0]);
        assert_null(t->busy);
    }
    kill(pid, SIGKILL);
    (void)wait_for_end(t, pid);
}

static void workers_say_again_what_the_ledger_was_too_busy_for(void **state)
{
    struct town *t = *state;
    AUTO(format_free) char *key = key_path(t, "south");
    AUTO(format_free) char *script = format_new("%s/deploy/examples/worker.py", SOURCE_DIR);

    ends_its_tasks_though_the_ledger_was_busy(t, (const char *const[]){BIN_DIR "/dunghen", "worker",
                                                                       "--key", key, "--endpoint",
                                                                       t->worker_endpoint, NULL});
    ends_its_tasks_though_the_ledger_was_busy(
        t, (const char *const[]){"/usr/bin/python3", script, key, t->worker_endpoint, NULL});
}

static void the_python_worker_says_that_its_key_is_not_known(void **state)
{
    struct town *t = *state;
    AUTO(format_free) char *key = key_path(t, "dismissed");
    AUTO(format_free) char *script = format_new("%s/deploy/examples/worker.py", SOURCE_DIR);
    AUTO(format_free) char *log = format_new("%s/dismissed.log", cluster_dir(t->cluster));
    const char *const argv[] = {"/usr/bin/python3", script, key, t->worker_endpoint, NULL};
    struct err e;
    pid_t pid;

    assert_int_equal(CTL(t, "keys", "worker", "dismissed", "W1"), 0);
    assert_int_equal(CTL(t, "keys", "revoke", "dismissed"), 0);
    assert_int_equal(child_start(&pid, &(struct child_settings){.argv = argv, .log = log}, &e), 0);
    if (!turn_until(&t->turn, says_unknown, log))
        fail_msg("it says nothing");
    kill(pid, SIGKILL);
    (void)wait_for_end(t, pid);
}

/* Accepted under a lease whose epoch, as the clock of its dispatch, is an hour ahead. */
static void add_early_lease(struct town *t)
{
    AUTO(format_free) char *task = new_case(t, "W1", 3600, true);
    AUTO(format_free)
    char *epoch = format_new("%" PRId64, clock_now_us() + INT64_C(3600) * CLOCK_US_PER_S);
    AUTO(format_free) char *detail = format_new("{\"unit\":\"W1\",\"epoch\":%s}", epoch);

    (void)query(t, format_new("UPDATE tasks SET state = 'accepted', epoch = %s"
                              " WHERE case_id = '%.36s'",
                              epoch, task));
    t->detail = detail;
    add_event(t, "accepted", task, true);
    t->detail = NULL;
}

/* Whose leases are above all that were accepted. */
static void a_standby_takes_over(void **state)
{
    struct town *t = *state;
    const struct process_settings settings = {"dunghen-dispatch", "dispatch-standby",
                                              (const char *const *)t->standby_env,
                                              cluster_dir(t->cluster)};
    struct err e = {0};
    struct hand *h = NULL;

    assert_int_equal(process_start(&t->standby, &settings, &e), 0);
    h = hire(t, &(struct hire){
                    .key = "north", .credit = 1, .works = true, .endpoint = t->standby_endpoint});
    wait_for_trouble(t, h, "nobody listens");
    if (!turn_until(&t->turn, stands_by, t))
        fail_msg("the standby does not follow");
    add_early_lease(t);
    process_kill(t->dispatch);
    wait_for(t, &h->welcomes, 1);
    wait_for(t, &h->done, 1);
    free(new_case(t, "W1", 3600, true));
    wait_for(t, &h->done, 2);
    assert_int_equal(h->refused, 0);
    assert_int_equal(process_stop(t->standby, &e), 0);
}

#define TEST(fn) cmocka_unit_test_teardown(fn, dismiss_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_task_is_leased_accepted_and_done),
        TEST(an_outcome_is_confirmed_only_after_the_commit),
        TEST(credit_is_never_exceeded),
        TEST(workers_of_a_unit_share_its_tasks),
        TEST(the_earliest_deadline_comes_first),
        TEST(a_unit_never_sees_or_touches_anothers_task),
        TEST(words_that_cannot_be_read_go_no_further),
        TEST(an_unknown_key_gets_nothing),
        TEST(a_killed_workers_task_is_given_on_and_its_late_words_are_refused),
        cmocka_unit_test_setup_teardown(a_lease_that_is_not_accepted_runs_out, grant_brief_leases,
                                        grant_long_leases_again),
        TEST(a_restart_rebuilds_the_queue_and_old_leases_can_finish),
        TEST(a_task_that_was_taken_back_is_nobody_elses),
        TEST(a_task_that_the_next_has_accepted_is_not_taken_back),
        TEST(a_lease_that_was_taken_back_waits_for_what_its_worker_has_said),
        TEST(what_waits_for_the_database_and_tracker_ends_with_dispatch),
        TEST(dispatch_waits_for_tracker_at_its_end_without_turning),
        TEST(a_worker_that_floods_keeps_tracker_from_nobody_else),
        TEST(missed_events_are_read_from_the_table),
        TEST(a_case_whose_reading_failed_is_read_again),
        TEST(a_holder_hears_how_many_report_the_same),
        TEST(what_a_session_has_said_is_not_the_next_ones),
        TEST(a_revoked_key_loses_its_tasks),
        TEST(the_python_worker_does_its_tasks),
        TEST(workers_say_again_what_the_ledger_was_too_busy_for),
        TEST(the_python_worker_says_that_its_key_is_not_known),
        TEST(a_standby_takes_over),
    };

    return cmocka_run_group_tests(tests, open_town, close_town);
}
