/* SPDX-License-Identifier: Apache-2.0 */
/* clock - wall and monotonic time, and instants as ISO 8601 text. */
#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Printing takes ten times as long, and a list writes hundreds of times. */
static char *put_digits(char *at, int n, int digits)
{
    for (int i = digits; i-- > 0; n /= 10)
        at[i] = (char)('0' + n % 10);
    return at + digits;
}

static char *put_year(char *at, int year)
{
    if (year >= 0 && year <= 9999)
        return put_digits(at, year, 4);
    return at +
           snprintf(at, CLOCK_TEXT_SIZE, "%04d", year); /* microseconds in an int64_t: six digits */
}

static char *put_part(char *at, char before, int n)
{
    *at = before;
    return put_digits(at + 1, n, 2);
}

/* Writes "2026-11-23T09:00:00" and returns its end. */
static char *put_time(const struct tm *tm, char *at)
{
    at = put_year(at, tm->tm_year + 1900);
    at = put_part(at, '-', tm->tm_mon + 1);
    at = put_part(at, '-', tm->tm_mday);
    at = put_part(at, 'T', tm->tm_hour);
    at = put_part(at, ':', tm->tm_min);
    return put_part(at, ':', tm->tm_sec);
}

const char *clock_text_utc(int64_t us, char out[CLOCK_TEXT_SIZE])
{
    struct tm tm;
    int rest_us;
    time_t s = second_of(us, &rest_us);

    gmtime_r(&s, &tm);
    char *end = put_time(&tm, out);
    if (rest_us != 0) {
        *end = '.';
        end = put_digits(end + 1, rest_us, 6);
    }
    memcpy(end, "Z", sizeof("Z"));
    return out;
}

const char *clock_text_local(int64_t us, char out[CLOCK_TEXT_SIZE])
{
    struct tm tm;
    int rest_us;
    time_t s = second_of(us, &rest_us);

    localtime_r(&s, &tm);
    char *end = put_time(&tm, out);
    int minutes = abs((int)tm.tm_gmtoff) / S_PER_MIN;
    end = put_part(end, tm.tm_gmtoff < 0 ? '-' : '+', minutes / MIN_PER_HOUR);
    *put_part(end, ':', minutes % MIN_PER_HOUR) = '\0';
    return out;
}

int clock_month_days(int64_t year, int64_t month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}
