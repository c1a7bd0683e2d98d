/* SPDX-License-Identifier: Apache-2.0 */
#include "asking.h"

#include "log.h"
#include "mem.h"
#include "pace.h"

#include <stdlib.h>
#include <string.h>

enum { AGAIN_US = 1000000 };

struct asking {
    struct asking_settings settings;
    char *items; /* from head on: those that were asked for, then those that wait */
    size_t head, count, room, asked;
    bool forgotten; /* those that were asked for: another answer than done is their last, too */
    int64_t sent_at;
    struct loop_timer *rest;
};

static void *item_at(const struct asking *a, size_t i)
{
    return a->items + (a->head + i) * a->settings.item_bytes;
}

/* False: it has to be asked for again. */
static bool take_outcome(const struct asking *a, const void *item, const struct bus_message *answer,
                         int frame)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_outcome outcome = {0};
    struct err e;

    if (answer_read(case_outcome_fields, bus_data(answer, frame), bus_len(answer, frame), &store,
                    &outcome, &e) == 0)
        a->settings.done(a->settings.ctx, item, &outcome);
    else if (e.kind == ERR_BUSY)
        return false;
    else
        a->settings.refused(a->settings.ctx, item, &e);
    return true;
}

/* What is not done yet stays, at the front: how many that are. */
static size_t take_outcomes(struct asking *a, const struct bus_message *answer, const struct err *e)
{
    size_t kept = 0;

    if (e != NULL || answer->count != 1 + (int)a->asked) {
        log_event(LOG_WARN, "not confirmed, asking again", "what", a->settings.what, "why",
                  e != NULL ? e->text : "answers are missing", NULL);
        return a->asked;
    }
    for (size_t i = 0; i < a->asked; i++)
        if (!take_outcome(a, item_at(a, i), answer, 1 + (int)i))
            memmove(item_at(a, kept++), item_at(a, i), a->settings.item_bytes);
    return kept;
}

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct asking *a = ctx;
    size_t kept = take_outcomes(a, answer, e);

    if (a->forgotten)
        kept = 0;
    size_t gone = a->asked - kept;
    memmove(item_at(a, gone), item_at(a, 0), kept * a->settings.item_bytes);
    a->head += gone;
    a->count -= gone;
    a->asked = 0;
    a->forgotten = false;
    loop_timer_set_us(a->rest, kept > 0 ? AGAIN_US : pace_rest_us(a->sent_at));
}

void asking_go_on(struct asking *a)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    size_t count = a->count < ASKING_AT_ONCE ? a->count : ASKING_AT_ONCE;
    struct err e;

    if (count == 0 || a->asked > 0 || loop_timer_is_set(a->rest))
        return;
    bus_add(&m, TOPIC_COMMAND, strlen(TOPIC_COMMAND));
    for (size_t i = 0; i < count; i++)
        a->settings.write(item_at(a, i), &m);
    a->sent_at = clock_mono_us();
    if (bus_call(a->settings.tracker, &m, on_answer, a, &e) == 0)
        a->asked = count;
    else
        loop_timer_set_us(a->rest, AGAIN_US);
}

static void on_rested(void *ctx)
{
    struct asking *a = ctx;

    asking_go_on(a);
    if (asking_is_idle(a) && a->settings.idle != NULL)
        a->settings.idle(a->settings.ctx);
}

bool asking_is_idle(const struct asking *a)
{
    return a->count == 0 && !loop_timer_is_set(a->rest);
}

size_t asking_count(const struct asking *a)
{
    return a->count;
}

/* What is in front of the first is used again when it is half of all: each item moves seldom. */
static void make_room(struct asking *a)
{
    if (a->head + a->count < a->room)
        return;
    if (a->head > a->count) {
        memmove(a->items, item_at(a, 0), a->count * a->settings.item_bytes);
        a->head = 0;
        return;
    }
    a->room = 2 * a->room + 64;
    a->items = mem_resize(a->items, a->room * a->settings.item_bytes);
}

void asking_add(struct asking *a, const void *item)
{
    make_room(a);
    memcpy(item_at(a, a->count++), item, a->settings.item_bytes);
}

void asking_forget(struct asking *a)
{
    a->count = a->asked;
    a->forgotten = a->asked > 0;
}

struct asking *asking_new(const struct asking_settings *settings)
{
    struct asking *a = mem_new(1, sizeof(*a));

    a->settings = *settings;
    a->rest = loop_timer_new(settings->loop, on_rested, a);
    return a;
}

void asking_free(struct asking **asking)
{
    if (*asking == NULL)
        return;
    loop_timer_cancel((*asking)->rest);
    free((*asking)->items);
    free(*asking);
    *asking = NULL;
}
