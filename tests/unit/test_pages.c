/* SPDX-License-Identifier: Apache-2.0 */
/* links: letters */
#include "chance.h"
#include "pages.h"

#include <stdio.h>

#include "unit.h"

enum { MANY = 60 };

static void lines_fill_a_page_before_the_next_begins(void **state)
{
    struct piece pieces[5] = {
        {.height = 40}, {.height = 40}, {.height = 40}, {.height = 40}, {.height = 40}};

    (void)state;
    assert_int_equal(pages_break(pieces, 5, 90, 130), 2);
    assert_int_equal(pieces[1].page, 0);
    assert_true(pieces[1].y == 40);
    assert_int_equal(pieces[2].page, 1);
    assert_true(pieces[2].y == 0);
    assert_int_equal(pieces[4].page, 1);
}

static void a_gap_counts_between_pieces_and_not_at_the_top(void **state)
{
    struct piece pieces[2] = {{.gap = 20, .height = 50}, {.gap = 20, .height = 50}};

    (void)state;
    assert_int_equal(pages_break(pieces, 2, 120, 120), 1);
    assert_true(pieces[0].y == 0 && pieces[1].y == 70);
    assert_int_equal(pages_break(pieces, 2, 119, 119), 2);
    assert_true(pieces[1].y == 0);
}

static void neither_end_of_a_paragraph_stands_alone(void **state)
{
    struct piece four[4] = {{.height = 10}, {.height = 10}, {.height = 10}, {.height = 10}};
    struct piece before[5] = {
        {.height = 85}, {.height = 10}, {.height = 10}, {.height = 10}, {.height = 10}};

    (void)state;
    pages_keep_paragraph(four, 4);
    assert_int_equal(pages_break(four, 4, 35, 100), 2);
    assert_int_equal(four[1].page, 0);
    assert_int_equal(four[2].page, 1); /* three would have had room; the last would be alone */
    pages_keep_paragraph(before + 1, 4);
    assert_int_equal(pages_break(before, 5, 100, 100), 2);
    assert_int_equal(before[1].page, 1); /* there was room for the first line alone */
}

static void a_signature_takes_two_lines_along(void **state)
{
    struct piece pieces[4] = {
        {.height = 10}, {.height = 10, .keep = true}, {.height = 10, .keep = true}, {.height = 50}};

    (void)state;
    assert_int_equal(pages_break(pieces, 4, 40, 100), 2);
    assert_int_equal(pieces[0].page, 0);
    assert_int_equal(pieces[1].page, 1);
    assert_int_equal(pieces[3].page, 1);
}

static void what_cannot_be_kept_together_is_broken(void **state)
{
    struct piece pieces[3] = {
        {.height = 60, .keep = true}, {.height = 60, .keep = true}, {.height = 500}};

    (void)state;
    assert_int_equal(pages_break(pieces, 3, 100, 100), 3);
    assert_int_equal(pieces[2].page, 2); /* higher than a page: one for itself */
    assert_int_equal(pages_break(pieces, 0, 100, 100), 1);
}

/* Whatever they are: in order, within their page, and none left out. */
static void nothing_overlaps_or_leaves_its_page(void **state)
{
    struct chance chance = {chance_seed()};
    struct piece pieces[MANY];

    (void)state;
    print_message("DUNGHEN_SEED=%llu\n", (unsigned long long)chance.state);
    for (int round = 0; round < 2000; round++) {
        for (size_t i = 0; i < MANY; i++)
            pieces[i] = (struct piece){.gap = (double)chance_between(&chance, 0, 10),
                                       .height = (double)chance_between(&chance, 1, 100),
                                       .keep = chance_between(&chance, 0, 3) == 0};
        int pages = pages_break(pieces, MANY, 100, 150);
        assert_int_equal(pieces[MANY - 1].page, pages - 1);
        for (size_t i = 0; i < MANY; i++) {
            assert_true(pieces[i].y + pieces[i].height <= (pieces[i].page == 0 ? 100 : 150));
            if (i == 0)
                continue;
            bool same = pieces[i].page == pieces[i - 1].page;
            assert_true(same || pieces[i].page == pieces[i - 1].page + 1);
            assert_true(!same || pieces[i].y >= pieces[i - 1].y + pieces[i - 1].height);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_fill_a_page_before_the_next_begins),
        cmocka_unit_test(a_gap_counts_between_pieces_and_not_at_the_top),
        cmocka_unit_test(neither_end_of_a_paragraph_stands_alone),
        cmocka_unit_test(a_signature_takes_two_lines_along),
        cmocka_unit_test(what_cannot_be_kept_together_is_broken),
        cmocka_unit_test(nothing_overlaps_or_leaves_its_page),
    };

    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
