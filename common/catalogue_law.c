/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue_law.h"

#include "catalogue_read.h"
#include "cursor.h"

#include <string.h>

/* Keep in step with the column regime_limits.duty in schemas/db. */
static const char *const limit_names[REGIME_LIMITS] = {
    [LIMIT_ACCEPT] = "accept",       [LIMIT_FORWARD] = "forward", [LIMIT_ANSWER] = "answer",
    [LIMIT_PUBLISH] = "publish",     [LIMIT_UPDATE] = "update",   [LIMIT_SUMMARY] = "summary",
    [LIMIT_EXTENSION] = "extension", [LIMIT_INFO] = "info",       [LIMIT_CONFIRM] = "confirm",
};

static int read_limit(struct catalogue_regime *regime, struct cursor *c, struct err *e)
{
    const char *name = db_text(c->rows, c->row, c->column++);
    const char *clock = db_text(c->rows, c->row, c->column++);
    size_t limit = 0;

    while (limit < REGIME_LIMITS && strcmp(limit_names[limit], name) != 0)
        limit++;
    if (limit == REGIME_LIMITS)
        return err_set(e, ERR_SYSTEM, "regime \"%s\": unknown limit \"%s\"", regime->code, name);
    if (deadline_kind_read(clock, &regime->limits[limit].kind, e) < 0)
        return err_in(e, "limit of a regime");
    regime->limits[limit].amount = cursor_int(c);
    return 0;
}

/* key is the one by which the limits name the version. */
static const char *read_regime(struct catalogue_regime *regime, struct cursor *c)
{
    const char *key = cursor_text(c);

    regime->code = cursor_text(c);
    regime->name_vi = cursor_text(c);
    regime->name_en = cursor_text(c);
    regime->valid_from = cursor_day(c, INT32_MIN);
    regime->valid_until = cursor_day(c, INT32_MAX);
    regime->approval = cursor_bool(c);
    regime->apology = cursor_bool(c);
    regime->receipt = cursor_bool(c);
    regime->anonymous = cursor_bool(c);
    regime->extensions = (int)cursor_int(c);
    regime->returns = (int)cursor_int(c);
    return key;
}

static int read_regimes(struct catalogue *view, struct arena *arena, PGresult *const rows[],
                        struct err *e)
{
    const PGresult *regimes = rows[CATALOGUE_REGIMES], *limits = rows[CATALOGUE_LIMITS];
    struct children limit_rows = {.rows = limits};

    view->regimes = cursor_room(arena, regimes, sizeof(*view->regimes), &view->regime_count);
    for (int i = 0; view->regimes != NULL && i < PQntuples(regimes); i++) {
        struct cursor c = {arena, regimes, i, 0};
        const char *key = read_regime(&view->regimes[i], &c);
        if (arena_failed(arena))
            return 0;
        int at = limit_rows.at;
        for (size_t left = children_take(&limit_rows, key, NULL); left > 0; left--, at++)
            if (read_limit(&view->regimes[i], &(struct cursor){arena, limits, at, 1}, e) < 0)
                return -1;
    }
    return view->regimes == NULL ? 0 : children_all_taken(&limit_rows, "limits of regime", e);
}

static void read_reasons(struct catalogue *view, struct arena *arena, const PGresult *rows)
{
    view->reasons = cursor_room(arena, rows, sizeof(*view->reasons), &view->reason_count);
    for (int i = 0; view->reasons != NULL && i < PQntuples(rows); i++) {
        struct cursor c = {arena, rows, i, 0};
        struct catalogue_reason *reason = &view->reasons[i];
        reason->purpose = cursor_text(&c);
        reason->code = cursor_text(&c);
        reason->name_vi = cursor_text(&c);
        reason->name_en = cursor_text(&c);
    }
}

static void read_people(struct catalogue *view, struct arena *arena, const PGresult *rows)
{
    view->people = cursor_room(arena, rows, sizeof(*view->people), &view->person_count);
    for (int i = 0; view->people != NULL && i < PQntuples(rows); i++) {
        struct cursor c = {arena, rows, i, 0};
        struct catalogue_person *person = &view->people[i];
        person->unit = cursor_text(&c);
        person->role = cursor_text(&c);
        person->name = cursor_text(&c);
        person->title_vi = cursor_text(&c);
        person->title_en = cursor_text(&c);
        person->email = cursor_text(&c);
        person->phone = cursor_text(&c);
    }
}

static void read_templates(struct catalogue *view, struct arena *arena, const PGresult *rows)
{
    view->templates = cursor_room(arena, rows, sizeof(*view->templates), &view->template_count);
    for (int i = 0; view->templates != NULL && i < PQntuples(rows); i++) {
        struct cursor c = {arena, rows, i, 0};
        struct catalogue_template *t = &view->templates[i];
        t->name = cursor_text(&c);
        t->language = cursor_text(&c);
        t->subject = cursor_text(&c);
        t->body = cursor_text(&c);
    }
}

static void read_gateways(struct catalogue *view, struct arena *arena, const PGresult *rows)
{
    view->gateways = cursor_room(arena, rows, sizeof(*view->gateways), &view->gateway_count);
    for (int i = 0; view->gateways != NULL && i < PQntuples(rows); i++) {
        struct cursor c = {arena, rows, i, 0};
        struct catalogue_gateway *g = &view->gateways[i];
        g->channel = cursor_text(&c);
        g->url = cursor_text(&c);
        g->method = cursor_text(&c);
        g->content_type = cursor_text(&c);
        g->headers = cursor_text(&c);
        g->body = cursor_text(&c);
        g->success = cursor_text(&c);
        g->refusal = cursor_text(&c);
        g->secrets = cursor_list(&c);
        g->timeout_s = (int)cursor_int(&c);
        g->places = (int)cursor_int(&c);
        g->deadline_h = (int)cursor_int(&c);
    }
}

static void read_attachments(struct catalogue *view, struct arena *arena, const PGresult *rows)
{
    view->attachments =
        cursor_room(arena, rows, sizeof(*view->attachments), &view->attachment_count);
    for (int i = 0; view->attachments != NULL && i < PQntuples(rows); i++) {
        struct cursor c = {arena, rows, i, 0};
        struct catalogue_attachment *a = &view->attachments[i];
        a->kind = cursor_text(&c);
        a->max_bytes = cursor_int(&c);
        a->max_count = (int)cursor_int(&c);
    }
}

int catalogue_law_read(struct catalogue *view, struct arena *arena, PGresult *const rows[],
                       struct err *e)
{
    read_reasons(view, arena, rows[CATALOGUE_REASONS]);
    read_people(view, arena, rows[CATALOGUE_PEOPLE]);
    read_templates(view, arena, rows[CATALOGUE_TEMPLATES]);
    read_gateways(view, arena, rows[CATALOGUE_GATEWAYS]);
    read_attachments(view, arena, rows[CATALOGUE_ATTACHMENTS]);
    return read_regimes(view, arena, rows, e);
}
