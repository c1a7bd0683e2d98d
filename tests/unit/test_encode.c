/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "clock.h"
#include "contact.h"
#include "door_catalogue.h"
#include "encode.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static struct crypto_ring *ring;

static int open_ring(void **state)
{
    char path[] = "/tmp/test_encode_XXXXXX";
    struct err e;
    int fd = mkstemp(path);

    (void)state;
    if (fd < 0)
        return -1;
    close(fd);
    int failed = crypto_open(&e) < 0 || crypto_ring_add(path, &e) < 0 ||
                 crypto_ring_open(&ring, path, &e) < 0;
    unlink(path);
    return failed;
}

static int close_ring(void **state)
{
    (void)state;
    crypto_ring_close(&ring);
    return 0;
}

/* The frames of the case that json describes. */
static void encode(const char *json, const struct encode_key *key, struct bus_message *m)
{
    AUTO(submission_free) struct submission s;
    struct encoder encoder;
    struct faults faults = {0};
    struct err e;

    submission_init(&s);
    assert_int_equal(submission_read_json(&s, json, strlen(json), &faults, &e), 0);
    assert_int_equal(submission_check(&s, &door_catalogue, NULL, &faults), 0);
    encoder_init(&encoder, ring);
    encode_case(&encoder, &s, "api", key, m);
    encoder_free(&encoder);
    assert_int_equal(m->count, SUBMIT_FRAMES);
}

static void read_head(const struct bus_message *m, json_t **document, struct case_head *head)
{
    struct err e;

    memset(head, 0, sizeof(*head));
    assert_int_equal(json_parse(bus_data(m, 0), bus_len(m, 0), document, &e), 0);
    assert_int_equal(json_read(case_head_fields, *document, true, head, &e), 0);
}

static void assert_frame(const struct bus_message *m, int frame, const char *text)
{
    assert_int_equal(bus_len(m, frame), strlen(text));
    assert_memory_equal(bus_data(m, frame), text, strlen(text));
}

#define CONTACT                                                                                    \
    "\"contact\":{\"name\":\"An \\\"A\\\"\",\"phone\":\"0903 123 "                                 \
    "456\",\"email\":\"An@Example.vn\"}"

static const char full[] =
    "{\"service_code\":\"ANY\",\"description\":\"D\\u00f2ng 1\\n\\\"2\\\" \\\\\",\"lat\":10.5,"
    "\"lon\":106.25,\"address\":\"12 L\xC3\xAA L\xE1\xBB\xA3i\",\"unit\":\"D1\",\"area\":\"A1\","
    "\"hide_name\":true,"
    "\"language\":\"en\",\"media_url\":\"https://a.vn/1.jpg\",\"attributes\":{\"signs\":[\"dim\","
    "\"off\"],\"count\":0.1,\"note\":\"n\"}," CONTACT "}";

static const struct encode_key no_key;

static void the_content_is_what_was_said_and_nothing_of_who(void **state)
{
    AUTO(bus_message_free) struct bus_message m = {0};

    (void)state;
    encode(full, &no_key, &m);
    assert_frame(
        &m, 1,
        "{\"description\":\"D\xC3\xB2ng 1\\u000a\\\"2\\\" \\\\\",\"address\":\"12 L\xC3\xAA "
        "L\xE1\xBB\xA3i\",\"lat\":10.5,\"lon\":106.25,\"attributes\":{\"note\":\"n\",\"count\":0.1,"
        "\"signs\":[\"dim\","
        "\"off\"]},\"media_url\":\"https://a.vn/1.jpg\"}");
}

static void the_head_says_what_the_hops_need(void **state)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(json_release) json_t *document = NULL;
    struct case_head head;

    (void)state;
    clock_fake(1795424400000000);
    encode(full, &no_key, &m);
    clock_fake(0);
    read_head(&m, &document, &head);
    assert_int_equal(head.id.bytes[6] >> 4, 7);
    assert_int_equal(head.received_at, 1795424400000000);
    assert_string_equal(head.service, "ANY");
    assert_string_equal(head.channel, "api");
    assert_string_equal(head.language, "en");
    assert_string_equal(head.unit, "D1");
    assert_string_equal(head.area, "A1");
    assert_true(head.lat > 10.49 && head.lat < 10.51 && head.lon > 106.24 && head.lon < 106.26);
    assert_true(head.hide_name);
    assert_false(head.anonymous);
    assert_null(head.fingerprint);
}

static void the_contact_opens_again_for_its_case_alone(void **state)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(json_release) json_t *document = NULL;
    struct case_head head;
    struct sealed_contact contact;
    AUTO(json_release) json_t *opened = NULL;
    uint8_t index[CRYPTO_INDEX_BYTES];
    struct uuid other = uuid_new();
    struct err e;

    (void)state;
    encode(full, &no_key, &m);
    read_head(&m, &document, &head);
    assert_int_equal(sealed_contact_read(bus_data(&m, 2), bus_len(&m, 2), &contact, &e), 0);
    const struct crypto_piece sealed = {contact.sealed, contact.sealed_len};
    assert_int_equal(contact_open(ring, &head.id, &sealed, &opened, &e), 0);
    AUTO(json_release)
    json_t *said = json_pack("{s:s,s:s,s:s}", "name", "An \"A\"", "phone", "+84903123456", "email",
                             "An@Example.vn");
    assert_true(json_equal(opened, said));
    crypto_index(ring, "phone", "+84903123456", index);
    assert_memory_equal(contact.phone_index, index, sizeof(index));
    crypto_index(ring, "email", "an@example.vn", index);
    assert_memory_equal(contact.email_index, index, sizeof(index));
    const struct crypto_piece longer = {contact.sealed, CONTACT_BYTES + CRYPTO_SEAL_OVERHEAD + 1};
    assert_int_equal(contact_open(ring, &other, &sealed, &opened, &e), -1);
    assert_int_equal(contact_open(ring, &head.id, &longer, &opened, &e), -1);
}

static void a_contact_without_an_email_has_no_index_of_it(void **state)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    struct sealed_contact contact;
    struct err e;

    (void)state;
    encode(
        "{\"service_code\":\"ANY\",\"description\":\"x\",\"contact\":{\"name\":\"An\","
        "\"phone\":\"0903123456\"}}",
        &no_key, &m);
    assert_int_equal(sealed_contact_read(bus_data(&m, 2), bus_len(&m, 2), &contact, &e), 0);
    assert_non_null(contact.phone_index);
    assert_null(contact.email_index);
}

static void an_anonymous_case_has_no_contact(void **state)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(json_release) json_t *document = NULL;
    struct case_head head;

    (void)state;
    encode("{\"service_code\":\"ANY\",\"description\":\"x\",\"anonymous\":true}", &no_key, &m);
    read_head(&m, &document, &head);
    assert_true(head.anonymous);
    assert_null(head.unit);
    assert_frame(&m, 1, "{\"description\":\"x\"}");
    assert_int_equal(bus_len(&m, 2), 0);
}

static struct encode_key key_by(const char *via, const char *key, const char *path,
                                const char *body)
{
    struct encode_request request = {"POST", path, body, strlen(body)};
    struct encode_key out;
    struct err e;

    assert_int_equal(encode_key(ring, &(struct encode_said){key, via}, &request, &out, &e), 0);
    return out;
}

static struct encode_key key_of(const char *key, const char *path, const char *body)
{
    return key_by(NULL, key, path, body);
}

static void a_key_stands_for_one_command(void **state)
{
    struct encode_key one = key_of("k-1", "/a", "{}"), same = key_of("k-1", "/a", "{}"),
                      other = key_of("k-2", "/a", "{}");

    (void)state;
    assert_true(uuid_equal(&one.command, &same.command));
    assert_false(uuid_equal(&one.command, &other.command));
    assert_int_equal(one.command.bytes[6] >> 4, 8);
    assert_int_equal(one.command.bytes[8] >> 6, 2);
    assert_string_equal(one.fingerprint, same.fingerprint);
    assert_int_equal(strlen(one.fingerprint), 32);
}

static void each_front_end_counts_its_own_keys(void **state)
{
    struct encode_key one = key_by("a", "1", "/a", "{}"), same = key_by("a", "1", "/a", "{}"),
                      other = key_by("b", "1", "/a", "{}"), none = key_of("1", "/a", "{}");

    (void)state;
    assert_true(uuid_equal(&one.command, &same.command));
    assert_false(uuid_equal(&one.command, &other.command));
    assert_false(uuid_equal(&one.command, &none.command));
}

static void the_fingerprint_tells_what_was_said(void **state)
{
    struct encode_key one = key_of("k", "/a", "{}");

    (void)state;
    assert_string_not_equal(one.fingerprint, key_of("k", "/a", "{ }").fingerprint);
    assert_string_not_equal(one.fingerprint, key_of("k", "/b", "{}").fingerprint);
    assert_string_not_equal(one.fingerprint, key_of("k", "/a{", "}").fingerprint);
}

static void the_key_goes_into_the_head(void **state)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(json_release) json_t *document = NULL;
    struct encode_key key = key_of("k", "/a", "{}");
    struct case_head head;

    (void)state;
    encode(full, &key, &m);
    read_head(&m, &document, &head);
    assert_true(uuid_equal(&head.command, &key.command));
    assert_string_equal(head.fingerprint, key.fingerprint);
}

static void a_key_is_visible_and_not_too_long(void **state)
{
    const struct encode_request request = {"POST", "/a", "", 0};
    char longest[ENCODE_KEY_MAX + 2];
    const char *const bad[] = {"", "a b", "a\x7F", "\xC3\xA0", longest};
    struct encode_key out;
    struct err e;

    (void)state;
    memset(longest, 'k', sizeof(longest) - 1);
    longest[ENCODE_KEY_MAX + 1] = '\0';
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(encode_key(ring, &(struct encode_said){.key = bad[i]}, &request, &out, &e),
                         -1);
    longest[ENCODE_KEY_MAX] = '\0';
    assert_int_equal(encode_key(ring, &(struct encode_said){.key = longest}, &request, &out, &e),
                     0);
    assert_int_equal(encode_key(ring, &(struct encode_said){0}, &request, &out, &e), 0);
    assert_memory_equal(&out.command, &no_key.command, sizeof(out.command));
}

/* Of a service with many questions, each character said in the longest way. */
static void the_longest_content_fits_into_a_frame(void **state)
{
    enum { QUESTIONS = 9, ANSWER = SUBMISSION_ANSWER };
    static const char *const codes[QUESTIONS] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
    struct catalogue_attribute questions[QUESTIONS];
    struct catalogue_service service = DOOR_SERVICE(
        "LONG", .anonymous_allowed = true, .attributes = questions, .attribute_count = QUESTIONS);
    struct catalogue catalogue = door_catalogue;
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(submission_free) struct submission s;
    char text[ANSWER + 1], url[SUBMISSION_URL + 1] = "https://";
    struct faults faults = {0};
    struct encoder encoder;

    (void)state;
    memset(text, '\n', ANSWER);
    text[ANSWER] = '\0';
    memset(url + 8, 'x', SUBMISSION_URL - 8);
    url[SUBMISSION_URL] = '\0';
    catalogue.services = &service;
    catalogue.service_count = 1;
    submission_init(&s);
    s.service_code = "LONG";
    s.description = "x";
    s.anonymous = true;
    s.media_url = url;
    s.more_media_count = SUBMISSION_MORE_MEDIA;
    for (size_t i = 0; i < SUBMISSION_MORE_MEDIA; i++)
        s.more_media[i] = url;
    for (size_t i = 0; i < QUESTIONS; i++) {
        questions[i] =
            (struct catalogue_attribute){.code = codes[i], .datatype = "text", .variable = true};
        s.answers[s.answer_count++] = (struct submission_answer){.code = codes[i], .value = text};
    }
    assert_int_equal(submission_check(&s, &catalogue, NULL, &faults), -1);
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.rows[0].pointer, "/attributes/i");
    assert_int_equal(faults.rows[0].rule, RULE_LENGTH);
    faults.count = 0;
    s.answer_count = QUESTIONS - 1;
    assert_int_equal(submission_check(&s, &catalogue, NULL, &faults), 0);
    s.description = text; /* blank, but as long as it can be */
    encoder_init(&encoder, ring);
    encode_case(&encoder, &s, "api", &no_key, &m);
    encoder_free(&encoder);
    assert_int_equal(((const char *)bus_data(&m, 1))[bus_len(&m, 1) - 1], '}');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_content_is_what_was_said_and_nothing_of_who),
        cmocka_unit_test(the_head_says_what_the_hops_need),
        cmocka_unit_test(the_contact_opens_again_for_its_case_alone),
        cmocka_unit_test(a_contact_without_an_email_has_no_index_of_it),
        cmocka_unit_test(an_anonymous_case_has_no_contact),
        cmocka_unit_test(a_key_stands_for_one_command),
        cmocka_unit_test(each_front_end_counts_its_own_keys),
        cmocka_unit_test(the_fingerprint_tells_what_was_said),
        cmocka_unit_test(the_key_goes_into_the_head),
        cmocka_unit_test(a_key_is_visible_and_not_too_long),
        cmocka_unit_test(the_longest_content_fits_into_a_frame),
    };

    return cmocka_run_group_tests(tests, open_ring, close_ring);
}
