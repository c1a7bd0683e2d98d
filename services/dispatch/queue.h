/* SPDX-License-Identifier: Apache-2.0 */
/* queue - every open task, and for each unit those that wait: earliest due first.
 *
 * A task waits (is in its unit's heap), or is leased, or is set aside. An
 * entry is small: a million of them fit in 200 MB. The text of a case is kept
 * only up to a budget; the rest is fetched when it is leased. */
#ifndef QUEUE_H
#define QUEUE_H

#include "names.h"
#include "table.h"
#include "wire.h"

struct lease;

struct task {
    struct wire_task_id id;
    uint16_t unit, service; /* numbers in queue_units, queue_services */
    uint16_t attempts;      /* leases given so far */
    uint8_t priority;
    uint8_t refusals;   /* times that tracker did not agree with us about it */
    bool has_news;      /* its holder has to hear how many follow */
    uint16_t followers; /* others that wait for its answer */
    char reference[REFERENCE_SIZE];
    uint32_t place; /* in its unit's heap, from 1; 0: does not wait */
    uint32_t content_len;
    char *content;       /* NULL: not kept */
    int64_t due_at;      /* microseconds since 1970 */
    int64_t since_us;    /* monotonic, when it began to wait */
    struct lease *lease; /* session.h's; NULL: none */
    UT_hash_handle hh;
};

/* What is known of an open task from an event or a row. */
struct queue_entry {
    struct wire_task_id id;
    const char *reference, *service, *unit;
    int64_t due_at;
    int64_t priority;
    int64_t followers;
};

struct queue;

struct queue *queue_new(size_t content_budget_bytes);
void queue_free(struct queue **queue);
void queue_clear(struct queue *queue); /* no task may be leased */

struct names *queue_units(struct queue *queue);
struct names *queue_services(struct queue *queue);

struct task *queue_find(const struct queue *queue, const struct wire_task_id *id); /* or NULL */
/* A new task waits; one that is there only takes over date and priority. NULL
 * when there are too many units or services. */
struct task *queue_put(struct queue *queue, const struct queue_entry *entry);
void queue_remove(struct queue *queue, struct task *task); /* which is not leased */

/* Keeps a copy if the budget allows and none is kept. */
void queue_keep_content(struct queue *queue, struct task *task, const char *content, size_t len);
void queue_drop_content(struct queue *queue, struct task *task);

/* The unit's task that is due first, by priority then age among equals; NULL when none waits. */
struct task *queue_first(const struct queue *queue, uint16_t unit);
/* Whether a comes before b. */
bool queue_before(const struct task *a, const struct task *b);
void queue_take(struct queue *queue, struct task *task); /* waits no longer */
void queue_wait(struct queue *queue, struct task *task); /* waits (again) */

size_t queue_count(const struct queue *queue);   /* open tasks */
size_t queue_waiting(const struct queue *queue); /* of them, in a heap */

#endif
