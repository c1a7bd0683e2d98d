/* SPDX-License-Identifier: Apache-2.0 */
#include "arena.h"

#include <stdalign.h>
#include <string.h>

#include "unit.h"

static void keeps_what_was_put_in(void **state)
{
    AUTO(arena_free) struct arena *a = arena_new(1024 * 1024);
    const char *first = arena_text(a, "đường", strlen("đường"));

    (void)state;
    for (int i = 0; i < 10000; i++)
        assert_string_equal(arena_text(a, "Phường Một", 4), "Phư");
    assert_string_equal(first, "đường");
    assert_string_equal(arena_text(a, NULL, 0), "");
    assert_false(arena_failed(a));
}

static void aligns_for_any_type_and_zeroes(void **state)
{
    AUTO(arena_free) struct arena *a = arena_new(1024 * 1024);

    (void)state;
    for (size_t i = 1; i < 100; i++) {
        const char *text = arena_text(a, "x", 1);
        const unsigned char *p = arena_alloc(a, i, 7);
        assert_non_null(text);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t k = 0; k < i * 7; k++)
            assert_int_equal(p[k], 0);
    }
}

static void gives_more_than_a_chunk_at_once(void **state)
{
    AUTO(arena_free) struct arena *a = arena_new(1024 * 1024);
    char *big = arena_alloc(a, 1, 300 * 1024);

    (void)state;
    assert_non_null(big);
    memset(big, 'x', 300 * 1024);
    assert_string_equal(arena_text(a, "after", 5), "after");
}

static void stays_failed_after_the_limit(void **state)
{
    AUTO(arena_free) struct arena *a = arena_new(100);

    (void)state;
    assert_non_null(arena_alloc(a, 1, 80));
    assert_null(arena_alloc(a, 1, 30));
    assert_null(arena_alloc(a, 1, 1));
    assert_true(arena_failed(a));
}

static void refuses_a_product_that_overflows(void **state)
{
    AUTO(arena_free) struct arena *a = arena_new(1000);

    (void)state;
    assert_null(arena_alloc(a, SIZE_MAX / 2, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_was_put_in),
        cmocka_unit_test(aligns_for_any_type_and_zeroes),
        cmocka_unit_test(gives_more_than_a_chunk_at_once),
        cmocka_unit_test(stays_failed_after_the_limit),
        cmocka_unit_test(refuses_a_product_that_overflows),
    };

    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
