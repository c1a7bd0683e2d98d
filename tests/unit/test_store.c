/* SPDX-License-Identifier: Apache-2.0 */
/* links: letters */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char dir[64];

static int make_dir(void **state)
{
    struct err e;

    (void)state;
    snprintf(dir, sizeof(dir), "/tmp/store-XXXXXX");
    return mkdtemp(dir) != NULL && crypto_open(&e) == 0 ? store_open(dir, &e) : -1;
}

static int remove_dir(void **state)
{
    static const char *const argv[] = {"rm", "-rf", dir, NULL};

    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        execv("/bin/rm", (char *const *)(uintptr_t)argv);
        _exit(1);
    }
    return pid > 0 ? 0 : -1;
}

static void put(const char *text, char path[200])
{
    struct strbuf file = {.data = (char *)(uintptr_t)text, .len = strlen(text), .limit = 100};
    uint8_t hash[CRYPTO_HASH_BYTES];
    struct err e;

    assert_int_equal(store_put(dir, "writer", &file, hash, &e), 0);
    int len = snprintf(path, 200, "%s/%02x/", dir, hash[0]);
    for (size_t i = 1; i < sizeof(hash); i++)
        len += snprintf(path + len, 200 - (size_t)len, "%02x", hash[i]);
    snprintf(path + len, 200 - (size_t)len, ".pdf");
}

static void a_file_stands_under_its_hash(void **state)
{
    char path[200], again[200], other[200], content[20] = "";

    (void)state;
    put("one letter", path);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fread(content, 1, sizeof(content), file), 10);
    fclose(file);
    assert_string_equal(content, "one letter");
    put("one letter", again);
    assert_string_equal(path, again);
    put("another letter", other);
    assert_string_not_equal(path, other);
}

static void nobody_else_may_read_it(void **state)
{
    struct stat about;
    char path[200];

    (void)state;
    put("a private letter", path);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(stat(dir, &about), 0);
    assert_int_equal(about.st_mode & 0077, 0);
}

static void leftovers_go_and_letters_stay(void **state)
{
    char path[200], leftover[200];
    struct err e;

    (void)state;
    put("one letter", path);
    snprintf(leftover, sizeof(leftover), "%s/tmp/half", dir);
    FILE *file = fopen(leftover, "we");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(store_clean(dir, &e), 0);
    assert_true(access(leftover, F_OK) < 0 && errno == ENOENT);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(store_clean(dir, &e), 0);
}

static void a_folder_that_is_gone_is_an_error(void **state)
{
    struct strbuf file = {.data = (char *)(uintptr_t) "x", .len = 1, .limit = 100};
    uint8_t hash[CRYPTO_HASH_BYTES];
    struct err e;

    (void)state;
    assert_true(store_put("/tmp/no-such-folder", "w", &file, hash, &e) < 0);
    assert_int_equal(e.kind, ERR_SYSTEM);
    assert_true(store_clean("/tmp/no-such-folder", &e) < 0);
    assert_true(store_open("/tmp/no/such/folder", &e) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_stands_under_its_hash),
        cmocka_unit_test(nobody_else_may_read_it),
        cmocka_unit_test(leftovers_go_and_letters_stay),
        cmocka_unit_test(a_folder_that_is_gone_is_an_error),
    };

    return cmocka_run_group_tests_name("store", tests, make_dir, remove_dir);
}
