/* SPDX-License-Identifier: Apache-2.0 */
/* links: dispatch */
#include "queue.h"
#include "session.h"

#include "chance.h"

#include <string.h>

#include "unit.h"

enum { TASKS = 500 };

static struct wire_task_id task_id(uint16_t n)
{
    return (struct wire_task_id){.case_id = {{[14] = (uint8_t)(n >> 8), [15] = (uint8_t)n}},
                                 .number = 1};
}

static struct task *put(struct queue *q, uint16_t n, const char *unit, int64_t due_at)
{
    const struct queue_entry entry = {.id = task_id(n),
                                      .reference = "23456-789AB",
                                      .service = "LIGHT",
                                      .unit = unit,
                                      .due_at = due_at,
                                      .priority = 3};

    return queue_put(q, &entry);
}

static uint16_t unit_of(struct queue *q, const char *code)
{
    return names_find(queue_units(q), code);
}

/* The task with the earliest date, looked for everywhere. */
static const struct task *slow_first(struct task *const tasks[], size_t count)
{
    const struct task *best = NULL;

    for (size_t i = 0; i < count; i++)
        if (tasks[i]->place != 0 && (best == NULL || queue_before(tasks[i], best)))
            best = tasks[i];
    return best;
}

static void gives_the_earliest_whatever_comes_and_goes(void **state)
{
    AUTO(queue_free) struct queue *q = queue_new(0);
    struct task *tasks[TASKS];
    struct chance chance = {chance_seed()};

    (void)state;
    for (uint16_t i = 0; i < TASKS; i++)
        tasks[i] = put(q, i, "A", chance_between(&chance, 1, 50));
    for (int turn = 0; turn < 5000; turn++) {
        struct task *task = tasks[chance_between(&chance, 0, TASKS - 1)];
        if (task->place != 0)
            queue_take(q, task);
        else
            queue_wait(q, task);
        assert_ptr_equal(queue_first(q, unit_of(q, "A")), slow_first(tasks, TASKS));
    }
}

static void equal_dates_are_decided_by_priority_then_age(void **state)
{
    AUTO(queue_free) struct queue *q = queue_new(0);
    struct queue_entry urgent = {task_id(3), "23456-789AB", "LIGHT", "A", 10, 1, 0};

    (void)state;
    (void)put(q, 2, "A", 10);
    struct task *older = put(q, 1, "A", 10);
    assert_ptr_equal(queue_first(q, unit_of(q, "A")), older);
    struct task *first = queue_put(q, &urgent);
    assert_ptr_equal(queue_first(q, unit_of(q, "A")), first);
}

static void units_do_not_see_each_other(void **state)
{
    AUTO(queue_free) struct queue *q = queue_new(0);

    (void)state;
    struct task *a = put(q, 1, "A", 10), *b = put(q, 2, "B", 5);
    assert_ptr_equal(queue_first(q, unit_of(q, "A")), a);
    assert_ptr_equal(queue_first(q, unit_of(q, "B")), b);
    assert_null(queue_first(q, 7));
    assert_int_equal(unit_of(q, "C"), NAMES_MAX);
}

static void a_task_told_twice_is_there_once_with_the_newer_date(void **state)
{
    AUTO(queue_free) struct queue *q = queue_new(0);

    (void)state;
    struct task *late = put(q, 1, "A", 10);
    struct task *other = put(q, 2, "A", 20);
    assert_ptr_equal(put(q, 1, "A", 30), late);
    assert_int_equal(queue_count(q), 2);
    assert_int_equal(queue_waiting(q), 2);
    assert_ptr_equal(queue_first(q, unit_of(q, "A")), other);
    queue_remove(q, other);
    assert_ptr_equal(queue_first(q, unit_of(q, "A")), late);
}

static void contents_are_kept_up_to_the_budget(void **state)
{
    AUTO(queue_free) struct queue *q = queue_new(10);
    struct task *a = put(q, 1, "A", 1), *b = put(q, 2, "A", 2);

    (void)state;
    queue_keep_content(q, a, "12345678", 8);
    queue_keep_content(q, b, "12345678", 8);
    assert_non_null(a->content);
    assert_null(b->content);
    queue_drop_content(q, a);
    queue_keep_content(q, b, "12345678", 8);
    assert_memory_equal(b->content, "12345678", 8);
}

static void a_session_that_ends_gives_its_unfinished_tasks_back(void **state)
{
    AUTO(queue_free) struct queue *q = queue_new(0);
    struct sessions sessions = {0};
    struct session *s = sessions_add(&sessions, "12345");
    struct task *a = put(q, 1, "A", 1), *b = put(q, 2, "A", 2), *c = put(q, 3, "A", 3);

    (void)state;
    lease_begin(&sessions, s, q, &(struct lease_grant){a, 1, 0});
    lease_begin(&sessions, s, q, &(struct lease_grant){b, 2, 0})->finished = "the task has ended";
    lease_begin(&sessions, s, q, &(struct lease_grant){c, 3, 0});
    assert_int_equal(s->held, 3);
    assert_int_equal(queue_waiting(q), 0);
    lease_end(&sessions, c->lease);
    assert_null(c->lease);
    assert_ptr_equal(s->newest->task, b);
    assert_int_equal(sessions_end(&sessions, s, q), 1);
    assert_int_equal(sessions.leased, 0);
    assert_ptr_equal(queue_first(q, unit_of(q, "A")), a);
    assert_int_equal(queue_count(q), 2); /* b has ended */
    assert_null(sessions_find(&sessions, "12345"));
}

static void a_session_has_each_unit_once(void **state)
{
    AUTO(queue_free) struct queue *q = queue_new(0);
    struct sessions sessions = {0};
    struct session *s = sessions_add(&sessions, "12345");

    (void)state;
    session_add_unit(s, 4);
    session_add_unit(s, 4);
    assert_int_equal(s->unit_count, 1);
    assert_true(session_has_unit(s, 4));
    assert_false(session_has_unit(s, 5));
    sessions_free(&sessions, q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_earliest_whatever_comes_and_goes),
        cmocka_unit_test(equal_dates_are_decided_by_priority_then_age),
        cmocka_unit_test(units_do_not_see_each_other),
        cmocka_unit_test(a_task_told_twice_is_there_once_with_the_newer_date),
        cmocka_unit_test(contents_are_kept_up_to_the_budget),
        cmocka_unit_test(a_session_that_ends_gives_its_unfinished_tasks_back),
        cmocka_unit_test(a_session_has_each_unit_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
