/* SPDX-License-Identifier: Apache-2.0 */
#include "http_path.h"

#include "unit.h"

static struct http_path match;

static void matches_literal_paths_whole(void **state)
{
    (void)state;
    assert_true(http_path_match("/api/v1/cases", "/api/v1/cases", &match));
    assert_false(http_path_match("/api/v1/cases", "/api/v1/case", &match));
    assert_false(http_path_match("/api/v1/cases", "/api/v1/cases/", &match));
    assert_false(http_path_match("/api/v1/cases", "", &match));
    assert_null(http_path_part(&match, "id"));
}

static void takes_a_segment_as_a_part(void **state)
{
    (void)state;
    assert_true(http_path_match("/t/{ref}/x/{key}", "/t/AB-1.2/x/k", &match));
    assert_string_equal(http_path_part(&match, "ref"), "AB-1.2");
    assert_string_equal(http_path_part(&match, "key"), "k");
    assert_null(http_path_part(&match, "re"));
    assert_false(http_path_match("/t/{ref}", "/t/", &match));
    assert_false(http_path_match("/t/{ref}", "/t/a/b", &match));
}

static void splits_a_segment_at_its_last_dot(void **state)
{
    (void)state;
    assert_true(http_path_match("/r/{id}.{format}", "/r/a.b.json", &match));
    assert_string_equal(http_path_part(&match, "id"), "a.b");
    assert_string_equal(http_path_part(&match, "format"), "json");
    assert_true(http_path_match("/r/{id}.xml", "/r/7.xml", &match));
    assert_string_equal(http_path_part(&match, "id"), "7");
    assert_false(http_path_match("/r/{id}.xml", "/r/7.json", &match));
    assert_false(http_path_match("/r/{id}.{format}", "/r/json", &match));
    assert_false(http_path_match("/r/{id}.{format}", "/r/.json", &match));
    assert_false(http_path_match("/r/{id}.{format}", "/r/7.", &match));
    assert_false(http_path_match("/r/{id}.{format}", "/r/7/x.json", &match));
}

static void decodes_after_splitting(void **state)
{
    (void)state;
    assert_true(http_path_match("/t/{ref}", "/t/a%2Fb%c4%90", &match));
    assert_string_equal(http_path_part(&match, "ref"), "a/bĐ");
    assert_true(http_path_match("/t/{ref}", "/t/%41", &match));
    assert_string_equal(http_path_part(&match, "ref"), "A");
}

static void refuses_malformed_encoding(void **state)
{
    static const char *const paths[] = {"/t/%", "/t/%4", "/t/%4g", "/t/%g4", "/t/a%00b", "/t/%4/1"};

    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++)
        assert_false(http_path_match("/t/{ref}", paths[i], &match));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_literal_paths_whole),
        cmocka_unit_test(takes_a_segment_as_a_part),
        cmocka_unit_test(splits_a_segment_at_its_last_dot),
        cmocka_unit_test(decodes_after_splitting),
        cmocka_unit_test(refuses_malformed_encoding),
    };

    return cmocka_run_group_tests_name("http_path", tests, NULL, NULL);
}
