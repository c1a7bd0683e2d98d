/* SPDX-License-Identifier: Apache-2.0 */
/* write_terms - what only some cases have: terms beyond the promise, notes, public texts, pauses,
 * cleared flags. */
#include "write.h"

/* ---- terms of cases, and due times that were moved ---- */

#define TERMS_COLUMN(array_type, statement)                                                        \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (const struct case_row *c = set->cases; c != NULL; c = c->hh.next)                     \
            if (c->terms.is_changed)                                                               \
                statement;                                                                         \
        db_array_end(a);                                                                           \
    } while (0)

static void item_uuid_or_null(struct db_args *a, const struct uuid *id)
{
    if (uuid_is_nil(id))
        db_item_null(a);
    else
        db_item_uuid(a, id);
}

size_t write_terms(struct db_args *a, const struct workset *set)
{
    size_t rows = 0;

    for (const struct case_row *c = set->cases; c != NULL; c = c->hh.next)
        rows += c->terms.is_changed;
    if (rows == 0)
        return 0;
    TERMS_COLUMN(DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    TERMS_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->due_at));
    TERMS_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->terms.promised_at));
    TERMS_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->terms.apologised_at));
    TERMS_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->terms.closed_at));
    TERMS_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->terms.published_at));
    TERMS_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->terms.summarised_at));
    TERMS_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->terms.paused_at));
    TERMS_COLUMN(DB_ARRAY_INT64, db_item_int64(a, c->terms.paused_us));
    TERMS_COLUMN(DB_ARRAY_INT16, db_item_int16(a, (int16_t)c->terms.extensions));
    TERMS_COLUMN(DB_ARRAY_INT16, db_item_int16(a, (int16_t)c->terms.reopened));
    TERMS_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->terms.update_due_at));
    TERMS_COLUMN(DB_ARRAY_INT16, db_item_int16(a, (int16_t)c->terms.rated));
    TERMS_COLUMN(DB_ARRAY_INT16, db_item_int16(a, (int16_t)c->terms.merged));
    TERMS_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->terms.drafted_by));
    TERMS_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->terms.draft_result));
    TERMS_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->terms.draft_digest));
    TERMS_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->terms.rejecting_by));
    TERMS_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->terms.rejecting_reason));
    TERMS_COLUMN(DB_ARRAY_UUID, item_uuid_or_null(a, &c->terms.merged_into));
    TERMS_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->terms.clock_from));
    TERMS_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->calendar_code));
    TERMS_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->terms.days_end));
    return rows;
}

size_t write_dues(struct db_args *a, const struct workset *set)
{
    size_t rows = 0;

    EACH_TASK(set, c, t, t->is_moved)
    rows++;
    if (rows == 0)
        return 0;
    TASK_COLUMN(t->is_moved, DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    TASK_COLUMN(t->is_moved, DB_ARRAY_INT16, db_item_int16(a, (int16_t)t->number));
    TASK_COLUMN(t->is_moved, DB_ARRAY_TIME, db_item_time(a, t->due_at));
    return rows;
}

size_t write_clears(struct db_args *a, const struct workset *set)
{
    const struct clear_row *c = set->clears;
    size_t count = set->clear_count;

    if (count == 0)
        return 0;
    ROW_COLUMN(c, count, DB_ARRAY_UUID, db_item_uuid(a, &c[i].case_id));
    ROW_COLUMN(c, count, DB_ARRAY_INT16, db_item_int16(a, (int16_t)c[i].task));
    ROW_COLUMN(c, count, DB_ARRAY_TEXT, db_item_text(a, deadline_level_name(c[i].level)));
    db_arg_time(a, set->now);
    return count;
}

size_t write_notes(struct db_args *a, const struct workset *set)
{
    const struct note_row *n = set->notes;
    size_t count = set->note_count;

    if (count == 0)
        return 0;
    ROW_COLUMN(n, count, DB_ARRAY_INT64, db_item_int64(a, n[i].seq));
    ROW_COLUMN(n, count, DB_ARRAY_UUID, db_item_uuid(a, &n[i].case_id));
    db_array_begin(a, DB_ARRAY_JSON);
    for (size_t i = 0; i < count; i++) {
        size_t len;
        const char *body = command_content(n[i].command, &len);
        db_item_bytes(a, body, len);
    }
    db_array_end(a);
    return count;
}

static void item_size(struct db_args *a, int32_t pixels)
{
    if (pixels == 0)
        db_item_null(a);
    else
        db_item_int32(a, pixels);
}

size_t write_attachments(struct db_args *a, const struct workset *set)
{
    const struct attachment_row *f = set->attachments;
    size_t count = set->attachment_count;

    if (count == 0)
        return 0;
    ROW_COLUMN(f, count, DB_ARRAY_UUID, db_item_uuid(a, &f[i].case_id));
    ROW_COLUMN(f, count, DB_ARRAY_INT64, db_item_int64(a, f[i].seq));
    ROW_COLUMN(f, count, DB_ARRAY_INT16, db_item_int16(a, (int16_t)f[i].number));
    ROW_COLUMN(f, count, DB_ARRAY_BYTES, db_item_bytes(a, f[i].hash, sizeof(f[i].hash)));
    ROW_COLUMN(f, count, DB_ARRAY_TEXT, db_item_text(a, f[i].type));
    ROW_COLUMN(f, count, DB_ARRAY_INT64, db_item_int64(a, f[i].bytes));
    ROW_COLUMN(f, count, DB_ARRAY_INT32, item_size(a, f[i].width));
    ROW_COLUMN(f, count, DB_ARRAY_INT32, item_size(a, f[i].height));
    ROW_COLUMN(f, count, DB_ARRAY_TEXT, db_item_text(a, f[i].given_by));
    db_arg_time(a, set->now);
    return count;
}

size_t write_publications(struct db_args *a, const struct workset *set)
{
    const struct publication_row *p = set->publications;
    size_t count = set->publication_count;

    if (count == 0)
        return 0;
    ROW_COLUMN(p, count, DB_ARRAY_UUID, db_item_uuid(a, &p[i].case_id));
    db_array_begin(a, DB_ARRAY_JSON);
    for (size_t i = 0; i < count; i++) {
        size_t len;
        const char *body = command_content(p[i].command, &len);
        db_item_bytes(a, body, len);
    }
    db_array_end(a);
    db_arg_time(a, set->now);
    return count;
}

size_t write_pauses(struct db_args *a, const struct workset *set)
{
    const struct pause_row *p = set->pauses;
    size_t count = set->pause_count;

    if (count == 0)
        return 0;
    ROW_COLUMN(p, count, DB_ARRAY_UUID, db_item_uuid(a, &p[i].case_id));
    ROW_COLUMN(p, count, DB_ARRAY_TIME, db_item_time(a, p[i].since));
    ROW_COLUMN(p, count, DB_ARRAY_TIME, db_item_time(a, p[i].until));
    ROW_COLUMN(p, count, DB_ARRAY_TEXT, db_item_text(a, p[i].kind));
    return count;
}
