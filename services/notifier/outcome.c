/* SPDX-License-Identifier: Apache-2.0 */
#include "outcome.h"

#include "sql_notifier.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

void outcomes_free(struct outcomes *o)
{
    free(o->items);
    db_args_free(&o->args);
    *o = (struct outcomes){0};
}

void outcomes_add(struct outcomes *o, const struct outcome *outcome)
{
    if (o->count == o->room) {
        o->room = 2 * o->room + 64;
        o->items = mem_resize(o->items, o->room * sizeof(*o->items));
    }
    o->items[o->count++] = *outcome;
}

#define COLUMN(array_type, statement)                                                              \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (size_t i = 0; i < o->count; i++)                                                      \
            statement;                                                                             \
        db_array_end(a);                                                                           \
    } while (0)

static void fill(struct outcomes *o)
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

static void on_written(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct outcomes *o = ctx;
    size_t written = e == NULL ? o->sent : 0;

    (void)rows;
    o->sent = 0;
    o->failed = e != NULL;
    if (e != NULL && e->kind != ERR_BUSY)
        log_event(LOG_ERROR, "outcomes not written", "why", e->text, NULL);
    if (written > 0)
        memmove(o->items, o->items + written, (o->count - written) * sizeof(*o->items));
    o->count -= written;
}

void outcomes_send(struct outcomes *o, struct db *db)
{
    const struct db_step step = {&sql_finish_attempts, &o->args};
    struct err e;

    if (o->sent > 0 || o->count == 0 || !db_is_ready(db))
        return;
    fill(o);
    if (db_send(db, &step, 1, on_written, o, &e) == 0)
        o->sent = o->count;
}
