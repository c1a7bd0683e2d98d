/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "load_texts.h"

#include "load_requests.h"
#include "mem.h"
#include "text.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "unit.h"

enum { MANY = 100 };

struct fixture {
    struct load_texts *texts;
    struct load_plan plan;
    struct load_case c, other;
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(1, sizeof(*f));

    f->texts = load_texts_open();
    f->plan = (struct load_plan){.run = 42, .box = {10700000, 106600000, 10880000, 106800000}};
    f->plan.services[f->plan.service_count++] = mem_text("HT04");
    f->plan.services[f->plan.service_count++] = mem_text("GY01");
    load_case_init(&f->c);
    load_case_init(&f->other);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    load_case_free(&f->c);
    load_case_free(&f->other);
    load_plan_free(&f->plan);
    load_texts_close(&f->texts);
    free(f);
    return 0;
}

static void the_same_number_makes_the_same_case(void **state)
{
    struct fixture *f = *state;

    for (int64_t n = 0; n < MANY; n++) {
        load_texts_make(f->texts, &f->plan, n, &f->c);
        load_texts_make(f->texts, &f->plan, n, &f->other);
        assert_string_equal(f->c.description.data, f->other.description.data);
        assert_string_equal(f->c.address.data, f->other.address.data);
        assert_string_equal(f->c.service, f->other.service);
        assert_true(f->c.lat == f->other.lat && f->c.lon == f->other.lon);
    }
}

static void no_two_cases_have_the_same_description(void **state)
{
    struct fixture *f = *state;

    load_texts_make(f->texts, &f->plan, 7, &f->c);
    load_texts_make(f->texts, &f->plan, 7 + LOAD_TEXTS, &f->other);
    assert_string_equal(f->c.address.data, f->other.address.data);
    assert_string_not_equal(f->c.description.data, f->other.description.data);
    assert_non_null(strstr(f->other.description.data, " 000000042-0000004103."));
}

static void texts_are_clean_composed_and_of_the_promised_length(void **state)
{
    struct fixture *f = *state;
    size_t shortest = SIZE_MAX, longest = 0;

    for (int64_t n = 0; n < LOAD_TEXTS; n++) {
        load_texts_make(f->texts, &f->plan, n, &f->c);
        size_t length = text_length(f->c.description.data, f->c.description.len);
        char *nfc = text_nfc(f->c.description.data, f->c.description.len);
        assert_non_null(nfc);
        assert_string_equal(nfc, f->c.description.data);
        free(nfc);
        assert_null(strchr(f->c.description.data, '{'));
        shortest = length < shortest ? length : shortest;
        longest = length > longest ? length : longest;
    }
    assert_in_range(shortest, LOAD_MIN_LENGTH, 150);
    assert_in_range(longest, 1200, LOAD_MAX_LENGTH);
}

static void places_are_in_the_box_and_phones_are_numbers(void **state)
{
    struct fixture *f = *state;
    char phone[TEXT_PHONE_SIZE];
    struct err e;

    for (int64_t n = 0; n < MANY; n++) {
        load_texts_make(f->texts, &f->plan, n, &f->c);
        assert_in_range(f->c.lat, f->plan.box.south, f->plan.box.north);
        assert_in_range(f->c.lon, f->plan.box.west, f->plan.box.east);
        assert_int_equal(text_phone(f->c.phone.data, "84", phone, &e), 0);
    }
}

static void a_text_speaks_of_its_service(void **state)
{
    struct fixture *f = *state;
    int lights = 0;

    for (int64_t n = 0; n < MANY; n++) {
        load_texts_make(f->texts, &f->plan, n, &f->c);
        bool of_light = strstr(f->c.description.data, "đèn") != NULL ||
                        strstr(f->c.description.data, "Đèn") != NULL;
        if (strcmp(f->c.service, "HT04") == 0) {
            assert_true(of_light);
            lights++;
        }
    }
    assert_in_range(lights, 1, MANY - 1);
}

/* ---- requests ---- */

static void check_body(const struct load_case *c, const char *body)
{
    json_t *document = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
    const char *service, *description, *address, *name, *phone, *language;
    double lat, lon;

    assert_non_null(document);
    assert_int_equal(json_unpack(document, "{s:s,s:s,s:f,s:f,s:s,s:{s:s,s:s!},s:s!}",
                                 "service_code", &service, "description", &description, "lat", &lat,
                                 "lon", &lon, "address", &address, "contact", "name", &name,
                                 "phone", &phone, "language", &language),
                     0);
    assert_string_equal(service, c->service);
    assert_string_equal(description, c->description.data);
    assert_string_equal(address, c->address.data);
    assert_string_equal(name, c->name.data);
    assert_string_equal(phone, c->phone.data);
    assert_string_equal(language, "vi");
    assert_true(llround(lat * 1e6) == c->lat && llround(lon * 1e6) == c->lon);
    json_decref(document);
}

static void check_request(struct fixture *f, bool keys, int64_t n)
{
    struct load_target target = {.host = "127.0.0.1:8080"};
    struct load_requests *requests = load_requests_open(f->texts, &f->plan, &target, keys);
    char *text = mem_new(1, load_requests_room(requests) + 1);
    char wanted[100], key[LOAD_KEY_SIZE];

    size_t len = load_requests_write(requests, n, text);
    text[len] = '\0';
    const char *body = strstr(text, "\r\n\r\n");
    assert_non_null(body);
    body += 4;
    (void)snprintf(wanted, sizeof(wanted), "\r\nContent-Length: %zu\r\n", strlen(body));
    assert_non_null(strstr(text, wanted));
    (void)snprintf(wanted, sizeof(wanted), "\r\nIdempotency-Key: %s\r\n",
                   load_requests_key(f->plan.run, n, key));
    assert_true((strstr(text, wanted) != NULL) == keys);
    load_texts_make(f->texts, &f->plan, n, &f->c);
    check_body(&f->c, body);
    free(text);
    load_requests_close(&requests);
}

static void a_request_says_what_the_case_is(void **state)
{
    check_request(*state, true, 3);
    check_request(*state, true, 9876543210 % 1000000000);
    check_request(*state, false, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_number_makes_the_same_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_two_cases_have_the_same_description, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_clean_composed_and_of_the_promised_length, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(places_are_in_the_box_and_phones_are_numbers, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_text_speaks_of_its_service, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_says_what_the_case_is, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
