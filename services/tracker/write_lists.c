/* SPDX-License-Identifier: Apache-2.0 */
/* write_lists - what lists of open, of changed, of followed and of merged cases and of rare states
 * walk, and statistics of late ones: which cases have begun to be open, followed, merged or in a
 * rare state, which have ended, and when. */
#include "write.h"

#include "state_kinds.h"

static bool is_opened(const struct case_row *c)
{
    return case_is_open(c) && !c->was_open;
}

static bool is_ended(const struct case_row *c)
{
    return !case_is_open(c) && c->was_open;
}

static bool is_listed_anew(const struct case_row *c)
{
    return case_updated_at(c) != c->was_updated_at;
}

#define LISTED_COLUMN(condition, array_type, statement)                                            \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (const struct case_row *c = set->cases; c != NULL; c = c->hh.next)                     \
            if (condition(c))                                                                      \
                statement;                                                                         \
        db_array_end(a);                                                                           \
    } while (0)

typedef bool condition_fn(const struct case_row *c);

static size_t count_of(const struct workset *set, condition_fn *condition)
{
    size_t rows = 0;

    for (const struct case_row *c = set->cases; c != NULL; c = c->hh.next)
        rows += condition(c);
    return rows;
}

static size_t fill_open_cases(struct db_args *a, const struct workset *set, condition_fn *condition)
{
    size_t rows = count_of(set, condition);

    if (rows == 0)
        return 0;
    LISTED_COLUMN(condition, DB_ARRAY_TEXT, db_item_text(a, c->service->code));
    LISTED_COLUMN(condition, DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    return rows;
}

size_t write_opened(struct db_args *a, const struct workset *set)
{
    return fill_open_cases(a, set, is_opened);
}

size_t write_ended(struct db_args *a, const struct workset *set)
{
    return fill_open_cases(a, set, is_ended);
}

size_t write_changes(struct db_args *a, const struct workset *set)
{
    size_t rows = count_of(set, is_listed_anew);

    if (rows == 0)
        return 0;
    LISTED_COLUMN(is_listed_anew, DB_ARRAY_TIME, db_item_time(a, case_updated_at(c)));
    LISTED_COLUMN(is_listed_anew, DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    LISTED_COLUMN(is_listed_anew, DB_ARRAY_TIME, db_item_time(a, c->was_updated_at));
    return rows;
}

static bool is_followed_now(const struct case_row *c)
{
    return case_is_followed(c) && !c->was_followed;
}

static bool is_followed_no_more(const struct case_row *c)
{
    return !case_is_followed(c) && c->was_followed;
}

static size_t fill_ids(struct db_args *a, const struct workset *set, condition_fn *condition)
{
    size_t rows = count_of(set, condition);

    if (rows > 0)
        LISTED_COLUMN(condition, DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    return rows;
}

size_t write_followed(struct db_args *a, const struct workset *set)
{
    return fill_ids(a, set, is_followed_now);
}

size_t write_unfollowed(struct db_args *a, const struct workset *set)
{
    return fill_ids(a, set, is_followed_no_more);
}

static bool is_merged_now(const struct case_row *c)
{
    return !uuid_is_nil(&c->terms.merged_into) &&
           !uuid_equal(&c->terms.merged_into, &c->was_merged_into);
}

size_t write_merged(struct db_args *a, const struct workset *set)
{
    size_t rows = count_of(set, is_merged_now);

    if (rows == 0)
        return 0;
    LISTED_COLUMN(is_merged_now, DB_ARRAY_UUID, db_item_uuid(a, &c->terms.merged_into));
    LISTED_COLUMN(is_merged_now, DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    return rows;
}

static bool is_merged_no_more(const struct case_row *c)
{
    return !uuid_is_nil(&c->was_merged_into) &&
           !uuid_equal(&c->terms.merged_into, &c->was_merged_into);
}

size_t write_unmerged(struct db_args *a, const struct workset *set)
{
    size_t rows = count_of(set, is_merged_no_more);

    if (rows == 0)
        return 0;
    LISTED_COLUMN(is_merged_no_more, DB_ARRAY_UUID, db_item_uuid(a, &c->was_merged_into));
    LISTED_COLUMN(is_merged_no_more, DB_ARRAY_UUID, db_item_uuid(a, &c->id));
    return rows;
}

static bool is_late(const struct case_row *c)
{
    return case_lateness(c).to != INT64_MIN;
}

static bool is_late_anew(const struct case_row *c)
{
    struct case_lateness now = case_lateness(c), was = c->was_late;

    return is_late(c) &&
           (now.from != was.from || now.to != was.to || now.apologised_at != was.apologised_at);
}

static bool is_late_no_more(const struct case_row *c)
{
    return !is_late(c) && c->was_late.to != INT64_MIN;
}

size_t write_late(struct db_args *a, const struct workset *set)
{
    size_t rows = fill_ids(a, set, is_late_anew);

    if (rows == 0)
        return 0;
    LISTED_COLUMN(is_late_anew, DB_ARRAY_TEXT, db_item_text(a, c->unit->code));
    LISTED_COLUMN(is_late_anew, DB_ARRAY_TEXT, db_item_text(a, c->service->code));
    LISTED_COLUMN(is_late_anew, DB_ARRAY_TIME, db_item_time(a, case_lateness(c).from));
    LISTED_COLUMN(is_late_anew, DB_ARRAY_TIME, db_item_time(a, case_lateness(c).to));
    LISTED_COLUMN(is_late_anew, DB_ARRAY_TIME, db_item_time(a, case_lateness(c).apologised_at));
    return rows;
}

size_t write_late_no_more(struct db_args *a, const struct workset *set)
{
    return fill_ids(a, set, is_late_no_more);
}

static bool is_rare(enum case_state state)
{
    return state != STATE_COUNT && state_kind(state_name(state))->is_rare;
}

static bool is_rare_now(const struct case_row *c)
{
    return c->state != c->was_in && is_rare(c->state);
}

static bool is_rare_no_more(const struct case_row *c)
{
    return c->state != c->was_in && is_rare(c->was_in) && !is_rare(c->state);
}

size_t write_rare(struct db_args *a, const struct workset *set)
{
    size_t rows = fill_ids(a, set, is_rare_now);

    if (rows > 0)
        LISTED_COLUMN(is_rare_now, DB_ARRAY_TEXT, db_item_text(a, state_name(c->state)));
    return rows;
}

size_t write_rare_no_more(struct db_args *a, const struct workset *set)
{
    return fill_ids(a, set, is_rare_no_more);
}
