/* SPDX-License-Identifier: Apache-2.0 */
#include "ids.h"

#include "clock.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

static void uuids_have_the_form_of_version_7(void **state)
{
    (void)state;
    clock_fake(INT64_C(0x019A0B2C3D4E) * CLOCK_US_PER_MS + 500); /* half a millisecond */
    struct uuid id = uuid_new();
    clock_fake(0);
    char text[UUID_TEXT_SIZE];

    assert_int_equal(strncmp(uuid_text(&id, text), "019a0b2c-3d4e-7800-", 19), 0);
    assert_non_null(strchr("89ab", text[19])); /* the variant */
}

static void uuids_rise_whatever_the_clock_does(void **state)
{
    struct uuid last = uuid_new();

    (void)state;
    for (int i = 0; i < 100000; i++) {
        if (i == 1000)
            clock_fake(clock_now_us()); /* stands still: more ids than 4096 in a millisecond */
        if (i == 50000)
            clock_fake(clock_now_us() - 3600LL * CLOCK_US_PER_S); /* is set back an hour */
        struct uuid id = uuid_new();
        assert_true(memcmp(last.bytes, id.bytes, sizeof(id.bytes)) < 0);
        assert_int_equal(id.bytes[6] >> 4, 7);
        assert_int_equal(id.bytes[8] >> 6, 2);
        last = id;
    }
    clock_fake(0);
}

static void the_random_part_differs_from_id_to_id(void **state)
{
    struct uuid first = uuid_new();

    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct uuid id = uuid_new();
        assert_memory_not_equal(first.bytes + 8, id.bytes + 8, 8);
    }
}

static void a_forked_child_makes_other_ids(void **state)
{
    struct uuid in_child, parents;
    int ends[2];

    (void)state;
    (void)uuid_new(); /* so that random bytes are left over */
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        in_child = uuid_new();
        _exit(write(ends[1], &in_child, sizeof(in_child)) == (ssize_t)sizeof(in_child) ? 0 : 1);
    }
    assert_int_equal(read(ends[0], &in_child, sizeof(in_child)), sizeof(in_child));
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(ends[0]);
    close(ends[1]);
    parents = uuid_new();
    assert_memory_not_equal(in_child.bytes + 8, parents.bytes + 8, 8);
}

static void uuid_text_is_read_back(void **state)
{
    struct uuid id = uuid_new(), again;
    char text[UUID_TEXT_SIZE];
    struct err e = {0};

    (void)state;
    assert_int_equal(uuid_read(uuid_text(&id, text), &again, &e), 0);
    assert_true(uuid_equal(&id, &again));
    again.bytes[15] ^= 1;
    assert_false(uuid_equal(&id, &again));
    assert_int_equal(uuid_read("0123ABCD-4567-89EF-abcd-0123456789ab", &id, &e), 0);
    assert_string_equal(uuid_text(&id, text), "0123abcd-4567-89ef-abcd-0123456789ab");
}

static void malformed_uuids_are_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "0123abcd-4567-89ef-abcd-0123456789a",
        "0123abcd-4567-89ef-abcd-0123456789abc",
        "0123abcd-4567-89ef-abcd-0123456789ag",
        "0123abcd04567-89ef-abcd-0123456789ab",
        "0123abc-d4567-89ef-abcd-0123456789ab",
        "{123abcd-4567-89ef-abcd-0123456789a}",
        " 123abcd-4567-89ef-abcd-0123456789ab",
    };
    struct uuid id = {.bytes = {42}};
    struct err e = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(uuid_read(cases[i], &id, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_int_equal(id.bytes[0], 42);
    }
}

static void references_are_read_back_as_people_type_them(void **state)
{
    static const char *const cases[] = {"K7M2Q-X4TBQ",           "k7m2q-x4tbq",     "k7m2qx4tbq",
                                        " K7 M2-QX4--TBQ ",      "K7M2Q‑X4TBQ",     "K7M2Q–X4TBQ.",
                                        "K7M2Q\u00A0X4TBQ,\t\n", "K7M2Q\u00ADX4TBQ"};
    char out[REFERENCE_SIZE];
    struct err e = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(reference_read(cases[i], out, &e), 0);
        assert_string_equal(out, "K7M2Q-X4TBQ");
    }
}

static void malformed_references_are_refused(void **state)
{
    static const char *const cases[] = {
        "",           "K7M2Q-X4TB",  "K7M2Q-X4TBQQ", "K7M2Q-X4TBR", "K7M2Q_X4TBQ",
        "O7M2Q-X4TB", "K7M2Q-X4TB1", "K7M2Q-X4TBĐ",  "-----",       "K7M2Q-X4TBQ\xE2",
    };
    char out[REFERENCE_SIZE] = "as it was";
    struct err e = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (reference_read(cases[i], out, &e) == 0)
            fail_msg("%s", cases[i]);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_string_equal(out, "as it was");
    }
}

static void new_references_are_canonical_and_differ(void **state)
{
    char last[REFERENCE_SIZE] = "", made[REFERENCE_SIZE], read[REFERENCE_SIZE];
    bool seen[sizeof(alphabet) - 1] = {false};
    struct err e = {0};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        reference_new(made);
        assert_int_equal(reference_read(made, read, &e), 0);
        assert_string_equal(made, read);
        assert_string_not_equal(made, last);
        memcpy(last, made, sizeof(last));
        seen[strchr(alphabet, made[i % 5]) - alphabet] = true;
    }
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_true(seen[i]);
}

static void assert_refused(const char *text)
{
    char out[REFERENCE_SIZE];
    struct err e = {0};

    if (reference_read(text, out, &e) == 0)
        fail_msg("%s", text);
}

static void every_wrong_character_is_found(void **state)
{
    char made[REFERENCE_SIZE];

    (void)state;
    for (int sample = 0; sample < 200; sample++) {
        reference_new(made);
        for (size_t at = 0; at < sizeof(made) - 1; at++) {
            char right = made[at];

            for (const char *wrong = alphabet; *wrong != '\0' && right != '-'; wrong++) {
                made[at] = *wrong;
                if (*wrong != right)
                    assert_refused(made);
            }
            made[at] = right;
        }
    }
}

static void swap(char *a, char *b)
{
    char c = *a;

    *a = *b;
    *b = c;
}

static void every_swap_of_two_characters_is_found(void **state)
{
    enum { LEN = REFERENCE_SIZE - 1 };
    char made[REFERENCE_SIZE];

    (void)state;
    for (int sample = 0; sample < 1000; sample++) {
        reference_new(made);
        for (int i = 0; i < LEN * LEN; i++) {
            char *a = &made[i / LEN], *b = &made[i % LEN];

            if (*a == *b || *a == '-' || *b == '-')
                continue;
            swap(a, b);
            assert_refused(made);
            swap(a, b);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uuids_have_the_form_of_version_7),
        cmocka_unit_test(uuids_rise_whatever_the_clock_does),
        cmocka_unit_test(the_random_part_differs_from_id_to_id),
        cmocka_unit_test(a_forked_child_makes_other_ids),
        cmocka_unit_test(uuid_text_is_read_back),
        cmocka_unit_test(malformed_uuids_are_refused),
        cmocka_unit_test(references_are_read_back_as_people_type_them),
        cmocka_unit_test(malformed_references_are_refused),
        cmocka_unit_test(new_references_are_canonical_and_differ),
        cmocka_unit_test(every_wrong_character_is_found),
        cmocka_unit_test(every_swap_of_two_characters_is_found),
    };

    return cmocka_run_group_tests_name("ids", tests, NULL, NULL);
}
