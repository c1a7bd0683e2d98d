/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
/* How a case's story, spans of time and sheets are printed. */
#include "sheet.h"
#include "shown.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

static const char answered[] =
    "{\"reference\":\"23456-789AZ\",\"state\":\"ANSWERED\",\"channel\":\"api\",\"language\":\"vi\","
    "\"area\":\"W1\",\"name\":\"hidden\",\"priority\":3,\"open\":false,"
    "\"service\":{\"code\":\"LIGHT\",\"name_en\":\"Street light out\",\"name_vi\":\"Đèn đường\"},"
    "\"unit\":{\"code\":\"D1\",\"name_en\":\"Department One\",\"name_vi\":null},"
    "\"promise\":{\"clock\":\"clock_hours\",\"amount\":7200,\"calendar\":\"OFFICE\"},"
    "\"received_at\":\"2026-11-23T14:05:09.123+07:00\","
    "\"due_at\":\"2026-11-23T16:05:09.123+07:00\","
    "\"answered_at\":\"2026-11-23T17:05:09.123+07:00\",\"closed_at\":null,"
    "\"lasted\":{\"clock_us\":10800000000,\"worked_us\":10500000000},"
    "\"left\":{\"clock_us\":-3600000000},"
    "\"events\":["
    "{\"seq\":7,\"at\":\"2026-11-23T14:05:09.123+07:00\",\"after\":null,\"task\":1,"
    "\"unit\":\"D1\",\"actor\":\"citizen\",\"type\":\"received\",\"detail\":{\"rule\":\"LIGHT/"
    "*\"}},"
    "{\"seq\":9,\"at\":\"2026-11-23T16:05:09.130+07:00\",\"after\":{\"clock_us\":7200007000},"
    "\"task\":1,\"unit\":\"D1\",\"actor\":\"sentinel\",\"type\":\"overdue\",\"detail\":{}},"
    "{\"seq\":12,\"at\":\"2026-11-23T17:05:09.123+07:00\",\"after\":{\"clock_us\":3599993000},"
    "\"task\":1,\"unit\":\"D1\",\"actor\":\"worker:x\",\"type\":\"a_step_of_tomorrow\","
    "\"detail\":{}}],"
    "\"tasks\":[{\"task\":1,\"role\":\"lead\",\"unit\":\"D1\",\"state\":\"done\",\"worker\":\"x\","
    "\"assigned_at\":\"2026-11-23T14:05:09.123+07:00\",\"accepted_at\":null,"
    "\"finished_at\":\"2026-11-23T17:05:09.123+07:00\","
    "\"due_at\":\"2026-11-23T16:05:09.123+07:00\",\"waited\":null,\"handled\":null,"
    "\"left\":{\"clock_us\":-3600000000}}],"
    "\"flags\":[{\"task\":1,\"level\":\"overdue\",\"moment\":\"2026-11-23T16:05:09.123+07:00\","
    "\"raised_at\":\"2026-11-23T16:05:09.130+07:00\",\"cleared_at\":null,"
    "\"lag\":{\"clock_us\":7000}}]}";

/* What story_print makes of it; yours to free. */
static char *printed(const char *story)
{
    AUTO(json_release) json_t *document = json_loads(story, 0, NULL);
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    assert_non_null(document);
    assert_non_null(out);
    story_print(document, out);
    fclose(out);
    return text;
}

static void expect(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void a_story_reads_line_by_line(void **state)
{
    char *text = printed(answered);

    (void)state;
    expect(text, "23456-789AZ  ANSWERED\n");
    expect(text, "  service   LIGHT  Street light out (Đèn đường)\n");
    expect(text, "  unit      D1  Department One\n");
    expect(text, "by api, language vi, name hidden, priority 3, area W1\n");
    expect(text, "promised 2 hours round the clock, calendar OFFICE\n");
    expect(text, "after 3 h 00 min (2 h 55 min of office hours), 1 h 00 min LATE\n");
    expect(text, "received, route LIGHT/*\n");
    expect(text, "OVERDUE\n");
    expect(text, "1 h 00 min LATE\n");
    expect(text, "7 ms\n");
    free(text);
}

static void an_unknown_step_is_shown_by_its_name(void **state)
{
    char *text = printed(answered);

    (void)state;
    expect(text, "a_step_of_tomorrow\n");
    free(text);
}

static void content_is_printed_when_it_is_there(void **state)
{
    char *without = printed(answered);
    char story[sizeof(answered) + 100];

    (void)state;
    assert_null(strstr(without, "Content"));
    snprintf(story, sizeof(story), "{\"content\":{\"description\":\"tối quá\"},%s", answered + 1);
    char *with = printed(story);
    expect(with, "\nContent\n");
    expect(with, "tối quá");
    free(with);
    free(without);
}

static void spans_have_the_unit_that_fits(void **state)
{
    static const struct {
        int64_t us;
        const char *text;
    } spans[] = {
        {0, "0 ms"},
        {999999, "999 ms"},
        {1000000, "1.0 s"},
        {59999999, "59.9 s"},
        {60000000, "1 min 00 s"},
        {3599999999, "59 min 59 s"},
        {3600000000, "1 h 00 min"},
        {86399999999, "23 h 59 min"},
        {86400000000, "1 d 0 h"},
        {-86400000000, "1 d 0 h"},
    };
    char out[SHOWN_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(spans); i++)
        assert_string_equal(shown_span(spans[i].us, out), spans[i].text);
}

static void moments_are_local_with_their_milliseconds(void **state)
{
    static const int64_t us = INT64_C(1795417509123999); /* 2026-11-23 07:05:09 UTC */
    char out[SHOWN_SIZE];

    (void)state;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    assert_string_equal(shown_moment(us, out), "2026-11-23T14:05:09.123+07:00");
    assert_string_equal(shown_time_of_day(us, out), "14:05:09.123");
}

static void columns_count_characters_and_lines_end_without_spaces(void **state)
{
    static const struct sheet_column columns[] = {
        {"name", false}, {"n", true}, {"note", false}, {NULL, false}};
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    (void)state;
    sheet_row(sheet);
    sheet_cell(sheet, "Phường Một");
    sheet_cell(sheet, "%d", 7);
    sheet_row(sheet);
    sheet_cell(sheet, "x");
    sheet_cell(sheet, "%d", 12345);
    sheet_cell(sheet, "y");
    sheet_print(sheet, 1, out);
    fclose(out);
    assert_string_equal(text,
                        " name            n  note\n"
                        " Phường Một      7\n"
                        " x           12345  y\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_story_reads_line_by_line),
        cmocka_unit_test(an_unknown_step_is_shown_by_its_name),
        cmocka_unit_test(content_is_printed_when_it_is_there),
        cmocka_unit_test(spans_have_the_unit_that_fits),
        cmocka_unit_test(moments_are_local_with_their_milliseconds),
        cmocka_unit_test(columns_count_characters_and_lines_end_without_spaces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
