/* SPDX-License-Identifier: Apache-2.0 */
#include "timetable.h"

#include "mem.h"
#include "table.h"

#include <stdlib.h>

/* Hashed as bytes: both parts fill it without padding. */
struct task_key {
    struct uuid case_id;
    int64_t task;
};

struct absent {
    struct task_key key;
    int64_t until_mono_us; /* INT64_MAX: under way; 0: let go */
    UT_hash_handle hh;
};

struct timetable {
    struct moment *list;
    size_t first, end, most;
    struct absent *absent;
};

struct timetable *timetable_new(size_t most)
{
    struct timetable *t = mem_new(1, sizeof(*t));

    t->list = mem_new(most, sizeof(*t->list));
    t->most = most;
    return t;
}

static void forget(struct timetable *t, struct absent *a)
{
    HASH_DEL(t->absent, a);
    free(a);
}

void timetable_free(struct timetable **t)
{
    struct absent *a, *next;

    if (*t == NULL)
        return;
    HASH_ITER(hh, (*t)->absent, a, next)
    {
        forget(*t, a);
    }
    free((*t)->list);
    free(*t);
    *t = NULL;
}

static struct absent *find(const struct timetable *t, const struct moment *m)
{
    const struct task_key key = {m->case_id, m->task};
    struct absent *a;

    HASH_FIND(hh, t->absent, &key, sizeof(key), a);
    return a;
}

void timetable_ask(struct timetable *t, int64_t now_mono_us)
{
    struct absent *a, *next;

    HASH_ITER(hh, t->absent, a, next)
    {
        if (a->until_mono_us <= now_mono_us)
            forget(t, a);
    }
}

void timetable_begin(struct timetable *t)
{
    t->first = t->end = 0;
}

void timetable_add(struct timetable *t, const struct moment *m)
{
    if (t->end < t->most && find(t, m) == NULL)
        t->list[t->end++] = *m;
}

bool timetable_take(struct timetable *t, int64_t now_us, struct moment *out)
{
    if (timetable_first_us(t) > now_us || t->first == t->end)
        return false;
    struct absent *a = mem_new(1, sizeof(*a));
    *out = t->list[t->first++];
    a->key = (struct task_key){out->case_id, out->task};
    a->until_mono_us = INT64_MAX;
    HASH_ADD(hh, t->absent, key, sizeof(a->key), a);
    return true;
}

int64_t timetable_first_us(const struct timetable *t)
{
    return t->first < t->end ? t->list[t->first].at_us : INT64_MAX;
}

void timetable_release(struct timetable *t, const struct moment *m)
{
    timetable_hold(t, m, 0);
}

void timetable_hold(struct timetable *t, const struct moment *m, int64_t until_mono_us)
{
    struct absent *a = find(t, m);

    if (a != NULL)
        a->until_mono_us = until_mono_us;
}

size_t timetable_left_out(const struct timetable *t)
{
    return HASH_COUNT(t->absent);
}
