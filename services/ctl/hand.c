/* SPDX-License-Identifier: Apache-2.0 */
#include "hand.h"

#include "clock.h"
#include "keys.h"
#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

enum { RETRY_MS = 200 };

struct hand {
    struct hand_settings settings;
    struct worker_keys keys;
    struct loop *loop;
    void *zmq;
    struct worker_session *session;
    struct loop_timer *retry, *quiet;
    struct err trouble;
};

static void on_task(void *ctx, const struct wire_task *task)
{
    const struct hand *h = ctx;

    h->settings.on_task(h->settings.ctx, task);
}

static void on_result(void *ctx, const struct wire_result *result)
{
    const struct hand *h = ctx;

    h->settings.on_result(h->settings.ctx, result);
}

static void on_welcome(void *ctx, const struct wire_welcome *welcome)
{
    struct hand *h = ctx;

    (void)welcome;
    h->trouble = (struct err){0};
}

static void on_trouble(void *ctx, const char *why)
{
    struct hand *h = ctx;

    err_set(&h->trouble, ERR_BUSY, "%s: %s", h->settings.ctl->worker_endpoint, why);
    loop_timer_set_us(h->retry, (int64_t)RETRY_MS * CLOCK_US_PER_MS);
}

static int connect_session(struct hand *h, struct err *e)
{
    const struct worker_session_settings settings = {.endpoint = h->settings.ctl->worker_endpoint,
                                                     .keys = &h->keys,
                                                     .name = h->settings.name,
                                                     .credit = WIRE_MAX_ITEMS,
                                                     .on_task = on_task,
                                                     .on_result = on_result,
                                                     .on_welcome = on_welcome,
                                                     .on_trouble = on_trouble,
                                                     .ctx = h};

    return worker_session_open(&h->session, h->loop, h->zmq, &settings, e);
}

static void on_retry(void *ctx)
{
    struct hand *h = ctx;

    worker_session_close(&h->session);
    if (connect_session(h, &h->trouble) < 0)
        loop_stop(h->loop);
}

static void on_quiet(void *ctx)
{
    const struct hand *h = ctx;

    loop_stop(h->loop);
}

int hand_open(struct hand **out, const struct hand_settings *settings, bool *new_key, struct err *e)
{
    AUTO(hand_close) struct hand *h = mem_new(1, sizeof(*h));

    h->settings = *settings;
    if (keys_ensure(settings->ctl, settings->name, settings->units, &h->keys, new_key, e) < 0 ||
        loop_open(&h->loop, e) < 0)
        return -1;
    h->zmq = zmq_ctx_new();
    if (h->zmq == NULL)
        return err_set(e, ERR_SYSTEM, "could not start ZeroMQ: %s", zmq_strerror(errno));
    h->retry = loop_timer_new(h->loop, on_retry, h);
    h->quiet = loop_timer_new(h->loop, on_quiet, h);
    if (connect_session(h, e) < 0)
        return -1;
    *out = h;
    h = NULL;
    return 0;
}

void hand_close(struct hand **hand)
{
    struct hand *h = *hand;

    if (h == NULL)
        return;
    worker_session_close(&h->session);
    if (h->zmq != NULL)
        zmq_ctx_term(h->zmq);
    loop_close(&h->loop);
    free(h);
    *hand = NULL;
}

struct worker_session *hand_session(const struct hand *hand)
{
    return hand->session;
}

void hand_expect(struct hand *hand, int64_t ms)
{
    loop_timer_set_us(hand->quiet, ms * CLOCK_US_PER_MS);
}

int hand_run(struct hand *hand, struct err *e)
{
    return loop_run(hand->loop, e);
}

void hand_end(struct hand *hand)
{
    loop_stop(hand->loop);
}

const char *hand_trouble(const struct hand *hand)
{
    return hand->trouble.text;
}
