/* SPDX-License-Identifier: Apache-2.0 */
#include "join.h"

#include "citizen_command.h"
#include "code.h"
#include "log.h"
#include "mem.h"
#include "sql_intake.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INTO, SERVICE, AREA, STATE }; /* columns of sql/read_joined.sql */
enum { SCOPE_BYTES = 100, HEAD_BYTES = 1000 };

/* ---- whom to join ---- */

struct finding {
    struct intake *intake;
    struct http_request *request;
    join_found_fn *found;
};

static void on_target(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct finding f = *(struct finding *)ctx;
    struct join_target target = {0};
    struct err unknown;

    free(ctx);
    if (e == NULL && PQntuples(rows[0]) == 0) {
        err_set(&unknown, ERR_INPUT, "no such case");
        e = &unknown;
    }
    if (e == NULL)
        target = (struct join_target){
            .id = db_uuid(rows[0], 0, INTO),
            .service = db_text(rows[0], 0, SERVICE),
            .area = db_text(rows[0], 0, AREA),
            .is_open = citizen_may_while(CITIZEN_WITHDRAW, db_text(rows[0], 0, STATE)),
        };
    f.found(f.intake, f.request, e == NULL ? &target : NULL, e);
}

static int ask(struct finding *f, const char *reference, struct err *e)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_read_joined, &args};

    db_arg_text(&args, reference, strlen(reference));
    return readers_send(f->intake->readers, &step, 1, on_target, f, e);
}

void join_find(struct intake *intake, struct http_request *request, const char *reference,
               join_found_fn *found)
{
    char canonical[REFERENCE_SIZE];
    struct err e;

    if (reference_read(reference, canonical, &e) < 0) {
        found(intake, request, NULL, &e);
        return;
    }
    struct finding *f = mem_new(1, sizeof(*f));
    *f = (struct finding){intake, request, found};
    if (ask(f, canonical, &e) == 0)
        return;
    free(f);
    found(intake, request, NULL, &e);
}

/* ---- the first step: a case of one's own ---- */

void join_take_place(struct submission *s, const struct catalogue *c,
                     const struct join_target *target)
{
    s->joins = true;
    s->service_code = target->service;
    s->area = target->area != NULL && catalogue_area(c, target->area) != NULL ? target->area : NULL;
    s->lat = s->lon = (double)NAN;
    s->unit = s->address = s->address_id = NULL;
}

/* Somebody who joins. */
struct joining {
    struct intake *intake;
    const struct door *door;
    struct http_request *request;
    enum language language;
    struct uuid into;
    struct case_receipt receipt;
    char reference[REFERENCE_SIZE], unit[CODE_SIZE], state[CODE_SIZE]; /* of the receipt */
};

/* ---- the second: merging ---- */

static void finish(struct joining *j)
{
    const struct outbox_item item = {.request = j->request, .language = j->language};

    j->door->accepted(j->intake, &item, &j->receipt);
    free(j);
}

static void on_merged(void *ctx, const struct bus_message *answer, const struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_outcome outcome = {0};
    struct err why = {0};

    if (e != NULL)
        why = *e;
    else if (answer->count < 2 || answer_read(case_outcome_fields, bus_data(answer, 1),
                                              bus_len(answer, 1), &store, &outcome, &why) < 0)
        why.kind = why.kind != ERR_NONE ? why.kind : ERR_SYSTEM;
    if (why.kind == ERR_BUSY || why.kind == ERR_SYSTEM)
        log_event(LOG_WARN, "a case was not merged", "why", why.text, NULL);
    finish(ctx);
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

static void copy_code(char out[CODE_SIZE], const char *code)
{
    size_t len = strnlen(code, CODE_SIZE - 1);

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
    finish(j);
}

static void on_refused(void *ctx, const struct outbox_item *item, const struct err *e)
{
    struct joining *j = item->own;

    j->door->refused(ctx, item, e);
    free(j);
}

int join_submit(struct intake *intake, const struct door *door, struct http_request *request,
                const struct submission *s, const struct submit_key *under,
                const struct join_target *target, struct err *e)
{
    const struct door own = {door->channel, on_accepted, on_refused};
    struct joining *j = mem_new(1, sizeof(*j));
    const struct submit_key mine = {under->key, under->said, j};

    *j = (struct joining){.intake = intake,
                          .door = door,
                          .request = request,
                          .language = s->answer_language,
                          .into = target->id};
    if (submit_under(intake, &own, request, s, &mine, e) == 0)
        return 0;
    free(j);
    return -1;
}
