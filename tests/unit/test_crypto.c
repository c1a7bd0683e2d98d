/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto.h"

#include "mem.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#define KEY_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY_B "F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFFe0e1e2e3e4e5e6e7e8e9eaebecedeeef"

static const struct uuid case_id = {{0x01, 0x9a, 0x0b, 0x2c, 0x3d, 0x4e, 0x7f, 0x00, 0xa1, 0xb2,
                                     0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18}};
static const struct uuid other_id = {{0x02}};

/* A file of its own for each test: *state is its path. */
static int make_file(void **state)
{
    char path[] = "/tmp/dunghen-ring-XXXXXX";
    struct err e = {0};
    int fd = mkstemp(path);

    if (fd < 0 || crypto_open(&e) < 0)
        return -1;
    close(fd);
    *state = mem_text(path);
    return 0;
}

static int remove_file(void **state)
{
    unlink(*state);
    free(*state);
    return 0;
}

static void put_bytes(const char *path, const char *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), len);
    close(fd);
}

static void put(const char *path, const char *text)
{
    put_bytes(path, text, strlen(text));
}

static struct crypto_ring *open_ring(const char *path)
{
    struct crypto_ring *ring = NULL;
    struct err e = {0};

    if (crypto_ring_open(&ring, path, &e) < 0)
        fail_msg("%s", e.text);
    return ring;
}

static struct crypto_ring *ring_of(const char *path, const char *text)
{
    put(path, text);
    return open_ring(path);
}

static void assert_hex(const uint8_t *bytes, size_t len, const char *expected)
{
    char text[2 * CRYPTO_HASH_BYTES + 1];

    assert_true(2 * len < sizeof(text));
    for (size_t i = 0; i < len; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    assert_string_equal(text, expected);
}

static void the_hash_of_pieces_is_that_of_the_whole(void **state)
{
    const struct crypto_piece pieces[] = {{"a", 1}, {NULL, 0}, {"bc", 2}};
    uint8_t hash[CRYPTO_HASH_BYTES];

    (void)state;
    crypto_hash_pieces(pieces, COUNT(pieces), hash);
    assert_hex(hash, sizeof(hash),
               "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void what_was_sealed_opens_for_its_owner_only(void **state)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = ring_of(*state, "1 " KEY_A "\n");
    const char message[] = "Nguyễn Văn An";
    uint8_t sealed[sizeof(message) + CRYPTO_SEAL_OVERHEAD];
    char opened[sizeof(message)] = "";
    struct err e = {0};

    crypto_seal(ring, &case_id, message, sizeof(message), sealed);
    assert_int_equal(crypto_unseal(ring, &case_id, sealed, sizeof(sealed), opened, &e), 0);
    assert_string_equal(opened, message);
    assert_int_equal(crypto_unseal(ring, &other_id, sealed, sizeof(sealed), opened, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
}

static void one_changed_bit_keeps_a_seal_shut(void **state)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = ring_of(*state, "1 " KEY_A "\n");
    uint8_t sealed[3 + CRYPTO_SEAL_OVERHEAD], opened[3];
    struct err e = {0};

    crypto_seal(ring, &case_id, "abc", 3, sealed);
    for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(crypto_unseal(ring, &case_id, sealed, sizeof(sealed), opened, &e), -1);
        assert_int_equal(e.kind, bit < 16 ? ERR_SYSTEM : ERR_INPUT); /* 16 bits name the key */
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t len = 0; len < sizeof(sealed); len++)
        assert_int_equal(crypto_unseal(ring, &case_id, sealed, len, opened, &e), -1);
    assert_int_equal(crypto_unseal(ring, &case_id, sealed, sizeof(sealed), opened, &e), 0);
}

static void an_empty_message_can_be_sealed(void **state)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = ring_of(*state, "1 " KEY_A "\n");
    uint8_t sealed[CRYPTO_SEAL_OVERHEAD], nothing[1];
    struct err e = {0};

    crypto_seal(ring, &case_id, "", 0, sealed);
    assert_int_equal(crypto_unseal(ring, &case_id, sealed, sizeof(sealed), nothing, &e), 0);
}

static void two_seals_of_one_message_differ(void **state)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = ring_of(*state, "1 " KEY_A "\n");
    uint8_t one[3 + CRYPTO_SEAL_OVERHEAD], two[sizeof(one)];

    crypto_seal(ring, &case_id, "abc", 3, one);
    crypto_seal(ring, &case_id, "abc", 3, two);
    assert_memory_not_equal(one + 2, two + 2, 24);
    assert_memory_not_equal(one + 26, two + 26, 3 + 16);
}

static void rotation_keeps_old_seals_indexes_and_links(void **state)
{
    AUTO(crypto_ring_close) struct crypto_ring *old = ring_of(*state, "513 " KEY_A "\n");
    AUTO(crypto_ring_close)
    struct crypto_ring *new = ring_of(*state, "513 " KEY_A "\n32767 " KEY_B "\n");
    uint8_t sealed[3 + CRYPTO_SEAL_OVERHEAD], opened[3];
    uint8_t old_index[CRYPTO_INDEX_BYTES], new_index[CRYPTO_INDEX_BYTES];
    char secret[CRYPTO_SECRET_SIZE];
    struct err e = {0};

    crypto_seal(old, &case_id, "abc", 3, sealed);
    assert_memory_equal(sealed, "\x02\x01", 2);
    assert_int_equal(crypto_unseal(new, &case_id, sealed, sizeof(sealed), opened, &e), 0);
    crypto_seal(new, &case_id, "abc", 3, sealed);
    assert_memory_equal(sealed, "\x7f\xff", 2);
    assert_int_equal(crypto_unseal(new, &case_id, sealed, sizeof(sealed), opened, &e), 0);
    assert_int_equal(crypto_unseal(old, &case_id, sealed, sizeof(sealed), opened, &e), 0);
    crypto_index(old, "phone", "+84912345678", old_index);
    crypto_index(new, "phone", "+84912345678", new_index);
    assert_memory_equal(old_index, new_index, sizeof(old_index));
    crypto_secret(old, &case_id, secret);
    assert_true(crypto_secret_matches(new, &case_id, secret));
}

static void expect_shut(struct crypto_ring *ring, const uint8_t *sealed, size_t len,
                        const char *why)
{
    uint8_t opened[64];
    struct err e = {0};

    assert_int_equal(crypto_unseal(ring, &case_id, sealed, len, opened, &e), -1);
    assert_int_equal(e.kind, ERR_SYSTEM);
    if (strstr(e.text, why) == NULL)
        fail_msg("%s", e.text);
}

static void a_key_that_was_added_is_found_in_the_file(void **state)
{
    AUTO(crypto_ring_close)
    struct crypto_ring *new = ring_of(*state, "1 " KEY_A "\n2 " KEY_B "\n");
    AUTO(crypto_ring_close) struct crypto_ring *old = ring_of(*state, "1 " KEY_A "\n");
    uint8_t sealed[3 + CRYPTO_SEAL_OVERHEAD], opened[3];
    struct err e = {0};

    crypto_seal(new, &case_id, "abc", 3, sealed);
    for (int i = 0; i < 2; i++)
        expect_shut(old, sealed, sizeof(sealed), "key 2 is not in the ring");
    put(*state, "1 " KEY_A "\n2 abc\n");
    expect_shut(old, sealed, sizeof(sealed), "line 2");
    put(*state, "1 " KEY_B "\n2 " KEY_B "\n");
    expect_shut(old, sealed, sizeof(sealed), "another first key");
    unlink(*state);
    expect_shut(old, sealed, sizeof(sealed), "No such file");
    put(*state, "1 " KEY_A "\n2 " KEY_B "\n");
    assert_int_equal(crypto_unseal(old, &case_id, sealed, sizeof(sealed), opened, &e), 0);
    assert_memory_equal(opened, "abc", 3);
    crypto_seal(old, &case_id, "abc", 3, sealed);
    assert_memory_equal(sealed, "\x00\x02", 2);
}

/* Both were computed by other means (Python's hashlib: keys by blake2b
 * with salt and person). What is stored must be found by every later version. */
static void indexes_and_secrets_never_change(void **state)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = ring_of(*state, "1 " KEY_A "\n");
    uint8_t index[CRYPTO_INDEX_BYTES];
    char secret[CRYPTO_SECRET_SIZE];

    crypto_index(ring, "phone", "+84912345678", index);
    assert_hex(index, sizeof(index), "6a660c42dc28aeeda7268224b18e9f71");
    crypto_secret(ring, &case_id, secret);
    assert_string_equal(secret, "-8AHgb4db8u9D8ibcudkaA");
}

static void indexes_of_other_kinds_texts_and_rings_differ(void **state)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = ring_of(*state, "1 " KEY_A "\n");
    AUTO(crypto_ring_close) struct crypto_ring *other = ring_of(*state, "1 " KEY_B "\n");
    const struct {
        const struct crypto_ring *ring;
        const char *kind, *text;
    } cases[] = {
        {ring, "email", "x"}, {ring, "phone", "x"}, {ring, "phone", "y"},
        {ring, "phon", "ex"}, {ring, "phonex", ""}, {other, "email", "x"},
    };
    uint8_t indexes[COUNT(cases)][CRYPTO_INDEX_BYTES];

    for (size_t i = 0; i < COUNT(cases); i++) {
        crypto_index(cases[i].ring, cases[i].kind, cases[i].text, indexes[i]);
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(indexes[i], indexes[k], CRYPTO_INDEX_BYTES);
    }
}

static void only_the_right_secret_matches(void **state)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = ring_of(*state, "1 " KEY_A "\n");
    char secret[CRYPTO_SECRET_SIZE + 1] = "";

    crypto_secret(ring, &case_id, secret);
    assert_true(crypto_secret_matches(ring, &case_id, secret));
    assert_false(crypto_secret_matches(ring, &other_id, secret));
    assert_false(crypto_secret_matches(ring, &case_id, ""));
    for (size_t i = 0; i < CRYPTO_SECRET_SIZE - 1; i++) {
        secret[i] ^= 1;
        assert_false(crypto_secret_matches(ring, &case_id, secret));
        secret[i] ^= 1;
    }
    secret[CRYPTO_SECRET_SIZE - 1] = 'A'; /* one character more */
    assert_false(crypto_secret_matches(ring, &case_id, secret));
}

static void malformed_rings_are_refused_with_their_line(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "it has no key"},
        {"\n", "line 1: not a key id, a space and a key"},
        {"1 " KEY_A "\n\n", "line 2: not a key id, a space and a key"},
        {"1 " KEY_A "\n# note\n", "line 2: key id is not a whole number"},
        {"0 " KEY_A "\n", "line 1: key id is not from 1 to 32767"},
        {"1 " KEY_A "\n32768 " KEY_A "\n", "line 2: key id is not from 1 to 32767"},
        {"-1 " KEY_A "\n", "line 1: key id is not from 1 to 32767"},
        {"123456 " KEY_A "\n", "line 1: key id has more than 5 digits"},
        {" " KEY_A "\n", "line 1: key id is not a whole number"},
        {"1  " KEY_A "\n", "line 1: the key is not 64 hex digits"},
        {"1 " KEY_A " \n", "line 1: the key is not 64 hex digits"},
        {"1 " KEY_A "\r\n", "line 1: the key is not 64 hex digits"},
        {"1 " KEY_A "00\n", "line 1: the key is not 64 hex digits"},
        {"1 g" KEY_A "\n", "line 1: the key is not 64 hex digits"},
        {"1 \n", "line 1: the key is not 64 hex digits"},
        {"1 0001020304050607:08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1\n",
         "line 1: the key is not 64 hex digits"},
        {"1 " KEY_A "\n2 " KEY_A "\n1 " KEY_B "\n", "line 3: key id 1 stands in an earlier line"},
    };
    struct crypto_ring *ring = NULL;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};

        put(*state, cases[i].text);
        assert_int_equal(crypto_ring_open(&ring, *state, &e), -1);
        assert_null(ring);
        assert_int_equal(e.kind, ERR_INPUT);
        const char *why = strstr(e.text, "\": ");
        assert_non_null(why);
        assert_string_equal(why + 3, cases[i].why);
    }
}

static void nul_bytes_in_a_ring_are_refused(void **state)
{
    static const char id[] = "1\0 " KEY_A "\n", key[] = "1 \0" KEY_A "\n";
    struct crypto_ring *ring = NULL;
    struct err e = {0};

    put_bytes(*state, id, sizeof(id) - 1);
    assert_int_equal(crypto_ring_open(&ring, *state, &e), -1);
    put_bytes(*state, key, sizeof(key) - 1);
    assert_int_equal(crypto_ring_open(&ring, *state, &e), -1);
}

static void a_ring_holds_256_keys_and_no_more(void **state)
{
    struct crypto_ring *ring = NULL;
    struct err e = {0};

    for (int i = 0; i < 256; i++)
        assert_int_equal(crypto_ring_add(*state, &e), 0);
    ring = open_ring(*state);
    crypto_ring_close(&ring);
    assert_int_equal(crypto_ring_add(*state, &e), -1);
    assert_non_null(strstr(e.text, "no room"));
    int fd = open(*state, O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write(fd, "300 " KEY_A "\n", 69), 69);
    close(fd);
    assert_int_equal(crypto_ring_open(&ring, *state, &e), -1);
    assert_non_null(strstr(e.text, "line 257: more than 256 keys"));
}

static void huge_files_are_refused(void **state)
{
    struct crypto_ring *ring = NULL;
    struct err e = {0};

    assert_int_equal(truncate(*state, 100 << 20), 0);
    assert_int_equal(crypto_ring_open(&ring, *state, &e), -1);
    assert_non_null(strstr(e.text, "it has more than"));
}

static void a_ring_that_others_may_read_is_refused(void **state)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0601};
    struct crypto_ring *ring = NULL;

    put(*state, "1 " KEY_A "\n");
    for (size_t i = 0; i < COUNT(modes); i++) {
        struct err e = {0};

        assert_int_equal(chmod(*state, modes[i]), 0);
        assert_int_equal(crypto_ring_open(&ring, *state, &e), -1);
        assert_int_equal(e.kind, ERR_SYSTEM);
        assert_int_equal(crypto_ring_add(*state, &e), -1);
    }
    assert_int_equal(chmod(*state, 0400), 0);
    ring = open_ring(*state);
    crypto_ring_close(&ring);
}

static void what_is_no_file_is_refused(void **state)
{
    struct crypto_ring *ring = NULL;
    struct err e = {0};

    unlink(*state);
    assert_int_equal(crypto_ring_open(&ring, *state, &e), -1);
    assert_int_equal(e.kind, ERR_SYSTEM);
    assert_int_equal(crypto_ring_open(&ring, "/tmp", &e), -1);
    assert_int_equal(e.kind, ERR_SYSTEM);
    assert_int_equal(crypto_ring_add("/nowhere/ring", &e), -1);
    assert_int_equal(e.kind, ERR_SYSTEM);
}

static void adding_makes_a_private_file_and_counts_on(void **state)
{
    uint8_t sealed[CRYPTO_SEAL_OVERHEAD];
    struct stat status;
    struct err e = {0};

    unlink(*state);
    assert_int_equal(crypto_ring_add(*state, &e), 0);
    assert_int_equal(stat(*state, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(crypto_ring_add(*state, &e), 0);
    AUTO(crypto_ring_close) struct crypto_ring *ring = open_ring(*state);
    crypto_seal(ring, &case_id, "", 0, sealed);
    assert_memory_equal(sealed, "\x00\x02", 2);
}

static void adding_mends_a_missing_line_feed(void **state)
{
    uint8_t sealed[CRYPTO_SEAL_OVERHEAD];
    struct err e = {0};

    put(*state, "7 " KEY_A "\n3 " KEY_B);
    assert_int_equal(crypto_ring_add(*state, &e), 0);
    AUTO(crypto_ring_close) struct crypto_ring *ring = open_ring(*state);
    crypto_seal(ring, &case_id, "", 0, sealed);
    assert_memory_equal(sealed, "\x00\x08", 2);
}

static void adding_leaves_a_broken_ring_alone(void **state)
{
    struct stat status;
    struct err e = {0};

    put(*state, "1 abc\n");
    assert_int_equal(crypto_ring_add(*state, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(stat(*state, &status), 0);
    assert_int_equal(status.st_size, 6);
    put(*state, "32767 " KEY_A "\n");
    assert_int_equal(crypto_ring_add(*state, &e), -1);
}

/* Lets this process write files of up to bytes. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_leaves_the_ring_as_it_was(void **state)
{
    struct stat before, after;
    struct err e = {0};

    put(*state, "1 " KEY_A "\n");
    assert_int_equal(stat(*state, &before), 0);
    void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
    limit_files((rlim_t)before.st_size + 10);
    int cut = crypto_ring_add(*state, &e);
    limit_files((rlim_t)before.st_size);
    int refused = crypto_ring_add(*state, &e);
    limit_files(RLIM_INFINITY);
    signal(SIGXFSZ, old);
    assert_int_equal(cut, -1);
    assert_int_equal(refused, -1);
    assert_int_equal(e.kind, ERR_SYSTEM);
    assert_int_equal(stat(*state, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
}

static void curve_keys_have_their_text_form(void **state)
{
    char public_key[CRYPTO_CURVE_SIZE], secret_key[CRYPTO_CURVE_SIZE];

    (void)state;
    crypto_curve_new(public_key, secret_key);
    assert_int_equal(strlen(public_key), CRYPTO_CURVE_SIZE - 1);
    assert_int_equal(strlen(secret_key), CRYPTO_CURVE_SIZE - 1);
    assert_string_not_equal(public_key, secret_key);
}

#define RING_TEST(f) cmocka_unit_test_setup_teardown(f, make_file, remove_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RING_TEST(the_hash_of_pieces_is_that_of_the_whole),
        RING_TEST(what_was_sealed_opens_for_its_owner_only),
        RING_TEST(one_changed_bit_keeps_a_seal_shut),
        RING_TEST(an_empty_message_can_be_sealed),
        RING_TEST(two_seals_of_one_message_differ),
        RING_TEST(rotation_keeps_old_seals_indexes_and_links),
        RING_TEST(a_key_that_was_added_is_found_in_the_file),
        RING_TEST(indexes_and_secrets_never_change),
        RING_TEST(indexes_of_other_kinds_texts_and_rings_differ),
        RING_TEST(only_the_right_secret_matches),
        RING_TEST(malformed_rings_are_refused_with_their_line),
        RING_TEST(nul_bytes_in_a_ring_are_refused),
        RING_TEST(a_ring_holds_256_keys_and_no_more),
        RING_TEST(huge_files_are_refused),
        RING_TEST(a_ring_that_others_may_read_is_refused),
        RING_TEST(what_is_no_file_is_refused),
        RING_TEST(adding_makes_a_private_file_and_counts_on),
        RING_TEST(adding_mends_a_missing_line_feed),
        RING_TEST(adding_leaves_a_broken_ring_alone),
        RING_TEST(a_full_disk_leaves_the_ring_as_it_was),
        RING_TEST(curve_keys_have_their_text_form),
    };

    return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
