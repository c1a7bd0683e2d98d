/* SPDX-License-Identifier: Apache-2.0 */
/* timetable - the next moments, in their order, and the tasks that must not be asked for now.
 *
 * Each reading of the table tasks replaces the list, so the list cannot go
 * stale; what is under way or was refused is remembered beside it and left out
 * of the list. Pure: reads no clock. */
#ifndef TIMETABLE_H
#define TIMETABLE_H

#include "ids.h"

struct moment {
    struct uuid case_id;
    int64_t task;  /* number within the case */
    int64_t at_us; /* of its next flag, since 1970 */
};

struct timetable;

struct timetable *timetable_new(size_t most);
void timetable_free(struct timetable **t);

/* A reading is sent: from here on it may show what was let go before, and what was held no longer
 * than until now. What is let go later may have been read before its flag was raised. */
void timetable_ask(struct timetable *t, int64_t now_mono_us);
/* Its answer is there: the list is empty. */
void timetable_begin(struct timetable *t);
/* In the order of at_us. Left out when the task is under way or held, or the list is full. */
void timetable_add(struct timetable *t, const struct moment *m);

/* Takes the first moment if it is not after now; from then on its task is under way. */
bool timetable_take(struct timetable *t, int64_t now_us, struct moment *out);
int64_t timetable_first_us(const struct timetable *t); /* INT64_MAX: the list is empty */

/* The task is let go: the next reading may list it again. */
void timetable_release(struct timetable *t, const struct moment *m);
/* Likewise, but not before that time. */
void timetable_hold(struct timetable *t, const struct moment *m, int64_t until_mono_us);

size_t timetable_left_out(
    const struct timetable *t); /* tasks under way, held, or let go since timetable_ask */

#endif
