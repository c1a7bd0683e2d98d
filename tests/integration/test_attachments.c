/* SPDX-License-Identifier: Apache-2.0 */
/* links: PkgConfig::JPEG PkgConfig::PNG */
/* test_attachments - a whole city is sent photos and worse by check_attachments.py, and by a worker
 * with check_worker_files.py; the files are made here, by the libraries that phones use. */
#include "child.h"
#include "city.h"
#include "format.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "photos.h"
#include "unit.h"

static void put(const struct city *city, const char *name, struct strbuf bytes)
{
    AUTO(format_free) char *path = format_new("%s/files/%s", city_dir(city), name);
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
    fclose(file);
    strbuf_free(&bytes);
}

static struct strbuf with_tail(struct strbuf bytes, const char *tail)
{
    strbuf_add(&bytes, tail, strlen(tail));
    return bytes;
}

static struct strbuf first_half(struct strbuf bytes)
{
    bytes.len /= 2;
    return bytes;
}

static struct strbuf words(const char *text)
{
    return photos_text(text, strlen(text));
}

static void put_files(const struct city *city)
{
    AUTO(format_free) char *dir = format_new("%s/files", city_dir(city));

    assert_int_equal(mkdir(dir, 0700), 0);
    put(city, "tagged.jpg", photos_tagged(1600, 1200, 6));
    put(city, "plain.jpg", photos_jpeg(640, 480));
    put(city, "screen.png", photos_png(300, 200));
    put(city, "paper.pdf", photos_pdf(""));
    put(city, "film.mp4", photos_mp4());
    put(city, "flood.png", photos_flood(60000, 60000));
    put(city, "half.jpg", first_half(photos_jpeg(640, 480)));
    put(city, "mixed.jpg",
        with_tail(photos_jpeg(64, 64), "<html><script>alert(1)</script></html>"));
    put(city, "active.pdf", photos_pdf("/OpenAction << /S /JavaScript >>"));
    put(city, "page.jpg", words("<!DOCTYPE html><html><script>alert(1)</script></html>"));
    put(city, "drawing.jpg",
        words("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>"));
    put(city, "empty.jpg", words(""));
}

static int open_city(void **state)
{
    int rc = city_setup(state);

    city_set(*state, format_new("FAKE_TIME=%s", FAKE_TIME)); /* for a door of another day */
    put_files(*state);
    return rc;
}

static void play_script(struct city *city, const char *name, const char *part)
{
    AUTO(format_free) char *script = format_new("%s/tests/integration/%s", SOURCE_DIR, name);
    AUTO(format_free) char *port = format_new("%u", city_intake_port(city));
    const char *const argv[] = {"/usr/bin/python3", script, port, BIN_DIR,
                                city_dir(city),     part,   NULL};
    struct err e;

    if (child_run(&(struct child_settings){.argv = argv, .env = city_env(city)}, &e) == 0)
        return;
    process_show_log(city_service(city, "intake"));
    process_show_log(city_service(city, "tracker"));
    fail_msg("%s", e.text);
}

static void play(struct city *city, const char *part)
{
    play_script(city, "check_attachments.py", part);
}

static void photos_come_in_and_go_out(void **state)
{
    play(*state, "files");
}

static void cases_have_them_whichever_way_they_came(void **state)
{
    play(*state, "cases");
}

static void bad_files_are_refused_by_name_and_rule(void **state)
{
    play(*state, "refused");
}

static void no_more_is_taken_than_the_catalogue_allows(void **state)
{
    play(*state, "limits");
}

static void answers_have_what_their_workers_uploaded(void **state)
{
    play_script(*state, "check_worker_files.py", "workers");
}

static void what_is_gone_from_the_disk_is_noticed(void **state)
{
    play(*state, "lost");
}

static void what_no_case_has_goes(void **state)
{
    play(*state, "swept");
}

static void every_answered_case_has_its_photo_whoever_is_killed(void **state)
{
    play(*state, "kill");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(photos_come_in_and_go_out),
        cmocka_unit_test(cases_have_them_whichever_way_they_came),
        cmocka_unit_test(bad_files_are_refused_by_name_and_rule),
        cmocka_unit_test(no_more_is_taken_than_the_catalogue_allows),
        cmocka_unit_test(answers_have_what_their_workers_uploaded),
        cmocka_unit_test(what_is_gone_from_the_disk_is_noticed),
        cmocka_unit_test(what_no_case_has_goes),
        cmocka_unit_test(every_answered_case_has_its_photo_whoever_is_killed),
    };

    return cmocka_run_group_tests(tests, open_city, city_teardown);
}
