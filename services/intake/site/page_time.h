/* SPDX-License-Identifier: Apache-2.0 */
/* page_time - moments and spans as people read them. */
#ifndef PAGE_TIME_H
#define PAGE_TIME_H

#include "deadline.h"
#include "page_set.h"
#include "strbuf.h"

/* Appends "16:00, thứ Tư 25/11/2026" in the process's time zone. */
void page_time_moment(const struct page_set *set, enum language language, int64_t us,
                      struct strbuf *out);

/* The time between two moments as a service's promise counts it. */
struct page_span {
    bool is_working; /* else it passes round the clock */
    int64_t minutes; /* of working time, or of all */
    int days;        /* how many days lie between the two: working ones, or all */
};
struct page_span page_time_between(const struct worktime *calendar, enum worktime_kind kind,
                                   int64_t from_us, int64_t to_us);

/* Appends its two greatest parts: "3 ngày làm việc", "5 giờ 10 phút", "1 day 2 hours". */
void page_time_span(const struct page_set *set, enum language language,
                    const struct page_span *span, struct strbuf *out);

#endif
