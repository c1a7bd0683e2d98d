/* SPDX-License-Identifier: Apache-2.0 */
/* queue - a table of tasks by id, and a binary heap of pointers into it for each unit. */
#include "queue.h"

#include "clock.h"
#include "mem.h"

#include <assert.h>
#include <string.h>

struct heap {
    struct task **items; /* items[0] is not used: the children of i are 2i and 2i + 1 */
    uint32_t count, room;
};

struct queue {
    struct task *tasks;
    struct heap *heaps; /* by unit */
    size_t heap_count;
    struct names *units, *services;
    size_t waiting;
    size_t content_bytes, content_budget;
};

/* ---- heap ---- */

bool queue_before(const struct task *a, const struct task *b)
{
    if (a->due_at != b->due_at)
        return a->due_at < b->due_at;
    if (a->priority != b->priority)
        return a->priority < b->priority;
    return memcmp(&a->id, &b->id, sizeof(a->id)) < 0; /* ids rise with time */
}

static void set(struct heap *heap, uint32_t place, struct task *task)
{
    heap->items[place] = task;
    task->place = place;
}

static void rise(struct heap *heap, uint32_t place)
{
    struct task *task = heap->items[place];

    for (; place > 1 && queue_before(task, heap->items[place / 2]); place /= 2)
        set(heap, place, heap->items[place / 2]);
    set(heap, place, task);
}

static void sink(struct heap *heap, uint32_t place)
{
    struct task *task = heap->items[place];

    while (2 * place <= heap->count) {
        uint32_t child = 2 * place;
        if (child < heap->count && queue_before(heap->items[child + 1], heap->items[child]))
            child++;
        if (!queue_before(heap->items[child], task))
            break;
        set(heap, place, heap->items[child]);
        place = child;
    }
    set(heap, place, task);
}

static struct heap *heap_of(struct queue *queue, uint16_t unit)
{
    if (unit >= queue->heap_count) {
        size_t count = names_count(queue->units);
        queue->heaps = mem_resize(queue->heaps, count * sizeof(*queue->heaps));
        memset(queue->heaps + queue->heap_count, 0,
               (count - queue->heap_count) * sizeof(*queue->heaps));
        queue->heap_count = count;
    }
    return &queue->heaps[unit];
}

void queue_wait(struct queue *queue, struct task *task)
{
    struct heap *heap = heap_of(queue, task->unit);

    assert(task->place == 0 && task->lease == NULL);
    if (heap->count + 1 >= heap->room) {
        heap->room = 2 * heap->room + 16;
        heap->items = mem_resize(heap->items, heap->room * sizeof(struct task *));
    }
    heap->items[++heap->count] = task;
    task->since_us = clock_mono_us();
    queue->waiting++;
    rise(heap, heap->count);
}

void queue_take(struct queue *queue, struct task *task)
{
    struct heap *heap = heap_of(queue, task->unit);
    uint32_t place = task->place;

    assert(place != 0);
    struct task *last = heap->items[heap->count--];
    task->place = 0;
    queue->waiting--;
    if (last == task)
        return;
    set(heap, place, last);
    rise(heap, place);
    sink(heap, last->place);
}

struct task *queue_first(const struct queue *queue, uint16_t unit)
{
    return unit < queue->heap_count && queue->heaps[unit].count > 0 ? queue->heaps[unit].items[1]
                                                                    : NULL;
}

/* ---- tasks ---- */

struct queue *queue_new(size_t content_budget_bytes)
{
    struct queue *queue = mem_new(1, sizeof(*queue));

    queue->units = names_new();
    queue->services = names_new();
    queue->content_budget = content_budget_bytes;
    return queue;
}

void queue_clear(struct queue *queue)
{
    struct task *task, *next;

    HASH_ITER(hh, queue->tasks, task, next)
    {
        queue_remove(queue, task);
    }
}

void queue_free(struct queue **queue)
{
    struct queue *q = *queue;

    if (q == NULL)
        return;
    queue_clear(q);
    for (size_t i = 0; i < q->heap_count; i++)
        free(q->heaps[i].items);
    free(q->heaps);
    names_free(&q->units);
    names_free(&q->services);
    free(q);
    *queue = NULL;
}

struct names *queue_units(struct queue *queue)
{
    return queue->units;
}

struct names *queue_services(struct queue *queue)
{
    return queue->services;
}

struct task *queue_find(const struct queue *queue, const struct wire_task_id *id)
{
    struct task *task;

    HASH_FIND(hh, queue->tasks, id, sizeof(*id), task);
    return task;
}

static struct task *add(struct queue *queue, const struct queue_entry *entry)
{
    uint16_t unit = names_number(queue->units, entry->unit);
    uint16_t service = names_number(queue->services, entry->service);

    if (unit == NAMES_MAX || service == NAMES_MAX)
        return NULL;
    struct task *task = mem_new(1, sizeof(*task));
    task->id = entry->id;
    task->unit = unit;
    task->service = service;
    snprintf(task->reference, sizeof(task->reference), "%s", entry->reference);
    HASH_ADD(hh, queue->tasks, id, sizeof(task->id), task);
    return task;
}

struct task *queue_put(struct queue *queue, const struct queue_entry *entry)
{
    struct task *task = queue_find(queue, &entry->id);
    bool is_new = task == NULL;

    if (is_new)
        task = add(queue, entry);
    if (task == NULL)
        return NULL;
    bool waits = task->place != 0;
    if (waits)
        queue_take(queue, task);
    task->due_at = entry->due_at;
    task->priority = (uint8_t)entry->priority;
    if (waits || is_new)
        queue_wait(queue, task);
    return task;
}

void queue_remove(struct queue *queue, struct task *task)
{
    assert(task->lease == NULL);
    if (task->place != 0)
        queue_take(queue, task);
    queue_drop_content(queue, task);
    HASH_DEL(queue->tasks, task);
    free(task);
}

void queue_keep_content(struct queue *queue, struct task *task, const char *content, size_t len)
{
    if (task->content != NULL || len == 0 || queue->content_bytes + len > queue->content_budget)
        return;
    task->content = mem_resize(NULL, len);
    memcpy(task->content, content, len);
    task->content_len = (uint32_t)len;
    queue->content_bytes += len;
}

void queue_drop_content(struct queue *queue, struct task *task)
{
    if (task->content == NULL)
        return;
    queue->content_bytes -= task->content_len;
    free(task->content);
    task->content = NULL;
}

size_t queue_count(const struct queue *queue)
{
    return HASH_COUNT(queue->tasks);
}

size_t queue_waiting(const struct queue *queue)
{
    return queue->waiting;
}
