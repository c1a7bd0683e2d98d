/* SPDX-License-Identifier: Apache-2.0 */
#include "messages.h"

#include "code.h"
#include "crypto.h"

#include <string.h>

/* Keep each table in step with its file under schemas/bus; test_messages compares them. */

#define MAX_US 253402300799e6        /* 9999-12-31 */
#define MAX_COUNT 9007199254740991.0 /* 2^53 - 1: what JSON carries exactly */

const struct json_field case_head_fields[] = {
    JSON_UUID(struct case_head, id, true),
    JSON_INT(struct case_head, received_at, true, 0, MAX_US),
    JSON_TEXT(struct case_head, service, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct case_head, channel, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct case_head, language, true, 2, 8),
    JSON_TEXT(struct case_head, unit, false, 1, CODE_SAID_MOST),
    JSON_TEXT(struct case_head, area, false, 1, CODE_SAID_MOST),
    JSON_FLOAT(struct case_head, lat, false, -90, 90),
    JSON_FLOAT(struct case_head, lon, false, -180, 180),
    JSON_BOOL(struct case_head, hide_name, false),
    JSON_BOOL(struct case_head, anonymous, false),
    JSON_UUID(struct case_head, command, false),
    JSON_TEXT(struct case_head, fingerprint, false, 32, 32),
    JSON_ANY(struct case_head, attachments, false),
    JSON_TEXT(struct case_head, via, false, 1, CODE_SAID_MOST),
    {0},
};

const struct json_field case_route_fields[] = {
    JSON_TEXT(struct case_route, unit, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct case_route, area, false, 1, CODE_SAID_MOST),
    JSON_INT(struct case_route, priority, true, 1, 5),
    JSON_TEXT(struct case_route, rule, true, 1, 100),
    JSON_BOOL(struct case_route, desk, false),
    JSON_ANY(struct case_route, coordinators, false),
    {0},
};

const struct json_field case_receipt_fields[] = {
    JSON_UUID(struct case_receipt, id, true),
    JSON_TEXT(struct case_receipt, reference, true, 11, 11),
    JSON_TEXT(struct case_receipt, unit, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct case_receipt, state, true, 1, CODE_SAID_MOST),
    JSON_INT(struct case_receipt, received_at, true, 0, MAX_US),
    JSON_INT(struct case_receipt, due_at, true, 0, MAX_US),
    JSON_BOOL(struct case_receipt, repeated, false),
    {0},
};

const struct json_field case_command_fields[] = {
    JSON_TEXT(struct case_command, verb, true, 1, CODE_SAID_MOST),
    JSON_UUID(struct case_command, case_id, true),
    JSON_INT(struct case_command, task, false, 1, 32767),
    JSON_TEXT(struct case_command, actor, true, 1, 100),
    JSON_TEXT(struct case_command, role, false, 1, CODE_SAID_MOST),
    JSON_TEXT(struct case_command, unit, false, 1, CODE_SAID_MOST),
    JSON_INT(struct case_command, epoch, false, 0, MAX_COUNT),
    JSON_UUID(struct case_command, id, false),
    JSON_UUID(struct case_command, into, false),
    {0},
};

const char *const case_results[] = {"solved", "partly", "not_possible", NULL};

const struct json_field case_answer_fields[] = {
    JSON_WORD(struct case_answer, result, true, 1, CODE_SAID_MOST, case_results),
    JSON_PROSE(struct case_answer, text, true, 1, 8000),
    JSON_ANY(struct case_answer, attachments, false),
    {0},
};

const struct json_field case_return_fields[] = {
    JSON_TEXT(struct case_return, reason, true, 1, CODE_SAID_MOST),
    JSON_PROSE(struct case_return, text, false, 1, 4000),
    {0},
};

const struct json_field case_note_fields[] = {
    JSON_PROSE(struct case_note, text, true, 1, 8000),
    JSON_ANY(struct case_note, attachments, false),
    {0},
};

const struct json_field case_transfer_fields[] = {
    JSON_TEXT(struct case_transfer, unit, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct case_transfer, reason, false, 1, CODE_SAID_MOST),
    JSON_PROSE(struct case_transfer, text, false, 1, 4000),
    {0},
};

const struct json_field case_part_fields[] = {
    JSON_TEXT(struct case_part, unit, true, 1, CODE_SAID_MOST),
    JSON_INT(struct case_part, due_at, false, 0, MAX_US),
    JSON_PROSE(struct case_part, text, false, 1, 4000),
    {0},
};

const struct json_field case_question_fields[] = {
    JSON_PROSE(struct case_question, question, true, 1, 4000),
    {0},
};

const struct json_field case_decision_fields[] = {
    JSON_PROSE(struct case_decision, decision, true, 1, 100),
    JSON_TEXT(struct case_decision, reason_code, false, 1, CODE_SAID_MOST),
    JSON_PROSE(struct case_decision, text, false, 1, 4000),
    {0},
};

const struct json_field case_extension_fields[] = {
    JSON_TEXT(struct case_extension, reason_code, true, 1, CODE_SAID_MOST),
    JSON_INT(struct case_extension, due_at, true, 0, MAX_US),
    JSON_PROSE(struct case_extension, text, false, 1, 4000),
    {0},
};

const struct json_field case_apology_fields[] = {
    JSON_TEXT(struct case_apology, reason_code, true, 1, CODE_SAID_MOST),
    JSON_PROSE(struct case_apology, text, true, 1, 4000),
    JSON_INT(struct case_apology, new_due_at, true, 0, MAX_US),
    {0},
};

const struct json_field case_rejection_fields[] = {
    JSON_TEXT(struct case_rejection, reason_code, true, 1, CODE_SAID_MOST),
    JSON_PROSE(struct case_rejection, text, true, 1, 4000),
    {0},
};

const struct json_field case_forward_fields[] = {
    JSON_PROSE(struct case_forward, to, true, 1, 200),
    JSON_PROSE(struct case_forward, document, true, 1, 100),
    JSON_TEXT(struct case_forward, date, true, 10, 10),
    JSON_PROSE(struct case_forward, text, false, 1, 4000),
    {0},
};

const struct json_field case_rating_fields[] = {
    JSON_INT(struct case_rating, score, true, 1, 5),
    JSON_PROSE(struct case_rating, text, false, 1, 4000),
    {0},
};

const struct json_field case_publication_fields[] = {
    JSON_PROSE(struct case_publication, answer, true, 1, 8000),
    JSON_PROSE(struct case_publication, description, false, 1, 8000),
    JSON_ANY(struct case_publication, photos, false),
    {0},
};

const struct json_field case_outcome_fields[] = {
    JSON_TEXT(struct case_outcome, state, true, 1, CODE_SAID_MOST),
    JSON_BOOL(struct case_outcome, repeated, false),
    {0},
};

const struct json_field refusal_fields[] = {
    JSON_TEXT(struct refusal, refused, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct refusal, text, true, 1, 240),
    {0},
};

const struct json_field event_range_fields[] = {
    JSON_INT(struct event_range, first, true, 0, MAX_COUNT),
    JSON_INT(struct event_range, last, true, 0, MAX_COUNT),
    {0},
};

const struct json_field event_head_fields[] = {
    JSON_INT(struct event_head, seq, true, 1, MAX_COUNT),
    JSON_INT(struct event_head, at, true, 0, MAX_US),
    JSON_UUID(struct event_head, case_id, true),
    JSON_INT(struct event_head, task, false, 0, 32767),
    JSON_TEXT(struct event_head, type, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct event_head, reference, true, 11, 11),
    JSON_TEXT(struct event_head, service, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct event_head, unit, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct event_head, state, true, 1, CODE_SAID_MOST),
    JSON_INT(struct event_head, due_at, true, 0, MAX_US),
    JSON_INT(struct event_head, priority, true, 1, 5),
    {0},
};

const struct json_field letter_render_fields[] = {
    JSON_UUID(struct letter_render, letter, true),
    {0},
};

const struct json_field letter_file_fields[] = {
    JSON_TEXT(struct letter_file, hash, true, 64, 64),
    JSON_INT(struct letter_file, bytes, true, 1, INT32_MAX),
    JSON_INT(struct letter_file, pages, true, 1, 32767),
    JSON_TEXT(struct letter_file, signed_by, false, 1, 1000),
    {0},
};

const struct json_field preference_set_fields[] = {
    JSON_TEXT(struct preference_set, token, false, 44, 44),
    JSON_TEXT(struct preference_set, contact, false, 32, 32),
    JSON_TEXT(struct preference_set, channel, false, 1, CODE_SAID_MOST),
    JSON_TEXT(struct preference_set, wanted, false, 2, 3),
    JSON_TEXT(struct preference_set, language, false, 2, 8),
    JSON_TEXT(struct preference_set, quiet, false, 4, 11),
    {0},
};

const struct json_field preference_kept_fields[] = {
    JSON_TEXT(struct preference_kept, channel, true, 1, CODE_SAID_MOST),
    {0},
};

const struct json_field delivery_resend_fields[] = {
    JSON_UUID(struct delivery_resend, id, false),
    JSON_BOOL(struct delivery_resend, all, false),
    {0},
};

const struct json_field delivery_resent_fields[] = {
    JSON_INT(struct delivery_resent, count, true, 0, MAX_COUNT),
    {0},
};

const struct json_field webhook_put_fields[] = {
    JSON_UUID(struct webhook_put, id, true),
    JSON_TEXT(struct webhook_put, name, false, 1, CODE_SAID_MOST),
    JSON_TEXT(struct webhook_put, owner, false, 1, CODE_SAID_MOST),
    JSON_TEXT(struct webhook_put, kind, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct webhook_put, url, true, 1, 2000),
    JSON_ANY(struct webhook_put, types, false),
    JSON_ANY(struct webhook_put, services, false),
    JSON_ANY(struct webhook_put, units, false),
    JSON_BOOL(struct webhook_put, own, false),
    JSON_TEXT(struct webhook_put, language, false, 2, 8),
    JSON_TEXT(struct webhook_put, jurisdiction, false, 1, 200),
    JSON_TEXT(struct webhook_put, sealed, true, 2, 1000),
    JSON_TEXT(struct webhook_put, sealed_key, false, 2, 1000),
    {0},
};

const struct json_field webhook_kept_fields[] = {
    JSON_TEXT(struct webhook_kept, name, true, 1, 64),
    {0},
};

const struct json_field webhook_remove_fields[] = {
    JSON_UUID(struct webhook_remove, id, false),
    JSON_TEXT(struct webhook_remove, owner, false, 1, CODE_SAID_MOST),
    JSON_TEXT(struct webhook_remove, name, false, 1, 64),
    {0},
};

const struct json_field webhook_removed_fields[] = {
    JSON_INT(struct webhook_removed, count, true, 0, MAX_COUNT),
    {0},
};

/* The names of enum err_kind on the wire. */
static const char *const refusal_names[] = {
    [ERR_NONE] = "none", [ERR_INPUT] = "input",   [ERR_CONFLICT] = "conflict",
    [ERR_BUSY] = "busy", [ERR_SYSTEM] = "system",
};

static enum err_kind refusal_kind(const char *name)
{
    for (size_t i = ERR_INPUT; i < COUNT(refusal_names); i++)
        if (strcmp(refusal_names[i], name) == 0)
            return (enum err_kind)i;
    return ERR_SYSTEM;
}

/* The word "refused" is in no other answer's table, so the first look misses a refusal. */
int answer_read(const struct json_field fields[], const char *frame, size_t len,
                struct json_store *store, void *out, struct err *e)
{
    AUTO(json_release) json_t *answer = NULL;
    struct refusal refusal = {0};

    if (json_take_plain(fields, frame, len, store, out))
        return 0;
    if (json_parse(frame, len, &answer, e) < 0)
        return err_set(e, ERR_SYSTEM, "the answer is malformed");
    if (json_object_get(answer, "refused") == NULL) {
        if (json_read(fields, answer, false, out, e) < 0)
            return err_set(e, ERR_SYSTEM, "the answer is malformed");
        json_release(&store->tree);
        store->tree = answer;
        answer = NULL;
        return 0;
    }
    if (json_read(refusal_fields, answer, false, &refusal, e) < 0)
        return err_set(e, ERR_SYSTEM, "the answer is malformed");
    return err_set(e, refusal_kind(refusal.refused), "%s", refusal.text);
}

const char *refusal_name(enum err_kind kind)
{
    return refusal_names[kind];
}

void refusal_write(const struct err *e, struct strbuf *out)
{
    struct refusal refusal = {refusal_names[e->kind], e->text};

    json_write(refusal_fields, &refusal, out);
}

/* One byte tells which indexes are there, then the indexes, then the sealed bytes. */
enum { HAS_PHONE = 1, HAS_EMAIL = 2 };

void sealed_contact_write(const struct sealed_contact *contact, struct strbuf *out)
{
    uint8_t has = (uint8_t)((contact->phone_index != NULL ? HAS_PHONE : 0) |
                            (contact->email_index != NULL ? HAS_EMAIL : 0));

    strbuf_add(out, &has, 1);
    if (contact->phone_index != NULL)
        strbuf_add(out, contact->phone_index, CRYPTO_INDEX_BYTES);
    if (contact->email_index != NULL)
        strbuf_add(out, contact->email_index, CRYPTO_INDEX_BYTES);
    strbuf_add(out, contact->sealed, contact->sealed_len);
}

int sealed_contact_read(const char *frame, size_t len, struct sealed_contact *out, struct err *e)
{
    const uint8_t *bytes = (const uint8_t *)frame;
    struct sealed_contact contact = {0};
    size_t at = 1;

    if (len > 0 && (bytes[0] & HAS_PHONE) != 0) {
        contact.phone_index = bytes + at;
        at += CRYPTO_INDEX_BYTES;
    }
    if (len > 0 && (bytes[0] & HAS_EMAIL) != 0) {
        contact.email_index = bytes + at;
        at += CRYPTO_INDEX_BYTES;
    }
    if (len < at + CRYPTO_SEAL_OVERHEAD)
        return err_set(e, ERR_INPUT, "contact: is cut short");
    contact.sealed = bytes + at;
    contact.sealed_len = len - at;
    *out = contact;
    return 0;
}
