/* SPDX-License-Identifier: Apache-2.0 */
/* clock - wall and monotonic time, and instants as ISO 8601 text. */
#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { S_PER_MIN = 60, MIN_PER_HOUR = 60 };

static int64_t fake_us; /* 0: the real time */

static int64_t read_us(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t); /* cannot fail for the two clocks used here */
    return (int64_t)t.tv_sec * CLOCK_US_PER_S + t.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return fake_us != 0 ? fake_us : read_us(CLOCK_REALTIME);
}

int64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void clock_fake(int64_t us)
{
    fake_us = us;
}

/* The second that us lies in, also before 1970; the rest goes to *rest_us. */
static time_t second_of(int64_t us, int *rest_us)
{
    int64_t s = us / CLOCK_US_PER_S;
    int rest = (int)(us % CLOCK_US_PER_S);

    *rest_us = rest < 0 ? rest + CLOCK_US_PER_S : rest;
    return rest < 0 ? s - 1 : s;
}

/* Writes "2026-11-23T09:00:00" and returns its length. */
static size_t put_time(const struct tm *tm, char out[CLOCK_TEXT_SIZE])
{
    int n = snprintf(out, CLOCK_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", tm->tm_year + 1900,
                     tm->tm_mon + 1, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec);

    return (size_t)n; /* 22 at most: microseconds in an int64_t reach six-digit years */
}

const char *clock_text_utc(int64_t us, char out[CLOCK_TEXT_SIZE])
{
    struct tm tm;
    int rest_us;
    time_t s = second_of(us, &rest_us);

    gmtime_r(&s, &tm);
    size_t n = put_time(&tm, out);
    if (rest_us != 0)
        snprintf(out + n, CLOCK_TEXT_SIZE - n, ".%06dZ", rest_us);
    else
        snprintf(out + n, CLOCK_TEXT_SIZE - n, "Z");
    return out;
}

const char *clock_text_local(int64_t us, char out[CLOCK_TEXT_SIZE])
{
    struct tm tm;
    int rest_us;
    time_t s = second_of(us, &rest_us);

    localtime_r(&s, &tm);
    size_t n = put_time(&tm, out);
    int minutes = abs((int)tm.tm_gmtoff) / S_PER_MIN;
    snprintf(out + n, CLOCK_TEXT_SIZE - n, "%c%02d:%02d", tm.tm_gmtoff < 0 ? '-' : '+',
             minutes / MIN_PER_HOUR, minutes % MIN_PER_HOUR);
    return out;
}
