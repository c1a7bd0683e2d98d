/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "segments.h"

#include "vn_calendar.h"

#include "unit.h"

static struct segment segment(enum segment_kind kind, const char *since, const char *until)
{
    return (struct segment){.kind = kind,
                            .since_us = at(since),
                            .until_us = until != NULL ? at(until) : INT64_MIN,
                            .due_us = at("2026-10-07 17:00"),
                            .calendar = calendar};
}

static const int64_t hour_us = INT64_C(3600) * CLOCK_US_PER_S;

/* The first unit kept it too long, the second one answered late: each has its own part. */
static void charges_each_hop_its_own_time_after_the_due_time(void **state)
{
    struct segment s[] = {segment(SEGMENT_LEAD, "2026-10-05 09:00", "2026-10-08 09:30"),
                          segment(SEGMENT_LEAD, "2026-10-08 09:30", "2026-10-08 16:00")};

    (void)state;
    segments_count(s, COUNT(s), at("2026-10-07 17:00"), at("2026-10-20 09:00"));
    assert_int_equal(s[0].worked_us, hour_us * 49 / 2);
    assert_int_equal(s[0].late_us, hour_us * 2);
    assert_int_equal(s[1].worked_us, hour_us * 5);
    assert_int_equal(s[1].late_us, hour_us * 5);
}

static void charges_nobody_for_time_when_the_clock_stood(void **state)
{
    struct segment s[] = {segment(SEGMENT_LEAD, "2026-10-05 09:00", NULL),
                          segment(SEGMENT_INFO, "2026-10-05 10:00", "2026-10-06 10:00"),
                          segment(SEGMENT_SUSPEND, "2026-10-06 11:00", NULL)};

    (void)state;
    segments_count(s, COUNT(s), at("2026-10-07 17:00"), at("2026-10-20 09:00"));
    assert_int_equal(s[0].worked_us, hour_us * 2);
    assert_int_equal(s[0].late_us, 0);
}

/* Suspended a day after it was due: of three days after the due time one was nobody's. */
static void charges_the_lead_for_the_whole_without_pauses(void **state)
{
    struct segment s[] = {segment(SEGMENT_LEAD, "2026-10-05 09:00", "2026-10-08 11:30"),
                          segment(SEGMENT_LEAD, "2026-10-08 11:30", "2026-10-12 17:00"),
                          segment(SEGMENT_SUSPEND, "2026-10-08 17:00", "2026-10-09 17:00")};
    struct segment whole = segment(SEGMENT_LEAD, "2026-10-07 17:00", "2026-10-12 17:00");

    (void)state;
    segments_count(s, COUNT(s), whole.due_us, at("2026-10-20 09:00"));
    assert_int_equal(segments_lateness(s, COUNT(s), &whole), hour_us * 16);
    assert_int_equal(s[0].late_us + s[1].late_us, hour_us * 16);
    whole.until_us = whole.due_us - 1;
    assert_int_equal(segments_lateness(s, COUNT(s), &whole), 0);
}

static void tells_before_on_and_after(void **state)
{
    struct segment before = segment(SEGMENT_LEAD, "2026-10-05 09:00", "2026-10-06 09:00");
    struct segment on = segment(SEGMENT_LEAD, "2026-10-05 09:00", "2026-10-07 17:00");
    struct segment after = segment(SEGMENT_LEAD, "2026-10-05 09:00", NULL);

    (void)state;
    assert_string_equal(segment_verdict(&before, 0), "before");
    assert_string_equal(segment_verdict(&on, 0), "on");
    assert_string_equal(segment_verdict(&after, at("2026-10-07 17:01")), "after");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charges_each_hop_its_own_time_after_the_due_time),
        cmocka_unit_test(charges_nobody_for_time_when_the_clock_stood),
        cmocka_unit_test(charges_the_lead_for_the_whole_without_pauses),
        cmocka_unit_test(tells_before_on_and_after),
    };

    return cmocka_run_group_tests_name("segments", tests, open_calendar, close_calendar);
}
