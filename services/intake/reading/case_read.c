/* SPDX-License-Identifier: Apache-2.0 */
/* case_read - finds a case by its reference, for both doors. */
#include "clock.h"
#include "intake.h"
#include "link.h"
#include "mem.h"
#include "open311_type.h"
#include "sql_intake.h"

#include <stdlib.h>
#include <string.h>

struct asking {
    struct intake *intake;
    struct http_request *request;
    case_view_fn *fn;
    bool with_key;
};

enum {
    COLUMN_CONTENT = 11,
    COLUMN_OUTCOME,
    COLUMN_PROMISED,
    COLUMN_MERGED,
    COLUMN_JOINED,
    COLUMN_JOINED_STATE,
    COLUMN_RATED,
    COLUMN_UPDATED,
    COLUMN_AREA,
    COLUMN_OUTCOME_AT,
    COLUMN_DESCRIPTION,
    COLUMN_ANSWER
};

static bool is_closed(const char *state)
{
    static const char *const closed[] = {"ANSWERED", "CLOSED",        "REJECTED",
                                         "MERGED",   "FORWARDED_OUT", "WITHDRAWN"};

    for (size_t i = 0; i < COUNT(closed); i++)
        if (strcmp(closed[i], state) == 0)
            return true;
    return false;
}

static void read_row(const PGresult *rows, struct case_view *v)
{
    *v = (struct case_view){
        .id = db_uuid(rows, 0, 0),
        .reference = db_text(rows, 0, 1),
        .service = db_text(rows, 0, 2),
        .unit = db_text(rows, 0, 3),
        .area = db_text(rows, 0, COLUMN_AREA),
        .state = db_text(rows, 0, 4),
        .received_at = db_time(rows, 0, 5),
        .due_at = db_time(rows, 0, 6),
        .answered_at = db_time(rows, 0, 7),
        .closed_at = db_time(rows, 0, 8),
        .lat = db_float(rows, 0, 9),
        .lon = db_float(rows, 0, 10),
        .promised_at = db_time(rows, 0, COLUMN_PROMISED),
        .followers = db_int(rows, 0, COLUMN_MERGED),
        .joined = db_text(rows, 0, COLUMN_JOINED),
        .is_rated = db_int(rows, 0, COLUMN_RATED) != 0,
        .updated_at = db_time(rows, 0, COLUMN_UPDATED),
        .outcome_at = db_time(rows, 0, COLUMN_OUTCOME_AT),
    };
    v->is_open = !is_closed(v->state);
    v->waits = v->is_open || (v->joined != NULL && v->answered_at == INT64_MIN &&
                              !is_closed(db_text(rows, 0, COLUMN_JOINED_STATE)));
    int64_t ended = v->answered_at != INT64_MIN ? v->answered_at : v->closed_at;
    v->overdue = (v->waits ? clock_now_us() : ended) > v->due_at;
}

/* What is published; but of services that are in no list nothing. */
static void read_published(const struct intake *intake, const PGresult *rows, struct case_view *v)
{
    const struct catalogue *c = catalogue_now(intake->watch);
    const struct catalogue_service *service = c != NULL ? catalogue_service(c, v->service) : NULL;

    if (service == NULL || open311_type(service) == OPEN311_BLACKBOX)
        return;
    v->published_description = db_text(rows, 0, COLUMN_DESCRIPTION);
    v->published_answer = db_text(rows, 0, COLUMN_ANSWER);
}

static json_t *read_json(const PGresult *rows, int column)
{
    const char *text = db_text(rows, 0, column);

    return text != NULL ? json_loadb(text, db_len(rows, 0, column), 0, NULL) : NULL;
}

static void show(const struct asking *a, PGresult *const rows[], struct case_view *view)
{
    if (view->with_secret) {
        view->content = read_json(rows[0], COLUMN_CONTENT);
        view->outcome = read_json(rows[0], COLUMN_OUTCOME);
        view->events = rows[2];
        view->letters = rows[3];
    }
    view->files = rows[1];
    a->fn(a->intake, a->request, view, NULL);
    json_release(&view->content);
    json_release(&view->outcome);
}

/* An unknown reference and a wrong secret are answered alike. */
static void tell(const struct asking *a, PGresult *const rows[])
{
    const char *key = link_secret(a->request);
    struct case_view view = {0};
    struct err unknown;

    bool found = PQntuples(rows[0]) == 1;
    if (found) {
        read_row(rows[0], &view);
        read_published(a->intake, rows[0], &view);
    }
    view.with_secret = a->with_key;
    if (found &&
        (!a->with_key || (key != NULL && crypto_secret_matches(a->intake->ring, &view.id, key)))) {
        show(a, rows, &view);
        return;
    }
    err_set(&unknown, ERR_INPUT, "no such case");
    a->fn(a->intake, a->request, NULL, &unknown);
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct asking *a = ctx;

    if (e == NULL)
        tell(a, rows);
    else
        a->fn(a->intake, a->request, NULL, e);
    free(a);
}

static int ask(struct asking *a, const char *reference, struct err *e)
{
    AUTO(db_args_free) struct db_args one = {0};
    AUTO(db_args_free) struct db_args files = {0};
    AUTO(db_args_free) struct db_args events = {0};
    AUTO(db_args_free) struct db_args letters = {0};
    const struct db_step steps[] = {{&sql_read_case, &one},
                                    {&sql_read_case_files, &files},
                                    {&sql_read_case_events, &events},
                                    {&sql_read_case_letters, &letters}};

    for (size_t i = 0; i < COUNT(steps); i++)
        db_arg_text(steps[i].args, reference, strlen(reference));
    db_arg_bool(&files, a->with_key);
    return readers_send(a->intake->readers, steps, a->with_key ? (int)COUNT(steps) : 2, on_rows, a,
                        e);
}

void case_read(struct intake *intake, struct http_request *request, const char *reference,
               case_view_fn *fn)
{
    char canonical[REFERENCE_SIZE];
    struct err e;

    if (reference_read(reference, canonical, &e) < 0) {
        fn(intake, request, NULL, &e);
        return;
    }
    struct asking *a = mem_new(1, sizeof(*a));
    *a = (struct asking){intake, request, fn, link_secret(request) != NULL};
    if (ask(a, canonical, &e) < 0) {
        free(a);
        fn(intake, request, NULL, &e);
    }
}
