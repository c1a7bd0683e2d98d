/* SPDX-License-Identifier: Apache-2.0 */
#include "asks.h"

#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

enum { ASKS_MOST = 256, ANSWER_BYTES = 4000 };

/* One letter of a message. */
struct wish {
    struct uuid letter;
    char *answer; /* NULL: not yet */
};

/* One message and who sent it. */
struct ask {
    struct bus_server *server;
    struct bus_address from;
    struct wish wishes[BUS_MAX_ITEMS];
    int count, open;
    struct ask *prev, *next;
};

struct asks {
    struct ask *list;
    int count;
};

struct asks *asks_new(void)
{
    return mem_new(1, sizeof(struct asks));
}

static void drop(struct asks *asks, struct ask *ask)
{
    DL_DELETE(asks->list, ask);
    asks->count--;
    for (int i = 0; i < ask->count; i++)
        free(ask->wishes[i].answer);
    free(ask);
}

void asks_clear(struct asks *asks)
{
    while (asks->list != NULL)
        drop(asks, asks->list);
}

void asks_free(struct asks **asks)
{
    if (*asks == NULL)
        return;
    asks_clear(*asks);
    free(*asks);
    *asks = NULL;
}

/* ---- answers ---- */

static void grant(struct ask *ask, struct wish *wish, const struct letter_file *file,
                  const struct err *e)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(ANSWER_BYTES);

    if (e != NULL)
        refusal_write(e, &text);
    else
        json_write(letter_file_fields, file, &text);
    const char *words = strbuf_text(&text);
    assert(words != NULL); /* its fields have limits */
    wish->answer = mem_text(words);
    ask->open--;
}

static void answer(struct asks *asks, struct ask *ask)
{
    AUTO(bus_message_free) struct bus_message m = {0};

    bus_add(&m, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int i = 0; i < ask->count; i++)
        bus_add(&m, ask->wishes[i].answer, strlen(ask->wishes[i].answer));
    bus_answer(ask->server, &ask->from, &m);
    drop(asks, ask);
}

void asks_done(struct asks *asks, const struct uuid *letter, const struct letter_file *file,
               const struct err *e)
{
    struct ask *ask, *next;

    DL_FOREACH_SAFE(asks->list, ask, next)
    {
        for (int i = 0; i < ask->count; i++)
            if (ask->wishes[i].answer == NULL && uuid_equal(&ask->wishes[i].letter, letter))
                grant(ask, &ask->wishes[i], file, e);
        if (ask->open == 0)
            answer(asks, ask);
    }
}

/* ---- questions ---- */

static int read_wish(const struct bus_message *m, int frame, struct wish *wish, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    struct letter_render wanted = {0};

    if (json_parse(bus_data(m, frame), bus_len(m, frame), &document, e) < 0 ||
        json_read(letter_render_fields, document, false, &wanted, e) < 0)
        return -1;
    wish->letter = wanted.letter;
    return 0;
}

static struct ask *new_ask(struct asks *asks, struct bus_server *server,
                           const struct bus_address *from, int count)
{
    struct ask *ask = mem_new(1, sizeof(*ask));

    ask->server = server;
    ask->from = *from;
    ask->count = ask->open = count;
    DL_APPEND(asks->list, ask);
    asks->count++;
    return ask;
}

static void refuse_all(struct bus_server *server, const struct bus_address *from, int count,
                       enum err_kind kind, const char *why)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(strbuf_free) struct strbuf text = STRBUF(ANSWER_BYTES);
    struct err e;

    err_set(&e, kind, "%s", why);
    refusal_write(&e, &text);
    bus_add(&m, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int i = 0; i < count; i++)
        bus_add(&m, text.data, text.len);
    bus_answer(server, from, &m);
}

/* A letter may be done while it is added, and then so may the whole ask: so it is held open. */
void asks_take(struct asks *asks, struct bus_server *server, struct jobs *jobs,
               const struct bus_address *from, const struct bus_message *m)
{
    int count = m->count - 1;
    struct err e;

    if (!bus_is(m, TOPIC_RENDER) || count < 1 || count > BUS_MAX_ITEMS) {
        refuse_all(server, from, count > 0 ? count : 1, ERR_INPUT, "the topic is not known here");
        return;
    }
    if (asks->count == ASKS_MOST) {
        refuse_all(server, from, count, ERR_BUSY, "too many wait for letters");
        return;
    }
    struct ask *ask = new_ask(asks, server, from, count);
    ask->open++;
    for (int i = 0; i < count; i++) {
        struct wish *wish = &ask->wishes[i];
        if (read_wish(m, 1 + i, wish, &e) < 0 ||
            (jobs_add(jobs, &wish->letter, true, &e) < 0 && wish->answer == NULL))
            grant(ask, wish, NULL, &e);
    }
    if (--ask->open == 0)
        answer(asks, ask);
}
