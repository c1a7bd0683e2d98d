/* SPDX-License-Identifier: Apache-2.0 */
/* links: dispatch */
#include "attachment.h"
#include "clock.h"
#include "files.h"

#include <stdio.h>

#include "ring.h"
#include "unit.h"

#define NAME "3f0e1d2c3b4a59687786958473625140112233445566778899aabbccddeeff00"

static const int64_t now = INT64_C(1795402800000000), hour = INT64_C(3600000000);
static const struct attachment photo = {NAME ".jpg", 183204, 1600, 1200};
static const struct attachment paper = {.name = NAME ".pdf", .bytes = 5120};

static json_t *file(const struct attachment *a)
{
    char id[ATTACHMENT_ID_SIZE];

    attachment_id(ring, a, now, id);
    return json_pack("{s:s}", "id", id);
}

static json_t *answer(json_t *files)
{
    return json_pack("{s:s, s:s, s:o}", "result", "solved", "text", "Xong", "attachments", files);
}

/* Takes files. */
static void refuses(json_t *files, const char *why)
{
    AUTO(json_release) json_t *given = answer(files);
    AUTO(json_release) json_t *before = json_deep_copy(given);
    struct err e = {0};

    assert_int_equal(files_take(ring, given, now, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_string_equal(e.text, why);
    assert_true(json_equal(given, before));
}

static void says_of_a_file_what_was_sealed(void **state)
{
    AUTO(json_release) json_t *given = answer(json_pack("[o, o]", file(&photo), file(&paper)));
    AUTO(json_release)
    json_t *expected =
        answer(json_pack("[{s:s, s:i, s:i, s:i}, {s:s, s:i}]", "name", photo.name, "bytes", 183204,
                         "width", 1600, "height", 1200, "name", paper.name, "bytes", 5120));
    struct err e;

    (void)state;
    assert_int_equal(files_take(ring, given, now + hour, &e), 0);
    assert_true(json_equal(given, expected));
}

static void an_answer_without_files_has_none(void **state)
{
    AUTO(json_release) json_t *empty = answer(json_array());
    AUTO(json_release) json_t *null = answer(json_null());
    AUTO(json_release) json_t *text = json_string("x");
    struct err e;

    (void)state;
    assert_int_equal(files_take(ring, empty, now, &e), 0);
    assert_null(json_object_get(empty, "attachments"));
    assert_int_equal(files_take(ring, null, now, &e), 0);
    assert_int_equal(files_take(ring, text, now, &e), 0); /* for who reads it */
    assert_int_equal(files_take(ring, NULL, now, &e), 0);
}

static void what_differs_from_the_seal_is_named(void **state)
{
    static const char type[] = "answer: attachments/1: type: is \"application/pdf\" of this upload";
    json_t *other = file(&paper), *narrow = file(&photo), *called = file(&photo);

    (void)state;
    json_object_set_new(other, "type", json_string("image/jpeg"));
    refuses(json_pack("[o, o]", file(&photo), other), type);
    json_object_set_new(narrow, "width", json_integer(1599));
    refuses(json_pack("[o]", narrow), "answer: attachments/0: width: is 1600 of this upload");
    json_object_set_new(called, "name", json_string(paper.name));
    refuses(json_pack("[o]", called),
            "answer: attachments/0: name: is \"" NAME ".jpg\" of this upload");
}

static void only_ids_that_are_good_are_taken(void **state)
{
    static const char no_id[] =
        "answer: attachments/0: id: is not one that an upload got within the last 20 hours";
    AUTO(json_release) json_t *late = answer(json_pack("[o]", file(&photo)));
    struct err e = {0};

    (void)state;
    refuses(json_pack("[{s:s}]", "id", NAME ".jpg~183204~1600~1200~1795402800~x"), no_id);
    refuses(json_pack("[{s:s, s:i}]", "name", photo.name, "bytes", 183204),
            "answer: attachments/0: id: is missing");
    refuses(json_pack("[s]", NAME ".jpg"), "answer: attachments/0: must be an object");
    refuses(json_pack("{}"), "answer: attachments: must be an array");
    assert_int_equal(files_take(ring, late, now + 21 * hour, &e), -1);
    assert_string_equal(e.text, no_id);
}

static void the_same_file_twice_is_one(void **state)
{
    AUTO(json_release)
    json_t *given = answer(json_pack("[o, o, o]", file(&photo), file(&paper), file(&photo)));
    AUTO(json_release)
    json_t *once = answer(json_pack("[o, o]", file(&photo), file(&paper)));
    struct err e;

    (void)state;
    assert_int_equal(files_take(ring, given, now, &e), 0);
    assert_int_equal(files_take(ring, once, now, &e), 0);
    assert_true(json_equal(given, once));
}

static void there_is_a_limit(void **state)
{
    json_t *files = json_array();

    (void)state;
    for (int i = 0; i <= ATTACHMENTS_MOST; i++)
        json_array_append_new(files, file(&photo));
    refuses(files, "answer: attachments: has more than 16 items");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_of_a_file_what_was_sealed),
        cmocka_unit_test(an_answer_without_files_has_none),
        cmocka_unit_test(what_differs_from_the_seal_is_named),
        cmocka_unit_test(only_ids_that_are_good_are_taken),
        cmocka_unit_test(the_same_file_twice_is_one),
        cmocka_unit_test(there_is_a_limit),
    };

    return cmocka_run_group_tests(tests, open_ring, close_ring);
}
