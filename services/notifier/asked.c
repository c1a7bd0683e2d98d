/* SPDX-License-Identifier: Apache-2.0 */
#include "asked.h"

#include "log.h"
#include "mem.h"
#include "messages.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

struct asker *asker_new(struct notifier *n, const struct bus_address *from)
{
    struct asker *a = mem_new(1, sizeof(*a));

    a->n = n;
    a->from = *from;
    DL_APPEND(n->askers, a);
    return a;
}

void asker_free(struct asker *a)
{
    DL_DELETE(a->n->askers, a);
    free(a);
}

void asked_answer(struct notifier *n, const struct bus_address *to, const struct strbuf *text)
{
    AUTO(bus_message_free) struct bus_message m = {0};

    bus_add(&m, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    bus_add(&m, text->data, text->len);
    if (n->server != NULL)
        bus_answer(n->server, to, &m);
}

void asked_refuse(struct notifier *n, const struct bus_address *to, const struct err *e)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(ASKED_BYTES);

    refusal_write(e, &text);
    asked_answer(n, to, &text);
}

void asked_failed(struct notifier *n, const struct bus_address *to, const struct err *e)
{
    struct err ours;

    if (e->kind == ERR_BUSY) {
        asked_refuse(n, to, e);
        return;
    }
    log_event(LOG_ERROR, "the database refuses what was asked", "why", e->text, NULL);
    (void)err_set(&ours, ERR_SYSTEM, "the database has refused it; the log of notifier says why");
    asked_refuse(n, to, &ours);
}

static const struct {
    const char *topic;
    asked_fn *take;
} topics[] = {{TOPIC_PREFER, prefer_keep},
              {TOPIC_RESEND, prefer_resend},
              {TOPIC_WEBHOOK_PUT, subscribe_put},
              {TOPIC_WEBHOOK_REMOVE, subscribe_remove}};

static int take(struct notifier *n, const struct bus_address *from, const struct bus_message *m,
                struct err *e)
{
    AUTO(json_release) json_t *document = NULL;

    if (m->count != 2)
        return err_set(e, ERR_INPUT, "one item is taken at a time");
    if (json_parse(bus_data(m, 1), bus_len(m, 1), &document, e) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(topics); i++)
        if (bus_is(m, topics[i].topic))
            return topics[i].take(n, from, document, e);
    return err_set(e, ERR_INPUT, "the topic is not known");
}

static void on_request(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    struct notifier *n = ctx;
    struct err e;

    if (take(n, from, m, &e) < 0)
        asked_refuse(n, from, &e);
}

int asked_open(struct notifier *n, struct err *e)
{
    if (n->server != NULL)
        return 0;
    return bus_serve(&n->server, n->bus, n->settings.endpoint, on_request, n, e);
}

void asked_free(struct notifier *n)
{
    while (n->askers != NULL)
        asker_free(n->askers);
}
