/* SPDX-License-Identifier: Apache-2.0 */
/* aside - tasks and cases that are read again because what we know of them was not enough. */
#include "clock.h"
#include "dispatch.h"
#include "log.h"
#include "mem.h"
#include "sql_dispatch.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TASKS = 1000, MOST_CASES = 1000, FREE_REFUSALS = 3, MOST_DOUBLINGS = 9 };

/* ---- rows that are older than what was heard ---- */

static bool has_case(const struct uuid *cases, size_t count, const struct uuid *case_id)
{
    for (size_t i = 0; i < count; i++)
        if (uuid_equal(&cases[i], case_id))
            return true;
    return false;
}

static bool is_being_read(const struct aside *aside, const struct uuid *case_id)
{
    for (size_t i = 0; i < aside->asked; i++)
        if (uuid_equal(&aside->tasks[i].id.case_id, case_id))
            return true;
    return has_case(aside->cases, aside->cases_asked, case_id);
}

bool aside_is_older(const struct dispatch *d, const struct uuid *case_id)
{
    return has_case(d->aside.heard, d->aside.heard_count, case_id);
}

void aside_hear(struct dispatch *d, const struct uuid *case_id)
{
    struct aside *aside = &d->aside;

    if (!is_being_read(aside, case_id) || aside_is_older(d, case_id))
        return;
    if (aside->heard_count == aside->heard_room) {
        aside->heard_room = 2 * aside->heard_room + 16;
        aside->heard = mem_resize(aside->heard, aside->heard_room * sizeof(*aside->heard));
    }
    aside->heard[aside->heard_count++] = *case_id;
}

/* When nothing is on its way any more. */
static void look_at_heard(struct dispatch *d)
{
    struct aside *aside = &d->aside;

    if (aside->asked > 0 || aside->cases_asked > 0)
        return;
    for (size_t i = 0; i < aside->heard_count; i++)
        aside_look(d, &aside->heard[i]);
    aside->heard_count = 0;
}

/* ---- tasks that tracker and we see differently ---- */

/* At the next tick; when that has not helped a few times, twice as long each time. */
static int64_t pause_us(struct task *task)
{
    int doublings = task->refusals - FREE_REFUSALS;

    if (task->refusals < FREE_REFUSALS + MOST_DOUBLINGS)
        task->refusals++;
    return doublings <= 0 ? 0 : ((INT64_C(1) << doublings) - 1) * CLOCK_US_PER_S;
}

void aside_put(struct dispatch *d, struct task *task)
{
    struct aside *aside = &d->aside;

    if (aside->count == aside->room) {
        aside->room = 2 * aside->room + 64;
        aside->tasks = mem_resize(aside->tasks, aside->room * sizeof(*aside->tasks));
    }
    aside->tasks[aside->count++] =
        (struct aside_task){task->id, loop_now_us(d->loop) + pause_us(task)};
}

static void on_looked(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct dispatch *d = ctx;
    struct aside *aside = &d->aside;
    size_t count = aside->asked;

    aside->asked = 0;
    if (e == NULL)
        tasks_take_rows(d, rows[0]); /* which forgets those that have ended */
    look_at_heard(d);
    if (e != NULL)
        return; /* the next tick asks again */
    for (size_t i = 0; i < count; i++) {
        struct task *task = queue_find(d->queue, &aside->tasks[i].id);
        if (task != NULL && task->lease == NULL && task->place == 0)
            queue_wait(d->queue, task);
    }
    aside->count -= count;
    memmove(aside->tasks, aside->tasks + count, aside->count * sizeof(*aside->tasks));
    d->dirty = true;
}

/* Brings those whose time has come to the front; how many. */
static size_t gather_due(struct dispatch *d)
{
    struct aside *aside = &d->aside;
    int64_t now = loop_now_us(d->loop);
    size_t count = 0;

    for (size_t i = 0; i < aside->count && count < MOST_TASKS; i++) {
        struct aside_task task = aside->tasks[i];
        if (task.at_us > now)
            continue;
        aside->tasks[i] = aside->tasks[count];
        aside->tasks[count++] = task;
    }
    return count;
}

static void look_at_tasks(struct dispatch *d)
{
    struct aside *aside = &d->aside;
    struct err e;

    if (aside->asked > 0)
        return;
    size_t count = gather_due(d);
    if (count == 0)
        return;
    db_array_begin(&aside->args, DB_ARRAY_UUID);
    for (size_t i = 0; i < count; i++)
        db_item_uuid(&aside->args, &aside->tasks[i].id.case_id);
    db_array_end(&aside->args);
    db_array_begin(&aside->args, DB_ARRAY_INT16);
    for (size_t i = 0; i < count; i++)
        db_item_int16(&aside->args, aside->tasks[i].id.number);
    db_array_end(&aside->args);
    struct db_step step = {&sql_select_tasks, &aside->args};
    if (db_send(d->db, &step, 1, on_looked, d, &e) == 0)
        aside->asked = count;
}

/* ---- cases of which more has changed than an event says ---- */

void aside_look(struct dispatch *d, const struct uuid *case_id)
{
    struct aside *aside = &d->aside;

    if (aside->case_count == aside->case_room) {
        aside->case_room = 2 * aside->case_room + 64;
        aside->cases = mem_resize(aside->cases, aside->case_room * sizeof(*aside->cases));
    }
    aside->cases[aside->case_count++] = *case_id;
}

/* The events that named the cases are passed and will not come again: what was not read is asked
 * for once more. */
static void on_cases(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct dispatch *d = ctx;
    struct aside *aside = &d->aside;
    size_t count = aside->cases_asked;

    aside->cases_asked = 0;
    aside->cases_rest = e != NULL;
    if (e != NULL) {
        log_event(LOG_WARN, "tasks of changed cases not read", "why", e->text, NULL);
    } else {
        tasks_take_rows(d, rows[0]);
        aside->case_count -= count;
        memmove(aside->cases, aside->cases + count, aside->case_count * sizeof(*aside->cases));
    }
    look_at_heard(d);
}

void aside_turn(struct dispatch *d)
{
    struct aside *aside = &d->aside;
    size_t count = aside->case_count < MOST_CASES ? aside->case_count : MOST_CASES;
    struct err e;

    if (count == 0 || aside->cases_asked > 0 || aside->cases_rest || !db_is_ready(d->db))
        return;
    db_array_begin(&aside->case_args, DB_ARRAY_UUID);
    for (size_t i = 0; i < count; i++)
        db_item_uuid(&aside->case_args, &aside->cases[i]);
    db_array_end(&aside->case_args);
    struct db_step step = {&sql_select_cases_tasks, &aside->case_args};
    if (db_send(d->db, &step, 1, on_cases, d, &e) == 0)
        aside->cases_asked = count;
}

void aside_tick(struct dispatch *d)
{
    d->dirty = true; /* what an error has left undone */
    d->aside.cases_rest = false;
    look_at_tasks(d);
}

void aside_free(struct dispatch *d)
{
    free(d->aside.tasks);
    free(d->aside.cases);
    free(d->aside.heard);
    db_args_free(&d->aside.args);
    db_args_free(&d->aside.case_args);
}
