/* SPDX-License-Identifier: Apache-2.0 */
#include "steps.h"

#include "clock.h"
#include "shown.h"

#include <inttypes.h>
#include <stdarg.h>

void steps_begin(struct steps *steps, const struct ctl *ctl, const char *title)
{
    ctl_say(ctl, "\n%s\n", title);
    *steps = (struct steps){ctl, clock_mono_us()};
}

void steps_say(const struct steps *steps, const char *name, const char *fmt, ...)
{
    char at[SHOWN_SIZE];
    va_list ap;

    ctl_say(steps->ctl, "  %s  %6" PRId64 " ms  %-10s ", shown_time_of_day(clock_now_us(), at),
            (clock_mono_us() - steps->began_us) / CLOCK_US_PER_MS, name);
    va_start(ap, fmt);
    vfprintf(steps->ctl->out, fmt, ap);
    va_end(ap);
    ctl_say(steps->ctl, "\n");
    fflush(steps->ctl->out);
}
