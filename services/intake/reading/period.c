/* SPDX-License-Identifier: Apache-2.0 */
#include "period.h"

#include "clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { DAY_S = 86400, MONTHS = 12 };

/* Any month number: 13 is January of the next year. */
static int32_t day_of(int year, int month, int day)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};

    return (int32_t)(timegm(&tm) / DAY_S);
}

static void split(int32_t day, int *year, int *month, int *in_month)
{
    time_t s = (time_t)day * DAY_S;
    struct tm tm;

    gmtime_r(&s, &tm);
    *year = tm.tm_year + 1900;
    *month = tm.tm_mon + 1;
    *in_month = tm.tm_mday;
}

/* A month may be shorter than month_end: then its last day ends it. */
static int32_t last_day(int year, int month, int month_end)
{
    int32_t last = day_of(year, month + 1, 1) - 1;
    int32_t asked = day_of(year, month, month_end);

    return month_end > 0 && asked < last ? asked : last;
}

static void fill(int year, int month, int month_end, struct period *out)
{
    out->from = last_day(year, month - 1, month_end) + 1;
    out->to = last_day(year, month, month_end);
}

/* Exactly digits of them. */
static bool read_digits(const char *text, size_t digits, int *out)
{
    int n = 0;

    for (size_t i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        n = n * 10 + text[i] - '0';
    }
    *out = n;
    return true;
}

static bool read_month(const char *text, int *year, int *month)
{
    return strlen(text) >= 7 && read_digits(text, 4, year) && text[4] == '-' &&
           read_digits(text + 5, 2, month) && *year >= 1970 && *month >= 1 && *month <= MONTHS;
}

bool period_month(const char *text, int month_end, struct period *out)
{
    int year, month;

    if (strlen(text) != 7 || !read_month(text, &year, &month))
        return false;
    fill(year, month, month_end, out);
    return true;
}

void period_month_of(int32_t day, int month_end, struct period *out)
{
    int year, month, in_month;

    split(day, &year, &month, &in_month);
    if (day > last_day(year, month, month_end))
        month++;
    if (month > MONTHS) {
        month = 1;
        year++;
    }
    fill(year, month, month_end, out);
}

bool period_day(const char *text, int32_t *out)
{
    int year, month, day;

    if (strlen(text) != 10 || !read_month(text, &year, &month) || text[7] != '-' ||
        !read_digits(text + 8, 2, &day) || day < 1 || day > 31)
        return false;
    int32_t found = day_of(year, month, day);
    if (found > last_day(year, month, 0))
        return false;
    *out = found;
    return true;
}

const char *period_day_text(int32_t day, char out[PERIOD_TEXT_SIZE])
{
    int year, month, in_month;

    split(day, &year, &month, &in_month);
    (void)snprintf(out, PERIOD_TEXT_SIZE, "%04d-%02u-%02u", year % 10000, (unsigned)month % 100,
                   (unsigned)in_month % 100);
    return out;
}

int64_t period_end_us(int32_t day)
{
    int year, month, in_month;

    split(day + 1, &year, &month, &in_month);
    struct tm tm = {
        .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = in_month, .tm_isdst = -1};
    return (int64_t)mktime(&tm) * CLOCK_US_PER_S;
}
