/* SPDX-License-Identifier: Apache-2.0 */
#include "messages.h"

#include "crypto.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

enum { LARGEST = 1 << 20 };

/* Each struct of messages.h and its schema. */
static const struct contract {
    const char *name;
    const struct json_field *fields;
    size_t size;
} contracts[] = {
    {"case.head.v1", case_head_fields, sizeof(struct case_head)},
    {"case.route.v1", case_route_fields, sizeof(struct case_route)},
    {"case.receipt.v1", case_receipt_fields, sizeof(struct case_receipt)},
    {"case.command.v1", case_command_fields, sizeof(struct case_command)},
    {"case.answer.v1", case_answer_fields, sizeof(struct case_answer)},
    {"case.return.v1", case_return_fields, sizeof(struct case_return)},
    {"case.note.v1", case_note_fields, sizeof(struct case_note)},
    {"case.transfer.v1", case_transfer_fields, sizeof(struct case_transfer)},
    {"case.part.v1", case_part_fields, sizeof(struct case_part)},
    {"case.question.v1", case_question_fields, sizeof(struct case_question)},
    {"case.decision.v1", case_decision_fields, sizeof(struct case_decision)},
    {"case.extension.v1", case_extension_fields, sizeof(struct case_extension)},
    {"case.apology.v1", case_apology_fields, sizeof(struct case_apology)},
    {"case.rejection.v1", case_rejection_fields, sizeof(struct case_rejection)},
    {"case.forward.v1", case_forward_fields, sizeof(struct case_forward)},
    {"case.rating.v1", case_rating_fields, sizeof(struct case_rating)},
    {"case.publication.v1", case_publication_fields, sizeof(struct case_publication)},
    {"case.outcome.v1", case_outcome_fields, sizeof(struct case_outcome)},
    {"refusal.v1", refusal_fields, sizeof(struct refusal)},
    {"event.range.v1", event_range_fields, sizeof(struct event_range)},
    {"event.v1", event_head_fields, sizeof(struct event_head)},
    {"letter.render.v1", letter_render_fields, sizeof(struct letter_render)},
    {"letter.file.v1", letter_file_fields, sizeof(struct letter_file)},
    {"preference.set.v1", preference_set_fields, sizeof(struct preference_set)},
    {"preference.kept.v1", preference_kept_fields, sizeof(struct preference_kept)},
    {"delivery.resend.v1", delivery_resend_fields, sizeof(struct delivery_resend)},
    {"delivery.resent.v1", delivery_resent_fields, sizeof(struct delivery_resent)},
    {"webhook.put.v1", webhook_put_fields, sizeof(struct webhook_put)},
    {"webhook.kept.v1", webhook_kept_fields, sizeof(struct webhook_kept)},
    {"webhook.remove.v1", webhook_remove_fields, sizeof(struct webhook_remove)},
    {"webhook.removed.v1", webhook_removed_fields, sizeof(struct webhook_removed)},
};

union any_message {
    struct case_head head;
    struct case_route route;
    struct case_receipt receipt;
    struct case_command command;
    struct case_answer answer;
    struct case_return returned;
    struct case_note note;
    struct case_transfer transfer;
    struct case_part part;
    struct case_question question;
    struct case_decision decision;
    struct case_extension extension;
    struct case_apology apology;
    struct case_rejection rejection;
    struct case_forward forward;
    struct case_rating rating;
    struct case_publication publication;
    struct case_outcome outcome;
    struct refusal refusal;
    struct event_range range;
    struct event_head event;
    struct letter_render render;
    struct letter_file file;
    struct preference_set preference;
    struct preference_kept kept;
    struct delivery_resend resend;
    struct delivery_resent resent;
    struct webhook_put put;
    struct webhook_kept called;
    struct webhook_remove remove;
    struct webhook_removed removed;
};

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

    if (document == NULL)
        fail_msg("%s, line %d: %s", path, error.line, error.text);
    return document;
}

/* ---- schemas and tables ---- */

static bool requires(const json_t *schema, const char *name)
{
    const json_t *required = json_object_get(schema, "required"), *item;
    size_t i;

    json_array_foreach((json_t *)(uintptr_t)required, i, item)
    {
        if (strcmp(json_string_value(item), name) == 0)
            return true;
    }
    return false;
}

static double limit(const json_t *property, const char *keyword)
{
    const json_t *value = json_object_get(property, keyword);

    if (value == NULL)
        fail_msg("%s is missing", keyword);
    return json_number_value(value);
}

/* Keep in step with json_rule_text, as far as an expression can be. */
static const char prose[] =
    "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*"
    "[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f"
    "\\s\\u00ad\\u200b-\\u200f\\u2060-\\u2064\\u2800\\u3164\\ufeff]"
    "[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$";

static void check_text(const json_t *property, const struct json_field *f)
{
    const json_t *pattern = json_object_get(property, "pattern");
    const json_t *words = json_object_get(property, "enum");
    size_t count = 0;

    assert_int_equal(f->type == JSON_IS_UUID || f->type == JSON_IS_PROSE, pattern != NULL);
    if (f->type == JSON_IS_PROSE)
        assert_string_equal(json_string_value(pattern), prose);
    for (; f->words != NULL && f->words[count] != NULL; count++)
        assert_string_equal(json_string_value(json_array_get(words, count)), f->words[count]);
    assert_int_equal(json_array_size(words), count);
}

static void check_type(const json_t *property, const struct json_field *f)
{
    static const struct {
        const char *type;
        const char *min, *max; /* keywords of the limits, or NULL */
    } kinds[] = {
        [JSON_IS_TEXT] = {"string", "minLength", "maxLength"},
        [JSON_IS_INT] = {"integer", "minimum", "maximum"},
        [JSON_IS_FLOAT] = {"number", "minimum", "maximum"},
        [JSON_IS_BOOL] = {"boolean", NULL, NULL},
        [JSON_IS_UUID] = {"string", NULL, NULL},
        [JSON_IS_PROSE] = {"string", "minLength", "maxLength"},
    };

    if (f->type == JSON_IS_ANY)
        return;
    assert_string_equal(json_string_value(json_object_get(property, "type")), kinds[f->type].type);
    check_text(property, f);
    if (kinds[f->type].min == NULL)
        return;
    assert_true(limit(property, kinds[f->type].min) == f->min);
    assert_true(limit(property, kinds[f->type].max) == f->max);
}

static void check_contract(const struct contract *c, const json_t *schema)
{
    const json_t *properties = json_object_get(schema, "properties");
    size_t fields = 0;

    for (const struct json_field *f = c->fields; f->name != NULL; f++, fields++) {
        const json_t *property = json_object_get(properties, f->name);
        if (property == NULL)
            fail_msg("%s: \"%s\" is not in the schema", c->name, f->name);
        assert_int_equal(requires(schema, f->name), f->required);
        assert_non_null(json_object_get(property, "description"));
        check_type(property, f);
    }
    assert_int_equal(json_object_size(properties), fields);
    assert_null(json_object_get(schema, "additionalProperties"));
}

static void tables_and_schemas_say_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(contracts); i++) {
        char path[256];
        snprintf(path, sizeof(path), SOURCE_DIR "/schemas/bus/%s.json", contracts[i].name);
        AUTO(json_release) json_t *schema = load(path);
        check_contract(&contracts[i], schema);
    }
}

static void every_schema_has_a_table(void **state)
{
    glob_t found;

    (void)state;
    assert_int_equal(glob(SOURCE_DIR "/schemas/bus/*.json", 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, COUNT(contracts));
    globfree(&found);
}

/* ---- examples ---- */

static int read_example(const struct contract *c, const char *path, union any_message *out,
                        json_t **document, struct err *e)
{
    *document = load(path);
    memset(out, 0, sizeof(*out));
    assert_true(c->size <= sizeof(*out));
    if (!json_is_object(*document))
        return err_set(e, ERR_INPUT, "not an object");
    return json_read(c->fields, *document, false, out, e);
}

/* What we write is read without a tree, to the same words. */
static void check_plain(const struct contract *c, const struct strbuf *written)
{
    AUTO(strbuf_free) struct strbuf again = STRBUF(LARGEST);
    AUTO(json_store_free) struct json_store store = {0};
    union any_message message = {0};

    assert_true(json_take_plain(c->fields, written->data, written->len, &store, &message));
    json_write(c->fields, &message, &again);
    assert_string_equal(strbuf_text(written), strbuf_text(&again));
}

/* What was read is written and read again: the same words come out. */
static void check_round_trip(const struct contract *c, const union any_message *message)
{
    AUTO(strbuf_free) struct strbuf first = STRBUF(LARGEST), second = STRBUF(LARGEST);
    AUTO(json_release) json_t *document = NULL;
    union any_message again = {0};
    struct err e;

    json_write(c->fields, message, &first);
    assert_int_equal(json_parse(strbuf_text(&first), first.len, &document, &e), 0);
    assert_int_equal(json_read(c->fields, document, true, &again, &e), 0);
    json_write(c->fields, &again, &second);
    assert_string_equal(strbuf_text(&first), strbuf_text(&second));
    check_plain(c, &first);
}

static size_t for_examples(const struct contract *c, const char *kind,
                           void (*check)(const struct contract *c, const char *path))
{
    char pattern[256];
    glob_t found = {0};

    snprintf(pattern, sizeof(pattern), SOURCE_DIR "/schemas/examples/%s/%s-*.json", c->name, kind);
    glob(pattern, 0, NULL, &found);
    size_t count = found.gl_pathc;
    for (size_t i = 0; i < count; i++)
        check(c, found.gl_pathv[i]);
    globfree(&found);
    return count;
}

static void check_good(const struct contract *c, const char *path)
{
    AUTO(json_release) json_t *document = NULL;
    union any_message message;
    struct err e;

    if (read_example(c, path, &message, &document, &e) < 0)
        fail_msg("%s: %s", path, e.text);
    check_round_trip(c, &message);
}

static void check_bad(const struct contract *c, const char *path)
{
    AUTO(json_release) json_t *document = NULL;
    union any_message message;
    struct err e;

    if (read_example(c, path, &message, &document, &e) == 0)
        fail_msg("%s: is accepted", path);
    assert_int_equal(e.kind, ERR_INPUT);
}

static void good_examples_are_read_and_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(contracts); i++)
        assert_true(for_examples(&contracts[i], "good", check_good) > 0);
}

static void bad_examples_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(contracts); i++)
        assert_true(for_examples(&contracts[i], "bad", check_bad) > 0);
}

/* ---- answers ---- */

static int read_outcome(const char *frame, struct case_outcome *out, struct json_store *store,
                        struct err *e)
{
    *out = (struct case_outcome){0};
    return answer_read(case_outcome_fields, frame, strlen(frame), store, out, e);
}

static void tells_an_outcome_from_a_refusal(void **state)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_outcome outcome;
    struct err e = {0};

    (void)state;
    assert_int_equal(
        read_outcome("{\"state\":\"ANSWERED\",\"repeated\":true}", &outcome, &store, &e), 0);
    assert_string_equal(outcome.state, "ANSWERED");
    assert_true(outcome.repeated);
    assert_int_equal(
        read_outcome("{\"refused\":\"conflict\",\"text\":\"finished\"}", &outcome, &store, &e), -1);
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_string_equal(e.text, "finished");
}

static void takes_a_malformed_answer_for_a_fault(void **state)
{
    static const char *const frames[] = {
        "", "{", "[]", "{}", "{\"state\":7}", "{\"refused\":\"conflict\"}", "{\"refused\":7}"};

    (void)state;
    for (size_t i = 0; i < COUNT(frames); i++) {
        AUTO(json_store_free) struct json_store store = {0};
        struct case_outcome outcome;
        struct err e = {0};
        assert_int_equal(read_outcome(frames[i], &outcome, &store, &e), -1);
        assert_int_equal(e.kind, ERR_SYSTEM);
    }
}

static void carries_the_kind_of_an_error(void **state)
{
    static const enum err_kind kinds[] = {ERR_INPUT, ERR_CONFLICT, ERR_BUSY, ERR_SYSTEM};

    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
        AUTO(json_store_free) struct json_store store = {0};
        struct case_outcome outcome;
        struct err said, heard = {0};
        err_set(&said, kinds[i], "unit \"%s\" is not đúng", "25747");
        refusal_write(&said, &text);
        assert_int_equal(read_outcome(strbuf_text(&text), &outcome, &store, &heard), -1);
        assert_int_equal(heard.kind, kinds[i]);
        assert_string_equal(heard.text, said.text);
    }
}

static void takes_an_unknown_kind_for_a_fault(void **state)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_outcome outcome;
    struct err e = {0};

    (void)state;
    assert_int_equal(read_outcome("{\"refused\":\"bored\",\"text\":\"no\"}", &outcome, &store, &e),
                     -1);
    assert_int_equal(e.kind, ERR_SYSTEM);
}

/* ---- contacts ---- */

static const uint8_t phone[CRYPTO_INDEX_BYTES] = {1, 2, 3}, email[CRYPTO_INDEX_BYTES] = {9, 8, 7};
static const uint8_t sealed[CRYPTO_SEAL_OVERHEAD + 5] = {42, 0, 42};

static void carries_a_contact_with_any_of_its_indexes(void **state)
{
    (void)state;
    for (int which = 0; which < 4; which++) {
        AUTO(strbuf_free) struct strbuf frame = STRBUF(1000);
        const struct sealed_contact said = {(which & 1) != 0 ? phone : NULL,
                                            (which & 2) != 0 ? email : NULL, sealed,
                                            sizeof(sealed)};
        struct sealed_contact heard;
        struct err e;
        sealed_contact_write(&said, &frame);
        assert_int_equal(sealed_contact_read(strbuf_text(&frame), frame.len, &heard, &e), 0);
        assert_int_equal(heard.phone_index != NULL, (which & 1) != 0);
        assert_int_equal(heard.email_index != NULL, (which & 2) != 0);
        if (heard.phone_index != NULL)
            assert_memory_equal(heard.phone_index, phone, sizeof(phone));
        if (heard.email_index != NULL)
            assert_memory_equal(heard.email_index, email, sizeof(email));
        assert_int_equal(heard.sealed_len, sizeof(sealed));
        assert_memory_equal(heard.sealed, sealed, sizeof(sealed));
    }
}

static void refuses_a_contact_that_is_cut_short(void **state)
{
    AUTO(strbuf_free) struct strbuf frame = STRBUF(1000);
    const struct sealed_contact said = {phone, email, sealed, CRYPTO_SEAL_OVERHEAD};
    struct sealed_contact heard;
    struct err e = {0};

    (void)state;
    sealed_contact_write(&said, &frame);
    assert_int_equal(sealed_contact_read(strbuf_text(&frame), frame.len, &heard, &e), 0);
    for (size_t len = 0; len < frame.len; len++) {
        assert_int_equal(sealed_contact_read(strbuf_text(&frame), len, &heard, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_and_schemas_say_the_same),
        cmocka_unit_test(every_schema_has_a_table),
        cmocka_unit_test(good_examples_are_read_and_written),
        cmocka_unit_test(bad_examples_are_refused),
        cmocka_unit_test(tells_an_outcome_from_a_refusal),
        cmocka_unit_test(takes_a_malformed_answer_for_a_fault),
        cmocka_unit_test(carries_the_kind_of_an_error),
        cmocka_unit_test(takes_an_unknown_kind_for_a_fault),
        cmocka_unit_test(carries_a_contact_with_any_of_its_indexes),
        cmocka_unit_test(refuses_a_contact_that_is_cut_short),
    };

    return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
