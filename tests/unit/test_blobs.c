/* SPDX-License-Identifier: Apache-2.0 */
#include "blobs.h"

#include <errno.h>
#include <fcntl.h>
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
    snprintf(dir, sizeof(dir), "/tmp/blobs-XXXXXX");
    return mkdtemp(dir) != NULL && crypto_open(&e) == 0 ? blobs_open(dir, &e) : -1;
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

    assert_int_equal(blobs_put(dir, "writer", ".pdf", &file, hash, &e), 0);
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

static void what_is_not_the_named_file_is_told(void **state)
{
    char path[200], name[BLOBS_NAME_SIZE];
    struct err e;

    (void)state;
    put("one letter", path);
    snprintf(name, sizeof(name), "%.2s%s", path + strlen(dir) + 1, path + strlen(dir) + 4);
    assert_int_equal(blobs_check(dir, name, 10, &e), 0);
    assert_true(blobs_has(dir, name));
    assert_int_equal(blobs_check(dir, name, 11, &e), -1);
    assert_string_equal(e.text, "has 10 bytes instead of 11");
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs("one lettes", file);
    fclose(file);
    assert_int_equal(blobs_check(dir, name, 10, &e), -1);
    assert_string_equal(e.text, "has another hash than its name");
    assert_int_equal(e.kind, ERR_CONFLICT);
    unlink(path);
    assert_int_equal(blobs_check(dir, name, 10, &e), -1);
    assert_string_equal(e.text, "is not there");
    assert_false(blobs_has(dir, name));
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(blobs_has(dir, name));
    assert_int_equal(blobs_check(dir, name, 10, &e), -1);
    rmdir(path);
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
    assert_int_equal(blobs_clean(dir, 0, &e), 0);
    assert_true(access(leftover, F_OK) < 0 && errno == ENOENT);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(blobs_clean(dir, 0, &e), 0);
}

static void a_folder_that_is_gone_is_an_error(void **state)
{
    struct strbuf file = {.data = (char *)(uintptr_t) "x", .len = 1, .limit = 100};
    uint8_t hash[CRYPTO_HASH_BYTES];
    struct err e;

    (void)state;
    assert_true(blobs_put("/tmp/no-such-folder", "w", ".pdf", &file, hash, &e) < 0);
    assert_int_equal(e.kind, ERR_SYSTEM);
    assert_true(blobs_clean("/tmp/no-such-folder", 0, &e) < 0);
    assert_true(blobs_open("/tmp/no/such/folder", &e) < 0);
}

static void write_tmp(const char *writer, const char *text)
{
    char path[200];

    snprintf(path, sizeof(path), "%s/tmp/%s", dir, writer);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void what_was_streamed_is_kept_likewise(void **state)
{
    uint8_t hash[CRYPTO_HASH_BYTES];
    char path[200];
    struct err e;

    (void)state;
    put("a photo", path);
    assert_int_equal(unlink(path), 0);
    write_tmp("stream", "a photo");
    assert_int_equal(blobs_keep(dir, "stream", ".pdf", hash, &e), 0);
    assert_int_equal(access(path, R_OK), 0);
    write_tmp("small", "a small photo");
    assert_int_equal(blobs_keep_beside(dir, "small", ".thumb.jpg", hash, &e), 0);
    snprintf(path + strlen(path) - 4, 20, ".thumb.jpg");
    assert_int_equal(access(path, R_OK), 0);
    assert_true(blobs_keep(dir, "stream", ".pdf", hash, &e) < 0);
}

static bool note_name(void *ctx, const char *name)
{
    snprintf(ctx, BLOBS_NAME_SIZE, "%s", name);
    return true;
}

static void only_old_files_are_removed(void **state)
{
    const struct timespec long_ago[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    char path[200], name[BLOBS_NAME_SIZE] = "";
    uint8_t hash[CRYPTO_HASH_BYTES], again[CRYPTO_HASH_BYTES];
    bool removed = true;
    struct err e;

    (void)state;
    put("an orphan", path);
    write_tmp("orphan", "an orphan");
    assert_int_equal(blobs_keep(dir, "orphan", ".pdf", hash, &e), 0);
    assert_int_equal(blobs_each_old(dir, hash[0], 3600, note_name, name, &e), 0);
    assert_string_equal(name, "");
    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
    assert_int_equal(blobs_each_old(dir, hash[0], 3600, note_name, name, &e), 0);
    assert_true(blobs_name_hash(name, again));
    assert_memory_equal(again, hash, sizeof(hash));
    put("an orphan", path); /* said again: it is new */
    assert_int_equal(blobs_remove_old(dir, name, 3600, &removed, &e), 0);
    assert_false(removed);
    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
    assert_int_equal(blobs_remove_old(dir, name, 3600, &removed, &e), 0);
    assert_true(removed);
    assert_true(access(path, F_OK) < 0);
}

static void names_lead_nowhere_else(void **state)
{
    static const char *const bad[] = {
        "",
        "ab",
        "../../../../../../../../../../../../../../../../../../../../etc/passwd",
        "abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd",
        "abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd/../x.pdf",
        "ABCDEFabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd.pdf",
    };
    AUTO(strbuf_free) struct strbuf path = STRBUF(1000);

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(blobs_path(&path, "/d", bad[i]));
    assert_true(blobs_path(&path, "/d",
                           "abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd.jpg"));
    assert_string_equal(strbuf_text(&path),
                        "/d/ab/cdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd.jpg");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_stands_under_its_hash),
        cmocka_unit_test(what_is_not_the_named_file_is_told),
        cmocka_unit_test(nobody_else_may_read_it),
        cmocka_unit_test(leftovers_go_and_letters_stay),
        cmocka_unit_test(what_was_streamed_is_kept_likewise),
        cmocka_unit_test(only_old_files_are_removed),
        cmocka_unit_test(names_lead_nowhere_else),
        cmocka_unit_test(a_folder_that_is_gone_is_an_error),
    };

    return cmocka_run_group_tests_name("blobs", tests, make_dir, remove_dir);
}
