/* SPDX-License-Identifier: Apache-2.0 */
#include "hail.h"

#include "bus.h"
#include "clock.h"
#include "messages.h"

#include <string.h>

enum { ENDPOINT_BYTES = 4096, PATIENCE_S = 10 };

struct waiting {
    const struct hail *question;
    struct loop *loop;
    struct strbuf endpoint; /* the client does not copy it */
    struct bus *bus;
    struct bus_client *client;
    struct json_store *store;
    void *out;
    struct err e;
    bool failed;
};

static void waiting_close(struct waiting *w)
{
    bus_client_close(&w->client);
    bus_close(&w->bus);
    loop_close(&w->loop);
    strbuf_free(&w->endpoint);
}

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct waiting *w = ctx;

    if (e != NULL)
        w->failed =
            err_set(&w->e, e->kind, "%s does not answer: is it running?", w->question->service) < 0;
    else if (answer->count < 2)
        w->failed =
            err_set(&w->e, ERR_SYSTEM, "%s answers without an item", w->question->service) < 0;
    else
        w->failed = answer_read(w->question->answer, bus_data(answer, 1), bus_len(answer, 1),
                                w->store, w->out, &w->e) < 0;
    loop_stop(w->loop);
}

static int connect_to(struct waiting *w, const struct ctl *ctl, struct err *e)
{
    struct strbuf *endpoint = &w->endpoint;

    if (w->question->endpoint[0] != '\0')
        strbuf_addf(endpoint, "%s", w->question->endpoint);
    else
        strbuf_addf(endpoint, "ipc://%s/%s.ipc", ctl->run_dir, w->question->service);
    if (strbuf_text(endpoint) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_RUN_DIR is too long");
    int patience_s = w->question->patience_s != 0 ? w->question->patience_s : PATIENCE_S;
    const struct bus_client_settings settings = {.endpoint = strbuf_text(endpoint),
                                                 .again_us = CLOCK_US_PER_S,
                                                 .expire_us = (int64_t)patience_s * CLOCK_US_PER_S,
                                                 .max_calls = 1};
    if (loop_open(&w->loop, e) < 0 || bus_open(&w->bus, w->loop, e) < 0)
        return -1;
    return bus_connect(&w->client, w->bus, &settings, e);
}

int hail(const struct ctl *ctl, const struct hail *question, struct json_store *store, void *out,
         struct err *e)
{
    AUTO(waiting_close)
    struct waiting w = {
        .question = question, .store = store, .out = out, .endpoint = STRBUF(ENDPOINT_BYTES)};
    AUTO(bus_message_free) struct bus_message m = {0};

    if (connect_to(&w, ctl, e) < 0)
        return -1;
    bus_add(&m, question->topic, strlen(question->topic));
    bus_add(&m, question->body, strlen(question->body));
    if (question->more != NULL)
        bus_add(&m, question->more->len > 0 ? question->more->data : "", question->more->len);
    if (bus_call(w.client, &m, on_answer, &w, e) < 0 || loop_run(w.loop, e) < 0)
        return -1;
    if (!w.failed)
        return 0;
    *e = w.e;
    return -1;
}
