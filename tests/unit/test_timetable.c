/* SPDX-License-Identifier: Apache-2.0 */
/* links: sentinel */
#include "timetable.h"

#include "unit.h"

static struct moment moment(uint8_t id, int64_t task, int64_t at_us)
{
    return (struct moment){{{id}}, task, at_us};
}

static void add(struct timetable *t, uint8_t id, int64_t task, int64_t at_us)
{
    const struct moment m = moment(id, task, at_us);

    timetable_add(t, &m);
}

/* A reading that finds one task, whose moment is 100. */
static void read_one(struct timetable *t)
{
    timetable_begin(t);
    add(t, 1, 1, 100);
}

static void gives_each_moment_when_it_has_come(void **state)
{
    AUTO(timetable_free) struct timetable *t = timetable_new(10);
    struct moment m;

    (void)state;
    assert_true(timetable_first_us(t) == INT64_MAX);
    assert_false(timetable_take(t, INT64_MAX, &m));
    read_one(t);
    add(t, 2, 1, 200);
    assert_int_equal(timetable_first_us(t), 100);
    assert_false(timetable_take(t, 99, &m));
    assert_true(timetable_take(t, 100, &m));
    assert_int_equal(m.case_id.bytes[0], 1);
    assert_false(timetable_take(t, 199, &m));
    assert_true(timetable_take(t, 1000, &m));
    assert_int_equal(m.case_id.bytes[0], 2);
    assert_false(timetable_take(t, 1000, &m));
}

static void lists_no_task_that_is_under_way(void **state)
{
    AUTO(timetable_free) struct timetable *t = timetable_new(10);
    struct moment m;

    (void)state;
    read_one(t);
    assert_true(timetable_take(t, 100, &m));
    assert_int_equal(timetable_left_out(t), 1);
    timetable_ask(t, INT64_MAX - 1);
    read_one(t);
    assert_true(timetable_first_us(t) == INT64_MAX);
    add(t, 1, 2, 100); /* another task of the same case */
    assert_int_equal(timetable_first_us(t), 100);
    timetable_release(t, &m);
    timetable_ask(t, 0);
    assert_int_equal(timetable_left_out(t), 0);
    read_one(t);
    assert_int_equal(timetable_first_us(t), 100);
}

static void does_not_trust_a_reading_older_than_the_answer(void **state)
{
    AUTO(timetable_free) struct timetable *t = timetable_new(10);
    struct moment m;

    (void)state;
    read_one(t);
    assert_true(timetable_take(t, 100, &m));
    timetable_ask(t, 50);
    timetable_release(t, &m);
    read_one(t);
    assert_true(timetable_first_us(t) == INT64_MAX);
    timetable_ask(t, 60);
    read_one(t);
    assert_int_equal(timetable_first_us(t), 100);
}

static void lists_a_held_task_when_its_time_is_over(void **state)
{
    AUTO(timetable_free) struct timetable *t = timetable_new(10);
    struct moment m;

    (void)state;
    read_one(t);
    assert_true(timetable_take(t, 100, &m));
    timetable_hold(t, &m, 5000);
    timetable_ask(t, 4999);
    read_one(t);
    assert_true(timetable_first_us(t) == INT64_MAX);
    timetable_ask(t, 5000);
    read_one(t);
    assert_int_equal(timetable_first_us(t), 100);
    assert_int_equal(timetable_left_out(t), 0);
}

static void forgets_the_old_list_at_each_reading(void **state)
{
    AUTO(timetable_free) struct timetable *t = timetable_new(10);
    struct moment m;

    (void)state;
    read_one(t);
    timetable_begin(t);
    assert_false(timetable_take(t, 100, &m));
}

static void lists_no_more_than_its_room(void **state)
{
    AUTO(timetable_free) struct timetable *t = timetable_new(2);
    struct moment m;

    (void)state;
    timetable_begin(t);
    for (uint8_t i = 1; i <= 3; i++)
        add(t, i, 1, i);
    assert_true(timetable_take(t, 10, &m) && timetable_take(t, 10, &m));
    assert_false(timetable_take(t, 10, &m));
}

static void lets_go_only_what_it_has(void **state)
{
    AUTO(timetable_free) struct timetable *t = timetable_new(2);
    const struct moment m = moment(1, 1, 1);

    (void)state;
    timetable_release(t, &m);
    timetable_hold(t, &m, 5);
    assert_int_equal(timetable_left_out(t), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_each_moment_when_it_has_come),
        cmocka_unit_test(lists_no_task_that_is_under_way),
        cmocka_unit_test(does_not_trust_a_reading_older_than_the_answer),
        cmocka_unit_test(lists_a_held_task_when_its_time_is_over),
        cmocka_unit_test(forgets_the_old_list_at_each_reading),
        cmocka_unit_test(lists_no_more_than_its_room),
        cmocka_unit_test(lets_go_only_what_it_has),
    };

    return cmocka_run_group_tests_name("timetable", tests, NULL, NULL);
}
