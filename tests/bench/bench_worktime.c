/* SPDX-License-Identifier: Apache-2.0 */
/* bench_worktime - how long adding an hour, ten years of hours and ten years of
 * days takes on the city's calendar. */
#include "chance.h"
#include "clock.h"
#include "vn_2026.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 4000000, STARTS = 4096, HOUR_S = 3600, TEN_YEARS_DAYS = 2500, OPEN_S = 8 * HOUR_S };
#define YEAR_2026_US 1767225600000000
#define YEAR_US (365 * (int64_t)86400 * CLOCK_US_PER_S)

static int64_t starts[STARTS];

/* Nanoseconds an addition; negative when one fails. */
static double measure(const struct worktime *w, enum worktime_kind kind, int64_t amount)
{
    int64_t due_us = 0, began_us = clock_mono_us();
    struct err e;

    for (int i = 0; i < ROUNDS; i++)
        if (worktime_add(w, kind, starts[i % STARTS], amount, &due_us, &e) < 0)
            return -1;
    return (double)(clock_mono_us() - began_us) * 1000 / ROUNDS;
}

int main(void)
{
    AUTO(worktime_close) struct worktime *w = NULL;
    struct chance chance = {1};
    struct err e;

    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    for (size_t i = 0; i < STARTS; i++)
        starts[i] = YEAR_2026_US + chance_between(&chance, 0, YEAR_US);
    int64_t began_us = clock_mono_us();
    if (worktime_open(&w, &vn_rules, &e) < 0) {
        fprintf(stderr, "bench_worktime: %s\n", e.text);
        return 1;
    }
    int64_t open_us = clock_mono_us() - began_us;
    double hour = measure(w, WORKTIME_WORKING_HOURS, HOUR_S);
    double years = measure(w, WORKTIME_WORKING_HOURS, (int64_t)TEN_YEARS_DAYS * OPEN_S);
    double days = measure(w, WORKTIME_WORKING_DAYS, TEN_YEARS_DAYS);
    printf(
        "{\"bench\":\"worktime\",\"add_1h_ns\":%.1f,\"add_10y_ns\":%.1f,"
        "\"add_10y_days_ns\":%.1f,\"open_us\":%lld}\n",
        hour, years, days, (long long)open_us);
    return 0;
}
