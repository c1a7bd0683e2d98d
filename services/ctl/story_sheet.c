/* SPDX-License-Identifier: Apache-2.0 */
/* story_sheet - a case's control sheet: who gave it to whom, when it was received and done, in
 * time or not, when the clock stood, and whose the lateness is. */
#include "story_sheet.h"
#include "clock.h"
#include "db.h"
#include "mem.h"
#include "segments.h"
#include "shown.h"
#include "sql_ctl.h"

#include <stdlib.h>
#include <string.h>

/* Columns of sql/read_trace_segments.sql. */
enum column { KIND, TASK, UNIT, SINCE, RECEIVED, UNTIL, DUE };

static const struct {
    const char *name;
    enum segment_kind kind;
} kinds[] = {{"lead", SEGMENT_LEAD},
             {"coordinate", SEGMENT_PART},
             {"info", SEGMENT_INFO},
             {"suspend", SEGMENT_SUSPEND}};

static enum segment_kind kind_of(const char *name)
{
    size_t i = 0;

    while (i < COUNT(kinds) - 1 && strcmp(kinds[i].name, name) != 0)
        i++;
    return kinds[i].kind;
}

static void fill(const struct catalogue *catalogue, const PGresult *rows, int row,
                 struct segment *out)
{
    const char *code = db_text(rows, row, UNIT);
    const struct catalogue_unit *unit = code != NULL ? catalogue_unit(catalogue, code) : NULL;

    *out = (struct segment){.kind = kind_of(db_text(rows, row, KIND)),
                            .since_us = db_time(rows, row, SINCE),
                            .until_us = db_time(rows, row, UNTIL),
                            .due_us = db_time(rows, row, DUE),
                            .calendar = unit != NULL ? unit->calendar : NULL};
}

static void set_moment(json_t *object, const char *key, int64_t us)
{
    char text[SHOWN_SIZE];

    json_object_set_new(object, key,
                        us != INT64_MIN ? json_string(shown_moment(us, text)) : json_null());
}

/* Who gave it: whoever led before, the lead for who takes part, the citizen at first. */
static json_t *describe(const struct segment *s, const PGresult *rows, int row, const char *from,
                        int64_t now_us)
{
    json_t *object = json_object();
    bool is_units = s->kind == SEGMENT_LEAD || s->kind == SEGMENT_PART;

    json_object_set_new(object, "kind", json_string(db_text(rows, row, KIND)));
    set_moment(object, "since", s->since_us);
    set_moment(object, "until", s->until_us);
    if (!is_units)
        return object;
    json_object_set_new(object, "task", json_integer(db_int(rows, row, TASK)));
    json_object_set_new(object, "from", json_string(from));
    json_object_set_new(object, "unit", json_string(db_text(rows, row, UNIT)));
    set_moment(object, "received_at", db_time(rows, row, RECEIVED));
    set_moment(object, "due_at", s->due_us);
    json_object_set_new(object, "in_time", json_string(segment_verdict(s, now_us)));
    json_object_set_new(object, "worked_us", json_integer(s->worked_us));
    json_object_set_new(object, "late_us", json_integer(s->late_us));
    return object;
}

static json_t *describe_all(const struct segment *segments, const PGresult *rows, int64_t now_us)
{
    json_t *list = json_array();
    const char *lead = "citizen";

    for (int row = 0; row < PQntuples(rows); row++) {
        json_array_append_new(list, describe(&segments[row], rows, row, lead, now_us));
        if (segments[row].kind == SEGMENT_LEAD)
            lead = db_text(rows, row, UNIT);
    }
    return list;
}

/* All of it is the lead's; each hop is charged what it had the case for after the due time. */
static json_t *describe_lateness(const struct story_sheet *s, const struct segment *segments,
                                 size_t count)
{
    const struct catalogue_unit *lead = catalogue_unit(s->catalogue, s->unit);
    const struct segment whole = {
        .kind = SEGMENT_LEAD,
        .since_us = s->due_at,
        .until_us = s->answered_at != INT64_MIN ? s->answered_at : s->now,
        .due_us = s->due_at,
        .calendar = lead != NULL ? lead->calendar : NULL,
    };

    return json_pack("{s:s, s:I}", "unit", s->unit, "late_us",
                     (json_int_t)segments_lateness(segments, count, &whole));
}

int story_sheet_read(struct pg *pg, const struct story_sheet *s, json_t *story, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_read(pg, &sql_read_trace_segments, PG_ARGS(s->case_id), &rows, e) < 0)
        return -1;
    size_t count = (size_t)PQntuples(rows);
    struct segment *segments = mem_new(count + 1, sizeof(*segments));
    for (size_t i = 0; i < count; i++)
        fill(s->catalogue, rows, (int)i, &segments[i]);
    segments_count(segments, count, s->due_at, s->now);
    json_object_set_new(story, "segments", describe_all(segments, rows, s->now));
    json_object_set_new(story, "lateness", describe_lateness(s, segments, count));
    free(segments);
    return 0;
}
