/* SPDX-License-Identifier: Apache-2.0 */
#include "earlier.h"

#include "mem.h"
#include "sql_intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of sql/read_command.sql. */
enum { FINGERPRINT, ID, REFERENCE, UNIT, STATE, RECEIVED_AT, DUE_AT };

/* Somebody who is about to be refused. */
struct asking {
    struct intake *intake;
    const struct door *door;
    struct outbox_item item; /* what the door's functions want */
    struct encode_key key;
    earlier_refuse_fn *refuse;
    struct faults faults; /* a copy */
    bool has_faults;
    char *notice; /* likewise; NULL: none */
};

static void asking_free(struct asking *a)
{
    free(a->notice);
    free(a);
}

static void answer_conflict(const struct asking *a)
{
    struct err e;

    err_set(&e, ERR_CONFLICT, "Idempotency-Key: was used before for something else");
    a->door->refused(a->intake, &a->item, &e);
}

static void answer_receipt(const struct asking *a, const PGresult *rows)
{
    const struct case_receipt receipt = {
        .id = db_uuid(rows, 0, ID),
        .reference = db_text(rows, 0, REFERENCE),
        .unit = db_text(rows, 0, UNIT),
        .state = db_text(rows, 0, STATE),
        .received_at = db_time(rows, 0, RECEIVED_AT),
        .due_at = db_time(rows, 0, DUE_AT),
        .repeated = true,
    };

    a->door->accepted(a->intake, &a->item, &receipt);
}

static bool is_same(const struct asking *a, const PGresult *rows)
{
    AUTO(strbuf_free) struct strbuf hex = STRBUF(ENCODE_FINGERPRINT_SIZE);

    strbuf_add_hex(&hex, db_text(rows, 0, FINGERPRINT), db_len(rows, 0, FINGERPRINT));
    return strbuf_text(&hex) != NULL && strcmp(hex.data, a->key.fingerprint) == 0;
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct asking *a = ctx;

    if (e != NULL)
        a->door->refused(a->intake, &a->item, e);
    else if (PQntuples(rows[0]) == 0)
        a->refuse(a->intake, a->item.request, a->item.language,
                  &(struct earlier_refusal){.notice = a->notice,
                                            .faults = a->has_faults ? &a->faults : NULL});
    else if (!is_same(a, rows[0]))
        answer_conflict(a);
    else
        answer_receipt(a, rows[0]);
    asking_free(a);
}

static int ask(struct asking *a, struct err *e)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_read_command, &args};

    db_arg_uuid(&args, &a->key.command);
    return readers_send(a->intake->readers, &step, 1, on_rows, a, e);
}

/* False when nothing makes it the same as something before. */
static bool find_key(const struct intake *intake, const struct earlier_said *said,
                     struct encode_key *out)
{
    struct encode_said key = {.via = said->via};
    struct encode_request own;
    struct err ignored;

    submit_said(said->request, &own);
    key.key =
        said->under != NULL ? said->under->key : http_header(said->request, "Idempotency-Key");
    return key.key != NULL &&
           encode_key(intake->ring, &key, said->under != NULL ? said->under->said : &own, out,
                      &ignored) == 0;
}

void earlier_or_refuse(struct intake *intake, const struct door *door,
                       const struct earlier_said *said, const struct earlier_refusal *refusal,
                       earlier_refuse_fn *refuse)
{
    struct encode_key encoded;
    struct err e;

    if (!find_key(intake, said, &encoded)) {
        refuse(intake, said->request, said->language, refusal);
        return;
    }
    struct asking *a = mem_new(1, sizeof(*a));
    a->intake = intake;
    a->door = door;
    a->item = (struct outbox_item){.request = said->request, .language = said->language};
    a->key = encoded;
    a->refuse = refuse;
    a->has_faults = refusal->faults != NULL;
    if (a->has_faults)
        a->faults = *refusal->faults;
    a->notice = refusal->notice != NULL ? mem_text(refusal->notice) : NULL;
    if (ask(a, &e) == 0)
        return;
    door->refused(intake, &a->item, &e);
    asking_free(a);
}

bool earlier_admits(struct intake *intake, const struct door *door, struct http_request *request,
                    const struct submission *s, earlier_refuse_fn *refuse)
{
    const struct earlier_said said = {request, s->answer_language, NULL, s->via};
    struct earlier_refusal refusal = {0};

    if (intake->faults.count > 0)
        refusal.faults = &intake->faults;
    else if (s->service->closed_notice_vi != NULL)
        refusal.notice = IN_LANGUAGE(s->answer_language, s->service, closed_notice);
    else if (submit_admits(intake, request, s))
        return true;
    else
        refusal.too_many = true;
    if (refusal.too_many)
        refuse(intake, request, s->answer_language, &refusal);
    else
        earlier_or_refuse(intake, door, &said, &refusal, refuse);
    return false;
}
