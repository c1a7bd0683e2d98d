/* SPDX-License-Identifier: Apache-2.0 */
/* How many steps a list takes. The test stands in for the database: each step is answered at once,
 * with nothing that fits and the place where its looking ended. */
/* links: intake */
#include "lists.h"
#include "mem.h"
#include "rows.h"

#include "unit.h"

enum { NTH, IS_END, COLUMNS = 20 }; /* those of listing_place, then of public_cases */

static PGresult *nothing_fits;
static int steps;
static size_t looked; /* by one step */
static enum err_kind why;

int readers_send(struct readers *readers, const struct db_step *asked, int count, db_fn *done,
                 void *ctx, struct err *e)
{
    const struct list *list = ctx;

    (void)readers;
    (void)e;
    assert_int_equal(count, 1);
    assert_non_null(asked->sql);
    steps++;
    looked = list->step.looked;
    done(ctx, &nothing_fits, NULL);
    return 0;
}

static void begin(struct list *list)
{
    (void)list;
}

static bool end(struct list *list)
{
    (void)list;
    return false; /* the test closes it */
}

static void failed(struct list *list, const struct err *e)
{
    (void)list;
    why = e->kind;
}

/* Without filters; begins with no catalogue. */
static struct list *new_list(const struct list_door *door)
{
    static struct intake intake;
    struct list *list = mem_new(1, sizeof(*list));

    list->intake = &intake;
    list->door = door;
    listing_filter_init(&list->filter, 50);
    steps = 0;
    why = ERR_NONE;
    return list;
}

/* How many steps a list takes that may look at so much for a page. */
static int steps_of(size_t walk_max)
{
    static const struct catalogue catalogue;
    const struct list_door door = {
        .begin = begin, .end = end, .failed = failed, .walk_max = walk_max};
    struct list *list = new_list(&door);

    list->catalogue = &catalogue;
    list_start(list);
    assert_int_equal(why, ERR_NONE);
    assert_true(list->has_more);
    assert_int_equal(list->walked, (size_t)steps * looked);
    list->catalogue = NULL; /* is nobody's to drop */
    list_close(&list);
    return steps;
}

static int open_rows(void **state)
{
    (void)state;
    nothing_fits = rows_new(COLUMNS);
    rows_set_int(nothing_fits, 0, NTH, 1);
    rows_set_int(nothing_fits, 0, IS_END, 1);
    return 0;
}

static int close_rows(void **state)
{
    (void)state;
    PQclear(nothing_fits);
    return 0;
}

static void goes_on_as_long_as_half_a_step_is_left(void **state)
{
    (void)state;
    assert_int_equal(steps_of(1), 1);
    for (int taken = 1; taken < 4; taken++) {
        size_t half_left = (size_t)taken * looked + LISTING_LOOK_ROWS / 2;
        assert_int_equal(steps_of(half_left - 1), taken);
        assert_int_equal(steps_of(half_left), taken + 1);
    }
}

static void shows_nothing_before_it_is_known_what_to_hide(void **state)
{
    const struct list_door door = {.failed = failed};

    (void)state;
    list_start(new_list(&door));
    assert_int_equal(steps, 0);
    assert_int_equal(why, ERR_BUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on_as_long_as_half_a_step_is_left),
        cmocka_unit_test(shows_nothing_before_it_is_known_what_to_hide),
    };

    return cmocka_run_group_tests_name("lists", tests, open_rows, close_rows);
}
