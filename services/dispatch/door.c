/* SPDX-License-Identifier: Apache-2.0 */
/* door - a ROUTER with CURVE: MANDATORY and DONTWAIT, so that a worker that is
 * gone or does not read is noticed instead of losing tasks in silence. How much
 * waits for who does not read is the account's to say; the system ends a
 * connection that takes no bytes, since ZeroMQ cannot. */
#include "clock.h"
#include "dispatch.h"
#include "log.h"
#include "metrics.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum {
    TURN_MESSAGES = 64,
    SEND_MESSAGES = 4096,          /* far above what a worker's credit can make */
    RECV_MESSAGES = TURN_MESSAGES, /* of a connection: they may be large */
    MESSAGE_FRAMES = 3,            /* routing id, verb, JSON */
    HANDSHAKE_MS = 5000,
};

METRIC_GAUGE(workers, "dunghen_dispatch_workers", "Workers with a session.");
METRIC_COUNTER(redeliveries, "dunghen_dispatch_redeliveries_total",
               "Tasks that went back into the queue because their worker was gone or too slow.");
METRIC_COUNTER(keys_refused, "dunghen_dispatch_keys_refused_total",
               "Connections that were refused because of their key.");

/* ---- sending ---- */

static bool send_frame(struct dispatch *d, struct account *account, struct json_bytes bytes,
                       int flags)
{
    zmq_msg_t frame;

    account_frame(account, &frame, bytes.data, bytes.len);
    bool sent = zmq_msg_send(&frame, d->door, ZMQ_DONTWAIT | flags) >= 0;
    if (!sent)
        zmq_msg_close(&frame);
    return sent;
}

static bool send_message(struct dispatch *d, const struct door_peer *to, enum wire_verb verb)
{
    const char *name = wire_verb_name(verb);
    const char *json = strbuf_text(&d->text);
    size_t len = d->text.len;

    assert(json != NULL || len == 0);
    bool sent = account_takes_words(to->account) &&
                zmq_send(d->door, to->id, SESSION_ID_BYTES, ZMQ_DONTWAIT | ZMQ_SNDMORE) >= 0 &&
                send_frame(d, to->account, (struct json_bytes){name, strlen(name)},
                           len > 0 ? ZMQ_SNDMORE : 0) &&
                (len == 0 || send_frame(d, to->account, (struct json_bytes){json, len}, 0));
    loop_used_zmq(d->loop, d->door);
    strbuf_clear(&d->text);
    return sent;
}

void door_say(struct dispatch *d, struct session *session, enum wire_verb verb)
{
    if (session->gone)
        strbuf_clear(&d->text);
    else if (send_message(d, &(struct door_peer){session->id, session->account}, verb))
        session->told_us = loop_now_us(d->loop);
    else
        session->gone = true;
}

void door_error(struct dispatch *d, const struct door_peer *to, const char *error, const char *text)
{
    struct wire_error words = {error, text};

    strbuf_clear(&d->text);
    json_write(wire_error_fields, &words, &d->text);
    (void)send_message(d, to, WIRE_ERROR); /* it is gone already or does not read, if this fails */
}

/* ---- receiving ---- */

/* One message of a worker. */
struct message {
    zmq_msg_t frames[MESSAGE_FRAMES];
    int count; /* more than MESSAGE_FRAMES: the others were dropped */
    struct door_peer from;
    const char *json; /* "" when there is none */
    size_t len;
};

static int take_units(struct dispatch *d, const struct worker_key *key,
                      const struct wire_hello *hello, struct session *session, struct err *e)
{
    size_t i;
    const json_t *code;

    for (i = 0; hello->units == NULL && i < key->unit_count; i++)
        session_add_unit(session, key->units[i]);
    if (hello->units != NULL && json_array_size(hello->units) == 0)
        return err_set(e, ERR_INPUT, "units: must be an array of one code or more");
    json_array_foreach(hello->units, i, code)
    {
        uint16_t unit = json_is_string(code)
                            ? names_find(queue_units(d->queue), json_string_value(code))
                            : NAMES_MAX;
        if (unit == NAMES_MAX || !worker_key_has(key, unit))
            return err_set(e, ERR_INPUT, "units: item %zu is not one of the key's units", i + 1);
        session_add_unit(session, unit);
    }
    return 0;
}

static void say_welcome(struct dispatch *d, struct session *session)
{
    AUTO(json_release) json_t *units = json_array();
    struct wire_welcome welcome = {WIRE_HEARTBEAT_S, d->settings.lease_s, units};

    for (size_t i = 0; i < session->unit_count; i++)
        json_array_append_new(units,
                              json_string(names_code(queue_units(d->queue), session->units[i])));
    strbuf_clear(&d->text);
    json_write(wire_welcome_fields, &welcome, &d->text);
    door_say(d, session, WIRE_WELCOME);
}

static int read_hello(const struct message *m, json_t **document, struct wire_hello *hello,
                      struct err *e)
{
    if (json_parse(m->json, m->len, document, e) < 0 ||
        json_read(wire_hello_fields, *document, false, hello, e) < 0)
        return -1;
    if (hello->protocol != WIRE_PROTOCOL)
        return err_set(e, ERR_INPUT, "protocol: only %d is spoken here", WIRE_PROTOCOL);
    return 0;
}

static void give_back(struct dispatch *d, struct session *session)
{
    metric_add(&redeliveries, (double)sessions_end(&d->sessions, session, d->queue));
    metric_set(&workers, HASH_COUNT(d->sessions.all));
    d->dirty = true;
}

static int begin_session(struct dispatch *d, struct message *m, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    struct wire_hello hello = {0};
    struct session *before = sessions_find(&d->sessions, m->from.id);
    const struct worker_key *key = keys_find(&d->keys, m->from.account->key);

    if (before != NULL)
        give_back(d, before);
    if (key == NULL)
        return err_set(e, ERR_CONFLICT, "the key is not known (any more)");
    if (account_greet(m->from.account, e) < 0 || read_hello(m, &document, &hello, e) < 0)
        return -1;
    struct session *session = sessions_add(&d->sessions, m->from.id);
    session->account = m->from.account;
    snprintf(session->actor, sizeof(session->actor), "worker:%s", key->name);
    session->key_serial = key->serial;
    session->credit = hello.credit;
    session->wants_news = hello.news;
    session->heard_us = loop_now_us(d->loop);
    if (take_units(d, key, &hello, session, e) < 0) {
        give_back(d, session);
        return -1;
    }
    metric_set(&workers, HASH_COUNT(d->sessions.all));
    log_event(LOG_INFO, "worker came", "worker", session->actor, NULL);
    say_welcome(d, session);
    d->dirty = true;
    return 0;
}

static void on_hello(struct dispatch *d, struct session *session, struct message *m,
                     enum wire_verb verb)
{
    struct err e = {0};

    (void)session;
    (void)verb;
    if (begin_session(d, m, &e) < 0)
        door_error(d, &m->from, e.kind == ERR_CONFLICT ? "revoked" : "hello", e.text);
}

static void on_items(struct dispatch *d, struct session *session, struct message *m,
                     enum wire_verb verb)
{
    AUTO(json_store_free) struct json_store store = {0};
    AUTO(json_release) json_t *tree = NULL;
    struct orders_frame frame = {.items = d->items};
    const struct json_list list = {d->items, sizeof(d->items[0]), COUNT(d->items)};
    struct err e = {0};

    if (!json_take_list(wire_item_fields, &(struct json_bytes){m->json, m->len}, &store, &list,
                        &frame.count)) {
        if (wire_batch_read(m->json, m->len, &tree, &e) < 0) {
            door_error(d, &m->from, "message", e.text);
            return;
        }
        frame.tree = tree;
        frame.count = json_array_size(tree);
    }
    orders_take(d, session, verb, &frame);
}

static void on_heartbeat(struct dispatch *d, struct session *session, struct message *m,
                         enum wire_verb verb)
{
    (void)d;
    (void)session;
    (void)m;
    (void)verb; /* that it was heard is all */
}

static void on_bye(struct dispatch *d, struct session *session, struct message *m,
                   enum wire_verb verb)
{
    (void)m;
    (void)verb;
    log_event(LOG_INFO, "worker left", "worker", session->actor, NULL);
    give_back(d, session);
}

static void (*const handlers[WIRE_VERBS])(struct dispatch *d, struct session *session,
                                          struct message *m, enum wire_verb verb) = {
    [WIRE_HELLO] = on_hello,  [WIRE_ACCEPT] = on_items, [WIRE_DONE] = on_items,
    [WIRE_RETURN] = on_items, [WIRE_BYE] = on_bye,      [WIRE_HEARTBEAT] = on_heartbeat,
};

/* The session of its connection, or NULL. Two connections one after the other have the same routing
 * id when their workers have given it to themselves: then the key tells, and the session is over.
 */
static struct session *session_of(const struct dispatch *d, const struct message *m)
{
    struct session *session = sessions_find(&d->sessions, m->from.id);

    if (session == NULL || session->account == m->from.account)
        return session;
    session->gone = true;
    return NULL;
}

static void take_message(struct dispatch *d, struct message *m)
{
    struct session *session = session_of(d, m);
    enum wire_verb verb;
    struct err e = {0};

    if (session != NULL)
        session->heard_us = loop_now_us(d->loop);
    if (m->count < 2 || m->count > MESSAGE_FRAMES)
        door_error(d, &m->from, "message", "must have one or two frames");
    else if (wire_verb_read(zmq_msg_data(&m->frames[1]), zmq_msg_size(&m->frames[1]), &verb, &e) <
             0)
        door_error(d, &m->from, "message", e.text);
    else if (handlers[verb] == NULL)
        door_error(d, &m->from, "message", "the verb is not a worker's");
    else if (verb != WIRE_HELLO && (session == NULL || session->gone))
        door_error(d, &m->from, "hello", "there is no session: say HELLO first");
    else
        handlers[verb](d, session, m, verb);
}

/* The key of a connection is libzmq's word, which zap.c has told it. */
static void find_sender(struct dispatch *d, struct message *m)
{
    const char *user = zmq_msg_gets(&m->frames[1], "User-Id");

    m->from.id = zmq_msg_data(&m->frames[0]);
    m->from.account = accounts_get(&d->accounts, user != NULL ? user : "");
}

/* Reads one whole message; false when none is there. */
static bool receive(struct dispatch *d, struct message *m)
{
    bool more = true;

    for (m->count = 0; more; m->count++) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, d->door, ZMQ_DONTWAIT) < 0)
            return false;
        more = zmq_msg_more(&frame) != 0;
        if (m->count < MESSAGE_FRAMES)
            zmq_msg_move(&m->frames[m->count], &frame);
        zmq_msg_close(&frame);
    }
    find_sender(d, m);
    m->json = m->count == MESSAGE_FRAMES ? zmq_msg_data(&m->frames[2]) : "";
    m->len = m->count == MESSAGE_FRAMES ? zmq_msg_size(&m->frames[2]) : 0;
    return zmq_msg_size(&m->frames[0]) == SESSION_ID_BYTES;
}

static void on_door(void *ctx)
{
    struct dispatch *d = ctx;
    struct message m;

    for (int i = 0; i < MESSAGE_FRAMES; i++)
        zmq_msg_init(&m.frames[i]);
    for (int i = 0; i < TURN_MESSAGES && d->door != NULL && receive(d, &m); i++)
        take_message(d, &m);
    for (int i = 0; i < MESSAGE_FRAMES; i++)
        zmq_msg_close(&m.frames[i]);
}

/* ---- opening ---- */

static bool welcomes(void *ctx, const char *public_key)
{
    const struct dispatch *d = ctx;
    bool known = keys_find(&d->keys, public_key) != NULL;

    if (!known)
        metric_add(&keys_refused, 1);
    return known;
}

static void set_int(void *socket, int option, int value)
{
    int rc = zmq_setsockopt(socket, option, &value, sizeof(value));

    assert(rc == 0); /* only a wrong option or value is refused */
}

static int bind_door(struct dispatch *d, struct err *e)
{
    static const struct {
        int option, value;
    } options[] = {
        {ZMQ_LINGER, 0},
        {ZMQ_SNDHWM, SEND_MESSAGES},
        {ZMQ_RCVHWM, RECV_MESSAGES},
        {ZMQ_ROUTER_MANDATORY, 1},
        {ZMQ_HEARTBEAT_IVL, WIRE_HEARTBEAT_S * 1000},
        {ZMQ_HEARTBEAT_TIMEOUT, WIRE_DEAD_S * 1000},
        {ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS},
        {ZMQ_TCP_MAXRT, WIRE_DEAD_S * 1000},
        {ZMQ_CURVE_SERVER, 1},
    };
    int64_t max_bytes = WIRE_MAX_BYTES + WIRE_CURVE_BYTES; /* libzmq counts what is encrypted */

    for (size_t i = 0; i < COUNT(options); i++)
        set_int(d->door, options[i].option, options[i].value);
    zmq_setsockopt(d->door, ZMQ_MAXMSGSIZE, &max_bytes, sizeof(max_bytes));
    zmq_setsockopt(d->door, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN));
    if (zmq_setsockopt(d->door, ZMQ_CURVE_SECRETKEY, d->secret_key, CRYPTO_CURVE_SIZE) < 0)
        return err_set(e, ERR_INPUT, "worker-server.key does not hold a CURVE key");
    if (zmq_bind(d->door, d->settings.worker_endpoint) < 0)
        return err_set(e, ERR_SYSTEM, "could not bind \"%s\": %s", d->settings.worker_endpoint,
                       zmq_strerror(errno));
    return 0;
}

int door_open(struct dispatch *d, struct err *e)
{
    if (d->zap == NULL && zap_open(&d->zap, d->loop, bus_context(d->bus), welcomes, d, e) < 0)
        return -1;
    d->door = zmq_socket(bus_context(d->bus), ZMQ_ROUTER);
    if (d->door == NULL)
        return err_set(e, ERR_SYSTEM, "could not open a socket: %s", zmq_strerror(errno));
    if (bind_door(d, e) < 0) {
        zmq_close(d->door);
        d->door = NULL;
        return -1;
    }
    loop_watch_zmq(d->loop, d->door, on_door, d);
    return 0;
}

void door_close(struct dispatch *d)
{
    struct session *session, *next;

    HASH_ITER(hh, d->sessions.all, session, next)
    {
        give_back(d, session);
    }
    if (d->door == NULL)
        return;
    loop_unwatch_zmq(d->loop, d->door);
    zmq_close(d->door);
    d->door = NULL;
}

/* ---- ending sessions ---- */

void door_check_keys(struct dispatch *d)
{
    struct session *session, *next;

    HASH_ITER(hh, d->sessions.all, session, next)
    {
        const struct door_peer peer = {session->id, session->account};
        const struct worker_key *key = keys_find(&d->keys, session->account->key);
        if (key != NULL && key->serial == session->key_serial)
            continue;
        log_event(LOG_INFO, "worker's key has changed", "worker", session->actor, NULL);
        if (key == NULL)
            door_error(d, &peer, "revoked", "the key has been revoked");
        else
            door_error(d, &peer, "hello", "the key's units have changed: say HELLO again");
        session->gone = true;
    }
}

void door_sweep(struct dispatch *d)
{
    struct session *session, *next;

    HASH_ITER(hh, d->sessions.all, session, next)
    {
        if (session->gone) {
            log_event(LOG_INFO, "worker gone", "worker", session->actor, NULL);
            give_back(d, session);
        }
    }
}

static void end_old_leases(struct dispatch *d, struct session *session)
{
    int64_t now = loop_now_us(d->loop);
    struct lease *lease, *next;

    for (lease = session->oldest; lease != NULL; lease = next) {
        int64_t limit_s = lease->accepted ? d->settings.lease_max_s : d->settings.lease_s;
        next = lease->next;
        if (lease->in_flight > 0 || now - lease->granted_us < limit_s * CLOCK_US_PER_S)
            continue;
        struct task *task = lease->task;
        handout_end(d, lease, "the lease has run out");
        queue_wait(d->queue, task);
        metric_add(&redeliveries, 1);
        d->dirty = true;
    }
}

void door_tick(struct dispatch *d)
{
    int64_t now = loop_now_us(d->loop);
    bool slept =
        now - d->ticked_us > 2 * (int64_t)CLOCK_US_PER_S; /* then it was us who did not listen */
    struct session *session, *next;

    d->ticked_us = now;
    accounts_tick(&d->accounts);
    HASH_ITER(hh, d->sessions.all, session, next)
    {
        if (slept)
            session->heard_us = now;
        if (now - session->heard_us > (int64_t)WIRE_DEAD_S * CLOCK_US_PER_S) {
            session->gone = true;
            continue;
        }
        end_old_leases(d, session);
        if (now - session->told_us > CLOCK_US_PER_S / 2)
            door_say(d, session, WIRE_HEARTBEAT);
    }
}
