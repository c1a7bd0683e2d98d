/* SPDX-License-Identifier: Apache-2.0 */
#include "promise.h"

int promise_recount(const struct promise *promise, const struct worktime *calendar, int64_t *due_us,
                    struct err *e)
{
    int64_t counted;

    if (deadline_due(&promise->policy, calendar, promise->from_us, &counted, e) < 0)
        return -1;
    *due_us = counted > promise->due_us ? counted : promise->due_us;
    return 0;
}
