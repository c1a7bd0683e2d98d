/* SPDX-License-Identifier: Apache-2.0 */
#include "segments.h"

#include "catalogue.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t end_of(const struct segment *s, int64_t now_us)
{
    return s->until_us != INT64_MIN ? s->until_us : now_us;
}

static bool stands(const struct segment *s)
{
    return s->kind == SEGMENT_INFO || s->kind == SEGMENT_SUSPEND;
}

/* Working time of a segment from from_us on, without what falls into the pauses among all. Pauses
 * do not overlap each other. */
static int64_t worked(const struct segment *s, int64_t from_us, const struct segment *all,
                      size_t count, int64_t now_us)
{
    int64_t since = later(s->since_us, from_us), until = end_of(s, now_us), us;

    if (s->calendar == NULL || until <= since)
        return 0;
    us = worktime_between(s->calendar, since, until);
    for (size_t i = 0; i < count; i++) {
        int64_t begin = later(all[i].since_us, since), end = end_of(&all[i], now_us);
        end = end < until ? end : until;
        if (stands(&all[i]) && begin < end)
            us -= worktime_between(s->calendar, begin, end);
    }
    return us;
}

void segments_count(struct segment *segments, size_t count, int64_t due_us, int64_t now_us)
{
    for (size_t i = 0; i < count; i++) {
        struct segment *s = &segments[i];
        if (stands(s))
            continue;
        s->worked_us = worked(s, INT64_MIN, segments, count, now_us);
        s->late_us = worked(s, due_us, segments, count, now_us);
    }
}

int64_t segments_lateness(const struct segment *segments, size_t count, const struct segment *whole)
{
    return worked(whole, whole->due_us, segments, count, whole->until_us);
}

const char *segment_verdict(const struct segment *s, int64_t now_us)
{
    int64_t end = end_of(s, now_us);

    if (end > s->due_us)
        return "after";
    return catalogue_day(end) == catalogue_day(s->due_us) ? "on" : "before";
}
