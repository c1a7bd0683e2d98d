/* SPDX-License-Identifier: Apache-2.0 */
/* record - a submission that the router has passed becomes a case with its tasks. */
#include "attachments.h"
#include "letters.h"
#include "schedule.h"
#include "tracker.h"

#include "log.h"

#include <inttypes.h>
#include <string.h>

static int write_receipt(const struct case_receipt *receipt, struct strbuf *answer)
{
    json_write(case_receipt_fields, receipt, answer);
    return 0;
}

static void fill_receipt(const struct case_row *c, bool repeated, struct case_receipt *out)
{
    *out = (struct case_receipt){.id = c->id,
                                 .reference = c->reference,
                                 .unit = c->unit->code,
                                 .state = state_name(c->state),
                                 .received_at = c->received_at,
                                 .due_at = c->due_at,
                                 .repeated = repeated};
}

/* The same Idempotency-Key again: the first answer, or a refusal for other words. */
static int repeat_key(const struct key_row *key, const struct command *command,
                      struct strbuf *answer, struct err *e)
{
    struct case_receipt receipt = key->receipt;

    if (strcmp(key->fingerprint, command->head.fingerprint) != 0)
        return err_set(e, ERR_CONFLICT, "Idempotency-Key: was used before with another request");
    if (key->is_new != NULL)
        fill_receipt(key->is_new, true, &receipt);
    return write_receipt(&receipt, answer);
}

/* A case without the contact that came with it must not be kept in silence. */
static int check_contact(const struct command *command, struct err *e)
{
    struct sealed_contact contact;
    size_t len;
    const char *frame = command_contact(command, &len);

    return len == 0 ? 0 : sealed_contact_read(frame, len, &contact, e);
}

static int find_names(const struct workset *set, const struct command *command,
                      const struct catalogue_service **service, const struct catalogue_unit **unit,
                      struct err *e)
{
    *service = catalogue_service(set->catalogue, command->head.service);
    *unit = catalogue_unit(set->catalogue, command->route.unit);
    if (*service == NULL)
        return err_set(e, ERR_INPUT, "service: \"%s\" is not in the catalogue",
                       command->head.service);
    if (*unit == NULL)
        return err_set(e, ERR_INPUT, "unit: \"%s\" is not in the catalogue", command->route.unit);
    if ((*service)->closed_notice_vi != NULL)
        return err_set(e, ERR_INPUT, "service: \"%s\" is closed", command->head.service);
    return 0;
}

static void add_task(struct case_row *c, const struct catalogue_unit *unit, bool leads)
{
    struct task_row *task = case_add_task(c, unit);

    task->is_new = true;
    task->leads = leads;
    task->priority = (int)c->record->route.priority;
    task->assigned_at = c->received_at;
    task->due_at = c->due_at;
    schedule_task(c, task);
}

/* A calendar that has come to its end is for the city to mend: whoever reports is not to blame. */
static int promise_due(struct case_row *c, struct err *e)
{
    if (deadline_due(&c->policy, c->calendar, c->received_at, &c->due_at, e) == 0)
        return 0;
    log_event(LOG_ERROR, "nothing can be promised", "service", c->service->code, "unit",
              c->unit->code, "why", e->text, NULL);
    e->kind = ERR_SYSTEM;
    return -1;
}

/* Units that take part have tasks of their own, due with the lead's. */
static int add_coordinators(struct workset *set, struct case_row *c, const json_t *codes,
                            struct err *e)
{
    size_t i;
    const json_t *code;

    json_array_foreach(codes, i, code)
    {
        const struct catalogue_unit *unit =
            json_is_string(code) ? catalogue_unit(set->catalogue, json_string_value(code)) : NULL;
        if (unit == NULL || c->task_count == CASE_MAX_TASKS)
            return err_set(e, ERR_INPUT, "coordinators: not a unit, or too many");
        add_task(c, unit, false);
    }
    return 0;
}

/* The digest of the contact as the door has sealed it; record_decide has checked that it can be
 * read. */
static void tell_contact(const struct case_row *c, struct strbuf *detail)
{
    struct sealed_contact contact;
    char digest[LEDGER_DIGEST_SIZE];
    size_t len;
    struct err e;
    const char *frame = command_contact(c->record, &len);

    if (len > 0 && sealed_contact_read(frame, len, &contact, &e) == 0)
        strbuf_addf(detail, ",\"contact\":\"%s\"",
                    ledger_digest(contact.sealed, contact.sealed_len, digest));
}

static void describe(const struct case_row *c, struct strbuf *detail)
{
    const struct case_route *route = &c->record->route;
    char digest[LEDGER_DIGEST_SIZE];
    size_t len;
    const char *content = command_content(c->record, &len);

    strbuf_addf(detail,
                "{\"service\":\"%s\",\"unit\":\"%s\",\"state\":\"%s\",\"due_at\":%" PRId64
                ",\"received_at\":%" PRId64,
                c->service->code, c->unit->code, state_name(c->state), c->due_at, c->received_at);
    strbuf_addf(detail, ",\"rule\":");
    json_write_text(detail, route->rule, strlen(route->rule));
    if (json_array_size(c->record->head.attachments) > 0) {
        strbuf_addf(detail, ",\"attachments\":");
        attachments_tell(c->record->head.attachments, detail);
    }
    tell_contact(c, detail);
    strbuf_addf(detail, ",\"content\":\"%s\"}", ledger_digest(content, len, digest));
}

static void tell_received(struct workset *set, struct case_row *c)
{
    struct event_row *received = workset_event(set, c, &c->tasks[0], "received", "citizen");

    describe(c, &received->detail);
    received->content = c->record;
    workset_seal(set, received);
    attachments_add(set, c, received->seq, c->record->head.attachments, "citizen");
    for (int i = 1; i < c->task_count; i++) {
        struct event_row *assigned = workset_event(set, c, &c->tasks[i], "assigned", "router");
        strbuf_addf(&assigned->detail, "{\"unit\":\"%s\",\"role\":\"coordinate\"}",
                    c->tasks[i].unit->code);
        assigned->content = c->record;
        workset_seal(set, assigned);
    }
    workset_count(set, c->unit, c->service, "received");
    if (c->regime->receipt)
        letters_receipt(set, c);
}

static int fill(struct workset *set, struct case_row *c, struct err *e)
{
    const struct command *command = c->record;
    const struct catalogue_service *service;
    const struct catalogue_unit *unit;

    if (find_names(set, command, &service, &unit, e) < 0)
        return -1;
    c->service = service;
    c->unit = unit;
    c->policy = service->policy;
    c->state = command->route.desk ? STATE_SCREENING : STATE_ASSIGNED;
    c->received_at = c->was_updated_at = command->head.received_at;
    c->was_open = true; /* as insert_cases.sql lists it */
    c->regime = workset_regime(set, service->regime, c->received_at);
    c->changes = 1;
    snprintf(c->language, sizeof(c->language), "%s", command->head.language);
    reference_new(c->reference);
    case_count_by(c, unit);
    if (promise_due(c, e) < 0)
        return -1;
    add_task(c, unit, true);
    return command->route.coordinators != NULL
               ? add_coordinators(set, c, command->route.coordinators, e)
               : 0;
}

static void remember_key(struct workset *set, const struct case_row *c)
{
    const struct case_head *head = &c->record->head;

    if (uuid_is_nil(&head->command))
        return;
    struct key_row *key = workset_add_key(set, &head->command);
    snprintf(key->fingerprint, sizeof(key->fingerprint), "%s", head->fingerprint);
    key->is_new = c;
}

int record_decide(struct workset *set, const struct command *command, struct strbuf *answer,
                  struct err *e)
{
    struct case_row *c = workset_case(set, &command->head.id);
    const struct key_row *key = workset_key(set, &command->head.command);
    struct case_receipt receipt;

    if (uuid_is_nil(&command->head.command) != (command->head.fingerprint == NULL))
        return err_set(e, ERR_INPUT, "fingerprint: goes with command");
    if (key != NULL)
        return repeat_key(key, command, answer, e);
    if (c != NULL) {
        fill_receipt(c, true, &receipt);
        return write_receipt(&receipt, answer);
    }
    /* A repetition has its answer, whatever the catalogue says by now. */
    if (attachments_check(command->head.attachments, e) < 0 || check_contact(command, e) < 0)
        return -1;
    c = workset_add_case(set, &command->head.id);
    c->record = command;
    if (fill(set, c, e) < 0) {
        workset_drop_case(set, c);
        if (command->look == 0) /* router may know a newer catalogue */
            e->kind = ERR_BUSY;
        return -1;
    }
    tell_received(set, c);
    remember_key(set, c);
    fill_receipt(c, false, &receipt);
    return write_receipt(&receipt, answer);
}
