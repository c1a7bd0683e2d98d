/* SPDX-License-Identifier: Apache-2.0 */
#include "outcome.h"

#include "sql_notifier.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

METRIC_COUNTER(refused, "dunghen_notifier_outcomes_refused_total",
               "Times that the database refused the outcome of a delivery; it is tried again.");

void outcomes_free(struct outcomes *o)
{
    free(o->items);
    db_args_free(&o->args);
    *o = (struct outcomes){0};
}

/* It may quote what others have said, or a file's name, in whatever bytes; one that is no text
 * would keep all outcomes from the table. */
static void clean(char *problem)
{
    if (text_is_clean(problem, strlen(problem)))
        return;
    for (char *c = problem; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}

void outcomes_add(struct outcomes *o, const struct outcome *outcome)
{
    if (o->count == o->room) {
        o->room = 2 * o->room + 64;
        o->items = mem_resize(o->items, o->room * sizeof(*o->items));
    }
    o->items[o->count] = *outcome;
    clean(o->items[o->count++].problem);
}

#define COLUMN(array_type, statement)                                                              \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (size_t i = 0; i < count; i++)                                                         \
            statement;                                                                             \
        db_array_end(a);                                                                           \
    } while (0)

static void fill(struct outcomes *o, size_t count)
{
    const struct outcome *r = o->items;
    struct db_args *a = &o->args;

    COLUMN(DB_ARRAY_UUID, db_item_uuid(a, &r[i].id));
    COLUMN(DB_ARRAY_INT16, db_item_int16(a, r[i].attempt));
    COLUMN(DB_ARRAY_TEXT, db_item_text(a, r[i].state));
    COLUMN(DB_ARRAY_TIME, db_item_time(a, r[i].next_at));
    COLUMN(DB_ARRAY_TEXT, db_item_text(a, r[i].kind));
    COLUMN(DB_ARRAY_TEXT, db_item_text(a, r[i].kind != NULL ? r[i].problem : NULL));
    db_arg_time(a, clock_now_us());
}

static void remove_first(struct outcomes *o, size_t count)
{
    o->count -= count;
    memmove(o->items, o->items + count, o->count * sizeof(*o->items));
}

/* One of these is refused: it is looked for by halves, so that the others are written without it,
 * and tried again with the next tick, since it may be the table that is not well. */
static void part_with_the_refused(struct outcomes *o, size_t sent, const struct err *e)
{
    const struct outcome first = o->items[0];
    char id[UUID_TEXT_SIZE];

    if (sent > 1) {
        o->most = sent / 2;
        return;
    }
    o->failed = true;
    metric_add(&refused, 1);
    log_event(LOG_ERROR, "outcome not written", "delivery", uuid_text(&first.id, id), "state",
              first.state, "why", e->text, NULL);
    remove_first(o, 1);
    o->items[o->count++] = first;
}

static void on_written(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct outcomes *o = ctx;
    size_t sent = o->sent;

    (void)rows;
    o->sent = 0;
    if (e == NULL) {
        remove_first(o, sent);
        o->most = 2 * o->most <= o->count ? 2 * o->most : 0;
    } else if (e->kind == ERR_BUSY) {
        o->failed = true;
    } else {
        part_with_the_refused(o, sent, e);
    }
}

void outcomes_send(struct outcomes *o, struct db *db)
{
    const struct db_step step = {&sql_finish_attempts, &o->args};
    size_t count = o->most > 0 && o->most < o->count ? o->most : o->count;
    struct err e;

    if (o->sent > 0 || o->count == 0 || !db_is_ready(db))
        return;
    fill(o, count);
    if (db_send(db, &step, 1, on_written, o, &e) == 0)
        o->sent = count;
}
