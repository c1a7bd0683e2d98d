/* SPDX-License-Identifier: Apache-2.0 */
#include "moves.h"

#include "json.h"
#include "mem.h"
#include "schedule.h"
#include "sql_tracker.h" /* generated from sql/ */
#include "write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct case_move {
    struct case_row *of;
    int64_t from;
};

struct task_move {
    const struct case_row *of;
    const struct task_row *task;
};

void moves_free(struct moves *moves)
{
    free(moves->cases);
    free(moves->tasks);
    for (size_t i = 0; i < COUNT(moves->args); i++)
        db_args_free(&moves->args[i]);
    *moves = (struct moves){0};
}

/* ---- counting ---- */

/* Also the one that was answered, until nothing falls due after the answer any more. */
static bool is_on_the_clock(const struct task_row *task)
{
    return task->finished_at == INT64_MIN || task->next_at != INT64_MAX;
}

static void add_case(struct moves *m, const struct case_move *move)
{
    if (m->case_count == m->case_room) {
        m->case_room = 2 * m->case_room + 64;
        m->cases = mem_resize(m->cases, m->case_room * sizeof(*m->cases));
    }
    m->cases[m->case_count++] = *move;
}

static void add_task(struct moves *m, const struct task_move *move)
{
    if (m->task_count == m->task_room) {
        m->task_room = 2 * m->task_room + 64;
        m->tasks = mem_resize(m->tasks, m->task_room * sizeof(*m->tasks));
    }
    m->tasks[m->task_count++] = *move;
}

/* A task that is due with its case moves along; its next moment may move by itself. */
static void move_task(struct moves *m, struct case_row *c, struct task_row *task, int64_t due_at)
{
    struct task_row now = *task;

    if (task_is_open(task) && task->due_at == c->due_at)
        now.due_at = due_at;
    schedule_task(c, &now);
    if (now.due_at != task->due_at || now.next_at != task->next_at)
        add_task(m, &(struct task_move){c, task});
    *task = now;
}

/* Nothing can be promised any more once the case is over. One that waits for another case's answer
 * may still have to go on by itself. */
static int count_again(const struct case_row *c, const struct promise_steps *steps,
                       struct promised *out, struct err *e)
{
    const struct promise promise = {.policy = c->policy,
                                    .from_us = schedule_clock_from(c),
                                    .stands = {c->due_at, c->terms.days_end},
                                    .steps = steps->items,
                                    .step_count = steps->count};

    *out = promise.stands;
    if (!state_is_open(c->state) && !case_waits(c))
        return 0;
    return promise_recount(&promise, c->calendar, out, e);
}

static int move_case(struct moves *m, struct case_row *c, const struct promise_steps *steps,
                     struct err *e)
{
    struct promised now;

    if (count_again(c, steps, &now, e) < 0)
        return -1;
    for (int i = 0; i < c->task_count; i++)
        if (is_on_the_clock(&c->tasks[i]))
            move_task(m, c, &c->tasks[i], now.due_us);
    if (now.due_us == c->due_at)
        return 0;
    add_case(m, &(struct case_move){c, c->due_at});
    schedule_promise(c, &now);
    return 0;
}

void moves_add(struct moves *m, struct case_row *c, const struct promise_steps *steps)
{
    size_t tasks = m->task_count;
    struct err unreached;

    if (move_case(m, c, steps, &unreached) == 0)
        return;
    m->task_count = tasks;
    m->unreached++;
}

/* ---- telling and writing ---- */

static const char *notice_of(const struct stale_calendars *stale, const char *code)
{
    for (size_t i = 0; i < stale->count; i++)
        if (strcmp(stale->items[i].code, code) == 0)
            return stale->items[i].notice;
    return NULL;
}

static void tell(const struct case_move *move, const char *notice, struct workset *set)
{
    struct event_row *event = workset_event(set, move->of, NULL, "due_moved", "tracker");

    strbuf_addf(&event->detail, "{\"from\":%" PRId64 ",\"to\":%" PRId64 ",\"calendar\":\"%s\"",
                move->from, move->of->due_at, move->of->calendar_code);
    if (notice != NULL) {
        strbuf_addf(&event->detail, ",\"notice\":");
        json_write_text(&event->detail, notice, strlen(notice));
    }
    strbuf_addf(&event->detail, "}");
    workset_seal(set, event);
}

static void fill_cases(const struct moves *m, struct db_args *a)
{
    ROW_COLUMN(m->cases, m->case_count, DB_ARRAY_UUID, db_item_uuid(a, &m->cases[i].of->id));
    ROW_COLUMN(m->cases, m->case_count, DB_ARRAY_TIME, db_item_time(a, m->cases[i].of->due_at));
    ROW_COLUMN(m->cases, m->case_count, DB_ARRAY_TIME,
               db_item_time(a, m->cases[i].of->terms.days_end));
}

static void fill_tasks(const struct moves *m, struct db_args *a)
{
    const struct task_move *t = m->tasks;

    ROW_COLUMN(t, m->task_count, DB_ARRAY_UUID, db_item_uuid(a, &t[i].of->id));
    ROW_COLUMN(t, m->task_count, DB_ARRAY_INT16, db_item_int16(a, (int16_t)t[i].task->number));
    ROW_COLUMN(t, m->task_count, DB_ARRAY_TIME, db_item_time(a, t[i].task->due_at));
    ROW_COLUMN(t, m->task_count, DB_ARRAY_TIME, db_item_time(a, t[i].task->next_at));
}

void moves_tell(struct moves *m, const struct stale_calendars *stale, struct workset *set)
{
    int count = 0;

    for (size_t i = 0; i < m->case_count; i++)
        tell(&m->cases[i], notice_of(stale, m->cases[i].of->calendar_code), set);
    if (m->case_count > 0) {
        fill_cases(m, &m->args[count]);
        m->steps[count] = (struct db_step){&sql_move_cases, &m->args[count]};
        count++;
    }
    if (m->task_count > 0) {
        fill_tasks(m, &m->args[count]);
        m->steps[count] = (struct db_step){&sql_move_tasks, &m->args[count]};
        count++;
    }
    set->beside = m->steps;
    set->beside_count = count;
}
