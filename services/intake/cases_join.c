/* SPDX-License-Identifier: Apache-2.0 */
/* cases_join - POST /api/v1/cases/{reference}/followers: "me too".
 *
 * Whoever joins sends a case of his own, about the same service and area, which is merged into the
 * one that is there as soon as the ledger has it. So each has a reference, a link, a date and
 * messages of his own, and gets the answer of the case that he joined. Should the merging fail,
 * there are two cases about the same, which the unit sees to; sent again under the same
 * Idempotency-Key it is tried again. */
#include "api.h"

#include "citizen_command.h"
#include "log.h"
#include "mem.h"
#include "sql_intake.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INTO, SERVICE, AREA, STATE }; /* columns of sql/read_joined.sql */
enum { CODE_BYTES = 200, SCOPE_BYTES = 100, HEAD_BYTES = 1000 };

/* Somebody who joins. */
struct joining {
    struct intake *intake;
    struct http_request *request;
    enum language language;
    struct uuid into;
    struct case_receipt receipt;
    char reference[REFERENCE_SIZE], unit[CODE_BYTES], state[CODE_BYTES]; /* of the receipt */
};

/* ---- the second step: merging ---- */

static void on_merged(void *ctx, const struct bus_message *answer, const struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_outcome outcome = {0};
    struct joining *j = ctx;
    struct err why = {0};

    if (e != NULL)
        why = *e;
    else if (answer->count < 2 || answer_read(case_outcome_fields, bus_data(answer, 1),
                                              bus_len(answer, 1), &store, &outcome, &why) < 0)
        why.kind = why.kind != ERR_NONE ? why.kind : ERR_SYSTEM;
    if (why.kind == ERR_BUSY || why.kind == ERR_SYSTEM)
        log_event(LOG_WARN, "a case was not merged", "why", why.text, NULL);
    api_reply_receipt(j->intake, j->request, j->language, &j->receipt);
    free(j);
}

static int send_merge(struct joining *j, struct err *e)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(strbuf_free) struct strbuf head = STRBUF(HEAD_BYTES);
    AUTO(strbuf_free) struct strbuf scope = STRBUF(SCOPE_BYTES);
    struct case_command command = {.verb = "merge",
                                   .case_id = j->receipt.id,
                                   .actor = "citizen",
                                   .role = "citizen",
                                   .into = j->into};
    char id[UUID_TEXT_SIZE];

    strbuf_addf(&scope, "merge %s", uuid_text(&j->receipt.id, id));
    encode_command(j->intake->ring, scope.data, &command.id);
    json_write(case_command_fields, &command, &head);
    bus_add(&m, TOPIC_COMMAND, strlen(TOPIC_COMMAND));
    bus_add(&m, head.data, head.len);
    bus_add(&m, "", 0);
    return bus_call(j->intake->tracker, &m, on_merged, j, e);
}

static void copy_code(char out[CODE_BYTES], const char *code)
{
    size_t len = strnlen(code, CODE_BYTES - 1);

    memcpy(out, code, len);
    out[len] = '\0';
}

static void on_accepted(void *ctx, const struct outbox_item *item,
                        const struct case_receipt *receipt)
{
    struct joining *j = item->own;
    struct err e;

    (void)ctx;
    j->receipt = *receipt;
    memcpy(j->reference, receipt->reference, sizeof(j->reference));
    copy_code(j->unit, receipt->unit);
    copy_code(j->state, receipt->state);
    j->receipt.reference = j->reference;
    j->receipt.unit = j->unit;
    j->receipt.state = j->state;
    if (send_merge(j, &e) == 0)
        return;
    log_event(LOG_WARN, "a case was not merged", "why", e.text, NULL);
    api_reply_receipt(j->intake, j->request, j->language, &j->receipt);
    free(j);
}

static void on_refused(void *ctx, const struct outbox_item *item, const struct err *e)
{
    (void)ctx;
    problem_reply_err(item->request, item->language, e);
    free(item->own);
}

/* ---- the first: a case of one's own ---- */

/* What the case that is joined says; what the body may say of it as well counts for nothing. */
static void take_place(struct submission *s, const struct catalogue *c, const PGresult *rows)
{
    const char *area = db_text(rows, 0, AREA);

    s->joins = true;
    s->service_code = db_text(rows, 0, SERVICE);
    s->area = area != NULL && catalogue_area(c, area) != NULL ? area : NULL;
    s->lat = s->lon = (double)NAN;
    s->unit = s->address = s->address_id = NULL;
}

/* True: it is on its way. Else the request is answered. */
static bool submit_own(struct joining *j, const struct catalogue *c, struct submission *s)
{
    static const struct door door = {"api", on_accepted, on_refused};
    struct encode_request said;
    struct err e;

    if (submission_check(s, c, &j->intake->faults) < 0) {
        problem_reply(j->request, PROBLEM_INVALID, s->answer_language, NULL, &j->intake->faults);
        return false;
    }
    if (s->service->closed_notice_vi != NULL) {
        problem_reply(j->request, PROBLEM_CLOSED, s->answer_language,
                      IN_LANGUAGE(s->answer_language, s->service, closed_notice), NULL);
        return false;
    }
    if (!submit_admits(j->intake, j->request, s)) {
        problem_reply(j->request, PROBLEM_TOO_MANY, s->answer_language, NULL, NULL);
        return false;
    }
    j->language = s->answer_language;
    submit_said(j->request, &said);
    const struct submit_key under = {http_header(j->request, "Idempotency-Key"), &said, j};
    if (submit_under(j->intake, &door, j->request, s, &under, &e) == 0)
        return true;
    problem_reply(j->request, PROBLEM_BAD_KEY, s->answer_language, e.text, NULL);
    return false;
}

static bool read_own(struct joining *j, const PGresult *rows)
{
    AUTO(submission_free) struct submission s;
    const struct catalogue *c;
    size_t len;
    const char *body = http_body(j->request, &len);
    struct err e;

    submission_init(&s);
    s.answer_language = j->language;
    if (submit_begin(j->intake, &c, &e) < 0) {
        problem_reply(j->request, PROBLEM_BUSY, j->language, NULL, NULL);
        return false;
    }
    if (submission_read_json(&s, body, len, &j->intake->faults, &e) < 0) {
        bool named = j->intake->faults.count > 0;
        problem_reply(j->request, named ? PROBLEM_INVALID : PROBLEM_MALFORMED, j->language,
                      named ? NULL : e.text, named ? &j->intake->faults : NULL);
        return false;
    }
    take_place(&s, c, rows);
    s.via = api_via(j->intake, j->request);
    return submit_own(j, c, &s);
}

static bool take_target(struct joining *j, PGresult *const rows[], const struct err *e)
{
    char rule[CITIZEN_RULE_SIZE];
    struct err closed;

    if (e != NULL) {
        problem_reply_err(j->request, j->language, e);
        return false;
    }
    if (PQntuples(rows[0]) == 0) {
        problem_reply(j->request, PROBLEM_NOT_FOUND, j->language, NULL, NULL);
        return false;
    }
    j->into = db_uuid(rows[0], 0, INTO);
    if (citizen_may(CITIZEN_WITHDRAW, db_text(rows[0], 0, STATE))) /* it is open */
        return read_own(j, rows[0]);
    err_set(&closed, ERR_CONFLICT, "state: the case is over");
    const char *words = citizen_rule(&closed, j->language, rule);
    problem_reply_rule(j->request, PROBLEM_RULE, j->language, rule, words);
    return false;
}

static void on_target(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct joining *j = ctx;

    if (!take_target(j, rows, e))
        free(j);
}

static int ask(struct joining *j, const char *reference, struct err *e)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_read_joined, &args};

    db_arg_text(&args, reference, strlen(reference));
    return readers_send(j->intake->readers, &step, 1, on_target, j, e);
}

void cases_join(void *ctx, struct http_request *request)
{
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    char reference[REFERENCE_SIZE];
    struct err e;

    if (!api_admit(ctx, request))
        return;
    if (!api_is_json(request)) {
        problem_reply(request, PROBLEM_MEDIA_TYPE, language, NULL, NULL);
        return;
    }
    if (reference_read(http_part(request, "reference"), reference, &e) < 0) {
        problem_reply(request, PROBLEM_NOT_FOUND, language, NULL, NULL);
        return;
    }
    struct joining *j = mem_new(1, sizeof(*j));
    *j = (struct joining){.intake = ctx, .request = request, .language = language};
    if (ask(j, reference, &e) == 0)
        return;
    problem_reply_err(request, language, &e);
    free(j);
}
