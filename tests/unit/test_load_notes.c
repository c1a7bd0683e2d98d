/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "load_notes.h"

#include "load_options.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static char path[40];
static char second[REFERENCE_SIZE], first[REFERENCE_SIZE];

/* Two references in their order. */
static int set_up(void **state)
{
    (void)state;
    reference_new(first);
    do
        reference_new(second);
    while (strcmp(first, second) >= 0);
    memcpy(path, "/tmp/dunghen-notes-XXXXXX", sizeof("/tmp/dunghen-notes-XXXXXX"));
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_notes(void)
{
    struct load_plan plan = {.run = 7, .box = {-1, 2, 3, 4}};
    struct load_notes *notes;
    struct err e;

    plan.services[0] = mem_text("HT04");
    plan.services[1] = mem_text("MT01");
    plan.service_count = 2;
    assert_int_equal(load_notes_create(&notes, path, &plan, true, &e), 0);
    load_notes_add(notes, second, 5);
    load_notes_add(notes, first, 9999999);
    load_notes_close(&notes);
    load_plan_free(&plan);
}

static void append(const char *text)
{
    FILE *file = fopen(path, "ae");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void what_is_noted_is_read_back_by_reference(void **state)
{
    struct load_notebook book;
    struct err e;

    (void)state;
    write_notes();
    assert_int_equal(load_notebook_read(&book, path, &e), 0);
    assert_int_equal(book.plan.run, 7);
    assert_int_equal(book.plan.box.south, -1);
    assert_int_equal(book.plan.box.east, 4);
    assert_int_equal(book.plan.service_count, 2);
    assert_string_equal(book.plan.services[1], "MT01");
    assert_int_equal(book.count, 2);
    assert_string_equal(book.notes[0].reference, first);
    assert_int_equal(book.notes[0].n, 9999999);
    assert_string_equal(book.notes[1].reference, second);
    assert_int_equal(book.notes[1].n, 5);
    load_notebook_free(&book);
}

static void a_last_line_that_was_cut_off_is_passed_over(void **state)
{
    struct load_notebook book;
    struct err e;

    (void)state;
    write_notes();
    append("23456-7");
    assert_int_equal(load_notebook_read(&book, path, &e), 0);
    assert_int_equal(book.count, 2);
    load_notebook_free(&book);
}

static void a_wrong_line_is_named(void **state)
{
    struct load_notebook book;
    struct err e;

    (void)state;
    write_notes();
    append("nonsense\n");
    assert_int_equal(load_notebook_read(&book, path, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_non_null(strstr(e.text, ":4: "));
}

static void a_file_without_a_plan_is_refused(void **state)
{
    struct load_notebook book;
    struct err e;

    (void)state;
    assert_int_equal(load_notebook_read(&book, path, &e), -1);
    append("{\"run\":0,\"box\":[0,0,0,0],\"services\":[\"A\"]}\n");
    assert_int_equal(load_notebook_read(&book, path, &e), -1);
    assert_non_null(strstr(e.text, ":1: "));
}

/* ---- options ---- */

static int read_options(char **args, struct load_options *out)
{
    struct err e;

    return load_options_read(args, out, &e);
}

static void options_are_read_and_have_defaults(void **state)
{
    char *none[] = {NULL};
    char rate[] = "--rate", number[] = "250", count[] = "--count", ten[] = "10", json[] = "--json";
    char *some[] = {rate, number, json, count, ten, NULL};
    struct load_options o;

    (void)state;
    assert_int_equal(read_options(none, &o), 0);
    assert_string_equal(o.url, "http://127.0.0.1:8080");
    assert_int_equal(o.seconds, 10);
    assert_false(o.json || o.no_keys);
    assert_int_equal(read_options(some, &o), 0);
    assert_int_equal(o.rate, 250);
    assert_int_equal(o.count, 10);
    assert_int_equal(o.seconds, 0);
    assert_true(o.json);
}

static void wrong_options_are_refused(void **state)
{
    char unknown[] = "--nothing", rate[] = "--rate", zero[] = "0", database[] = "--database";
    char *a[] = {unknown, NULL}, *b[] = {rate, NULL}, *c[] = {rate, zero, NULL};
    char *d[] = {database, NULL};
    struct load_options o;

    (void)state;
    assert_int_equal(read_options(a, &o), -1);
    assert_int_equal(read_options(b, &o), -1);
    assert_int_equal(read_options(c, &o), -1);
    assert_int_equal(read_options(d, &o), -1);
}

static void a_box_is_four_numbers_in_order(void **state)
{
    static const char *const wrong[] = {"",        "1,2,3",     "1,2,3,4,5", "3,2,1,4",
                                        "1,4,3,2", "91,0,92,1", "a,b,c,d",   "1,2,3,"};
    struct load_box box;
    struct err e;

    (void)state;
    assert_int_equal(load_options_box("-10.7,106.6,10.88,106.8", &box, &e), 0);
    assert_int_equal(box.south, -10700000);
    assert_int_equal(box.east, 106800000);
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(load_options_box(wrong[i], &box, &e), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_noted_is_read_back_by_reference, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_last_line_that_was_cut_off_is_passed_over, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_line_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_without_a_plan_is_refused, set_up, tear_down),
        cmocka_unit_test(options_are_read_and_have_defaults),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(a_box_is_four_numbers_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
