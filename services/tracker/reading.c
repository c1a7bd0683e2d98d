/* SPDX-License-Identifier: Apache-2.0 */
#include "reading.h"

#include "sql_tracker.h" /* generated from sql/ */

#include "mem.h"

#include <stdlib.h>

struct reading {
    struct db *db;
    struct kept *kept;
    reading_done_fn *done;
    void *ctx;
    struct db_args args[3];
    bool with_files;     /* of the batch being read */
    struct batch *batch; /* being read; NULL: none */
    int ignored;         /* results on their way whose batch was abandoned */
};

struct reading *reading_new(struct db *db, struct kept *kept, reading_done_fn *done, void *ctx)
{
    struct reading *r = mem_new(1, sizeof(*r));

    r->db = db;
    r->kept = kept;
    r->done = done;
    r->ctx = ctx;
    return r;
}

void reading_free(struct reading **reading)
{
    struct reading *r = *reading;

    if (r == NULL)
        return;
    for (size_t i = 0; i < COUNT(r->args); i++)
        db_args_free(&r->args[i]);
    free(r);
    *reading = NULL;
}

/* ---- what to ask for ---- */

/* A case that has to be read, once, though named by many. */
struct asking {
    struct kept *kept;
    struct batch *batch;
    struct case_row *seen;
    struct db_args *args;
};

static void ask_for_case(struct asking *asking, const struct uuid *id)
{
    struct case_row *row;

    if (uuid_is_nil(id) || kept_take(asking->kept, &asking->batch->set, id))
        return;
    HASH_FIND(hh, asking->seen, id, sizeof(*id), row);
    if (row != NULL)
        return;
    row = mem_new(1, sizeof(*row));
    row->id = *id;
    HASH_ADD(hh, asking->seen, id, sizeof(row->id), row);
    db_item_uuid(asking->args, id);
}

static int end_asking(struct asking *asking)
{
    struct case_row *row, *next;
    int count = (int)HASH_COUNT(asking->seen);

    HASH_ITER(hh, asking->seen, row, next)
    {
        HASH_DEL(asking->seen, row);
        free(row);
    }
    return count;
}

/* Ids of cases that have to be known first: those of verbs always, those of
 * new cases only when they may have been recorded before. */
static int add_case_ids(const struct reading *r, struct batch *batch, struct db_args *a)
{
    struct asking asking = {.kept = r->kept, .batch = batch, .args = a};

    db_array_begin(a, DB_ARRAY_UUID);
    for (int i = 0; i < batch->count; i++) {
        const struct command *c = batch->commands[i];
        if (c->kind == COMMAND_VERB) {
            ask_for_case(&asking, &c->command.case_id);
            ask_for_case(&asking, &c->command.into);
        } else if (batch->careful) {
            ask_for_case(&asking, &c->head.id);
        }
    }
    db_array_end(a);
    return end_asking(&asking);
}

static int add_command_ids(const struct batch *batch, struct db_args *a)
{
    int count = 0;

    db_array_begin(a, DB_ARRAY_UUID);
    for (int i = 0; i < batch->count; i++) {
        const struct command *c = batch->commands[i];
        if (!uuid_is_nil(command_key(c))) {
            db_item_uuid(a, command_key(c));
            count++;
        }
    }
    db_array_end(a);
    return count;
}

/* Whoever publishes a case names files of it. */
static int add_published_ids(const struct batch *batch, struct db_args *a)
{
    int count = 0;

    db_array_begin(a, DB_ARRAY_UUID);
    for (int i = 0; i < batch->count; i++) {
        const struct command *c = batch->commands[i];
        if (c->kind == COMMAND_VERB && c->verb == VERB_PUBLISH) {
            db_item_uuid(a, &c->command.case_id);
            count++;
        }
    }
    db_array_end(a);
    return count;
}

/* ---- reading it ---- */

/* The batch that this result is for; NULL: it has been abandoned meanwhile. */
static struct batch *being_read(struct reading *r)
{
    if (r->ignored == 0)
        return r->batch;
    r->ignored--;
    return NULL;
}

/* Everything is read; or it is not, and e says why. */
static void end(struct reading *r, struct batch *batch, const struct err *e)
{
    r->batch = NULL;
    r->done(r->ctx, batch, e);
}

static void on_merged_read(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct reading *r = ctx;
    struct batch *batch = being_read(r);
    struct err why = e != NULL ? *e : (struct err){0};

    if (batch == NULL)
        return;
    bool good = e == NULL && workset_load_cases(&batch->set, rows[0], &why) == 0;
    end(r, batch, good ? NULL : &why);
}

/* Those that were not asked for themselves are read as every case is. */
static void on_merged(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct reading *r = ctx;
    struct batch *batch = being_read(r);
    struct db_args *a = &r->args[0];
    struct err why = e != NULL ? *e : (struct err){0};

    if (batch == NULL)
        return;
    if (e != NULL) {
        end(r, batch, &why);
        return;
    }
    db_array_begin(a, DB_ARRAY_UUID);
    for (int row = 0; row < PQntuples(rows[0]); row++) {
        const struct uuid id = db_uuid(rows[0], row, 0);
        if (workset_case(&batch->set, &id) == NULL)
            db_item_uuid(a, &id);
    }
    db_array_end(a);
    const struct db_step step = {&sql_select_cases, a};
    if (db_send(r->db, &step, 1, on_merged_read, r, &why) < 0)
        end(r, batch, &why);
}

/* Whether the command may end its case, have it wait for another or move its date, and with it
 * those that were merged into it. */
static bool moves_merged(enum verb verb, const struct case_row *c)
{
    return verb == VERB_DONE || verb == VERB_ANSWER || verb == VERB_CONFIRM || verb == VERB_MERGE ||
           verb == VERB_FORWARD || verb == VERB_WITHDRAW || verb == VERB_EXTEND ||
           verb == VERB_APOLOGISE ||
           ((verb == VERB_FLAG || verb == VERB_CLOSE) &&
            c->state == STATE_NEED_INFO); /* no answer in time */
}

static int add_ends(const struct batch *batch, struct db_args *a)
{
    int count = 0;

    for (int i = 0; i < batch->count; i++) {
        const struct command *command = batch->commands[i];
        const struct case_row *c = command->kind == COMMAND_VERB
                                       ? workset_case(&batch->set, &command->command.case_id)
                                       : NULL;
        if (c == NULL || c->terms.merged == 0 || !moves_merged(command->verb, c))
            continue;
        db_item_uuid(a, &c->id);
        count++;
    }
    return count;
}

/* Cases that were merged into one that may end now share its end: they are needed as well. Whether
 * they are on their way, so that reading goes on. */
static bool ask_for_merged(struct reading *r, struct batch *batch, struct err *e)
{
    struct db_args *a = &r->args[0];

    db_array_begin(a, DB_ARRAY_UUID);
    int count = add_ends(batch, a);
    db_array_end(a);
    if (count == 0) {
        db_args_clear(a);
        return false;
    }
    const struct db_step step = {&sql_select_merged, a};
    return db_send(r->db, &step, 1, on_merged, r, e) == 0;
}

/* Of the one batch that is being read. */
static void on_read(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct reading *r = ctx;
    struct batch *batch = being_read(r);
    struct err why = e != NULL ? *e : (struct err){0};

    if (batch == NULL)
        return;
    if (e == NULL && workset_load_cases(&batch->set, rows[0], &why) == 0) {
        workset_load_keys(&batch->set, rows[1]);
        if (r->with_files)
            workset_load_files(&batch->set, rows[2]);
        if (ask_for_merged(r, batch, &why))
            return;
    }
    end(r, batch, why.kind != ERR_NONE ? &why : NULL);
}

int reading_begin(struct reading *r, struct batch *batch, struct err *e)
{
    const struct db_step steps[] = {{&sql_select_cases, &r->args[0]},
                                    {&sql_select_commands, &r->args[1]},
                                    {&sql_select_files, &r->args[2]}};

    batch->stage = BATCH_TAKEN;
    int ids = add_case_ids(r, batch, &r->args[0]) + add_command_ids(batch, &r->args[1]);
    r->with_files = add_published_ids(batch, &r->args[2]) > 0;
    if (!r->with_files)
        db_args_clear(&r->args[2]);
    if (ids == 0 && !r->with_files) {
        db_args_clear(&r->args[0]);
        db_args_clear(&r->args[1]);
        return 0;
    }
    if (db_send(r->db, steps, r->with_files ? 3 : 2, on_read, r, e) < 0)
        return -1;
    batch->stage = BATCH_READING;
    r->batch = batch;
    return 0;
}

void reading_abandon(struct reading *r)
{
    r->batch = NULL;
    r->ignored++;
}
