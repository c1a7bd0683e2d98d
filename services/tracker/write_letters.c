/* SPDX-License-Identifier: Apache-2.0 */
/* write_letters - letters and the registers that their numbers come from. */
#include "write.h"

/* Where a letter's fields come from. */
enum source {
    SAID_NOW,
    OF_ITS_DRAFT, /* of an earlier batch, as it is */
    OF_ANOTHER,   /* letter, which has been written before it */
};

static enum source source_of(const struct letter_row *letter)
{
    if (letter->fields.len > 0)
        return SAID_NOW;
    return uuid_is_nil(&letter->like) ? OF_ITS_DRAFT : OF_ANOTHER;
}

static size_t count_letters(const struct workset *set, enum source source)
{
    size_t count = 0;

    for (size_t i = 0; i < set->letter_count; i++)
        count += source_of(&set->letters[i]) == source;
    return count;
}

#define LETTER_COLUMN(source, array_type, statement)                                               \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (size_t i = 0; i < set->letter_count; i++)                                             \
            if (source_of(&l[i]) == (source))                                                      \
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
    size_t count = count_letters(set, SAID_NOW);

    if (count == 0)
        return 0;
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_UUID, db_item_uuid(a, &l[i].id));
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_UUID, db_item_uuid(a, &l[i].of->id));
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_TEXT, db_item_text(a, l[i].form));
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_TEXT, db_item_text(a, l[i].unit->code));
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_TEXT, db_item_text(a, l[i].of->language));
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_JSON, db_item_bytes(a, l[i].fields.data, l[i].fields.len));
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_TIME, db_item_time(a, l[i].drafted_at));
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_TEXT, db_item_text(a, l[i].kind));
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_INT16, item_year(a, &l[i]));
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_INT32, item_number(a, &l[i]));
    LETTER_COLUMN(SAID_NOW, DB_ARRAY_INT64, item_seq(a, &l[i]));
    return count;
}

size_t write_issues(struct db_args *a, const struct workset *set)
{
    const struct letter_row *l = set->letters;
    size_t count = count_letters(set, OF_ITS_DRAFT);

    if (count == 0)
        return 0;
    LETTER_COLUMN(OF_ITS_DRAFT, DB_ARRAY_UUID, db_item_uuid(a, &l[i].id));
    LETTER_COLUMN(OF_ITS_DRAFT, DB_ARRAY_TEXT, db_item_text(a, l[i].unit->code));
    LETTER_COLUMN(OF_ITS_DRAFT, DB_ARRAY_TEXT, db_item_text(a, l[i].kind));
    LETTER_COLUMN(OF_ITS_DRAFT, DB_ARRAY_INT16, item_year(a, &l[i]));
    LETTER_COLUMN(OF_ITS_DRAFT, DB_ARRAY_INT32, item_number(a, &l[i]));
    db_arg_time(a, set->now);
    LETTER_COLUMN(OF_ITS_DRAFT, DB_ARRAY_INT64, item_seq(a, &l[i]));
    return count;
}

size_t write_copies(struct db_args *a, const struct workset *set)
{
    const struct letter_row *l = set->letters;
    size_t count = count_letters(set, OF_ANOTHER);

    if (count == 0)
        return 0;
    LETTER_COLUMN(OF_ANOTHER, DB_ARRAY_UUID, db_item_uuid(a, &l[i].id));
    LETTER_COLUMN(OF_ANOTHER, DB_ARRAY_UUID, db_item_uuid(a, &l[i].of->id));
    LETTER_COLUMN(OF_ANOTHER, DB_ARRAY_UUID, db_item_uuid(a, &l[i].like));
    LETTER_COLUMN(OF_ANOTHER, DB_ARRAY_TEXT, db_item_text(a, l[i].unit->code));
    LETTER_COLUMN(OF_ANOTHER, DB_ARRAY_TEXT, db_item_text(a, l[i].of->language));
    LETTER_COLUMN(OF_ANOTHER, DB_ARRAY_TEXT, db_item_text(a, l[i].kind));
    LETTER_COLUMN(OF_ANOTHER, DB_ARRAY_INT16, item_year(a, &l[i]));
    LETTER_COLUMN(OF_ANOTHER, DB_ARRAY_INT32, item_number(a, &l[i]));
    db_arg_time(a, set->now);
    LETTER_COLUMN(OF_ANOTHER, DB_ARRAY_INT64, item_seq(a, &l[i]));
    LETTER_COLUMN(OF_ANOTHER, DB_ARRAY_INT64, db_item_int64(a, l[i].of->due_at));
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
