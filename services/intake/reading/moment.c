/* SPDX-License-Identifier: Apache-2.0 */
#include "moment.h"

#include "clock.h"

#include <string.h>
#include <time.h>

enum { US_DIGITS = 6, MINUTES_PER_HOUR = 60, SECONDS_PER_MINUTE = 60, DAY_S = 86400 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes exactly digits of them from *at; sets *n only on success. */
static bool take(const char **at, int digits, int *n)
{
    int value = 0;

    for (int i = 0; i < digits; i++) {
        if (!is_digit((*at)[i]))
            return false;
        value = value * 10 + (*at)[i] - '0';
    }
    *at += digits;
    *n = value;
    return true;
}

static bool take_char(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static bool take_day(const char **at, struct tm *tm)
{
    int year, month, day;

    if (!take(at, 4, &year) || !take_char(at, '-') || !take(at, 2, &month) || !take_char(at, '-') ||
        !take(at, 2, &day))
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > clock_month_days(year, month))
        return false;
    *tm = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_isdst = -1};
    return true;
}

/* ".5": any number of digits, of which six count. */
static bool take_fraction(const char **at, int64_t *us)
{
    int64_t unit = CLOCK_US_PER_S;

    if (!take_char(at, '.'))
        return true;
    if (!is_digit(**at))
        return false;
    for (; is_digit(**at); (*at)++) {
        unit /= 10;
        *us += (**at - '0') * unit;
    }
    return true;
}

static bool take_time(const char **at, struct tm *tm, int64_t *us)
{
    if (!take(at, 2, &tm->tm_hour) || !take_char(at, ':') || !take(at, 2, &tm->tm_min))
        return false;
    if (take_char(at, ':') && (!take(at, 2, &tm->tm_sec) || !take_fraction(at, us)))
        return false;
    return tm->tm_hour <= 23 && tm->tm_min <= 59 && tm->tm_sec <= 59;
}

/* "Z", "+07:00" or nothing, and then the end. */
static bool take_zone(const char **at, bool *is_local, int *offset_s)
{
    int hours = 0, minutes = 0;
    char sign = **at;

    *is_local = sign == '\0';
    if (*is_local)
        return true;
    (*at)++;
    if (sign == 'Z' || sign == 'z')
        return **at == '\0';
    if ((sign != '+' && sign != ' ' && sign != '-') || !take(at, 2, &hours))
        return false;
    (void)take_char(at, ':');
    if (!take(at, 2, &minutes) || **at != '\0' || hours > 23 || minutes > 59)
        return false;
    *offset_s = (hours * MINUTES_PER_HOUR + minutes) * SECONDS_PER_MINUTE;
    if (sign == '-')
        *offset_s = -*offset_s;
    return true;
}

bool moment_read(const char *text, bool is_end, int64_t *us)
{
    const char *at = text;
    struct tm tm;
    int64_t rest_us = 0;
    bool is_local = true;
    int offset_s = 0;

    if (!take_day(&at, &tm))
        return false;
    bool whole_day = *at == '\0';
    if (!whole_day && ((!take_char(&at, 'T') && !take_char(&at, 't')) ||
                       !take_time(&at, &tm, &rest_us) || !take_zone(&at, &is_local, &offset_s)))
        return false;
    int64_t second = is_local ? (int64_t)mktime(&tm) : (int64_t)timegm(&tm) - offset_s;
    *us = second * CLOCK_US_PER_S + rest_us;
    if (whole_day && is_end)
        *us += DAY_S * (int64_t)CLOCK_US_PER_S - 1;
    return true;
}
