/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include "mem.h"

#include <assert.h>
#include <string.h>

struct session *sessions_find(const struct sessions *sessions, const void *id)
{
    struct session *session;

    HASH_FIND(hh, sessions->all, id, SESSION_ID_BYTES, session);
    return session;
}

struct session *sessions_add(struct sessions *sessions, const void *id)
{
    struct session *session = mem_new(1, sizeof(*session));

    memcpy(session->id, id, SESSION_ID_BYTES);
    session->serial = ++sessions->serial;
    HASH_ADD(hh, sessions->all, id, SESSION_ID_BYTES, session);
    return session;
}

void sessions_put_last(struct sessions *sessions, struct session *session)
{
    HASH_DEL(sessions->all, session);
    HASH_ADD(hh, sessions->all, id, SESSION_ID_BYTES, session);
}

/* To the end of its session's. */
static void link_lease(struct lease *lease)
{
    struct session *session = lease->session;

    lease->previous = session->newest;
    lease->next = NULL;
    if (session->newest != NULL)
        session->newest->next = lease;
    else
        session->oldest = lease;
    session->newest = lease;
    session->held++;
}

static void unlink_lease(struct lease *lease)
{
    struct session *session = lease->session;

    if (lease->previous != NULL)
        lease->previous->next = lease->next;
    else
        session->oldest = lease->next;
    if (lease->next != NULL)
        lease->next->previous = lease->previous;
    else
        session->newest = lease->previous;
    session->held--;
}

void lease_end(struct sessions *sessions, struct lease *lease)
{
    unlink_lease(lease);
    sessions->leased--;
    lease->task->lease = NULL;
    free(lease);
}

void lease_move(struct lease *lease, struct session *to)
{
    unlink_lease(lease);
    lease->session = to;
    link_lease(lease);
}

static size_t lease_put_back(struct sessions *sessions, struct lease *lease, struct queue *queue)
{
    struct task *task = lease->task;
    bool finished = lease->finished != NULL;

    lease_end(sessions, lease);
    if (finished)
        queue_remove(queue, task);
    else
        queue_wait(queue, task);
    return finished ? 0 : 1;
}

size_t sessions_end(struct sessions *sessions, struct session *session, struct queue *queue)
{
    size_t count = 0;

    while (session->oldest != NULL)
        count += lease_put_back(sessions, session->oldest, queue);
    HASH_DEL(sessions->all, session);
    free(session->units);
    free(session);
    return count;
}

void sessions_free(struct sessions *sessions, struct queue *queue)
{
    struct session *session, *next;

    HASH_ITER(hh, sessions->all, session, next)
    {
        (void)sessions_end(sessions, session, queue);
    }
}

bool session_has_unit(const struct session *session, uint16_t unit)
{
    for (size_t i = 0; i < session->unit_count; i++)
        if (session->units[i] == unit)
            return true;
    return false;
}

void session_add_unit(struct session *session, uint16_t unit)
{
    if (session_has_unit(session, unit))
        return;
    session->units =
        mem_resize(session->units, (session->unit_count + 1) * sizeof(*session->units));
    session->units[session->unit_count++] = unit;
}

struct lease *lease_begin(struct sessions *sessions, struct session *session, struct queue *queue,
                          const struct lease_grant *grant)
{
    struct task *task = grant->task;
    struct lease *lease = mem_new(1, sizeof(*lease));

    assert(task->lease == NULL);
    if (task->place != 0)
        queue_take(queue, task);
    *lease = (struct lease){
        .task = task, .session = session, .epoch = grant->epoch, .granted_us = grant->now_us};
    link_lease(lease);
    sessions->leased++;
    task->lease = lease;
    return lease;
}
