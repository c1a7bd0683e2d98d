/* SPDX-License-Identifier: Apache-2.0 */
#include "workset.h"

#include "event_types.h"
#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const task_state_names[] = {
    [TASK_OPEN] = "open",
    [TASK_ACCEPTED] = "accepted",
    [TASK_DONE] = "done",
    [TASK_RETURNED] = "returned",
    [TASK_TRANSFERRED] = "transferred",
    [TASK_CANCELLED] = "cancelled",
};

static const struct case_lateness not_late = {INT64_MIN, INT64_MIN, INT64_MIN};

/* Of services without one: nothing beyond the promise. */
static const struct catalogue_regime plain_regime = {
    .code = "", .valid_from = INT32_MIN, .valid_until = INT32_MAX, .returns = 2};

/* The longest tells a question of 4000 characters: each may be written as six bytes. */
enum { DETAIL_BYTES = 32 * 1024 };

const char *task_state_name(enum task_state state)
{
    return task_state_names[state];
}

enum task_state task_state_read(const char *name)
{
    size_t i = 0;

    while (i < COUNT(task_state_names) - 1 && strcmp(task_state_names[i], name) != 0)
        i++;
    return (enum task_state)i;
}

void case_free(struct case_row *c)
{
    free(c->stood);
    free(c->tasks);
    free(c);
}

void workset_drop_case(struct workset *w, struct case_row *c)
{
    HASH_DEL(w->cases, c);
    case_free(c);
}

void workset_free(struct workset *w)
{
    struct case_row *c, *next_case;
    struct key_row *k, *next_key;
    struct measure_row *m, *next_measure;

    HASH_ITER(hh, w->cases, c, next_case)
    workset_drop_case(w, c);
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
    free(w->clears);
    free(w->notes);
    free(w->files);
    free(w->publications);
    free(w->attachments);
    free(w->pauses);
    for (size_t i = 0; i < w->letter_count; i++)
        strbuf_free(&w->letters[i].fields);
    free(w->letters);
    taken_free(&w->taken);
    *w = (struct workset){0};
}

void case_count_by(struct case_row *c, const struct catalogue_unit *unit)
{
    c->calendar_code = unit->calendar_code;
    c->calendar = unit->calendar;
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
    c->was_in = STATE_COUNT;
    c->answered_at = c->changed_at = INT64_MIN;
    c->was_late = not_late;
    c->regime = &plain_regime;
    c->terms.clock_from = INT64_MIN;
    c->terms.promised_at = c->terms.apologised_at = c->terms.closed_at = INT64_MIN;
    c->terms.published_at = c->terms.summarised_at = c->terms.paused_at = INT64_MIN;
    c->terms.update_due_at = c->terms.days_end = INT64_MIN;
    HASH_ADD(hh, w->cases, id, sizeof(c->id), c);
    return c;
}

struct task_row *case_task(const struct case_row *c, int64_t number)
{
    return number >= 1 && number <= c->task_count ? &c->tasks[number - 1] : NULL;
}

struct task_row *case_lead(const struct case_row *c)
{
    struct task_row *t = c->tasks + c->task_count;

    while (t > c->tasks)
        if ((--t)->leads)
            return t;
    return NULL;
}

bool task_is_open(const struct task_row *task)
{
    return task->state == TASK_OPEN || task->state == TASK_ACCEPTED;
}

bool case_is_paused(const struct case_row *c)
{
    return c->terms.paused_at != INT64_MIN;
}

bool case_is_open(const struct case_row *c)
{
    return c->answered_at == INT64_MIN && c->terms.closed_at == INT64_MIN;
}

bool case_waits(const struct case_row *c)
{
    return c->state == STATE_MERGED && c->answered_at == INT64_MIN;
}

bool case_is_followed(const struct case_row *c)
{
    return case_is_open(c) && c->terms.merged > 0;
}

int64_t case_updated_at(const struct case_row *c)
{
    int64_t ended = c->answered_at > c->terms.closed_at ? c->answered_at : c->terms.closed_at;
    int64_t changed = case_is_open(c) ? c->changed_at : ended;

    return changed > c->received_at ? changed : c->received_at; /* INT64_MIN: it has not */
}

struct case_lateness case_lateness(const struct case_row *c)
{
    int64_t ended = c->answered_at != INT64_MIN ? c->answered_at : c->terms.closed_at;

    if (ended <= c->due_at) /* INT64_MIN: it has not */
        return not_late;
    return (struct case_lateness){c->due_at, ended, c->terms.apologised_at};
}

void case_stood(struct case_row *c, int64_t since, int64_t until)
{
    if (c->stood_count == c->stood_room) {
        c->stood_room = 2 * c->stood_room + 2;
        c->stood = mem_resize(c->stood, (size_t)c->stood_room * sizeof(*c->stood));
    }
    c->stood[c->stood_count++] = (struct standstill){since, until};
}

void case_touch(struct case_row *c, int64_t at)
{
    c->changes++;
    c->changed_at = at;
    c->is_changed = true;
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
    assert(event_type_is_known(type));
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

    assert(entry.detail != NULL); /* DETAIL_BYTES is more than any step tells */
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

void workset_clear(struct workset *w, const struct clear_row *clear)
{
    void *rows = w->clears;
    struct clear_row *row = add_row(&rows, &w->clear_count, &w->clear_room, sizeof(*row));

    w->clears = rows;
    *row = *clear;
}

void workset_note(struct workset *w, const struct note_row *note)
{
    void *rows = w->notes;
    struct note_row *row = add_row(&rows, &w->note_count, &w->note_room, sizeof(*row));

    w->notes = rows;
    *row = *note;
}

int64_t workset_noted(const struct workset *w, const struct command *command)
{
    const struct note_row *last = w->note_count > 0 ? &w->notes[w->note_count - 1] : NULL;

    return last != NULL && last->command == command ? last->seq : 0;
}

void workset_attach(struct workset *w, const struct attachment_row *attachment)
{
    void *rows = w->attachments;
    struct attachment_row *row =
        add_row(&rows, &w->attachment_count, &w->attachment_room, sizeof(*row));

    w->attachments = rows;
    *row = *attachment;
}

struct file_row *workset_add_file(struct workset *w)
{
    void *files = w->files;
    struct file_row *row = add_row(&files, &w->file_count, &w->file_room, sizeof(*row));

    w->files = files;
    return row;
}

bool workset_has_file(const struct workset *w, const struct uuid *case_id,
                      const uint8_t hash[CRYPTO_HASH_BYTES], const char *type)
{
    for (size_t i = 0; i < w->file_count; i++)
        if (uuid_equal(&w->files[i].case_id, case_id) && strcmp(w->files[i].type, type) == 0 &&
            memcmp(w->files[i].hash, hash, CRYPTO_HASH_BYTES) == 0)
            return true;
    for (size_t i = 0; i < w->attachment_count; i++)
        if (uuid_equal(&w->attachments[i].case_id, case_id) &&
            strcmp(w->attachments[i].type, type) == 0 &&
            memcmp(w->attachments[i].hash, hash, CRYPTO_HASH_BYTES) == 0)
            return true;
    return false;
}

void workset_publish(struct workset *w, const struct publication_row *publication)
{
    struct publication_row *row = w->publications, *end = row + w->publication_count;
    void *rows = row;

    while (row < end && !uuid_equal(&row->case_id, &publication->case_id))
        row++;
    if (row == end) {
        row = add_row(&rows, &w->publication_count, &w->publication_room, sizeof(*row));
        w->publications = rows;
    }
    *row = *publication;
}

struct letter_row *workset_letter(struct workset *w, const struct uuid *id)
{
    void *rows = w->letters;

    for (size_t i = 0; i < w->letter_count; i++)
        if (uuid_equal(&w->letters[i].id, id))
            return &w->letters[i];
    struct letter_row *letter = add_row(&rows, &w->letter_count, &w->letter_room, sizeof(*letter));
    w->letters = rows;
    *letter = (struct letter_row){.id = *id};
    return letter;
}

void workset_pause(struct workset *w, const struct pause_row *pause)
{
    void *rows = w->pauses;

    for (size_t i = 0; i < w->pause_count; i++)
        if (uuid_equal(&w->pauses[i].case_id, &pause->case_id) &&
            w->pauses[i].since == pause->since) {
            w->pauses[i] = *pause; /* begun and ended by the same batch: one row */
            return;
        }
    struct pause_row *row = add_row(&rows, &w->pause_count, &w->pause_room, sizeof(*row));
    w->pauses = rows;
    *row = *pause;
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

const struct catalogue_regime *workset_regime(const struct workset *w, const char *code,
                                              int64_t received_at)
{
    const struct catalogue_regime *regime =
        code != NULL ? catalogue_regime(w->catalogue, code, catalogue_day(received_at)) : NULL;

    return regime != NULL ? regime : &plain_regime;
}
