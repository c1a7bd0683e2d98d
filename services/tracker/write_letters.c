/* SPDX-License-Identifier: Apache-2.0 */
/* write_letters - letters and the registers that their numbers come from. */
#include "write.h"

/* With fields: what is said now. Without: an earlier draft as it is. */
static size_t count_letters(const struct workset *set, bool with_fields)
{
    size_t count = 0;

    for (size_t i = 0; i < set->letter_count; i++)
        count += (set->letters[i].fields.len > 0) == with_fields;
    return count;
}

#define LETTER_COLUMN(with_fields, array_type, statement)                                          \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (size_t i = 0; i < set->letter_count; i++)                                             \
            if ((l[i].fields.len > 0) == (with_fields))                                            \
                statement;                                                                         \
        db_array_end(a);                                                                           \
    } while (0)

/* Drafts have neither. */
static void item_year(struct db_args *a, const struct letter_row *letter)
{
    if (letter->kind == NULL)
        db_item_null(a);
    else
        db_item_int16(a, (int16_t)letter->year);
}

static void item_number(struct db_args *a, const struct letter_row *letter)
{
    if (letter->kind == NULL)
        db_item_null(a);
    else
        db_item_int32(a, (int32_t)letter->number);
}

static void item_seq(struct db_args *a, const struct letter_row *letter)
{
    if (letter->kind == NULL)
        db_item_null(a);
    else
        db_item_int64(a, letter->issued_seq);
}

size_t write_letters(struct db_args *a, const struct workset *set)
{
    const struct letter_row *l = set->letters;
    size_t count = count_letters(set, true);

    if (count == 0)
        return 0;
    LETTER_COLUMN(true, DB_ARRAY_UUID, db_item_uuid(a, &l[i].id));
    LETTER_COLUMN(true, DB_ARRAY_UUID, db_item_uuid(a, &l[i].of->id));
    LETTER_COLUMN(true, DB_ARRAY_TEXT, db_item_text(a, l[i].form));
    LETTER_COLUMN(true, DB_ARRAY_TEXT, db_item_text(a, l[i].unit->code));
    LETTER_COLUMN(true, DB_ARRAY_TEXT, db_item_text(a, l[i].of->language));
    LETTER_COLUMN(true, DB_ARRAY_JSON, db_item_bytes(a, l[i].fields.data, l[i].fields.len));
    LETTER_COLUMN(true, DB_ARRAY_TIME, db_item_time(a, l[i].drafted_at));
    LETTER_COLUMN(true, DB_ARRAY_TEXT, db_item_text(a, l[i].kind));
    LETTER_COLUMN(true, DB_ARRAY_INT16, item_year(a, &l[i]));
    LETTER_COLUMN(true, DB_ARRAY_INT32, item_number(a, &l[i]));
    LETTER_COLUMN(true, DB_ARRAY_INT64, item_seq(a, &l[i]));
    return count;
}

size_t write_issues(struct db_args *a, const struct workset *set)
{
    const struct letter_row *l = set->letters;
    size_t count = count_letters(set, false);

    if (count == 0)
        return 0;
    LETTER_COLUMN(false, DB_ARRAY_UUID, db_item_uuid(a, &l[i].id));
    LETTER_COLUMN(false, DB_ARRAY_TEXT, db_item_text(a, l[i].unit->code));
    LETTER_COLUMN(false, DB_ARRAY_TEXT, db_item_text(a, l[i].kind));
    LETTER_COLUMN(false, DB_ARRAY_INT16, item_year(a, &l[i]));
    LETTER_COLUMN(false, DB_ARRAY_INT32, item_number(a, &l[i]));
    db_arg_time(a, set->now);
    LETTER_COLUMN(false, DB_ARRAY_INT64, item_seq(a, &l[i]));
    return count;
}

#define REGISTER_COLUMN(array_type, statement)                                                     \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (size_t i = 0; i < set->taken.count; i++)                                              \
            statement;                                                                             \
        db_array_end(a);                                                                           \
    } while (0)

size_t write_numbers(struct db_args *a, const struct workset *set)
{
    const struct taken_row *r = set->taken.rows;

    if (set->taken.count == 0)
        return 0;
    REGISTER_COLUMN(DB_ARRAY_TEXT, db_item_text(a, r[i].of->unit));
    REGISTER_COLUMN(DB_ARRAY_TEXT, db_item_text(a, r[i].of->kind));
    REGISTER_COLUMN(DB_ARRAY_INT16, db_item_int16(a, (int16_t)r[i].of->year));
    REGISTER_COLUMN(DB_ARRAY_INT32, db_item_int32(a, (int32_t)r[i].of->last));
    return set->taken.count;
}
