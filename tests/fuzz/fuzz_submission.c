/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_submission - any body of POST /api/v1/cases: what is accepted is clean
 * text within its limits, and makes a message that its readers can read. */
/* links: intake */
#include "fuzz.h"

#include "door_catalogue.h"
#include "encode.h"
#include "ring.h"

#include <assert.h>
#include <string.h>

static void check_object(const struct bus_message *m, int frame)
{
    AUTO(json_release) json_t *document = NULL;
    const char *description;
    struct err e;

    int failed = json_parse(bus_data(m, frame), bus_len(m, frame), &document, &e);
    assert(failed == 0);
    if (frame != 1)
        return;
    description = json_string_value(json_object_get(document, "description"));
    assert(description != NULL && text_is_clean(description, strlen(description)));
    assert(text_length(description, strlen(description)) <= SUBMISSION_DESCRIPTION);
}

static void check_contact(const struct bus_message *m)
{
    struct sealed_contact contact;
    struct err e;

    if (bus_len(m, 2) == 0)
        return;
    int failed = sealed_contact_read(bus_data(m, 2), bus_len(m, 2), &contact, &e);
    assert(failed == 0);
    assert(contact.phone_index != NULL || contact.email_index != NULL);
}

static void check_message(const struct submission *s)
{
    static const struct encode_key no_key;
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(encoder_free) struct encoder encoder;

    encoder_init(&encoder, ring_of_a_test());
    encode_case(&encoder, s, "api", &no_key, &m);
    assert(m.count == SUBMIT_FRAMES);
    check_object(&m, 0);
    check_object(&m, 1);
    check_contact(&m);
}

/* Whatever is wrong can be told, and its place is a JSON pointer. */
static void check_faults(const struct faults *faults)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(100000);

    assert(faults->count <= FAULTS_MAX);
    for (size_t i = 0; i < faults->count; i++) {
        const char *pointer = faults->rows[i].pointer;
        assert(pointer[0] == '\0' || pointer[0] == '/');
        assert(text_is_clean(pointer, strlen(pointer)));
        fault_describe(&faults->rows[i], LANGUAGE_EN, &text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(submission_free) struct submission s;
    struct faults faults = {0};
    struct err e = {0};

    submission_init(&s);
    bool good = submission_read_json(&s, (const char *)data, size, &faults, &e) == 0;
    assert(good || e.kind == ERR_INPUT);
    good = good && submission_check(&s, &door_catalogue, NULL, &faults) == 0;
    assert(!good || faults.count == 0);
    check_faults(&faults);
    if (good && s.service->closed_notice_vi == NULL)
        check_message(&s);
    return 0;
}
