/* SPDX-License-Identifier: Apache-2.0 */
#include "quiet.h"

#include "clock.h"

#include <string.h>
#include <time.h>

enum { TEXT_LENGTH = 11, TO_AT = 6 };

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : 100;
}

/* "HH:MM" as minutes, or more than a day's. */
static int minutes_of(const char *text)
{
    int hour = digit(text[0]) * 10 + digit(text[1]), minute = digit(text[3]) * 10 + digit(text[4]);

    return text[2] == ':' && hour < 24 && minute < 60 ? hour * 60 + minute : QUIET_DAY_MINUTES;
}

int quiet_read(const char *text, const char *what, struct quiet *out, struct err *e)
{
    if (*text == '\0') {
        *out = (struct quiet){QUIET_NONE, QUIET_NONE};
        return 0;
    }
    if (strlen(text) == TEXT_LENGTH && text[TO_AT - 1] == '-') {
        struct quiet q = {minutes_of(text), minutes_of(text + TO_AT)};
        if (q.from < QUIET_DAY_MINUTES && q.to < QUIET_DAY_MINUTES && q.from != q.to) {
            *out = q;
            return 0;
        }
    }
    return err_set(e, ERR_INPUT, "%s = \"%s\" is not two different times as HH:MM-HH:MM", what,
                   text);
}

int64_t quiet_end(const struct quiet *quiet, int64_t us)
{
    time_t s = us / CLOCK_US_PER_S;
    struct tm t;

    if (quiet->from == QUIET_NONE || quiet->from == quiet->to)
        return us;
    localtime_r(&s, &t);
    int minute = t.tm_hour * 60 + t.tm_min;
    bool over_midnight = quiet->to < quiet->from;
    bool is_quiet = over_midnight ? minute >= quiet->from || minute < quiet->to
                                  : minute >= quiet->from && minute < quiet->to;
    if (!is_quiet)
        return us;
    if (over_midnight && minute >= quiet->from)
        t.tm_mday++;
    t.tm_hour = quiet->to / 60;
    t.tm_min = quiet->to % 60;
    t.tm_sec = 0;
    t.tm_isdst = -1;
    return (int64_t)mktime(&t) * CLOCK_US_PER_S;
}
