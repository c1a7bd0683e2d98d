/* SPDX-License-Identifier: Apache-2.0 */
/* vn_2026 - the office hours of Ho Chi Minh City and the days of 2026 that
 * differ, as announced: the calendar of tests and benches. */
#ifndef VN_2026_H
#define VN_2026_H

#include "worktime.h"

enum { VN_OPENS_S = 27000, VN_LUNCH_S = 41400, VN_BACK_S = 46800, VN_CLOSES_S = 61200 };

#define VN_WEEKDAY(d)                                                                              \
    {(d), VN_OPENS_S, VN_LUNCH_S},                                                                 \
    {                                                                                              \
        (d), VN_BACK_S, VN_CLOSES_S                                                                \
    }
static const struct worktime_hours vn_hours[] = {VN_WEEKDAY(1), VN_WEEKDAY(2), VN_WEEKDAY(3),
                                                 VN_WEEKDAY(4), VN_WEEKDAY(5)};
#undef VN_WEEKDAY

static const struct worktime_day vn_days[] = {
    {2026, 1, 1, false, 0},   /* New Year */
    {2026, 1, 2, false, 0},   /* for Saturday 10 January */
    {2026, 1, 10, true, 1},   /* worked Saturday */
    {2026, 2, 16, false, 0},  /* Tet, to 20 February */
    {2026, 2, 17, false, 0},  /* . */
    {2026, 2, 18, false, 0},  /* . */
    {2026, 2, 19, false, 0},  /* . */
    {2026, 2, 20, false, 0},  /* . */
    {2026, 4, 27, false, 0},  /* Hung Kings, on Sunday 26 April */
    {2026, 4, 30, false, 0},  /* Reunification */
    {2026, 5, 1, false, 0},   /* Labour Day */
    {2026, 8, 22, true, 1},   /* worked Saturday */
    {2026, 8, 31, false, 0},  /* for Saturday 22 August */
    {2026, 9, 1, false, 0},   /* National Day */
    {2026, 9, 2, false, 0},   /* . */
    {2026, 11, 24, false, 0}, /* Culture Day */
};

static const struct worktime_rules vn_rules = {
    .hours = vn_hours,
    .hour_count = COUNT(vn_hours),
    .days = vn_days,
    .day_count = COUNT(vn_days),
    .first_year = 2025,
    .last_year = 2037,
};

/* Who works round the clock, every day: days end at 24:00, the next day's first moment. */
enum { ALWAYS_CLOSES_S = 86400 };
static const struct worktime_hours always_hours[] = {
    {1, 0, ALWAYS_CLOSES_S}, {2, 0, ALWAYS_CLOSES_S}, {3, 0, ALWAYS_CLOSES_S},
    {4, 0, ALWAYS_CLOSES_S}, {5, 0, ALWAYS_CLOSES_S}, {6, 0, ALWAYS_CLOSES_S},
    {7, 0, ALWAYS_CLOSES_S},
};

static const struct worktime_rules always_rules = {
    .hours = always_hours,
    .hour_count = COUNT(always_hours),
    .first_year = 2025,
    .last_year = 2037,
};

#endif
