/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_fixture - what is expected of verbs, and who says them. */
#ifndef VERBS_FIXTURE_H
#define VERBS_FIXTURE_H

#include "tracker_fixture.h"

static const int64_t day_us = INT64_C(86400) * 1000000;

#define GOOD(call) good(f, call, __LINE__)
static inline void good(const struct fixture *f, int rc, int line)
{
    if (rc < 0)
        fail_msg("line %d: %s", line, f->e.text);
}

#define REFUSED(call, words) refused(f, call, words, __LINE__)
static inline void refused(const struct fixture *f, int rc, const char *words, int line)
{
    if (rc == 0)
        fail_msg("line %d: was not refused", line);
    if (strstr(f->e.text, words) == NULL)
        fail_msg("line %d: \"%s\" instead of \"%s\"", line, f->e.text, words);
}

static inline void expect_state(const struct fixture *f, enum case_state state)
{
    assert_string_equal(state_name(the_case(f)->state), state_name(state));
}

static inline int count_events(const struct fixture *f, const char *type)
{
    int count = 0;

    for (size_t i = 0; i < f->set.event_count; i++)
        count += strcmp(f->set.events[i].type, type) == 0;
    return count;
}

/* The detail of the last event of a type. */
static inline const char *told(const struct fixture *f, const char *type)
{
    for (size_t i = f->set.event_count; i-- > 0;)
        if (strcmp(f->set.events[i].type, type) == 0)
            return f->set.events[i].detail.data;
    fail_msg("nothing was told of %s", type);
    return NULL;
}

static inline int64_t counted(const struct fixture *f, const char *measure)
{
    int64_t value = 0;

    for (const struct measure_row *m = f->set.measures; m != NULL; m = m->hh.next)
        value += strcmp(m->measure, measure) == 0 ? m->value : 0;
    return value;
}

static const char words[] = "{\"text\":\"Đã xem\"}";
static const char answer[] = "{\"result\":\"solved\",\"text\":\"Đã nhắc nhở\"}";
static const char other_answer[] = "{\"result\":\"solved\",\"text\":\"Đã xử phạt\"}";
static const char checked[] = "{\"answer\":\"Đã nhắc nhở\",\"description\":\"Karaoke\"}";
static const char officer[] = "officer:lan@W1", head[] = "head:minh@W1", desk[] = "coordinator:hoa";
static const char citizen[] = "citizen:-";

static inline void begin(struct fixture *f)
{
    GOOD(record(f, ""));
    GOOD(say_as(f, officer, "accept", ""));
    expect_state(f, STATE_IN_PROGRESS);
}

#endif
