/* SPDX-License-Identifier: Apache-2.0 */
/* links: tracker */
/* The one extension, the apology, and the letters with their numbers, decided in memory. */
#include "letters.h"
#include "verbs_fixture.h"

static void say_extension(int64_t due_at, char body[200])
{
    snprintf(body, 200, "{\"reason_code\":\"complex\",\"due_at\":%lld}", (long long)due_at);
}

static void say_apology(int64_t new_due_at, char body[200])
{
    snprintf(body, 200,
             "{\"reason_code\":\"parts\",\"text\":\"Chưa có vật tư\",\"new_due_at\":%lld}",
             (long long)new_due_at);
}

static const struct letter_row *letter_of(const struct fixture *f, const char *form)
{
    for (size_t i = f->set.letter_count; i-- > 0;)
        if (strcmp(f->set.letters[i].form, form) == 0)
            return &f->set.letters[i];
    fail_msg("there is no letter of form %s", form);
    return NULL;
}

/* ---- extension ---- */

static void extends_once_and_in_time(void **state)
{
    struct fixture *f = *state;
    char body[200];

    f->regime.extensions = 1;
    begin(f);
    int64_t due_at = the_case(f)->due_at, to = due_at + day_us;
    say_extension(to, body);
    REFUSED(say_as(f, officer, "extend", body), "role: \"extend\" is not for a officer");
    GOOD(say_as(f, head, "extend", body));
    assert_int_equal(the_case(f)->due_at, to);
    assert_int_equal(the_case(f)->tasks[0].due_at, to);
    assert_int_equal(the_case(f)->tasks[1].due_at, to);
    assert_int_equal(counted(f, "extended"), 1);
    say_extension(to + day_us, body);
    REFUSED(say_as(f, head, "extend", body), "extensions: the regime \"R1\" allows 1");
}

static void extends_nothing_that_is_past(void **state)
{
    struct fixture *f = *state;
    char body[200];

    f->regime.extensions = 1;
    begin(f);
    f->set.now = the_case(f)->due_at + 1;
    say_extension(f->set.now + day_us, body);
    REFUSED(say_as(f, head, "extend", body), "extension: the due time is past");
    f->set.now--;
    GOOD(say_as(f, head, "extend", body));
}

static void extends_to_a_working_moment_within_the_limit(void **state)
{
    struct fixture *f = *state;
    char body[200];

    f->regime.extensions = 1;
    f->regime.limits[LIMIT_EXTENSION] = (struct deadline_policy){WORKTIME_WORKING_DAYS, 2};
    begin(f);
    int64_t due_at = the_case(f)->due_at;       /* Monday 14:30 */
    int64_t monday = due_at - hour_us * 29 / 2; /* its midnight */
    say_extension(due_at, body);
    REFUSED(say_as(f, head, "extend", body), "due_at: is not later than the due time");
    say_extension(monday + day_us + 12 * hour_us, body); /* at lunch */
    REFUSED(say_as(f, head, "extend", body),
            "due_at: is not a working moment of the case's calendar");
    say_extension(monday + 2 * day_us + 17 * hour_us + 1, body);
    REFUSED(say_as(f, head, "extend", body), "due_at: lies beyond what the regime");
    say_extension(monday + 2 * day_us + 17 * hour_us, body); /* closing time */
    GOOD(say_as(f, head, "extend", body));
    assert_non_null(strstr(told(f, "extended"), "\"reason_code\":\"complex\""));
    REFUSED(say_as(f, head, "extend", "{\"reason_code\":\"lazy\",\"due_at\":1}"), "extensions: ");
}

/* What was raised stays raised; what was not comes by the new date. */
static void flags_go_by_the_new_date(void **state)
{
    struct fixture *f = *state;
    char body[200];

    f->regime.extensions = 1;
    begin(f);
    f->set.now += 5 * hour_us;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "due_soon_half"), 1);
    say_extension(the_case(f)->due_at + 2 * day_us, body);
    GOOD(say_as(f, head, "extend", body));
    f->set.now += day_us;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "due_soon_half"), 1);
    assert_int_equal(count_events(f, "overdue"), 0);
    f->set.now += day_us + hour_us;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "overdue"), 1);
}

/* ---- apology ---- */

static void keeps_a_late_answer_until_the_apology(void **state)
{
    struct fixture *f = *state;
    char body[200];

    f->regime.apology = true;
    begin(f);
    int64_t due_at = the_case(f)->due_at;
    f->set.now = due_at + 1;
    REFUSED(say_as(f, officer, "answer", answer),
            "apology: a late answer cannot be issued before its apology");
    say_apology(f->set.now, body);
    REFUSED(say_as(f, head, "apologise", body), "new_due_at: is past");
    say_apology(due_at + day_us, body);
    REFUSED(say_as(f, officer, "apologise", body), "role: ");
    GOOD(say_as(f, head, "apologise", body));
    assert_int_equal(the_case(f)->due_at, due_at);
    assert_int_equal(the_case(f)->terms.promised_at, due_at + day_us);
    assert_int_equal(counted(f, "apologised"), 1);
    assert_int_equal(counted(f, "apologised_on_time"), 0);
    REFUSED(say_as(f, head, "apologise", body), "apology: it has been issued already");
    GOOD(say_as(f, officer, "answer", answer));
    assert_int_equal(counted(f, "late"), 1);
}

static void needs_no_apology_in_time_or_under_another_regime(void **state)
{
    struct fixture *f = *state;
    char body[200];

    begin(f);
    say_apology(the_case(f)->due_at + day_us, body);
    REFUSED(say_as(f, head, "apologise", body), "apology: the regime \"R1\" has none");
    f->regime.apology = true;
    f->set.now = the_case(f)->due_at;
    GOOD(say_as(f, officer, "answer", answer));
}

/* With four hours there is no working day before: drafted at the due time. */
static void drafts_the_apology_once(void **state)
{
    struct fixture *f = *state;
    char body[200];

    f->regime.apology = true;
    begin(f);
    f->set.now = the_case(f)->due_at;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "apology_drafted"), 1);
    assert_int_equal(count_events(f, "apology"), 1); /* the duty */
    assert_null(letter_of(f, "apology")->kind);
    f->set.now += 10 * day_us;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "apology_drafted"), 1);
    say_apology(f->set.now + 2 * hour_us, body);
    GOOD(say_as(f, head, "apologise", body));
    assert_int_equal(f->set.letter_count, 1);
    assert_int_equal(letter_of(f, "apology")->number, 1);
    assert_non_null(strstr(letter_of(f, "apology")->fields.data, "\"text\":\"Chưa có vật tư\""));
}

static void drafts_a_working_day_before(void **state)
{
    struct fixture *f = *state;

    f->regime.apology = true;
    f->services[0].policy = (struct deadline_policy){WORKTIME_WORKING_DAYS, 3};
    begin(f);
    f->set.now = the_case(f)->due_at - day_us - 1;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "apology_drafted"), 0);
    f->set.now++;
    GOOD(ring(f, 1));
    assert_int_equal(count_events(f, "due_soon_day"), 1);
    assert_int_equal(count_events(f, "apology_drafted"), 1);
}

/* ---- letters ---- */

static void numbers_each_register_from_one(void **state)
{
    struct fixture *f = *state;

    f->regime.receipt = true;
    begin(f);
    assert_int_equal(letter_of(f, "receipt")->number, 1);
    f->case_id = uuid_new();
    begin(f);
    assert_int_equal(letter_of(f, "receipt")->number, 2);
    assert_int_equal(letter_of(f, "receipt")->year, 2026);
    assert_string_equal(letter_of(f, "receipt")->kind, "BN");
    assert_non_null(strstr(letter_of(f, "receipt")->fields.data, "\"signer\":\"Nguyễn Văn Mẫu\""));
    GOOD(say_as(f, officer, "ask", "{\"question\":\"Nhà số mấy?\"}"));
    assert_int_equal(letter_of(f, "information")->number, 1);
    GOOD(say_as(f, citizen, "info", words));
    GOOD(say_as(f, officer, "reject", "{\"reason_code\":\"unclear\",\"text\":\"Không rõ\"}"));
    assert_null(letter_of(f, "refusal")->kind);
    GOOD(say_as(f, "reviewer:binh", "confirm", ""));
    assert_int_equal(letter_of(f, "refusal")->number, 1);
    assert_string_equal(letter_of(f, "refusal")->kind, "TC");
    assert_int_equal(count_events(f, "letter_issued"), 4);
    f->set.now = INT64_C(1798800000) * 1000000; /* 2027 */
    f->case_id = uuid_new();
    GOOD(record(f, ""));
    assert_int_equal(letter_of(f, "receipt")->number, 1);
    assert_int_equal(letter_of(f, "receipt")->year, 2027);
}

static void gives_back_numbers_of_what_is_not_committed(void **state)
{
    struct fixture *f = *state;

    f->regime.receipt = true;
    GOOD(record(f, ""));
    assert_int_equal(letter_of(f, "receipt")->number, 1);
    taken_drop(&f->set.taken);
    f->case_id = uuid_new();
    GOOD(record(f, ""));
    assert_int_equal(letter_of(f, "receipt")->number, 1);
    taken_free(&f->set.taken); /* as with the commit */
    f->case_id = uuid_new();
    GOOD(record(f, ""));
    assert_int_equal(letter_of(f, "receipt")->number, 2);
}

#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(extends_once_and_in_time),
        FIXTURE(extends_nothing_that_is_past),
        FIXTURE(extends_to_a_working_moment_within_the_limit),
        FIXTURE(flags_go_by_the_new_date),
        FIXTURE(keeps_a_late_answer_until_the_apology),
        FIXTURE(needs_no_apology_in_time_or_under_another_regime),
        FIXTURE(drafts_the_apology_once),
        FIXTURE(drafts_a_working_day_before),
        FIXTURE(numbers_each_register_from_one),
        FIXTURE(gives_back_numbers_of_what_is_not_committed),
    };

    return cmocka_run_group_tests_name("promise", tests, NULL, NULL);
}
