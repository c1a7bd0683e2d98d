/* SPDX-License-Identifier: Apache-2.0 */
/* bench_dispatch - tasks a second through dispatch alone (lease, accept, done), between a tracker
 * that says yes to everything and eight workers in a process of their own, over CURVE. One line of
 * JSON: tasks_per_s, dispatch_cpu (cores it used), us_per_task (of its CPU). Argument: tasks. */
/* links: ctl support */
#include "bus.h"
#include "child.h"
#include "clock.h"
#include "cluster.h"
#include "format.h"
#include "messages.h"
#include "process.h"
#include "worker_session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORKERS = 8, CREDIT = 256, AHEAD = 6000, BURST = 100 };

static const char content[] =
    "{\"description\":\"Đèn đường trước số 12 không sáng từ tối thứ hai, cả đoạn đường tối om, "
    "trẻ em đi học về rất nguy hiểm. Mong quý cơ quan sớm cho người kiểm tra và sửa chữa.\","
    "\"lat\":10.7769,\"lon\":106.7009,\"address\":\"12 đường số 5\",\"attributes\":{\"kind\":"
    "\"lamp\"}}";

struct bench {
    struct cluster *cluster;
    char *env[4];
    struct loop *loop;
    struct bus *bus;
    struct bus_server *tracker;
    struct bus_publisher *publisher;
    int64_t seq;
    int64_t wanted, opened, done;
    int64_t began_us;
    double began_cpu;
    struct process *dispatch;
};

/* ---- tracker ---- */

static void add_event(struct bus_message *m, struct bench *b, const struct uuid *id,
                      const char *type)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
    bool opens = strcmp(type, "received") == 0;
    struct event_head head = {.seq = ++b->seq,
                              .at = clock_now_us(),
                              .case_id = *id,
                              .task = 1,
                              .type = type,
                              .reference = "23456-789AB",
                              .service = "LIGHT",
                              .unit = "W1",
                              .state = "ASSIGNED",
                              .due_at = clock_now_us() + b->seq,
                              .priority = 3};

    json_write(event_head_fields, &head, &text);
    bus_add(m, text.data, text.len);
    bus_add(m, "{}", 2);
    bus_add(m, content, opens ? strlen(content) : 0);
}

static void begin_events(struct bus_message *m, const struct bench *b, int64_t count)
{
    char range[80];

    snprintf(range, sizeof(range), "{\"first\":%" PRId64 ",\"last\":%" PRId64 "}", b->seq + 1,
             b->seq + count);
    bus_add(m, TOPIC_EVENTS, strlen(TOPIC_EVENTS));
    bus_add(m, range, strlen(range));
}

static void open_more(struct bench *b)
{
    while (b->opened < b->wanted && b->opened - b->done < AHEAD) {
        AUTO(bus_message_free) struct bus_message m = {0};
        begin_events(&m, b, BURST);
        for (int i = 0; i < BURST; i++) {
            struct uuid id = uuid_new();
            add_event(&m, b, &id, "received");
        }
        b->opened += BURST;
        bus_publish(b->publisher, &m);
    }
}

static void tell_head(void *ctx)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    struct bench *b = ctx;

    begin_events(&m, b, 0);
    bus_publish(b->publisher, &m);
}

static void on_command(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    AUTO(bus_message_free) struct bus_message answer = {0}, events = {0};
    struct bench *b = ctx;
    int64_t count = (m->count - 1) / COMMAND_FRAMES;

    bus_add(&answer, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    begin_events(&events, b, count);
    for (int i = 1; i < m->count; i += COMMAND_FRAMES) {
        AUTO(json_release) json_t *document = NULL;
        struct case_command command = {0};
        struct err e;
        if (json_parse(bus_data(m, i), bus_len(m, i), &document, &e) < 0 ||
            json_read(case_command_fields, document, true, &command, &e) < 0)
            abort();
        bool done = strcmp(command.verb, "done") == 0;
        b->done += done;
        add_event(&events, b, &command.case_id, done ? "answered" : "accepted");
        bus_add(&answer, "{\"state\":\"IN_PROGRESS\"}", 23);
    }
    bus_publish(b->publisher, &events);
    bus_answer(b->tracker, from, &answer);
    open_more(b);
    if (b->done >= b->wanted)
        loop_stop(b->loop);
}

/* ---- workers ---- */

struct hand {
    struct worker_session *session;
};

static void on_task(void *ctx, const struct wire_task *task)
{
    struct hand *h = ctx;

    worker_session_accept(h->session, &(struct worker_task){task->task, task->epoch, task->unit});
}

static void on_result(void *ctx, const struct wire_result *result)
{
    static const struct case_answer answer = {.result = "solved",
                                              .text = "Đã sửa đèn. Cảm ơn ông/bà đã phản ánh."};
    struct hand *h = ctx;

    if (result->refused != NULL)
        fprintf(stderr, "refused: %s\n", result->text);
    else if (strcmp(result->verb, "accept") == 0)
        worker_session_done(h->session, &(struct worker_task){result->task, result->epoch, NULL},
                            &answer);
}

static void work(const char *key, const char *endpoint)
{
    struct hand hands[WORKERS] = {{0}};
    struct worker_keys keys;
    struct loop *loop = NULL;
    struct err e = {0};
    void *zmq = NULL;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (worker_keys_read(key, &keys, &e) < 0 || loop_open(&loop, &e) < 0)
        abort();
    zmq = zmq_ctx_new();
    for (int i = 0; i < WORKERS; i++) {
        const struct worker_session_settings settings = {.endpoint = endpoint,
                                                         .keys = &keys,
                                                         .name = "bench",
                                                         .credit = CREDIT,
                                                         .on_task = on_task,
                                                         .on_result = on_result,
                                                         .ctx = &hands[i]};
        if (worker_session_open(&hands[i].session, loop, zmq, &settings, &e) < 0)
            abort();
    }
    _exit(loop_run(loop, &e) < 0);
}

/* ---- the run ---- */

static int ctl(const struct bench *b, const char *const *args, struct err *e)
{
    const char *argv[8] = {BIN_DIR "/dunghen"};
    AUTO(format_free) char *log = format_new("%s/ctl.log", cluster_dir(b->cluster));

    for (int i = 0; args[i] != NULL; i++)
        argv[i + 1] = args[i];
    return child_run(&(struct child_settings){.argv = argv,
                                              .env = (const char *const *)b->env,
                                              .log = log,
                                              .dir = cluster_dir(b->cluster)},
                     e);
}
#define CTL(b, e, ...) ctl(b, (const char *const[]){__VA_ARGS__, NULL}, e)

static int prepare(struct bench *b, struct err *e)
{
    AUTO(format_free) char *tiny = format_new("%s/deploy/catalogue/tiny", SOURCE_DIR);

    if (cluster_open(&b->cluster, e) < 0)
        return -1;
    AUTO(format_free) char *var = format_new("%s/var", cluster_dir(b->cluster));
    b->env[0] = format_new("DUNGHEN_DATABASE_URL=%s", cluster_url(b->cluster));
    b->env[1] = format_new("DUNGHEN_RUN_DIR=%s/var/run", cluster_dir(b->cluster));
    b->env[2] = format_new("DUNGHEN_WORKER_ENDPOINT=tcp://127.0.0.1:%u", process_free_port());
    if (mkdir(var, 0700) < 0)
        return err_set(e, ERR_SYSTEM, "could not make %s", var);
    if (CTL(b, e, "catalogue", "load", tiny) < 0 || CTL(b, e, "keys", "init") < 0)
        return -1;
    return CTL(b, e, "keys", "worker", "bench", "W1");
}

static int open_bus(struct bench *b, struct err *e)
{
    AUTO(format_free) char *run = format_new("%s/var/run", cluster_dir(b->cluster));
    AUTO(format_free) char *tracker = format_new("ipc://%s/tracker.ipc", run);
    AUTO(format_free) char *events = format_new("ipc://%s/events.ipc", run);

    mkdir(run, 0700);
    if (loop_open(&b->loop, e) < 0 || bus_open(&b->bus, b->loop, e) < 0 ||
        bus_serve(&b->tracker, b->bus, tracker, on_command, b, e) < 0)
        return -1;
    loop_every_ms(b->loop, 200, tell_head, b);
    return bus_publisher_open(&b->publisher, b->bus, events, e);
}

static double cpu_seconds(const struct bench *b)
{
    return process_metric(b->dispatch, "process_cpu_seconds_total");
}

static void begin(void *ctx)
{
    struct bench *b = ctx;

    b->began_us = clock_mono_us();
    b->began_cpu = cpu_seconds(b);
    open_more(b);
}

static int run(struct bench *b, struct err *e)
{
    AUTO(format_free)
    char *key = format_new("%s/var/keys/workers/bench.key", cluster_dir(b->cluster));
    const struct process_settings settings = {"dunghen-dispatch", "dispatch",
                                              (const char *const *)b->env, cluster_dir(b->cluster)};

    if (process_start(&b->dispatch, &settings, e) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        work(key, strchr(b->env[2], '=') + 1);
    if (open_bus(b, e) < 0)
        return -1;
    struct loop_timer *later = loop_timer_new(b->loop, begin, b);
    loop_timer_set_us(later, 3 * (int64_t)CLOCK_US_PER_S); /* workers are there by then */
    if (loop_run(b->loop, e) < 0)
        return -1;
    double seconds = (double)(clock_mono_us() - b->began_us) / CLOCK_US_PER_S;
    double cpu = cpu_seconds(b) - b->began_cpu;
    printf(
        "{\"tasks_per_s\":%.0f,\"dispatch_cpu\":%.2f,\"us_per_task\":%.1f,\"resident_mb\":%.0f}\n",
        (double)b->done / seconds, cpu / seconds, cpu * 1e6 / (double)b->done,
        process_metric(b->dispatch, "process_resident_memory_bytes") / 1e6);
    kill(pid, SIGKILL);
    return 0;
}

int main(int argc, char **argv)
{
    static struct bench b; /* static: what it holds ends with the process */
    struct err e = {0};

    b.wanted = argc > 1 ? strtoll(argv[1], NULL, 10) : 100000;
    int rc = prepare(&b, &e);
    if (rc == 0)
        rc = run(&b, &e);
    if (rc < 0)
        fprintf(stderr, "%s\n", e.text);
    process_close(&b.dispatch);
    cluster_close(&b.cluster);
    return rc < 0;
}
