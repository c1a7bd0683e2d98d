/* SPDX-License-Identifier: Apache-2.0 */
/* worker_session - a DEALER, and its monitor: a server that does not know the
 * key says nothing on the socket itself. After a loss the socket is made anew,
 * since libzmq does not come back from a refused handshake. */
#include "worker_session.h"

#include "clock.h"
#include "files.h"
#include "mem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum {
    TURN_MESSAGES = 64,
    BATCH_ITEMS = 500,
    BATCH_BYTES = 256 * 1024,
    HELLO_BYTES = 64 * 1024,
    MESSAGE_FRAMES = 2,
    PIPE_MESSAGES = 4096,
    LINGER_MS = 200, /* for BYE */
    RETRY_MS = 1000,
};

/* Items of one verb that wait for the turn's end. */
struct batch {
    struct strbuf text;
    int count;
};

struct worker_session {
    struct worker_session_settings settings;
    struct loop *loop;
    void *zmq, *socket, *monitor;
    struct loop_timer *beat; /* heartbeats, silence */
    struct loop_timer *send; /* what has gathered */
    struct batch batches[WIRE_VERBS];
    bool welcome;
    bool secure;      /* the handshake has succeeded */
    bool refused;     /* it has failed, and it was said why */
    int64_t heard_us; /* monotonic; before a welcome: since when it is hoped for */
    char trouble[200];
};

/* ---- keys ---- */

static int read_key(const char *text, const char *word, char out[CRYPTO_CURVE_SIZE])
{
    for (const char *line = text; line != NULL;
         line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL) {
        size_t len = strlen(word);
        if (strncmp(line, word, len) != 0 || line[len] != ' ' ||
            strcspn(line + len + 1, "\r\n") != CRYPTO_CURVE_SIZE - 1)
            continue;
        memcpy(out, line + len + 1, CRYPTO_CURVE_SIZE - 1);
        out[CRYPTO_CURVE_SIZE - 1] = '\0';
        return 0;
    }
    return -1;
}

int worker_keys_read(const char *path, struct worker_keys *out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(1024);

    if (files_read(path, &text, e) < 0)
        return -1;
    if (strbuf_text(&text) == NULL || read_key(text.data, "public", out->public_key) < 0 ||
        read_key(text.data, "secret", out->secret_key) < 0 ||
        read_key(text.data, "server", out->server_key) < 0)
        return err_set(e, ERR_INPUT,
                       "\"%s\" is not a worker's key file: it must have the lines "
                       "public, secret and server, each with 40 characters",
                       path);
    return 0;
}

/* ---- saying ---- */

static void say(struct worker_session *s, enum wire_verb verb, const char *json, size_t len)
{
    const char *name = wire_verb_name(verb);

    if (zmq_send(s->socket, name, strlen(name), ZMQ_DONTWAIT | (len > 0 ? ZMQ_SNDMORE : 0)) >= 0 &&
        len > 0)
        (void)zmq_send(s->socket, json, len, ZMQ_DONTWAIT);
}

static void say_hello(struct worker_session *s)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(HELLO_BYTES);
    AUTO(json_release) json_t *units = s->settings.units != NULL ? json_array() : NULL;
    struct wire_hello hello = {WIRE_PROTOCOL, s->settings.name, s->settings.credit, units,
                               s->settings.on_news != NULL};

    for (const char *const *unit = s->settings.units; unit != NULL && *unit != NULL; unit++)
        json_array_append_new(units, json_string(*unit));
    json_write(wire_hello_fields, &hello, &text);
    say(s, WIRE_HELLO, text.data, text.len);
    s->heard_us = clock_mono_us();
}

static void send_batch(struct worker_session *s, enum wire_verb verb)
{
    struct batch *batch = &s->batches[verb];

    if (batch->count > 0) {
        strbuf_add(&batch->text, "]", 1);
        say(s, verb, batch->text.data, batch->text.len);
    }
    batch->text.len = 0;
    batch->count = 0;
}

static void send_all(void *ctx)
{
    struct worker_session *s = ctx;

    for (int verb = 0; verb < WIRE_VERBS; verb++)
        send_batch(s, (enum wire_verb)verb);
}

/* Opens an item; the caller adds what is its own and "}". */
static struct strbuf *begin_item(struct worker_session *s, enum wire_verb verb,
                                 const struct worker_task *task)
{
    struct batch *batch = &s->batches[verb];

    if (batch->count == BATCH_ITEMS || batch->text.len > BATCH_BYTES)
        send_batch(s, verb);
    strbuf_addf(&batch->text, "%s{\"task\":\"%s\",\"epoch\":%" PRId64,
                batch->count++ == 0 ? "[" : ",", task->task, task->epoch);
    if (task->unit != NULL) {
        strbuf_add(&batch->text, ",\"unit\":", 8);
        json_write_text(&batch->text, task->unit, strlen(task->unit));
    }
    if (!loop_timer_is_set(s->send))
        loop_timer_set_us(s->send, 0);
    return &batch->text;
}

void worker_session_accept(struct worker_session *s, const struct worker_task *task)
{
    strbuf_add(begin_item(s, WIRE_ACCEPT, task), "}", 1);
}

void worker_session_done(struct worker_session *s, const struct worker_task *task,
                         const struct case_answer *answer)
{
    struct strbuf *text = begin_item(s, WIRE_DONE, task);

    strbuf_add(text, ",\"answer\":", 10);
    json_write(case_answer_fields, answer, text);
    strbuf_add(text, "}", 1);
}

void worker_session_return(struct worker_session *s, const struct worker_task *task,
                           const struct case_return *why)
{
    struct strbuf *text = begin_item(s, WIRE_RETURN, task);

    strbuf_add(text, ",\"reason\":", 10);
    json_write_text(text, why->reason, strlen(why->reason));
    if (why->text != NULL) {
        strbuf_add(text, ",\"text\":", 8);
        json_write_text(text, why->text, strlen(why->text));
    }
    strbuf_add(text, "}", 1);
}

/* ---- trouble ---- */

static void report(struct worker_session *s, const char *why)
{
    bool known = strcmp(s->trouble, why) == 0;

    s->welcome = false;
    snprintf(s->trouble, sizeof(s->trouble), "%s", why);
    if (!known && s->settings.on_trouble != NULL)
        s->settings.on_trouble(s->settings.ctx, s->trouble);
}

/* What was to be said to the session before is not for the next one. */
static void drop_batches(struct worker_session *s)
{
    for (int verb = 0; verb < WIRE_VERBS; verb++) {
        s->batches[verb].text.len = 0;
        s->batches[verb].count = 0;
    }
}

/* ---- hearing ---- */

static void hear_welcome(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_release) json_t *document = NULL;
    struct wire_welcome welcome = {0};
    struct err e;

    if (json_parse(json, len, &document, &e) < 0 ||
        json_read(wire_welcome_fields, document, false, &welcome, &e) < 0) {
        report(s, "the server's WELCOME is not understood");
        return;
    }
    s->welcome = true;
    s->trouble[0] = '\0';
    if (s->settings.on_welcome != NULL)
        s->settings.on_welcome(s->settings.ctx, &welcome);
}

/* wire_task_fields, for who does not look at contents. */
static const struct json_field bare_task_fields[] = {
    JSON_TEXT(struct wire_task, task, true, 1, WIRE_TASK_ID_SIZE - 1),
    JSON_INT(struct wire_task, epoch, true, 1, 9007199254740991.0),
    JSON_TEXT(struct wire_task, reference, true, 1, 40),
    JSON_TEXT(struct wire_task, service, true, 1, 40),
    JSON_TEXT(struct wire_task, unit, true, 1, 40),
    JSON_TEXT(struct wire_task, due_at, true, 1, 40),
    JSON_INT(struct wire_task, attempt, true, 1, 9007199254740991.0),
    JSON_INT(struct wire_task, followers, false, 0, 9007199254740991.0),
    JSON_SKIPPED("content", true),
    {0},
};

static bool hear_bare_tasks(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct wire_task *tasks = mem_new(WIRE_MAX_ITEMS, sizeof(*tasks));
    const struct json_list list = {tasks, sizeof(*tasks), WIRE_MAX_ITEMS};
    size_t count = 0;
    bool good =
        json_take_list(bare_task_fields, &(struct json_bytes){json, len}, &store, &list, &count);

    for (size_t i = 0; good && i < count; i++)
        s->settings.on_task(s->settings.ctx, &tasks[i]);
    free(tasks);
    return good;
}

static void hear_tasks(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_release) json_t *items = NULL;
    struct err e;
    size_t i;
    const json_t *item;

    if (s->settings.no_content && hear_bare_tasks(s, json, len))
        return;
    if (wire_batch_read(json, len, &items, &e) < 0)
        return; /* they come again to somebody */
    json_array_foreach(items, i, item)
    {
        struct wire_task task = {0};
        if (json_read(wire_task_fields, item, false, &task, &e) == 0)
            s->settings.on_task(s->settings.ctx, &task);
    }
}

static bool hear_plain_results(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct wire_result *results = mem_new(WIRE_MAX_ITEMS, sizeof(*results));
    const struct json_list list = {results, sizeof(*results), WIRE_MAX_ITEMS};
    size_t count = 0;
    bool good =
        json_take_list(wire_result_fields, &(struct json_bytes){json, len}, &store, &list, &count);

    for (size_t i = 0; good && i < count; i++)
        s->settings.on_result(s->settings.ctx, &results[i]);
    free(results);
    return good;
}

static void hear_results(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_release) json_t *items = NULL;
    struct err e;
    size_t i;
    const json_t *item;

    if (s->settings.on_result == NULL || hear_plain_results(s, json, len))
        return;
    if (wire_batch_read(json, len, &items, &e) < 0)
        return;
    json_array_foreach(items, i, item)
    {
        struct wire_result result = {0};
        if (json_read(wire_result_fields, item, false, &result, &e) == 0)
            s->settings.on_result(s->settings.ctx, &result);
    }
}

static void hear_news(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_release) json_t *items = NULL;
    struct err e;
    size_t i;
    const json_t *item;

    if (s->settings.on_news == NULL || wire_batch_read(json, len, &items, &e) < 0)
        return;
    json_array_foreach(items, i, item)
    {
        struct wire_news news = {0};
        if (json_read(wire_news_fields, item, false, &news, &e) == 0)
            s->settings.on_news(s->settings.ctx, &news);
    }
}

/* A server that was restarted does not know us: that is mended by saying HELLO. */
static void hear_error(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_release) json_t *document = NULL;
    struct wire_error words = {0};
    bool was_welcome = s->welcome;
    struct err e;

    if (json_parse(json, len, &document, &e) < 0 ||
        json_read(wire_error_fields, document, false, &words, &e) < 0)
        return;
    if (strcmp(words.error, "message") != 0)
        drop_batches(s);
    report(s, words.text);
    if (was_welcome && strcmp(words.error, "hello") == 0)
        say_hello(s);
    else if (strcmp(words.error, "message") == 0)
        s->welcome = was_welcome;
}

static void hear(struct worker_session *s, zmq_msg_t frames[MESSAGE_FRAMES], int count)
{
    static void (*const hearers[WIRE_VERBS])(struct worker_session * s, const char *json,
                                             size_t len) = {
        [WIRE_WELCOME] = hear_welcome, [WIRE_TASK] = hear_tasks,  [WIRE_OK] = hear_results,
        [WIRE_REFUSED] = hear_results, [WIRE_ERROR] = hear_error, [WIRE_NEWS] = hear_news,
    };
    enum wire_verb verb;
    struct err e;

    s->heard_us = clock_mono_us();
    if (wire_verb_read(zmq_msg_data(&frames[0]), zmq_msg_size(&frames[0]), &verb, &e) < 0 ||
        hearers[verb] == NULL)
        return;
    hearers[verb](s, count > 1 ? zmq_msg_data(&frames[1]) : "",
                  count > 1 ? zmq_msg_size(&frames[1]) : 0);
}

/* Reads one whole message; 0 when none is there, else how many frames it had. */
static int receive(void *socket, zmq_msg_t frames[MESSAGE_FRAMES])
{
    bool more = true;
    int count = 0;

    for (; more; count++) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) < 0)
            return 0;
        more = zmq_msg_more(&frame) != 0;
        if (count < MESSAGE_FRAMES)
            zmq_msg_move(&frames[count], &frame);
        zmq_msg_close(&frame);
    }
    return count;
}

static void on_socket(void *ctx)
{
    struct worker_session *s = ctx;
    zmq_msg_t frames[MESSAGE_FRAMES];
    int count;

    for (int i = 0; i < MESSAGE_FRAMES; i++)
        zmq_msg_init(&frames[i]);
    for (int i = 0; i < TURN_MESSAGES && (count = receive(s->socket, frames)) > 0; i++)
        hear(s, frames, count);
    for (int i = 0; i < MESSAGE_FRAMES; i++)
        zmq_msg_close(&frames[i]);
}

/* ---- the monitor ---- */

static void take_sign(struct worker_session *s, uint16_t event)
{
    static const struct {
        uint16_t event;
        const char *why;
    } signs[] = {
        {ZMQ_EVENT_HANDSHAKE_FAILED_AUTH,
         "the server does not know this key (never registered, or revoked)"},
        {ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL,
         "the server broke off the handshake: \"server\" in the key file is not its key, or it is "
         "not a worker endpoint"},
        {ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, "what answers there does not speak CURVE"},
        {ZMQ_EVENT_CONNECT_RETRIED, "nobody listens there"},
        {ZMQ_EVENT_DISCONNECTED, "the connection was lost"},
    };

    if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
        s->secure = true;
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
        s->refused = true;
    else if (s->refused)
        return;
    if (event == ZMQ_EVENT_DISCONNECTED && !s->secure)
        event = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;
    for (size_t i = 0; i < COUNT(signs); i++)
        if (signs[i].event == event)
            report(s, signs[i].why);
}

/* Each sign is [event, 2 bytes, and a value][address]. */
static void on_monitor(void *ctx)
{
    struct worker_session *s = ctx;
    zmq_msg_t frames[MESSAGE_FRAMES];

    for (int i = 0; i < MESSAGE_FRAMES; i++)
        zmq_msg_init(&frames[i]);
    while (receive(s->monitor, frames) > 0) {
        uint16_t event;
        if (zmq_msg_size(&frames[0]) < sizeof(event))
            continue;
        memcpy(&event, zmq_msg_data(&frames[0]), sizeof(event));
        take_sign(s, event);
    }
    for (int i = 0; i < MESSAGE_FRAMES; i++)
        zmq_msg_close(&frames[i]);
}

static int open_monitor(struct worker_session *s, struct err *e)
{
    static unsigned number;
    char endpoint[64];
    int events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                 ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                 ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_DISCONNECTED;
    int none = 0;

    snprintf(endpoint, sizeof(endpoint), "inproc://worker-monitor-%u", ++number);
    if (zmq_socket_monitor(s->socket, endpoint, events) < 0)
        return err_set(e, ERR_SYSTEM, "could not watch the connection: %s", zmq_strerror(errno));
    s->monitor = zmq_socket(s->zmq, ZMQ_PAIR);
    if (s->monitor == NULL || zmq_connect(s->monitor, endpoint) < 0)
        return err_set(e, ERR_SYSTEM, "could not watch the connection: %s", zmq_strerror(errno));
    zmq_setsockopt(s->monitor, ZMQ_LINGER, &none, sizeof(none));
    loop_watch_zmq(s->loop, s->monitor, on_monitor, s);
    return 0;
}

/* ---- the connection ---- */

static int set_options(void *socket, const struct worker_keys *keys, struct err *e)
{
    static const struct {
        int option, value;
    } options[] = {
        {ZMQ_LINGER, LINGER_MS},
        {ZMQ_SNDHWM, PIPE_MESSAGES},
        {ZMQ_RCVHWM, PIPE_MESSAGES},
        {ZMQ_RECONNECT_IVL, 100},
        {ZMQ_RECONNECT_IVL_MAX, RETRY_MS},
        {ZMQ_HEARTBEAT_IVL, WIRE_HEARTBEAT_S * 1000},
        {ZMQ_HEARTBEAT_TIMEOUT, WIRE_DEAD_S * 1000},
    };

    for (size_t i = 0; i < COUNT(options); i++)
        if (zmq_setsockopt(socket, options[i].option, &options[i].value, sizeof(int)) < 0)
            abort();
    if (zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, keys->server_key, CRYPTO_CURVE_SIZE) < 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, keys->public_key, CRYPTO_CURVE_SIZE) < 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, keys->secret_key, CRYPTO_CURVE_SIZE) < 0)
        return err_set(e, ERR_INPUT, "the key file holds something that is not a CURVE key");
    return 0;
}

static void disconnect(struct worker_session *s)
{
    if (s->monitor != NULL) {
        loop_unwatch_zmq(s->loop, s->monitor);
        zmq_socket_monitor(s->socket, NULL, 0);
        zmq_close(s->monitor);
    }
    if (s->socket != NULL) {
        loop_unwatch_zmq(s->loop, s->socket);
        zmq_close(s->socket);
    }
    s->monitor = s->socket = NULL;
    s->welcome = s->secure = s->refused = false;
    drop_batches(s);
}

static int connect_socket(struct worker_session *s, struct err *e)
{
    s->socket = zmq_socket(s->zmq, ZMQ_DEALER);
    if (s->socket == NULL)
        return err_set(e, ERR_SYSTEM, "could not open a socket: %s", zmq_strerror(errno));
    if (set_options(s->socket, s->settings.keys, e) < 0 || open_monitor(s, e) < 0)
        return -1;
    if (zmq_connect(s->socket, s->settings.endpoint) < 0)
        return err_set(e, ERR_INPUT, "could not connect to \"%s\": %s", s->settings.endpoint,
                       zmq_strerror(errno));
    loop_watch_zmq(s->loop, s->socket, on_socket, s);
    say_hello(s);
    return 0;
}

static void on_beat(void *ctx)
{
    struct worker_session *s = ctx;
    int64_t silence = clock_mono_us() - s->heard_us;
    struct err e = {0};

    loop_timer_set_us(s->beat, (int64_t)WIRE_HEARTBEAT_S * CLOCK_US_PER_S);
    if (silence > (int64_t)WIRE_DEAD_S * CLOCK_US_PER_S) {
        if (s->welcome || s->trouble[0] == '\0')
            report(s, "the server is silent");
        disconnect(s);
        if (connect_socket(s, &e) < 0)
            report(s, e.text);
    } else if (s->welcome) {
        say(s, WIRE_HEARTBEAT, NULL, 0);
    }
}

int worker_session_open(struct worker_session **out, struct loop *loop, void *zmq,
                        const struct worker_session_settings *settings, struct err *e)
{
    AUTO(worker_session_close) struct worker_session *s = mem_new(1, sizeof(*s));

    s->settings = *settings;
    s->loop = loop;
    s->zmq = zmq;
    for (int verb = 0; verb < WIRE_VERBS; verb++)
        s->batches[verb].text = STRBUF(WIRE_MAX_BYTES);
    s->beat = loop_timer_new(loop, on_beat, s);
    s->send = loop_timer_new(loop, send_all, s);
    if (connect_socket(s, e) < 0)
        return -1;
    loop_timer_set_us(s->beat, (int64_t)WIRE_HEARTBEAT_S * CLOCK_US_PER_S);
    *out = s;
    s = NULL;
    return 0;
}

void worker_session_close(struct worker_session **session)
{
    struct worker_session *s = *session;

    if (s == NULL)
        return;
    if (s->welcome) {
        send_all(s);
        say(s, WIRE_BYE, NULL, 0);
    }
    disconnect(s);
    for (int verb = 0; verb < WIRE_VERBS; verb++)
        strbuf_free(&s->batches[verb].text);
    loop_timer_cancel(s->beat);
    loop_timer_cancel(s->send);
    free(s);
    *session = NULL;
}

bool worker_session_is_welcome(const struct worker_session *session)
{
    return session->welcome;
}
