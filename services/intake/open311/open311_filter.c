/* SPDX-License-Identifier: Apache-2.0 */
#include "open311_filter.h"

#include "clock.h"

static const int64_t span_us = OPEN311_SPAN_DAYS * INT64_C(86400) * CLOCK_US_PER_S;
enum { RADIUS_M = 1000 };

static void take_last_days(int64_t now_us, struct listing_filter *f)
{
    f->from = now_us - span_us;
    f->rolling = true;
}

/* What is missing of start_date and end_date lies 90 days from the other, and not in the future;
 * without both, the last 90 days count. */
static void read_dates(const struct query *q, int64_t now_us, struct listing_filter *f)
{
    bool has_start = query_moment(q, "start_date", false, &f->from);
    bool has_end = query_moment(q, "end_date", true, &f->to);

    if (has_start && has_end && !query_spans(q, "start_date", "end_date", OPEN311_SPAN_DAYS))
        faults_add_span(q->faults, "end_date", OPEN311_SPAN_DAYS);
    else if (has_start && !has_end)
        f->to = f->from + span_us;
    else if (has_end && !has_start)
        f->from = f->to - span_us;
    else if (!has_start && f->updated_from == INT64_MIN && f->updated_to == INT64_MAX)
        take_last_days(now_us, f);
}

static void read_page(const struct query *q, struct listing_filter *f, int64_t *page)
{
    int64_t size = OPEN311_PAGE;

    (void)query_int(q, "page_size", 1, LISTING_PAGE_MAX, &size);
    /* Before pages are counted: they join at the size that is given. */
    if (query_is_true(q, "extensions") && size > OPEN311_EXTENDED_PAGE)
        size = OPEN311_EXTENDED_PAGE;
    f->limit = (size_t)size;
    *page = 1;
    (void)query_int(q, "page", 1, OPEN311_REACH / size, page);
    f->has_cursor = query_cursor(q, "cursor", &f->cursor);
    f->skip = f->has_cursor ? 0 : (size_t)((*page - 1) * size);
}

void open311_filter_read(const struct query *q, int64_t now_us, struct listing_filter *f,
                         int64_t *page)
{
    listing_filter_init(f, OPEN311_PAGE);
    read_page(q, f, page);
    if (query_references(q, "service_request_id", &f->references))
        return;
    (void)query_codes(q, "service_code", &f->services);
    (void)query_status(q, "status", &f->status);
    (void)query_moment(q, "updated_after", false, &f->updated_from);
    (void)query_moment(q, "updated_before", true, &f->updated_to);
    (void)query_words(q, "q", &f->text);
    read_dates(q, now_us, f);
    query_circle(q, "long", RADIUS_M, f);
}
