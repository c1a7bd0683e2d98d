/* SPDX-License-Identifier: Apache-2.0 */
/* vn_calendar - the calendar of vn_2026.h, open for the tests of a group, and moments as people
 * write them. */
#ifndef VN_CALENDAR_H
#define VN_CALENDAR_H

#include "clock.h"
#include "vn_2026.h"

#include <stdlib.h>
#include <time.h>

#include "unit.h"

static struct worktime *calendar;

static inline int open_calendar(void **state)
{
    struct err e;

    (void)state;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    return worktime_open(&calendar, &vn_rules, &e);
}

static inline int close_calendar(void **state)
{
    (void)state;
    worktime_close(&calendar);
    return 0;
}

/* "2026-11-26 09:00" in Ho Chi Minh City, in microseconds since 1970. */
static inline int64_t at(const char *local)
{
    struct tm tm = {.tm_isdst = -1};

    assert_non_null(strptime(local, "%Y-%m-%d %H:%M", &tm));
    return (int64_t)mktime(&tm) * CLOCK_US_PER_S;
}

#endif
