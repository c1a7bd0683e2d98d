/* SPDX-License-Identifier: Apache-2.0 */
/* verify_chain - the events in their order: no number missing, no hash that does not follow from
 * the one before, no content, contact or outcome that is not the one whose digest was chained.
 *
 * After something wrong the walk goes on from the hash that is stored, so that one change is one
 * finding. */
#include "verify.h"

#include "db.h"
#include "sql_ctl.h"
#include "strbuf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 10000, NUMBER_SIZE = 24 };
enum column { SEQ, AT, CASE_ID, TASK, TYPE, ACTOR, DETAIL, HASH, DIGESTED, SEALED };

static void read_event(const PGresult *rows, int row, struct ledger_event *out)
{
    *out = (struct ledger_event){
        .seq = db_int(rows, row, SEQ),
        .at_us = db_time(rows, row, AT),
        .case_id = db_uuid(rows, row, CASE_ID),
        .task = (int16_t)db_int(rows, row, TASK),
        .type = db_text(rows, row, TYPE),
        .actor = db_text(rows, row, ACTOR),
        .detail = db_text(rows, row, DETAIL),
        .detail_len = db_len(rows, row, DETAIL),
    };
}

/* Whether the event is the one after the last. */
static bool check_number(struct verify *v, int64_t seq)
{
    if (seq == v->seq)
        verify_found(v, "event %" PRId64 " is there twice", seq);
    else if (seq == v->seq + 2)
        verify_found(v, "event %" PRId64 " is missing", v->seq + 1);
    else if (seq > v->seq + 2)
        verify_found(v, "events %" PRId64 " to %" PRId64 " are missing", v->seq + 1, seq - 1);
    return seq == v->seq + 1;
}

static bool check_hash(struct verify *v, const struct ledger_event *event, const uint8_t *stored)
{
    uint8_t hash[CRYPTO_HASH_BYTES];

    ledger_hash(v->hash, event, hash);
    if (memcmp(hash, stored, sizeof(hash)) == 0)
        return true;
    verify_found(v, "event %" PRId64 " (%s) is not what was recorded, or the one before it",
                 event->seq, event->type);
    return false;
}

/* A detail ends with the digest: see describe() in tracker's record.c, tell_outcome() and
 * tell_noted() in its verbs. */
static bool ends_with_digest(const struct ledger_event *event, const char *key, const char *text,
                             size_t len)
{
    char digest[LEDGER_DIGEST_SIZE];
    AUTO(strbuf_free) struct strbuf end = STRBUF(100);

    strbuf_addf(&end, "\"%s\":\"%s\"}", key, ledger_digest(text, len, digest));
    return event->detail_len >= end.len &&
           memcmp(event->detail + event->detail_len - end.len, end.data, end.len) == 0;
}

static void check_text(struct verify *v, const struct ledger_event *event, const char *key,
                       const char *what, const char *text, size_t len)
{
    if (text == NULL)
        verify_found(v, "event %" PRId64 " (%s): the %s is gone", event->seq, event->type, what);
    else if (!ends_with_digest(event, key, text, len))
        verify_found(v, "event %" PRId64 " (%s): the %s is not the one that was recorded",
                     event->seq, event->type, what);
}

/* Of the events that may have one: whether it ends as one that has. */
static bool says_note(const struct ledger_event *event)
{
    static const char key[] = ",\"note\":\"";
    size_t end = sizeof(key) - 1 + LEDGER_DIGEST_SIZE - 1 + sizeof("\"}") - 1;

    return event->detail_len > end &&
           memcmp(event->detail + event->detail_len - end, key, sizeof(key) - 1) == 0;
}

/* Whether what the event is about is still what it was then. */
static void check_digest(struct verify *v, const struct ledger_event *event, const char *text,
                         size_t len)
{
    static const struct {
        const char *type, *key, *what;
        size_t counter;
    } digested[] = {
        {"received", "content", "content of its case", offsetof(struct verify, contents)},
        {"answered", "outcome", "answer", offsetof(struct verify, outcomes)},
        {"coordinated", "outcome", "part", offsetof(struct verify, outcomes)},
        {"returned", "outcome", "reason", offsetof(struct verify, outcomes)},
    };

    for (size_t i = 0; i < COUNT(digested); i++) {
        if (strcmp(digested[i].type, event->type) != 0)
            continue;
        ++*(int64_t *)(void *)((char *)v + digested[i].counter);
        check_text(v, event, digested[i].key, digested[i].what, text, len);
        return;
    }
    if (text == NULL && !says_note(event))
        return;
    v->notes++;
    check_text(v, event, "note", "note", text, len);
}

/* The digest of a contact stands before that of the content; events that do not tell when the case
 * was received are older than both. */
static void check_contact(struct verify *v, const struct ledger_event *event, const void *sealed,
                          size_t len)
{
    static const char before[] = ",\"contact\":\"";
    const size_t digits = LEDGER_DIGEST_SIZE - 1, head = sizeof(before) - 1;
    const size_t end = head + digits + sizeof("\",\"content\":\"") - 1 + digits + sizeof("\"}") - 1;
    const char *at = event->detail_len > end ? event->detail + event->detail_len - end : NULL;
    char digest[LEDGER_DIGEST_SIZE];

    if (at == NULL || memcmp(at, before, head) != 0) {
        if (sealed != NULL && strstr(event->detail, ",\"received_at\":") != NULL)
            verify_found(v, "event %" PRId64 " (%s): there is a contact, and none was recorded",
                         event->seq, event->type);
        return;
    }
    v->contacts++;
    if (sealed == NULL)
        verify_found(v, "event %" PRId64 " (%s): the contact of its case is gone", event->seq,
                     event->type);
    else if (memcmp(at + head, ledger_digest(sealed, len, digest), digits) != 0)
        verify_found(
            v, "event %" PRId64 " (%s): the contact of its case is not the one that was recorded",
            event->seq, event->type);
}

static void check_digests(struct verify *v, const struct ledger_event *event, const PGresult *rows,
                          int row)
{
    check_digest(v, event, db_text(rows, row, DIGESTED), db_len(rows, row, DIGESTED));
    if (strcmp(event->type, "received") == 0)
        check_contact(v, event, db_text(rows, row, SEALED), db_len(rows, row, SEALED));
}

static void check_event(struct verify *v, const PGresult *rows, int row)
{
    const uint8_t *stored = (const uint8_t *)db_text(rows, row, HASH);
    struct ledger_event event;

    read_event(rows, row, &event);
    bool follows = check_number(v, event.seq) && v->is_known;
    v->is_known = db_len(rows, row, HASH) == CRYPTO_HASH_BYTES;
    if (!v->is_known)
        verify_found(v, "event %" PRId64 " has no hash", event.seq);
    else if (!follows || check_hash(v, &event, stored))
        check_digests(v, &event, rows, row);
    if (v->is_known)
        memcpy(v->hash, stored, CRYPTO_HASH_BYTES);
    v->seq = event.seq;
    v->events++;
}

static int ask_chunk(struct verify *v, int64_t after, struct err *e)
{
    char number[NUMBER_SIZE], most[NUMBER_SIZE];

    snprintf(number, sizeof(number), "%" PRId64, after);
    snprintf(most, sizeof(most), "%d", CHUNK);
    return pg_ask(v->pg, &sql_read_chain, PG_ARGS(number, most), e);
}

/* While one chunk is checked, the server gathers the next. */
int verify_chain(struct verify *v, struct err *e)
{
    int count = CHUNK;

    if (ask_chunk(v, v->seq, e) < 0)
        return -1;
    while (count == CHUNK) {
        AUTO(pg_rows_clear) PGresult *rows = NULL;
        if (pg_answer(v->pg, &sql_read_chain, &rows, e) < 0)
            return -1;
        count = PQntuples(rows);
        if (count == CHUNK && ask_chunk(v, db_int(rows, count - 1, SEQ), e) < 0)
            return -1;
        for (int i = 0; i < count; i++)
            check_event(v, rows, i);
    }
    return 0;
}
