/* SPDX-License-Identifier: Apache-2.0 */
/* write - everything that a batch has changed, as arrays, in one transaction. */
#include "write.h"
#include "sql_tracker.h" /* generated from sql/ */

#include <string.h>

enum { DAYS_TO_2000 = 10957 }; /* from 1970, where our days begin, to PostgreSQL's first */

/* ---- new cases ---- */

#define EACH_NEW_CASE(set, c)                                                                      \
    for (const struct case_row *c = (set)->cases; c != NULL; c = c->hh.next)                       \
        if (c->record != NULL)

#define NEW_CASE_COLUMN(array_type, statement)                                                     \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        EACH_NEW_CASE(set, c)                                                                      \
        statement;                                                                                 \
        db_array_end(a);                                                                           \
    } while (0)

static void item_day(struct db_args *a, int32_t day)
{
    if (day == INT32_MIN)
        db_item_null(a);
    else
        db_item_int32(a, day - DAYS_TO_2000);
}

static void item_content(struct db_args *a, const struct command *record)
{
    size_t len;
    const char *content = command_content(record, &len);

    db_item_bytes(a, content, len);
}

static void item_index(struct db_args *a, const uint8_t *index)
{
    if (index == NULL)
        db_item_null(a);
    else
        db_item_bytes(a, index, CRYPTO_INDEX_BYTES);
}

/* Of each new case, in their order; empty when it has none. record_decide has checked that every
 * contact can be read. */
static void read_contacts(const struct workset *set, struct sealed_contact *contacts)
{
    struct err e;

    EACH_NEW_CASE(set, c)
    {
        size_t len;
        const char *frame = command_contact(c->record, &len);
        if (len == 0 || sealed_contact_read(frame, len, contacts, &e) < 0)
            memset(contacts, 0, sizeof(*contacts));
        contacts++;
    }
}

static void fill_new_contacts(struct db_args *a, const struct workset *set, size_t count)
{
    struct sealed_contact contacts[BUS_MAX_ITEMS];

    read_contacts(set, contacts);
    db_array_begin(a, DB_ARRAY_BYTES);
    for (size_t i = 0; i < count; i++)
        if (contacts[i].sealed == NULL)
            db_item_null(a);
        else
            db_item_bytes(a, contacts[i].sealed, contacts[i].sealed_len);
    db_array_end(a);
    ROW_COLUMN(contacts, count, DB_ARRAY_BYTES, item_index(a, contacts[i].phone_index));
    ROW_COLUMN(contacts, count, DB_ARRAY_BYTES, item_index(a, contacts[i].email_index));
}

static size_t fill_cases(struct db_args *a, const struct workset *set)
{
    size_t rows = 0;

    EACH_NEW_CASE(set, c)
    rows++;
    if (rows == 0)
        return 0;
    NEW_CASE_COLUMN(DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_bytes(a, c->reference, REFERENCE_SIZE - 1));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->service->kind));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->service->code));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->unit->code));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, state_name(c->state)));
    NEW_CASE_COLUMN(DB_ARRAY_INT16, db_item_int16(a, (int16_t)c->record->route.priority));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->record->head.channel));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->record->head.language));
    NEW_CASE_COLUMN(DB_ARRAY_BOOL, db_item_bool(a, c->record->head.hide_name));
    NEW_CASE_COLUMN(DB_ARRAY_BOOL, db_item_bool(a, c->record->head.anonymous));
    NEW_CASE_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->received_at));
    NEW_CASE_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->due_at));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, deadline_kind_name(c->policy.kind)));
    NEW_CASE_COLUMN(DB_ARRAY_INT64, db_item_int64(a, c->policy.amount));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->calendar_code));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->record->route.area));
    NEW_CASE_COLUMN(DB_ARRAY_FLOAT, db_item_float(a, c->record->head.lat));
    NEW_CASE_COLUMN(DB_ARRAY_FLOAT, db_item_float(a, c->record->head.lon));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT,
                    db_item_text(a, c->regime->code[0] != '\0' ? c->regime->code : NULL));
    NEW_CASE_COLUMN(DB_ARRAY_DATE, item_day(a, c->regime->valid_from));
    NEW_CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->record->head.via));
    NEW_CASE_COLUMN(DB_ARRAY_JSON, item_content(a, c->record));
    fill_new_contacts(a, set, rows);
    return rows;
}

/* ---- tasks ---- */

static size_t fill_tasks(struct db_args *a, const struct workset *set)
{
    size_t rows = 0;

    EACH_TASK(set, c, t, t->is_new)
    rows++;
    if (rows == 0)
        return 0;
    TASK_COLUMN(t->is_new, DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    TASK_COLUMN(t->is_new, DB_ARRAY_INT16, db_item_int16(a, (int16_t)t->number));
    TASK_COLUMN(t->is_new, DB_ARRAY_TEXT, db_item_text(a, t->leads ? "lead" : "coordinate"));
    TASK_COLUMN(t->is_new, DB_ARRAY_TEXT, db_item_text(a, t->unit->code));
    TASK_COLUMN(t->is_new, DB_ARRAY_INT16, db_item_int16(a, (int16_t)t->priority));
    TASK_COLUMN(t->is_new, DB_ARRAY_TIME, db_item_time(a, t->assigned_at));
    TASK_COLUMN(t->is_new, DB_ARRAY_TIME, db_item_time(a, t->due_at));
    TASK_COLUMN(t->is_new, DB_ARRAY_INT32, db_item_int32(a, (int32_t)t->raised));
    TASK_COLUMN(t->is_new, DB_ARRAY_TIME, db_item_time(a, t->next_at));
    return rows;
}

/* A task that is new in this batch and changed by it as well is inserted in
 * its first state and then updated. */
static size_t fill_task_updates(struct db_args *a, const struct workset *set)
{
    size_t rows = 0;

    EACH_TASK(set, c, t, t->is_changed)
    rows++;
    if (rows == 0)
        return 0;
    TASK_COLUMN(t->is_changed, DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    TASK_COLUMN(t->is_changed, DB_ARRAY_INT16, db_item_int16(a, (int16_t)t->number));
    TASK_COLUMN(t->is_changed, DB_ARRAY_TEXT, db_item_text(a, task_state_name(t->state)));
    TASK_COLUMN(t->is_changed, DB_ARRAY_TIME, db_item_time(a, t->accepted_at));
    TASK_COLUMN(t->is_changed, DB_ARRAY_TIME, db_item_time(a, t->finished_at));
    TASK_COLUMN(t->is_changed, DB_ARRAY_INT64, db_item_int64(a, t->epoch));
    TASK_COLUMN(t->is_changed, DB_ARRAY_TEXT, db_item_text(a, t->worker));
    db_array_begin(a, DB_ARRAY_JSON);
    EACH_TASK(set, c, t, t->is_changed)
    {
        if (t->outcome == NULL)
            db_item_null(a);
        else
            db_item_bytes(a, t->outcome, t->outcome_len);
    }
    db_array_end(a);
    TASK_COLUMN(t->is_changed, DB_ARRAY_INT32, db_item_int32(a, (int32_t)t->raised));
    TASK_COLUMN(t->is_changed, DB_ARRAY_TIME, db_item_time(a, t->next_at));
    return rows;
}

/* ---- changed cases ---- */

#define CASE_COLUMN(array_type, statement)                                                         \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (const struct case_row *c = set->cases; c != NULL; c = c->hh.next)                     \
            if (c->is_changed)                                                                     \
                statement;                                                                         \
        db_array_end(a);                                                                           \
    } while (0)

static size_t fill_case_updates(struct db_args *a, const struct workset *set)
{
    size_t rows = 0;

    for (const struct case_row *c = set->cases; c != NULL; c = c->hh.next)
        rows += c->is_changed;
    if (rows == 0)
        return 0;
    CASE_COLUMN(DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, state_name(c->state)));
    CASE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, c->unit->code));
    CASE_COLUMN(DB_ARRAY_INT32, db_item_int32(a, c->changes));
    CASE_COLUMN(DB_ARRAY_INT16, db_item_int16(a, (int16_t)c->returns));
    CASE_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->answered_at));
    CASE_COLUMN(DB_ARRAY_TIME, db_item_time(a, c->changed_at));
    return rows;
}

/* ---- rows that are arrays already ---- */

static size_t fill_events(struct db_args *a, const struct workset *set)
{
    const struct event_row *e = set->events;
    size_t count = set->event_count;

    if (count == 0)
        return 0;
    ROW_COLUMN(e, count, DB_ARRAY_INT64, db_item_int64(a, e[i].seq));
    ROW_COLUMN(e, count, DB_ARRAY_TIME, db_item_time(a, set->now));
    ROW_COLUMN(e, count, DB_ARRAY_UUID, db_item_uuid(a, &e[i].of->id));
    ROW_COLUMN(e, count, DB_ARRAY_INT16, db_item_int16(a, (int16_t)e[i].task));
    ROW_COLUMN(e, count, DB_ARRAY_TEXT, db_item_text(a, e[i].type));
    ROW_COLUMN(e, count, DB_ARRAY_TEXT, db_item_text(a, e[i].actor));
    ROW_COLUMN(e, count, DB_ARRAY_JSON, db_item_bytes(a, e[i].detail.data, e[i].detail.len));
    ROW_COLUMN(e, count, DB_ARRAY_BYTES, db_item_bytes(a, e[i].hash, sizeof(e[i].hash)));
    return count;
}

static size_t fill_flags(struct db_args *a, const struct workset *set)
{
    const struct flag_row *f = set->flags;
    size_t count = set->flag_count;

    if (count == 0)
        return 0;
    ROW_COLUMN(f, count, DB_ARRAY_UUID, db_item_uuid(a, &f[i].case_id));
    ROW_COLUMN(f, count, DB_ARRAY_INT16, db_item_int16(a, (int16_t)f[i].task));
    ROW_COLUMN(f, count, DB_ARRAY_TEXT, db_item_text(a, deadline_level_name(f[i].level)));
    ROW_COLUMN(f, count, DB_ARRAY_TIME, db_item_time(a, f[i].moment));
    ROW_COLUMN(f, count, DB_ARRAY_TIME, db_item_time(a, set->now));
    return count;
}

#define KEY_COLUMN(array_type, statement)                                                          \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (const struct key_row *k = set->keys; k != NULL; k = k->hh.next)                       \
            if (k->is_new != NULL)                                                                 \
                statement;                                                                         \
        db_array_end(a);                                                                           \
    } while (0)

/* From the hexadecimal digits that the door has written. */
static void item_fingerprint(struct db_args *a, const char *digits)
{
    static const char hex[] = "0123456789abcdef";
    uint8_t bytes[16] = {0};

    for (size_t i = 0; i < 2 * sizeof(bytes) && digits[i] != '\0'; i++) {
        const char *at = strchr(hex, digits[i]);
        size_t value = at != NULL ? (size_t)(at - hex) : 0;
        bytes[i / 2] = (uint8_t)((size_t)bytes[i / 2] << 4 | value);
    }
    db_item_bytes(a, bytes, sizeof(bytes));
}

static size_t fill_commands(struct db_args *a, const struct workset *set)
{
    size_t count = 0;

    for (const struct key_row *k = set->keys; k != NULL; k = k->hh.next)
        count += k->is_new != NULL;
    if (count == 0)
        return 0;
    KEY_COLUMN(DB_ARRAY_UUID, db_item_uuid(a, &k->command));
    KEY_COLUMN(DB_ARRAY_UUID, db_item_uuid(a, &k->is_new->id));
    KEY_COLUMN(DB_ARRAY_BYTES, item_fingerprint(a, k->fingerprint));
    KEY_COLUMN(DB_ARRAY_TIME, db_item_time(a, set->now));
    return count;
}

#define MEASURE_COLUMN(array_type, statement)                                                      \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (const struct measure_row *m = set->measures; m != NULL; m = m->hh.next)               \
            statement;                                                                             \
        db_array_end(a);                                                                           \
    } while (0)

static size_t fill_measures(struct db_args *a, const struct workset *set)
{
    if (set->measures == NULL)
        return 0;
    db_arg_int32(a, catalogue_day(set->now) - DAYS_TO_2000); /* a binary date */
    MEASURE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, m->unit));
    MEASURE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, m->service));
    MEASURE_COLUMN(DB_ARRAY_TEXT, db_item_text(a, m->measure));
    MEASURE_COLUMN(DB_ARRAY_INT64, db_item_int64(a, m->value));
    return HASH_COUNT(set->measures);
}

/* Before any event is written. */
static size_t fill_months(struct db_args *a, const struct workset *set)
{
    if (set->makes_months)
        db_arg_time(a, set->now);
    return set->makes_months;
}

/* In the order in which they are sent. fill answers the number of rows. */
static const struct {
    const struct sql *sql;
    size_t (*fill)(struct db_args *a, const struct workset *set);
} steps[WRITE_MAX_STEPS] = {
    {&sql_make_partitions, fill_months},
    {&sql_insert_cases, fill_cases},
    {&sql_insert_open_cases, write_opened},
    {&sql_delete_open_cases, write_ended},
    {&sql_put_case_changes, write_changes},
    {&sql_insert_followed_cases, write_followed},
    {&sql_delete_followed_cases, write_unfollowed},
    {&sql_insert_merged_cases, write_merged},
    {&sql_delete_merged_cases, write_unmerged},
    {&sql_put_late_cases, write_late},
    {&sql_delete_late_cases, write_late_no_more},
    {&sql_put_rare_cases, write_rare},
    {&sql_delete_rare_cases, write_rare_no_more},
    {&sql_insert_tasks, fill_tasks},
    {&sql_update_cases, fill_case_updates},
    {&sql_update_tasks, fill_task_updates},
    {&sql_update_terms, write_terms},
    {&sql_update_dues, write_dues},
    {&sql_put_pauses, write_pauses},
    {&sql_insert_notes, write_notes},
    {&sql_put_letters, write_letters},
    {&sql_issue_letters, write_issues},
    {&sql_copy_letters, write_copies},
    {&sql_put_letter_numbers, write_numbers},
    {&sql_insert_flags, fill_flags},
    {&sql_clear_flags, write_clears},
    {&sql_insert_events, fill_events},
    {&sql_insert_commands, fill_commands},
    {&sql_insert_measure_deltas, fill_measures},
    {&sql_put_publications, write_publications},
    {&sql_insert_attachments, write_attachments},
};

void writer_fill(struct writer *writer, const struct workset *set)
{
    for (writer->count = 0; writer->count < set->beside_count; writer->count++)
        writer->steps[writer->count] = set->beside[writer->count];
    for (size_t i = 0; i < COUNT(steps); i++)
        if (steps[i].fill(&writer->args[i], set) > 0)
            writer->steps[writer->count++] = (struct db_step){steps[i].sql, &writer->args[i]};
}

int writer_send(struct writer *writer, struct db *db, db_fn *done, void *ctx, bool *sent,
                struct err *e)
{
    int count = writer->count;

    writer->count = 0; /* db_send empties the arguments in any case */
    *sent = count > 0;
    return count > 0 ? db_send(db, writer->steps, count, done, ctx, e) : 0;
}

void writer_forget(struct writer *writer)
{
    writer->count = 0;
    for (size_t i = 0; i < COUNT(writer->args); i++)
        db_args_clear(&writer->args[i]);
}

void writer_free(struct writer *writer)
{
    for (size_t i = 0; i < COUNT(writer->args); i++)
        db_args_free(&writer->args[i]);
}
