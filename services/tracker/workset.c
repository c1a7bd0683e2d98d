/* SPDX-License-Identifier: Apache-2.0 */
#include "workset.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

static const char *const task_state_names[] = {
    [TASK_OPEN] = "open",         [TASK_ACCEPTED] = "accepted",   [TASK_DONE] = "done",
    [TASK_RETURNED] = "returned", [TASK_CANCELLED] = "cancelled",
};

enum { DETAIL_BYTES = 4096 };

const char *task_state_name(enum task_state state)
{
    return task_state_names[state];
}

static enum task_state task_state_read(const char *name)
{
    size_t i = 0;

    while (i < COUNT(task_state_names) - 1 && strcmp(task_state_names[i], name) != 0)
        i++;
    return (enum task_state)i;
}

void workset_drop_case(struct workset *w, struct case_row *c)
{
    HASH_DEL(w->cases, c);
    free(c->tasks);
    free(c);
}

void workset_free(struct workset *w)
{
    struct case_row *c, *next_case;
    struct key_row *k, *next_key;
    struct measure_row *m, *next_measure;

    HASH_ITER(hh, w->cases, c, next_case)
    {
        HASH_DEL(w->cases, c);
        free(c->tasks);
        free(c);
    }
    HASH_ITER(hh, w->keys, k, next_key)
    {
        HASH_DEL(w->keys, k);
        free(k);
    }
    HASH_ITER(hh, w->measures, m, next_measure)
    {
        HASH_DEL(w->measures, m);
        free(m);
    }
    for (size_t i = 0; i < w->event_count; i++)
        strbuf_free(&w->events[i].detail);
    free(w->events);
    free(w->flags);
    *w = (struct workset){0};
}

struct case_row *workset_case(const struct workset *w, const struct uuid *id)
{
    struct case_row *found;

    HASH_FIND(hh, w->cases, id, sizeof(*id), found);
    return found;
}

struct case_row *workset_add_case(struct workset *w, const struct uuid *id)
{
    struct case_row *c = mem_new(1, sizeof(*c));

    c->id = *id;
    c->answered_at = INT64_MIN;
    HASH_ADD(hh, w->cases, id, sizeof(c->id), c);
    return c;
}

struct task_row *case_task(const struct case_row *c, int64_t number)
{
    return number >= 1 && number <= c->task_count ? &c->tasks[number - 1] : NULL;
}

struct task_row *case_add_task(struct case_row *c, const struct catalogue_unit *unit)
{
    if (c->task_count == c->task_room) {
        c->task_room = 2 * c->task_room + 2;
        c->tasks = mem_resize(c->tasks, (size_t)c->task_room * sizeof(*c->tasks));
    }
    struct task_row *t = &c->tasks[c->task_count++];
    *t = (struct task_row){.number = c->task_count,
                           .unit = unit,
                           .accepted_at = INT64_MIN,
                           .finished_at = INT64_MIN,
                           .next_at = INT64_MAX};
    return t;
}

struct key_row *workset_key(const struct workset *w, const struct uuid *command)
{
    struct key_row *found;

    HASH_FIND(hh, w->keys, command, sizeof(*command), found);
    return found;
}

struct key_row *workset_add_key(struct workset *w, const struct uuid *command)
{
    struct key_row *k = mem_new(1, sizeof(*k));

    k->command = *command;
    HASH_ADD(hh, w->keys, command, sizeof(k->command), k);
    return k;
}

/* The next place of a growing array. */
static void *add_row(void **rows, size_t *count, size_t *room, size_t size)
{
    if (*count == *room) {
        *room = 2 * *room + 64;
        *rows = mem_resize(*rows, *room * size);
    }
    return (char *)*rows + (*count)++ * size;
}

struct event_row *workset_event(struct workset *w, struct case_row *c, const struct task_row *task,
                                const char *type, const char *actor)
{
    void *rows = w->events;
    struct event_row *event = add_row(&rows, &w->event_count, &w->event_room, sizeof(*event));

    w->events = rows;
    *event = (struct event_row){.seq = w->head.seq + 1,
                                .of = c,
                                .task = task != NULL ? task->number : 0,
                                .type = type,
                                .actor = actor,
                                .detail = STRBUF(DETAIL_BYTES),
                                .state = c->state,
                                .unit = task != NULL ? task->unit : c->unit,
                                .due_at = task != NULL ? task->due_at : c->due_at,
                                .priority = task != NULL ? task->priority : c->service->priority};
    return event;
}

void workset_seal(struct workset *w, struct event_row *event)
{
    struct ledger_event entry = {
        .seq = event->seq,
        .at_us = w->now,
        .case_id = event->of->id,
        .task = (int16_t)event->task,
        .type = event->type,
        .actor = event->actor,
        .detail = strbuf_text(&event->detail),
        .detail_len = event->detail.len,
    };

    ledger_hash(w->head.hash, &entry, event->hash);
    memcpy(w->head.hash, event->hash, sizeof(w->head.hash));
    w->head.seq = event->seq;
}

void workset_flag(struct workset *w, const struct flag_row *flag)
{
    void *rows = w->flags;
    struct flag_row *row = add_row(&rows, &w->flag_count, &w->flag_room, sizeof(*row));

    w->flags = rows;
    *row = *flag;
}

void workset_count(struct workset *w, const struct catalogue_unit *unit,
                   const struct catalogue_service *service, const char *measure)
{
    struct measure_row key = {.unit = unit->code, .service = service->code, .measure = measure};
    struct measure_row *row;

    HASH_FIND(hh, w->measures, &key.unit, 3 * sizeof(key.unit), row);
    if (row == NULL) {
        row = mem_new(1, sizeof(*row));
        *row = key;
        HASH_ADD(hh, w->measures, unit, 3 * sizeof(row->unit), row);
    }
    row->value++;
}

int task_next_moment(const struct case_row *c, const struct task_row *task,
                     struct deadline_moment *next, struct err *e)
{
    return deadline_next(&c->policy, task->unit->calendar, task->assigned_at, task->due_at,
                         (unsigned)task->raised, next, e);
}

/* ---- loading: the columns are those of sql/select_cases.sql, sql/select_commands.sql ---- */

static int load_case(struct workset *w, struct case_row *c, const PGresult *rows, int row,
                     struct err *e)
{
    memcpy(c->reference, db_text(rows, row, 1), sizeof(c->reference));
    c->service = catalogue_service(w->catalogue, db_text(rows, row, 2));
    c->unit = catalogue_unit(w->catalogue, db_text(rows, row, 3));
    c->received_at = db_time(rows, row, 5);
    c->due_at = db_time(rows, row, 6);
    c->policy.amount = db_int(rows, row, 8);
    c->changes = (int)db_int(rows, row, 9);
    c->returns = (int)db_int(rows, row, 10);
    c->answered_at = db_time(rows, row, 11);
    if (c->service == NULL || c->unit == NULL)
        return err_set(e, ERR_SYSTEM, "case %s: its service or unit is not in the catalogue",
                       c->reference);
    if (state_read(db_text(rows, row, 4), &c->state, e) < 0)
        return -1;
    return deadline_kind_read(db_text(rows, row, 7), &c->policy.kind, e);
}

static int load_task(struct workset *w, struct case_row *c, const PGresult *rows, int row,
                     struct err *e)
{
    const struct catalogue_unit *unit = catalogue_unit(w->catalogue, db_text(rows, row, 14));

    if (unit == NULL)
        return err_set(e, ERR_SYSTEM, "case %s: a task's unit is not in the catalogue",
                       c->reference);
    struct task_row *t = case_add_task(c, unit);
    t->leads = strcmp(db_text(rows, row, 13), "lead") == 0;
    t->state = task_state_read(db_text(rows, row, 15));
    t->priority = (int)db_int(rows, row, 16);
    t->assigned_at = db_time(rows, row, 17);
    t->due_at = db_time(rows, row, 18);
    t->accepted_at = db_time(rows, row, 19);
    t->finished_at = db_time(rows, row, 20);
    t->epoch = db_int(rows, row, 21);
    t->raised = db_int(rows, row, 22);
    t->next_at = db_time(rows, row, 23);

    return 0;
}

int workset_load_cases(struct workset *w, const PGresult *rows, struct err *e)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        struct uuid id = db_uuid(rows, row, 0);
        struct case_row *c = workset_case(w, &id);
        if (c == NULL) {
            c = workset_add_case(w, &id);
            if (load_case(w, c, rows, row, e) < 0)
                return -1;
        }
        if (load_task(w, c, rows, row, e) < 0)
            return -1;
    }
    return 0;
}

void workset_load_keys(struct workset *w, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        struct uuid id = db_uuid(rows, row, 0);
        if (workset_key(w, &id) != NULL)
            continue;
        struct key_row *k = workset_add_key(w, &id);
        const uint8_t *print = (const uint8_t *)db_text(rows, row, 1);
        for (size_t i = 0; i < db_len(rows, row, 1) && i < 16; i++)
            snprintf(k->fingerprint + 2 * i, 3, "%02x", print[i]);
        snprintf(k->reference, sizeof(k->reference), "%s", db_text(rows, row, 3));
        snprintf(k->unit, sizeof(k->unit), "%s", db_text(rows, row, 4));
        snprintf(k->state, sizeof(k->state), "%s", db_text(rows, row, 5));
        k->receipt = (struct case_receipt){.id = db_uuid(rows, row, 2),
                                           .reference = k->reference,
                                           .unit = k->unit,
                                           .state = k->state,
                                           .received_at = db_time(rows, row, 6),
                                           .due_at = db_time(rows, row, 7),
                                           .repeated = true};
    }
}
