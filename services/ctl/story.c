/* SPDX-License-Identifier: Apache-2.0 */
#include "story.h"

#include "clock.h"
#include "db.h"
#include "shown.h"
#include "snapshot.h"
#include "sql_ctl.h"
#include "story_sheet.h"

#include <inttypes.h>
#include <string.h>

enum head_column {
    ID,
    REFERENCE,
    KIND,
    SERVICE,
    UNIT,
    STATE,
    PRIORITY,
    CHANNEL,
    LANGUAGE,
    HIDE_NAME,
    ANONYMOUS,
    RECEIVED_AT,
    DUE_AT,
    ANSWERED_AT,
    CLOSED_AT,
    CLOCK,
    AMOUNT,
    CALENDAR,
    AREA,
    LAT,
    LON,
    CONTENT,
};
enum event_column {
    EVENT_SEQ,
    EVENT_AT,
    EVENT_TASK,
    EVENT_UNIT,
    EVENT_TYPE,
    EVENT_ACTOR,
    EVENT_DETAIL
};
enum task_column {
    TASK_NUMBER,
    TASK_ROLE,
    TASK_UNIT,
    TASK_STATE,
    TASK_WORKER,
    TASK_ASSIGNED_AT,
    TASK_ACCEPTED_AT,
    TASK_FINISHED_AT,
    TASK_DUE_AT,
    TASK_OUTCOME,
};
enum flag_column { FLAG_TASK, FLAG_LEVEL, FLAG_MOMENT, FLAG_RAISED_AT, FLAG_CLEARED_AT };

enum file_column { FILE_NAME, FILE_BYTES, FILE_GIVEN_BY, FILE_ADDED_AT };

struct reader {
    struct pg *pg;
    const struct catalogue *catalogue;
    const struct worktime *calendar; /* of the case; NULL: not in the catalogue any more */
    bool with_content;
    json_t *story;
};

/* ---- values ---- */

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, text != NULL ? json_string(text) : json_null());
}

static void set_moment(json_t *object, const char *key, int64_t us)
{
    char text[SHOWN_SIZE];

    set_text(object, key, us != INT64_MIN ? shown_moment(us, text) : NULL);
}

static void set_json(json_t *object, const char *key, const PGresult *rows, int row, int column)
{
    const char *text = db_text(rows, row, column);
    json_t *value =
        text != NULL ? json_loadb(text, db_len(rows, row, column), JSON_DECODE_ANY, NULL) : NULL;

    json_object_set_new(object, key, value != NULL ? value : json_null());
}

/* A span as {"clock_us", "worked_us"}, negative when to lies before from; null when one of them
 * is not there. */
static void set_span(const struct reader *r, json_t *object, const char *key, int64_t from,
                     int64_t to)
{
    if (from == INT64_MIN || to == INT64_MIN) {
        json_object_set_new(object, key, json_null());
        return;
    }
    json_t *span = json_pack("{s:I}", "clock_us", (json_int_t)(to - from));
    if (r->calendar != NULL)
        json_object_set_new(span, "worked_us",
                            json_integer(worktime_between(r->calendar, from, to)));
    json_object_set_new(object, key, span);
}

static json_t *named(const char *code, const char *name_vi, const char *name_en)
{
    json_t *object = json_object();

    set_text(object, "code", code);
    set_text(object, "name_vi", name_vi);
    set_text(object, "name_en", name_en);
    return object;
}

static json_t *named_unit(const struct reader *r, const char *code)
{
    const struct catalogue_unit *unit = catalogue_unit(r->catalogue, code);

    return named(code, unit != NULL ? unit->name_vi : NULL, unit != NULL ? unit->name_en : NULL);
}

static json_t *named_service(const struct reader *r, const char *code)
{
    const struct catalogue_service *service = catalogue_service(r->catalogue, code);

    return named(code, service != NULL ? service->name_vi : NULL,
                 service != NULL ? service->name_en : NULL);
}

/* ---- the head ---- */

static const struct worktime *find_calendar(const struct catalogue *catalogue, const char *code)
{
    for (size_t i = 0; i < catalogue->unit_count; i++)
        if (strcmp(catalogue->units[i].calendar_code, code) == 0)
            return catalogue->units[i].calendar;
    return NULL;
}

static const char *name_shown(const PGresult *head)
{
    if (db_int(head, 0, ANONYMOUS) != 0)
        return "none";
    return db_int(head, 0, HIDE_NAME) != 0 ? "hidden" : "given";
}

static void set_times(const struct reader *r, const PGresult *head)
{
    int64_t received = db_time(head, 0, RECEIVED_AT), due = db_time(head, 0, DUE_AT);
    int64_t answered = db_time(head, 0, ANSWERED_AT), closed = db_time(head, 0, CLOSED_AT);
    int64_t ended = answered != INT64_MIN ? answered : closed;
    int64_t until = ended != INT64_MIN ? ended : clock_now_us();

    set_moment(r->story, "received_at", received);
    set_moment(r->story, "due_at", due);
    set_moment(r->story, "answered_at", answered);
    set_moment(r->story, "closed_at", closed);
    json_object_set_new(r->story, "open", json_boolean(ended == INT64_MIN));
    set_span(r, r->story, "lasted", received, until);
    set_span(r, r->story, "left", until, due);
}

static void set_head(const struct reader *r, const PGresult *head)
{
    static const struct {
        const char *key;
        enum head_column column;
    } texts[] = {{"reference", REFERENCE}, {"kind", KIND},         {"state", STATE},
                 {"channel", CHANNEL},     {"language", LANGUAGE}, {"area", AREA}};
    json_t *story = r->story;

    for (size_t i = 0; i < COUNT(texts); i++)
        set_text(story, texts[i].key, db_text(head, 0, (int)texts[i].column));
    json_object_set_new(story, "service", named_service(r, db_text(head, 0, SERVICE)));
    json_object_set_new(story, "unit", named_unit(r, db_text(head, 0, UNIT)));
    set_text(story, "name", name_shown(head));
    json_object_set_new(story, "priority", json_integer(db_int(head, 0, PRIORITY)));
    json_object_set_new(story, "promise",
                        json_pack("{s:s, s:I, s:s}", "clock", db_text(head, 0, CLOCK), "amount",
                                  (json_int_t)db_int(head, 0, AMOUNT), "calendar",
                                  db_text(head, 0, CALENDAR)));
    set_times(r, head);
    if (!r->with_content)
        return;
    json_object_set_new(story, "lat", json_real(db_float(head, 0, LAT)));
    json_object_set_new(story, "lon", json_real(db_float(head, 0, LON)));
    set_json(story, "content", head, 0, CONTENT);
}

/* ---- what happened ---- */

static void add_event(const struct reader *r, const PGresult *rows, int row, json_t *list)
{
    int64_t before = row > 0 ? db_time(rows, row - 1, EVENT_AT) : INT64_MIN;
    json_t *event = json_object();

    json_object_set_new(event, "seq", json_integer(db_int(rows, row, EVENT_SEQ)));
    set_moment(event, "at", db_time(rows, row, EVENT_AT));
    set_span(r, event, "after", before, db_time(rows, row, EVENT_AT));
    json_object_set_new(event, "task", json_integer(db_int(rows, row, EVENT_TASK)));
    set_text(event, "unit", db_text(rows, row, EVENT_UNIT));
    set_text(event, "actor", db_text(rows, row, EVENT_ACTOR));
    set_text(event, "type", db_text(rows, row, EVENT_TYPE));
    set_json(event, "detail", rows, row, EVENT_DETAIL);
    json_array_append_new(list, event);
}

static void add_task(const struct reader *r, const PGresult *rows, int row, json_t *list)
{
    int64_t assigned = db_time(rows, row, TASK_ASSIGNED_AT);
    int64_t accepted = db_time(rows, row, TASK_ACCEPTED_AT);
    int64_t finished = db_time(rows, row, TASK_FINISHED_AT);
    int64_t due = db_time(rows, row, TASK_DUE_AT);
    json_t *task = json_object();

    json_object_set_new(task, "task", json_integer(db_int(rows, row, TASK_NUMBER)));
    set_text(task, "role", db_text(rows, row, TASK_ROLE));
    set_text(task, "unit", db_text(rows, row, TASK_UNIT));
    set_text(task, "state", db_text(rows, row, TASK_STATE));
    set_text(task, "worker", db_text(rows, row, TASK_WORKER));
    set_moment(task, "assigned_at", assigned);
    set_moment(task, "accepted_at", accepted);
    set_moment(task, "finished_at", finished);
    set_moment(task, "due_at", due);
    set_span(r, task, "waited", assigned, accepted);
    set_span(r, task, "handled", accepted, finished);
    set_span(r, task, "left", finished != INT64_MIN ? finished : clock_now_us(), due);
    if (r->with_content)
        set_json(task, "outcome", rows, row, TASK_OUTCOME);
    json_array_append_new(list, task);
}

static void add_flag(const struct reader *r, const PGresult *rows, int row, json_t *list)
{
    json_t *flag = json_object();

    json_object_set_new(flag, "task", json_integer(db_int(rows, row, FLAG_TASK)));
    set_text(flag, "level", db_text(rows, row, FLAG_LEVEL));
    set_moment(flag, "moment", db_time(rows, row, FLAG_MOMENT));
    set_moment(flag, "raised_at", db_time(rows, row, FLAG_RAISED_AT));
    set_moment(flag, "cleared_at", db_time(rows, row, FLAG_CLEARED_AT));
    set_span(r, flag, "lag", db_time(rows, row, FLAG_MOMENT), db_time(rows, row, FLAG_RAISED_AT));
    json_array_append_new(list, flag);
}

static void add_file(const struct reader *r, const PGresult *rows, int row, json_t *list)
{
    json_t *file = json_object();

    (void)r;
    set_text(file, "name", db_text(rows, row, FILE_NAME));
    json_object_set_new(file, "bytes", json_integer(db_int(rows, row, FILE_BYTES)));
    set_text(file, "given_by", db_text(rows, row, FILE_GIVEN_BY));
    set_moment(file, "added_at", db_time(rows, row, FILE_ADDED_AT));
    json_array_append_new(list, file);
}

static int read_list(const struct reader *r, const struct sql *sql, const struct pg_args *args,
                     void (*add)(const struct reader *r, const PGresult *rows, int row,
                                 json_t *list),
                     json_t **out, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_read(r->pg, sql, args, &rows, e) < 0)
        return -1;
    *out = json_array();
    for (int i = 0; i < PQntuples(rows); i++)
        add(r, rows, i, *out);
    return 0;
}

static int read_lists(const struct reader *r, const PGresult *head, struct err *e)
{
    const struct uuid case_id = db_uuid(head, 0, ID);
    char id[UUID_TEXT_SIZE], since[24];

    uuid_text(&case_id, id);
    snprintf(since, sizeof(since), "%" PRId64, db_time(head, 0, RECEIVED_AT));
    const struct {
        const char *key;
        const struct sql *sql;
        const struct pg_args *args;
        void (*add)(const struct reader *r, const PGresult *rows, int row, json_t *list);
    } lists[] = {
        {"events", &sql_read_trace_events, PG_ARGS(id, since), add_event},
        {"tasks", &sql_read_trace_tasks, PG_ARGS(id), add_task},
        {"flags", &sql_read_trace_flags, PG_ARGS(id), add_flag},
        {"files", &sql_read_trace_files, PG_ARGS(id), add_file},
    };
    for (size_t i = 0; i < COUNT(lists); i++) {
        json_t *list = NULL;
        if (read_list(r, lists[i].sql, lists[i].args, lists[i].add, &list, e) < 0)
            return -1;
        json_object_set_new(r->story, lists[i].key, list);
    }
    const struct story_sheet sheet = {.catalogue = r->catalogue,
                                      .case_id = id,
                                      .unit = db_text(head, 0, UNIT),
                                      .due_at = db_time(head, 0, DUE_AT),
                                      .answered_at = db_time(head, 0, ANSWERED_AT),
                                      .now = clock_now_us()};
    return story_sheet_read(r->pg, &sheet, r->story, e);
}

int story_read(struct pg *pg, const struct story_settings *settings, json_t **out, struct err *e)
{
    AUTO(catalogue_snapshot_close) struct catalogue_snapshot *snapshot = NULL;
    AUTO(pg_rows_clear) PGresult *head = NULL;
    AUTO(json_release) json_t *story = json_object();

    if (snapshot_read(pg, &snapshot, e) < 0 ||
        pg_read(pg, &sql_read_trace_case, PG_ARGS(settings->reference), &head, e) < 0)
        return -1;
    if (PQntuples(head) == 0)
        return err_set(e, ERR_INPUT, "there is no case %s", settings->reference);
    struct reader r = {.pg = pg,
                       .catalogue = catalogue_view(snapshot),
                       .with_content = settings->with_content,
                       .story = story};
    r.calendar = find_calendar(r.catalogue, db_text(head, 0, CALENDAR));
    set_head(&r, head);
    if (read_lists(&r, head, e) < 0)
        return -1;
    *out = story;
    story = NULL;
    return 0;
}
