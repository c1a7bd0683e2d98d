/* SPDX-License-Identifier: Apache-2.0 */
/* links: notifier */
#include "georeport.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

static void writes_the_form_that_clients_read(void **state)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(10000);
    const struct georeport_update u = {.id = 4711,
                                       .reference = "REF00-00001",
                                       .at_us = INT64_C(1795644137000000),
                                       .step = open311_step("accepted"),
                                       .answer = "Đã thay bóng đèn.",
                                       .jurisdiction = "2482",
                                       .api_key = "k&y"};

    (void)state;
    georeport_write(&u, &body);
    assert_string_equal(strbuf_text(&body),
                        "jurisdiction_id=2482&api_key=k%26y&service_request_id=REF00-00001"
                        "&update_id=4711&updated_datetime=2026-11-26T05%3A02%3A17%2B07%3A00"
                        "&status=in_progress&description=%C4%90%C6%A1n%20v%E1%BB%8B%20%C4%91ang"
                        "%20x%E1%BB%AD%20l%C3%BD.");
}

static void says_the_answer_once_it_is_published(void **state)
{
    struct georeport_update u = {
        .id = 1, .reference = "R", .answer = "Done & dusted", .in_english = true};
    const struct {
        const char *type, *description;
    } said[] = {{"answered", "description=Answered."}, {"published", "description=Done%20%26%20"}};

    (void)state;
    for (size_t i = 0; i < COUNT(said); i++) {
        AUTO(strbuf_free) struct strbuf body = STRBUF(10000);
        u.step = open311_step(said[i].type);
        georeport_write(&u, &body);
        assert_non_null(strstr(strbuf_text(&body), said[i].description));
        assert_non_null(strstr(strbuf_text(&body), "&status=fixed&"));
        assert_null(strstr(strbuf_text(&body), "api_key"));
    }
}

static void adds_to_the_base_address(void **state)
{
    static const char *const bases[] = {"https://a.example/v2", "https://a.example/v2/",
                                        "https://a.example/v2//"};

    (void)state;
    for (size_t i = 0; i < COUNT(bases); i++) {
        AUTO(strbuf_free) struct strbuf url = STRBUF(1000);
        georeport_url(bases[i], &url);
        assert_string_equal(strbuf_text(&url), "https://a.example/v2/servicerequestupdates.json");
    }
}

static void takes_an_answer_for_what_it_means(void **state)
{
    static const struct {
        int status;
        const char *answer, *step;
        enum gateway_verdict verdict;
        bool works;
    } cases[] = {
        {200, "", "accepted", GATEWAY_TAKEN, false},
        {201, "[]", "accepted", GATEWAY_TAKEN, false},
        {400, "[{\"code\":400,\"description\":\"Bad request: already exists\"}]", "accepted",
         GATEWAY_TAKEN, true},
        {409, "Update ALREADY EXISTS", "accepted", GATEWAY_TAKEN, true},
        {409, "Duplicate update_id", "accepted", GATEWAY_TAKEN, true},
        {422, "duplicate key value", "accepted", GATEWAY_TAKEN, true},
        /* The state that we say is no proof that it is there. */
        {400, "status: duplicate is not known", "merged", GATEWAY_FAILED, true},
        {400, "it already exists", "merged", GATEWAY_TAKEN, true},
        /* It may not know the request yet. */
        {400, "Bad request: not found", "received", GATEWAY_FAILED, true},
        {404, "already exists", "received", GATEWAY_FAILED, true},
        {401, "already exists", "received", GATEWAY_REFUSED, false},
        {403, "", "received", GATEWAY_REFUSED, false},
        {410, "", "received", GATEWAY_REFUSED, false},
        {429, "", "received", GATEWAY_FAILED, false},
        {500, "already exists", "received", GATEWAY_FAILED, false},
        {302, "", "received", GATEWAY_REFUSED, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bool works;
        enum gateway_verdict verdict =
            georeport_judge(cases[i].status, cases[i].answer, open311_step(cases[i].step), &works);
        if (verdict != cases[i].verdict || works != cases[i].works)
            fail_msg("%d \"%s\": %d, %d", cases[i].status, cases[i].answer, (int)verdict, works);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_form_that_clients_read),
        cmocka_unit_test(says_the_answer_once_it_is_published),
        cmocka_unit_test(adds_to_the_base_address),
        cmocka_unit_test(takes_an_answer_for_what_it_means),
    };

    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    return cmocka_run_group_tests_name("georeport", tests, NULL, NULL);
}
