/* SPDX-License-Identifier: Apache-2.0 */
/* segments - whose time was whose: each hop of a case from unit to unit, and the times when its
 * clock stood, so that lateness can be charged to the lead and to the hop that caused it. */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include "worktime.h"

enum segment_kind {
    SEGMENT_LEAD,    /* a unit has the case */
    SEGMENT_PART,    /* or takes part */
    SEGMENT_INFO,    /* the citizen is asked */
    SEGMENT_SUSPEND, /* the case is suspended */
};

struct segment {
    enum segment_kind kind;
    int64_t since_us, until_us;      /* until INT64_MIN: not over yet */
    int64_t due_us;                  /* of a unit's */
    const struct worktime *calendar; /* of the unit; NULL: nothing counts as worked */
    /* Found by segments_count: */
    int64_t worked_us; /* of that calendar, without the times when the clock stood */
    int64_t late_us;   /* of it, what lies after the case's due time */
};

/* The case was due at due_us; what is not over lasts until now_us. */
void segments_count(struct segment *segments, size_t count, int64_t due_us, int64_t now_us);

/* Working time of a case as a whole after its due time, without the times when the clock stood, by
 * the calendar of the unit that leads; whole is over. */
int64_t segments_lateness(const struct segment *segments, size_t count,
                          const struct segment *whole);

/* Whether a unit's segment ended "before" its due time, "on" its last day, or "after" it. */
const char *segment_verdict(const struct segment *segment, int64_t now_us);

#endif
