/* SPDX-License-Identifier: Apache-2.0 */
/* workset_load - what the ledger has of a batch's cases. Columns are those of sql/select_cases.sql,
 * sql/select_commands.sql and sql/select_files.sql. */
#include "workset.h"

#include <stdio.h>
#include <string.h>

/* ---- cases ---- */

static void load_text(const PGresult *rows, int row, int column, char *out, size_t size)
{
    const char *text = db_text(rows, row, column);

    snprintf(out, size, "%s", text != NULL ? text : "");
}

/* The first column of struct case_terms in sql/select_cases.sql. */
enum { TERMS = 24 };

static void load_terms(struct case_terms *t, const PGresult *rows, int row)
{
    t->promised_at = db_time(rows, row, TERMS);
    t->apologised_at = db_time(rows, row, TERMS + 1);
    t->closed_at = db_time(rows, row, TERMS + 2);
    t->published_at = db_time(rows, row, TERMS + 3);
    t->summarised_at = db_time(rows, row, TERMS + 4);
    t->paused_at = db_time(rows, row, TERMS + 5);
    t->paused_us = db_int(rows, row, TERMS + 6);
    t->extensions = (int)db_int(rows, row, TERMS + 7);
    t->reopened = (int)db_int(rows, row, TERMS + 8);
    t->update_due_at = db_time(rows, row, TERMS + 9);
    t->rated = (int)db_int(rows, row, TERMS + 10);
    t->merged = (int)db_int(rows, row, TERMS + 11);
    load_text(rows, row, TERMS + 12, t->drafted_by, sizeof(t->drafted_by));
    load_text(rows, row, TERMS + 13, t->draft_result, sizeof(t->draft_result));
    load_text(rows, row, TERMS + 14, t->draft_digest, sizeof(t->draft_digest));
    load_text(rows, row, TERMS + 15, t->rejecting_by, sizeof(t->rejecting_by));
    load_text(rows, row, TERMS + 16, t->rejecting_reason, sizeof(t->rejecting_reason));
    t->days_end = db_time(rows, row, TERMS + 24);
    if (!db_is_null(rows, row, TERMS + 17))
        t->merged_into = db_uuid(rows, row, TERMS + 17);
}

/* Moments at which the clock stopped and went on, by turns. */
static void load_pauses(struct case_row *c, const PGresult *rows, int row)
{
    int64_t since;

    for (int i = 0; (since = db_array_time(rows, row, TERMS + 25, i)) != INT64_MIN; i += 2)
        case_stood(c, since, db_array_time(rows, row, TERMS + 25, i + 1));
}

/* The unit's is as good as any when the catalogue has lost the case's own. */
static void load_calendar(struct workset *w, struct case_row *c, const char *code)
{
    const struct catalogue_calendar *calendar = catalogue_calendar(w->catalogue, code);

    case_count_by(c, c->unit);
    if (calendar == NULL)
        return;
    c->calendar_code = calendar->code;
    c->calendar = calendar->worktime;
}

static int load_case(struct workset *w, struct case_row *c, const PGresult *rows, int row,
                     struct err *e)
{
    memcpy(c->reference, db_text(rows, row, 1), sizeof(c->reference));
    c->service = catalogue_service(w->catalogue, db_text(rows, row, 2));
    c->unit = catalogue_unit(w->catalogue, db_text(rows, row, 3));
    c->received_at = db_time(rows, row, 5);
    c->due_at = db_time(rows, row, 6);
    c->policy.amount = db_int(rows, row, 8);
    c->changes = (int)db_int(rows, row, 9);
    c->returns = (int)db_int(rows, row, 10);
    c->answered_at = db_time(rows, row, 11);
    c->regime = workset_regime(w, db_text(rows, row, TERMS + 18), c->received_at);
    load_terms(&c->terms, rows, row);
    load_pauses(c, rows, row);
    load_text(rows, row, TERMS + 19, c->language, sizeof(c->language));
    c->terms.clock_from = db_time(rows, row, TERMS + 20);
    c->changed_at = db_time(rows, row, TERMS + 22);
    c->was_open = case_is_open(c);
    c->was_followed = case_is_followed(c);
    c->was_merged_into = c->terms.merged_into;
    c->was_updated_at = case_updated_at(c);
    c->was_late = case_lateness(c);
    if (c->service == NULL || c->unit == NULL)
        return err_set(e, ERR_SYSTEM, "case %s: its service or unit is not in the catalogue",
                       c->reference);
    load_calendar(w, c, db_text(rows, row, TERMS + 21));
    if (state_read(db_text(rows, row, 4), &c->state, e) < 0)
        return -1;
    c->was_in = c->state;
    return deadline_kind_read(db_text(rows, row, 7), &c->policy.kind, e);
}

static int load_task(struct workset *w, struct case_row *c, const PGresult *rows, int row,
                     struct err *e)
{
    const struct catalogue_unit *unit = catalogue_unit(w->catalogue, db_text(rows, row, 14));

    if (unit == NULL)
        return err_set(e, ERR_SYSTEM, "case %s: a task's unit is not in the catalogue",
                       c->reference);
    struct task_row *t = case_add_task(c, unit);
    t->leads = strcmp(db_text(rows, row, 13), "lead") == 0;
    t->state = task_state_read(db_text(rows, row, 15));
    t->priority = (int)db_int(rows, row, 16);
    t->assigned_at = db_time(rows, row, 17);
    t->due_at = db_time(rows, row, 18);
    t->accepted_at = db_time(rows, row, 19);
    t->finished_at = db_time(rows, row, 20);
    t->epoch = db_int(rows, row, 21);
    t->raised = db_int(rows, row, 22);
    t->next_at = db_time(rows, row, 23);
    if (!db_is_null(rows, row, TERMS + 23))
        ledger_digest(db_text(rows, row, TERMS + 23), db_len(rows, row, TERMS + 23), t->said);
    return 0;
}

int workset_load_cases(struct workset *w, const PGresult *rows, struct err *e)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        struct uuid id = db_uuid(rows, row, 0);
        struct case_row *c = workset_case(w, &id);
        if (c == NULL) {
            c = workset_add_case(w, &id);
            if (load_case(w, c, rows, row, e) < 0)
                return -1;
        }
        if (load_task(w, c, rows, row, e) < 0)
            return -1;
    }
    return 0;
}

/* ---- what was said before, and files ---- */

void workset_load_keys(struct workset *w, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        struct uuid id = db_uuid(rows, row, 0);
        if (workset_key(w, &id) != NULL)
            continue;
        struct key_row *k = workset_add_key(w, &id);
        const uint8_t *print = (const uint8_t *)db_text(rows, row, 1);
        for (size_t i = 0; i < db_len(rows, row, 1) && i < 16; i++)
            snprintf(k->fingerprint + 2 * i, 3, "%02x", print[i]);
        snprintf(k->reference, sizeof(k->reference), "%s", db_text(rows, row, 3));
        snprintf(k->unit, sizeof(k->unit), "%s", db_text(rows, row, 4));
        snprintf(k->state, sizeof(k->state), "%s", db_text(rows, row, 5));
        k->receipt = (struct case_receipt){.id = db_uuid(rows, row, 2),
                                           .reference = k->reference,
                                           .unit = k->unit,
                                           .state = k->state,
                                           .received_at = db_time(rows, row, 6),
                                           .due_at = db_time(rows, row, 7),
                                           .repeated = true};
    }
}

void workset_load_files(struct workset *w, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        struct file_row *file = workset_add_file(w);
        *file = (struct file_row){.case_id = db_uuid(rows, row, 0)};
        if (db_len(rows, row, 1) == sizeof(file->hash))
            memcpy(file->hash, db_text(rows, row, 1), sizeof(file->hash));
        snprintf(file->type, sizeof(file->type), "%s", db_text(rows, row, 2));
    }
}
