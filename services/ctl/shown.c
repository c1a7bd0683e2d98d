/* SPDX-License-Identifier: Apache-2.0 */
#include "shown.h"

#include "clock.h"

#include <inttypes.h>
#include <stdio.h>

enum { DATE_TIME_LEN = 19, TIME_AT = 11 };
static const int64_t second = CLOCK_US_PER_S, minute = 60 * second, hour = 60 * minute,
                     day = 24 * hour;

static int milliseconds(int64_t us)
{
    int64_t part = us % second;

    return (int)((part < 0 ? part + second : part) / CLOCK_US_PER_MS);
}

const char *shown_moment(int64_t us, char out[SHOWN_SIZE])
{
    char text[CLOCK_TEXT_SIZE];

    clock_text_local(us, text);
    snprintf(out, SHOWN_SIZE, "%.*s.%03d%s", DATE_TIME_LEN, text, milliseconds(us),
             text + DATE_TIME_LEN);
    return out;
}

const char *shown_time_of_day(int64_t us, char out[SHOWN_SIZE])
{
    char text[CLOCK_TEXT_SIZE];

    clock_text_local(us, text);
    snprintf(out, SHOWN_SIZE, "%.*s.%03d", DATE_TIME_LEN - TIME_AT, text + TIME_AT,
             milliseconds(us));
    return out;
}

const char *shown_span(int64_t us, char out[SHOWN_SIZE])
{
    int64_t span = us < 0 ? -us : us;

    if (span < second)
        snprintf(out, SHOWN_SIZE, "%" PRId64 " ms", span / CLOCK_US_PER_MS);
    else if (span < minute)
        snprintf(out, SHOWN_SIZE, "%" PRId64 ".%" PRId64 " s", span / second,
                 span % second / (second / 10));
    else if (span < hour)
        snprintf(out, SHOWN_SIZE, "%" PRId64 " min %02" PRId64 " s", span / minute,
                 span % minute / second);
    else if (span < day)
        snprintf(out, SHOWN_SIZE, "%" PRId64 " h %02" PRId64 " min", span / hour,
                 span % hour / minute);
    else
        snprintf(out, SHOWN_SIZE, "%" PRId64 " d %" PRId64 " h", span / day, span % day / hour);
    return out;
}
