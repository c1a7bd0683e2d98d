/* SPDX-License-Identifier: Apache-2.0 */
/* period - the days that a statistic is about. */
#ifndef PERIOD_H
#define PERIOD_H

#include "base.h"

/* Days since 1970-01-01, both inclusive, in the city's calendar. */
struct period {
    int32_t from, to;
};

/* "2026-10": the month that ends with the day month_end of it (0: with its last). False when it is
 * no month from 1970 to 9999. */
bool period_month(const char *text, int month_end, struct period *out);
/* The month that holds that day, likewise. */
void period_month_of(int32_t day, int month_end, struct period *out);
/* "2026-10-25" */
bool period_day(const char *text, int32_t *out);

enum { PERIOD_TEXT_SIZE = 16 };
const char *period_day_text(int32_t day, char out[PERIOD_TEXT_SIZE]);
/* The moment with which a day ends: the first of the next. */
int64_t period_end_us(int32_t day);

#endif
