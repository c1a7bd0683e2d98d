/* SPDX-License-Identifier: Apache-2.0 */
#include "inbox.h"

#include "mem.h"
#include "metrics.h"

#include <stdlib.h>
#include <string.h>

/* Reading stops at HIGH and goes on at LOW: what waits in the senders' pipes
 * is bounded by them, and intake turns it into 503. */
enum { HIGH = 8 * BUS_MAX_ITEMS, LOW = 4 * BUS_MAX_ITEMS, ANSWER_BYTES = 1024 };

METRIC_GAUGE(commands_waiting, "dunghen_tracker_commands_waiting",
             "Commands that wait for the next transaction.");
METRIC_COUNTER(commands_refused, "dunghen_tracker_commands_refused_total",
               "Commands that were refused.");

struct ask {
    struct bus_address from;
    struct bus_message m;
    int left; /* items not answered yet */
    int count;
    char *answers[]; /* JSON, owned */
};

static void free_command(struct command *command)
{
    json_store_free(&command->stores[0]);
    json_store_free(&command->stores[1]);
    free(command);
}

static void free_ask(struct ask *ask)
{
    for (int i = 0; i < ask->count; i++)
        free(ask->answers[i]);
    bus_message_free(&ask->m);
    free(ask);
}

static void send_answers(struct inbox *inbox, struct ask *ask)
{
    AUTO(bus_message_free) struct bus_message m = {0};

    bus_add(&m, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int i = 0; i < ask->count; i++)
        bus_add(&m, ask->answers[i], strlen(ask->answers[i]));
    bus_answer(inbox->server, &ask->from, &m);
    free_ask(ask);
}

static int decode_record(struct command *c, const struct bus_message *m, int frame, struct err *e)
{
    if (json_take(case_head_fields, bus_data(m, frame), bus_len(m, frame), &c->stores[0], &c->head,
                  e) < 0)
        return err_in(e, "head");
    if (json_take(case_route_fields, bus_data(m, frame + 1), bus_len(m, frame + 1), &c->stores[1],
                  &c->route, e) < 0)
        return err_in(e, "route");
    c->content_frame = frame + 2;
    c->contact_frame = frame + 3;
    return 0;
}

static int decode_verb(struct command *c, const struct bus_message *m, int frame, struct err *e)
{
    if (json_take(case_command_fields, bus_data(m, frame), bus_len(m, frame), &c->stores[0],
                  &c->command, e) < 0)
        return err_in(e, "command");
    c->content_frame = frame + 1;
    return verb_read(c->command.verb, &c->verb, e);
}

/* What a topic's items are. */
static const struct kind {
    const char *topic;
    enum command_kind kind;
    int frames;
    int (*decode)(struct command *c, const struct bus_message *m, int frame, struct err *e);
} kinds[] = {
    {TOPIC_RECORD, COMMAND_RECORD, RECORD_FRAMES, decode_record},
    {TOPIC_COMMAND, COMMAND_VERB, COMMAND_FRAMES, decode_verb},
};

static const struct kind *find_kind(const struct bus_message *m)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (bus_is(m, kinds[i].topic) && m->count > 1 && (m->count - 1) % kinds[i].frames == 0)
            return &kinds[i];
    return NULL;
}

static size_t waiting(const struct inbox *inbox)
{
    return inbox->count + inbox->aside_count;
}

static void put_last(struct command **first, struct command **last, struct command *command)
{
    if (*first == NULL)
        *first = command;
    else
        (*last)->next = command;
    *last = command;
}

static void append(struct inbox *inbox, struct command *command)
{
    put_last(&inbox->first, &inbox->last, command);
    inbox->count++;
    metric_set(&commands_waiting, (double)waiting(inbox));
}

void inbox_take(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    struct inbox *inbox = ctx;
    const struct kind *kind = find_kind(m);

    if (kind == NULL) /* not of ours: who sent it has no answer coming */
        return;
    int count = (m->count - 1) / kind->frames;
    struct ask *ask = mem_new(1, sizeof(*ask) + (size_t)count * sizeof(ask->answers[0]));
    ask->from = *from;
    ask->m = *m;
    *m = (struct bus_message){0};
    ask->left = ask->count = count;
    for (int i = 0; i < count; i++) {
        struct command *c = mem_new(1, sizeof(*c));
        struct err e = {0};
        c->ask = ask;
        c->index = i;
        c->kind = kind->kind;
        if (kind->decode(c, &ask->m, 1 + i * kind->frames, &e) == 0)
            append(inbox, c);
        else
            inbox_refuse(inbox, c, &e);
    }
    if (waiting(inbox) > HIGH && !inbox->paused) {
        inbox->paused = true;
        bus_server_pause(inbox->server, true);
    }
}

void inbox_stop(struct inbox *inbox)
{
    inbox->stopped = true;
    bus_server_pause(inbox->server, true);
}

struct command *inbox_next(struct inbox *inbox)
{
    struct command *command = inbox->first;

    if (command == NULL)
        return NULL;
    inbox->first = command->next;
    command->next = NULL;
    inbox->count--;
    metric_set(&commands_waiting, (double)waiting(inbox));
    if (inbox->paused && !inbox->stopped && waiting(inbox) < LOW) {
        inbox->paused = false;
        bus_server_pause(inbox->server, false);
    }
    return command;
}

void inbox_put_back(struct inbox *inbox, struct command *command)
{
    command->next = inbox->first;
    if (inbox->first == NULL)
        inbox->last = command;
    inbox->first = command;
    inbox->count++;
    metric_set(&commands_waiting, (double)waiting(inbox));
}

void inbox_put_aside(struct inbox *inbox, struct command *command, int64_t look)
{
    command->look = look;
    put_last(&inbox->aside, &inbox->aside_last, command);
    inbox->aside_count++;
    metric_set(&commands_waiting, (double)waiting(inbox));
}

void inbox_resume(struct inbox *inbox, int64_t look)
{
    for (struct command *c; (c = inbox->aside) != NULL && c->look <= look;) {
        inbox->aside = c->next;
        c->next = NULL;
        inbox->aside_count--;
        append(inbox, c);
    }
}

static const char *frame_bytes(const struct command *command, int frame, size_t *len)
{
    *len = bus_len(&command->ask->m, frame);
    return bus_data(&command->ask->m, frame);
}

const struct uuid *command_key(const struct command *c)
{
    return c->kind == COMMAND_RECORD ? &c->head.command : &c->command.id;
}

const char *command_content(const struct command *command, size_t *len)
{
    return frame_bytes(command, command->content_frame, len);
}

const char *command_contact(const struct command *command, size_t *len)
{
    return frame_bytes(command, command->contact_frame, len);
}

zmq_msg_t *command_content_frame(const struct command *command)
{
    return &command->ask->m.frames[command->content_frame];
}

void inbox_answer(struct inbox *inbox, struct command *command, const struct strbuf *json)
{
    struct ask *ask = command->ask;

    ask->answers[command->index] = mem_text(strbuf_text(json));
    free_command(command);
    if (--ask->left == 0)
        send_answers(inbox, ask);
}

void inbox_refuse(struct inbox *inbox, struct command *command, const struct err *e)
{
    AUTO(strbuf_free) struct strbuf json = STRBUF(ANSWER_BYTES);

    metric_add(&commands_refused, 1);
    refusal_write(e, &json);
    inbox_answer(inbox, command, &json);
}

void inbox_clear(struct inbox *inbox)
{
    inbox_resume(inbox, INT64_MAX);
    for (struct command *c; (c = inbox_next(inbox)) != NULL;) {
        struct ask *ask = c->ask;
        free_command(c);
        if (--ask->left == 0)
            free_ask(ask);
    }
}
