/* SPDX-License-Identifier: Apache-2.0 */
/* worker - "dunghen worker": takes tasks as a department's program would, and answers them all
 * with the same words; or only tells whether a key and a connection work. */
#include "clock.h"
#include "commands.h"
#include "mem.h"
#include "table.h"
#include "worker_session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum {
    CHECK_US = 10 * 1000000,
    AGAIN_US = 1000000, /* as the protocol says of "busy" */
    MAX_UNITS = 1000,
    FLUSH_MS = 200,
    ANSWER_BYTES = 64 * 1024,
};

static const char default_text[] = "Đã giải quyết xong. Cảm ơn ông/bà đã phản ánh.";

/* A task from TASK to its end, for what may have to be said again. */
struct in_hand {
    char task[WIRE_TASK_ID_SIZE];
    int64_t epoch;
    char *unit;
    bool is_accepted, is_busy; /* busy: what was said last was refused so */
    UT_hash_handle hh;
};

struct worker {
    /* options */
    const char *key, *endpoint, *units, *answer, *text, *times;
    int64_t credit;
    bool accept_only, hold, once, check, quiet;
    /* what runs */
    struct ctl *ctl;
    struct loop *loop;
    void *zmq;
    struct worker_session *session;
    struct in_hand *tasks;
    struct loop_timer *again;
    FILE *times_file;
    char *unit_codes;
    const char *unit_list[MAX_UNITS + 1];
    struct worker_keys keys;
    bool good; /* the check has succeeded */
    char trouble[200];
};

/* ---- options ---- */

const struct option worker_options[] = {
    OPTION_A_TEXT(struct worker, key, "--key", "FILE",
                  "The key, as \"dunghen keys worker\" wrote it."),
    OPTION_A_TEXT(struct worker, endpoint, "--endpoint", "ADDRESS",
                  "The server. Default: DUNGHEN_WORKER_ENDPOINT."),
    OPTION_A_TEXT(struct worker, units, "--units", "A,B", "Only these of the key's units."),
    OPTION_A_NUMBER(struct worker, credit, "--credit", 1, WIRE_MAX_ITEMS,
                    "Tasks in hand at most. Default: 1."),
    OPTION_A_TEXT(struct worker, answer, "--answer", "RESULT",
                  "solved, partly or not_possible. Default: solved."),
    OPTION_A_TEXT(struct worker, text, "--text", "TEXT", "What each citizen is told."),
    OPTION_A_SWITCH(struct worker, accept_only, "--accept-only",
                    "Accept tasks, but never finish one."),
    OPTION_A_SWITCH(struct worker, hold, "--hold", "Take tasks, and say nothing."),
    OPTION_A_SWITCH(struct worker, once, "--once", "End after the first task."),
    OPTION_A_SWITCH(struct worker, quiet, "--quiet", "Print no tasks and results."),
    OPTION_A_TEXT(struct worker, times, "--times", "FILE",
                  "Append each task's reference and the microseconds since 1970 when it came."),
    OPTION_A_SWITCH(struct worker, check, "--check",
                    "Take no task: tell whether address and keys are right."),
    {0},
};

static int misused(struct worker *w, struct err *e, const char *why, const char *what)
{
    w->ctl->status = CTL_MISUSED;
    return err_set(e, ERR_INPUT, "%s \"%s\"", why, what);
}

static int read_options(struct worker *w, char **args, struct err *e)
{
    if (options_read(worker_options, args, w, e) < 0) {
        w->ctl->status = CTL_MISUSED;
        return -1;
    }
    return w->key != NULL ? 0 : misused(w, e, "needed is", "--key FILE");
}

/* "a,b" to a list. */
static int read_units(struct worker *w, struct err *e)
{
    size_t count = 0;
    char *rest;

    if (w->units == NULL)
        return 0;
    rest = w->unit_codes = mem_text(w->units);
    for (char *code; (code = strsep(&rest, ",")) != NULL;) {
        if (code[0] == '\0' || count == MAX_UNITS)
            return misused(w, e, "not a list of units:", w->units);
        w->unit_list[count++] = code;
    }
    return 0;
}

/* What the session would be refused for. */
static int check_answer(struct worker *w, struct err *e)
{
    const struct case_answer answer = {.result = w->answer, .text = w->text};
    AUTO(strbuf_free) struct strbuf text = STRBUF(ANSWER_BYTES);
    AUTO(json_release) json_t *document = NULL;
    struct case_answer read;

    json_write(case_answer_fields, &answer, &text);
    if (strbuf_text(&text) == NULL)
        return misused(w, e, "too long is", "--text");
    if (json_parse(text.data, text.len, &document, e) == 0 &&
        json_read(case_answer_fields, document, true, &read, e) == 0)
        return 0;
    w->ctl->status = CTL_MISUSED;
    return err_in(e, "--answer, --text");
}

/* ---- tasks in hand ---- */

static void forget(struct worker *w, struct in_hand *task)
{
    HASH_DEL(w->tasks, task);
    free(task->unit);
    free(task);
}

static void forget_all(struct worker *w)
{
    struct in_hand *task, *next;

    HASH_ITER(hh, w->tasks, task, next)
    forget(w, task);
}

static struct in_hand *find(const struct worker *w, const char *id)
{
    struct in_hand *task;

    HASH_FIND_STR(w->tasks, id, task);
    return task;
}

/* Instead of the lease before, if there was one. */
static const struct in_hand *take(struct worker *w, const struct wire_task *words)
{
    struct in_hand *task = find(w, words->task);

    if (task != NULL)
        forget(w, task);
    task = mem_new(1, sizeof(*task));
    snprintf(task->task, sizeof(task->task), "%s", words->task);
    task->epoch = words->epoch;
    task->unit = mem_text(words->unit);
    HASH_ADD_STR(w->tasks, task, task);
    return task;
}

/* ACCEPT, or DONE once that has got its OK. */
static void say_next(const struct worker *w, const struct in_hand *task)
{
    const struct worker_task words = {task->task, task->epoch, task->unit};
    const struct case_answer answer = {.result = w->answer, .text = w->text};

    if (task->is_accepted)
        worker_session_done(w->session, &words, &answer);
    else
        worker_session_accept(w->session, &words);
}

static void say_again(void *ctx)
{
    const struct worker *w = ctx;

    for (struct in_hand *task = w->tasks; task != NULL; task = task->hh.next) {
        if (!task->is_busy)
            continue;
        task->is_busy = false;
        if (worker_session_is_welcome(w->session))
            say_next(w, task);
    }
}

/* ---- what the session tells ---- */

static void on_welcome(void *ctx, const struct wire_welcome *welcome)
{
    struct worker *w = ctx;
    char *units = json_dumps(welcome->units, JSON_COMPACT);

    forget_all(w); /* they will be given to somebody */
    ctl_say(w->ctl, "welcome  %s  units %s\n", w->endpoint, units);
    fflush(w->ctl->out);
    free(units);
    w->good = true;
    if (w->check)
        loop_stop(w->loop);
}

static void on_trouble(void *ctx, const char *why)
{
    struct worker *w = ctx;

    snprintf(w->trouble, sizeof(w->trouble), "%s", why);
    if (w->check)
        loop_stop(w->loop);
    else
        fprintf(stderr, "dunghen: %s: %s\n", w->endpoint, why);
}

static void say_task(const struct worker *w, const struct wire_task *task)
{
    if (w->times_file != NULL)
        fprintf(w->times_file, "%s %" PRId64 "\n", task->reference, clock_now_us());
    if (w->quiet)
        return;
    char *content = json_dumps(task->content, JSON_COMPACT | JSON_ENCODE_ANY);

    ctl_say(w->ctl, "task     %s  service %s  unit %s  due %s  attempt %" PRId64 "  %s\n",
            task->reference, task->service, task->unit, task->due_at, task->attempt, content);
    fflush(w->ctl->out);
    free(content);
}

static void on_task(void *ctx, const struct wire_task *task)
{
    struct worker *w = ctx;

    say_task(w, task);
    if (!w->hold)
        say_next(w, take(w, task));
    else if (w->once)
        loop_stop(w->loop);
}

static void on_news(void *ctx, const struct wire_news *news)
{
    const struct worker *w = ctx;

    if (w->quiet)
        return;
    ctl_say(w->ctl, "news     %s  followers %" PRId64 "\n", news->task, news->followers);
    fflush(w->ctl->out);
}

static void say_result(const struct worker *w, const struct wire_result *result)
{
    bool good = result->refused == NULL;

    if (w->quiet)
        return;
    ctl_say(w->ctl, "%-8s %s  %s  %s%s%s\n", good ? "ok" : "refused", result->verb, result->task,
            good ? result->state : result->refused, good ? "" : ": ", good ? "" : result->text);
    fflush(w->ctl->out);
}

static void on_result(void *ctx, const struct wire_result *result)
{
    struct worker *w = ctx;
    struct in_hand *task = find(w, result->task);
    bool is_ok = result->refused == NULL;
    bool is_ours = task != NULL && task->epoch == result->epoch;

    say_result(w, result);
    if (is_ours && !is_ok && strcmp(result->refused, "busy") == 0) {
        task->is_busy = true;
        if (!loop_timer_is_set(w->again))
            loop_timer_set_us(w->again, AGAIN_US);
    } else if (is_ours && is_ok && !task->is_accepted && !w->accept_only) {
        task->is_accepted = true;
        say_next(w, task);
    } else {
        if (is_ours)
            forget(w, task);
        if (w->once)
            loop_stop(w->loop);
    }
}

static void on_late(void *ctx)
{
    struct worker *w = ctx;

    snprintf(w->trouble, sizeof(w->trouble), "no answer");
    loop_stop(w->loop);
}

/* ---- running ---- */

static void flush_times(void *ctx)
{
    const struct worker *w = ctx;

    fflush(w->times_file);
}

static int open_times(struct worker *w, struct err *e)
{
    if (w->times == NULL)
        return 0;
    w->times_file = fopen(w->times, "ae");
    if (w->times_file == NULL)
        return err_set(e, ERR_SYSTEM, "could not write \"%s\": %s", w->times, strerror(errno));
    loop_every_ms(w->loop, FLUSH_MS, flush_times, w);
    return 0;
}

static int open_worker(struct worker *w, struct err *e)
{
    const struct worker_session_settings settings = {
        .endpoint = w->endpoint,
        .keys = &w->keys,
        .name = "dunghen worker",
        .credit = w->check ? 0 : w->credit,
        .units = w->units != NULL ? w->unit_list : NULL,
        .no_content = w->quiet,
        .on_task = on_task,
        .on_result = on_result,
        .on_news = on_news,
        .on_welcome = on_welcome,
        .on_trouble = on_trouble,
        .ctx = w,
    };

    if (loop_open(&w->loop, e) < 0 || open_times(w, e) < 0)
        return -1;
    w->zmq = zmq_ctx_new();
    if (w->zmq == NULL)
        return err_set(e, ERR_SYSTEM, "could not start ZeroMQ: %s", zmq_strerror(errno));
    w->again = loop_timer_new(w->loop, say_again, w);
    if (w->check)
        loop_timer_set_us(loop_timer_new(w->loop, on_late, w), CHECK_US);
    return worker_session_open(&w->session, w->loop, w->zmq, &settings, e);
}

static void worker_close(struct worker *w)
{
    worker_session_close(&w->session);
    if (w->zmq != NULL)
        zmq_ctx_term(w->zmq);
    loop_close(&w->loop);
    forget_all(w);
    if (w->times_file != NULL)
        fclose(w->times_file);
    free(w->unit_codes);
}

int worker_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(worker_close)
    struct worker w = {.ctl = ctl,
                       .endpoint = ctl->worker_endpoint,
                       .answer = "solved",
                       .text = default_text,
                       .credit = 1};

    if (read_options(&w, args, e) < 0 || read_units(&w, e) < 0 || check_answer(&w, e) < 0 ||
        worker_keys_read(w.key, &w.keys, e) < 0 || open_worker(&w, e) < 0 ||
        loop_run(w.loop, e) < 0)
        return -1;
    if (w.check && !w.good)
        return err_set(e, ERR_BUSY, "%s: %s", w.endpoint, w.trouble);
    return 0;
}
