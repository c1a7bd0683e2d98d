/* SPDX-License-Identifier: Apache-2.0 */
#include "notes.h"

#include "open311_case.h"
#include "sql_intake.h"

enum { CASE_ID, TYPE, AT }; /* columns of sql/list_events.sql */

int notes_ask(struct intake *intake, const struct uuid ids[], size_t count, db_fn *done, void *ctx,
              struct err *e)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_list_events, &args};

    db_array_begin(&args, DB_ARRAY_UUID);
    for (size_t i = 0; i < count; i++)
        db_item_uuid(&args, &ids[i]);
    db_array_end(&args);
    open311_add_steps(&args);
    return readers_send(intake->readers, &step, 1, done, ctx, e);
}

void note_write(struct tree *tree, const char *event_type, int64_t at, enum language language)
{
    const struct open311_step *step = open311_step(event_type);

    if (step == NULL)
        return;
    tree_record(tree, "note");
    tree_time(tree, "datetime", at);
    tree_text(tree, "description", IN_LANGUAGE(language, step, text));
    tree_text(tree, "type", step->status);
    tree_end(tree);
}

void notes_write(struct tree *tree, const PGresult *rows, const struct uuid *id,
                 enum language language)
{
    tree_list(tree, "notes");
    for (int i = 0; rows != NULL && i < PQntuples(rows); i++) {
        struct uuid of = db_uuid(rows, i, CASE_ID);
        if (uuid_equal(&of, id))
            note_write(tree, db_text(rows, i, TYPE), db_time(rows, i, AT), language);
    }
    tree_end(tree);
}
