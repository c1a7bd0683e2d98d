/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
#include "kept.h"

#include "tracker_fixture.h"

static const char *const accept_1 = "\"verb\":\"accept\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";
static const char *const done_1 = "\"verb\":\"done\",\"task\":1,\"unit\":\"W1\",\"epoch\":7";
static const char *const solved = "{\"result\":\"solved\",\"text\":\"Đã nhắc nhở\"}";

/* The batch is over: what it left is kept, and the next one begins. The catalogue of a fixture is
 * nobody's to hold: rows of none are kept as well. */
static void end_batch(struct fixture *f, struct kept *kept)
{
    const struct catalogue *catalogue = f->set.catalogue;
    struct registers *registers = f->set.registers;
    int64_t now = f->set.now;

    f->set.catalogue = NULL;
    kept_put(kept, &f->set);
    workset_free(&f->set);
    f->set = (struct workset){.now = now + hour_us, .catalogue = catalogue, .registers = registers};
}

static bool take(struct fixture *f, struct kept *kept)
{
    const struct catalogue *catalogue = f->set.catalogue;

    f->set.catalogue = NULL;
    bool is_there = kept_take(kept, &f->set, &f->case_id);
    f->set.catalogue = catalogue;
    return is_there;
}

static void goes_on_where_the_batch_before_ended(void **state)
{
    AUTO(kept_free) struct kept *kept = kept_new(10);
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    end_batch(f, kept);
    assert_null(the_case(f));
    assert_true(take(f, kept));
    const struct case_row *c = the_case(f);
    assert_null(c->record);
    assert_true(c->was_open);
    assert_int_equal(c->was_updated_at, monday_0900);
    assert_false(c->is_changed || c->tasks[0].is_new || c->tasks[1].is_new);
    assert_int_equal(command(f, accept_1, ""), 0);
    end_batch(f, kept);
    assert_true(take(f, kept));
    assert_null(the_case(f)->tasks[0].worker);
    assert_int_equal(command(f, done_1, solved), 0);
    assert_int_equal(the_case(f)->state, STATE_ANSWERED);
}

static void gives_a_case_away_once(void **state)
{
    AUTO(kept_free) struct kept *kept = kept_new(10);
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    end_batch(f, kept);
    assert_true(take(f, kept));
    assert_true(take(f, kept)); /* the set has it */
    workset_free(&f->set);
    assert_false(take(f, kept)); /* what became of it was never written */
}

static void keeps_the_newest(void **state)
{
    AUTO(kept_free) struct kept *kept = kept_new(1);
    struct fixture *f = *state;
    struct uuid first = f->case_id;

    assert_int_equal(record(f, ""), 0);
    end_batch(f, kept);
    f->case_id = uuid_new();
    assert_int_equal(record(f, ""), 0);
    end_batch(f, kept);
    assert_true(take(f, kept));
    f->case_id = first;
    assert_false(take(f, kept));
}

static void does_not_keep_what_has_ended(void **state)
{
    AUTO(kept_free) struct kept *kept = kept_new(10);
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    assert_int_equal(command(f, accept_1, ""), 0);
    assert_int_equal(command(f, done_1, solved), 0);
    end_batch(f, kept);
    assert_false(take(f, kept));
}

static void forgets(void **state)
{
    AUTO(kept_free) struct kept *kept = kept_new(10);
    struct fixture *f = *state;

    assert_int_equal(record(f, ""), 0);
    end_batch(f, kept);
    kept_forget(kept);
    assert_false(take(f, kept));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(goes_on_where_the_batch_before_ended, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(gives_a_case_away_once, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(keeps_the_newest, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(does_not_keep_what_has_ended, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(forgets, fixture_open, fixture_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
