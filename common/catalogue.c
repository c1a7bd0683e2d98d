/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue - looks at the version once a second, and reads everything when it has moved. */
#include "catalogue.h"

#include "catalogue_read.h"
#include "clock.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    LOOK_EVERY_MS = 1000,
    LOOK_FOR_DB_MS = 100, /* while the database is not there, or has not answered */
    DAY_S = 86400,
};

_Static_assert((int)CATALOGUE_STEPS <= (int)DB_MAX_STEPS, "a catalogue is read with one request");

/* ---- looking up ---- */

/* What is looked up begins with its code. */
static int compare_code(const void *key, const void *element)
{
    return strcmp(key, *(const char *const *)element);
}

const struct catalogue_unit *catalogue_unit(const struct catalogue *c, const char *code)
{
    return bsearch(code, c->units, c->unit_count, sizeof(*c->units), compare_code);
}

void catalogue_document_number(const struct catalogue *c, const char *unit,
                               const char *register_sign, int64_t number, struct strbuf *out)
{
    const struct catalogue_unit *found = c != NULL ? catalogue_unit(c, unit) : NULL;

    strbuf_addf(out, "%02d/%s", (int)number, register_sign);
    if (found != NULL)
        strbuf_addf(out, "-%s", found->symbol);
}

const struct catalogue_calendar *catalogue_calendar(const struct catalogue *c, const char *code)
{
    return bsearch(code, c->calendars, c->calendar_count, sizeof(*c->calendars), compare_code);
}

const struct catalogue_service *catalogue_service(const struct catalogue *c, const char *code)
{
    return bsearch(code, c->services, c->service_count, sizeof(*c->services), compare_code);
}

const struct catalogue_area *catalogue_area(const struct catalogue *c, const char *code)
{
    return bsearch(code, c->areas, c->area_count, sizeof(*c->areas), compare_code);
}

const struct catalogue_regime *catalogue_regime(const struct catalogue *c, const char *code,
                                                int32_t day)
{
    for (size_t i = 0; i < c->regime_count; i++) { /* there are a dozen */
        const struct catalogue_regime *r = &c->regimes[i];
        if (strcmp(r->code, code) == 0 && day >= r->valid_from && day <= r->valid_until)
            return r;
    }
    return NULL;
}

/* What is looked up begins with the two texts of its key. */
static int compare_pair(const void *key, const void *element)
{
    const char *const *wanted = key, *const *found = element;
    int first = strcmp(wanted[0], found[0]);

    return first != 0 ? first : strcmp(wanted[1], found[1]);
}

const struct catalogue_reason *catalogue_reason(const struct catalogue *c, const char *purpose,
                                                const char *code)
{
    const char *const key[] = {purpose, code};

    return bsearch(key, c->reasons, c->reason_count, sizeof(*c->reasons), compare_pair);
}

const struct catalogue_template *catalogue_template(const struct catalogue *c, const char *name,
                                                    const char *language)
{
    const char *const key[] = {name, language};

    return bsearch(key, c->templates, c->template_count, sizeof(*c->templates), compare_pair);
}

const struct catalogue_person *catalogue_people(const struct catalogue *c, const char *unit,
                                                const char *role, size_t *count)
{
    const char *const key[] = {unit, role};
    const struct catalogue_person *end = c->people + c->person_count;
    const struct catalogue_person *first =
        bsearch(key, c->people, c->person_count, sizeof(*c->people), compare_pair);

    *count = 0;
    while (first != NULL && first > c->people && compare_pair(key, first - 1) == 0)
        first--; /* from any of them to the first */
    for (const struct catalogue_person *p = first;
         p != NULL && p < end && compare_pair(key, p) == 0; p++)
        (*count)++;
    return first;
}

const struct catalogue_attachment *catalogue_attachment(const struct catalogue *c, const char *kind)
{
    for (size_t i = 0; i < c->attachment_count; i++) /* there are four */
        if (strcmp(c->attachments[i].kind, kind) == 0)
            return &c->attachments[i];
    return NULL;
}

const struct catalogue_gateway *catalogue_gateway(const struct catalogue *c, const char *channel)
{
    for (size_t i = 0; i < c->gateway_count; i++) /* there are two */
        if (strcmp(c->gateways[i].channel, channel) == 0)
            return &c->gateways[i];
    return NULL;
}

int32_t catalogue_day(int64_t us)
{
    time_t seconds = (time_t)(us / CLOCK_US_PER_S);
    struct tm local;

    localtime_r(&seconds, &local);
    int64_t shifted = (int64_t)seconds + local.tm_gmtoff;
    return (int32_t)((shifted - (shifted < 0 ? DAY_S - 1 : 0)) / DAY_S);
}

const struct catalogue_unit *catalogue_unit_on(const struct catalogue *c,
                                               const struct catalogue_unit *unit, int32_t day)
{
    /* Successors never come back to where they began; the count only makes
     * sure of an end. */
    for (size_t i = 0; unit != NULL && i <= c->unit_count; i++) {
        if (day >= unit->valid_from && day <= unit->valid_until)
            return unit;
        if (day < unit->valid_from || unit->successors[0] == NULL || unit->successors[1] != NULL)
            return NULL;
        unit = catalogue_unit(c, unit->successors[0]);
    }
    return NULL;
}

/* ---- watching ---- */

struct catalogue_watch {
    struct catalogue_watch_settings settings;
    struct loop_timer *timer;
    struct catalogue_snapshot *now; /* NULL before the first */
    bool asking;
    int64_t begun, good; /* the number of the last look that has begun, that has succeeded */
    struct err trouble;  /* ERR_NONE: none */
};

static void look_again(struct catalogue_watch *w, int64_t delay_ms)
{
    loop_timer_set_us(w->timer, delay_ms * CLOCK_US_PER_MS);
}

static void succeed(struct catalogue_watch *w)
{
    w->good = w->begun;
    w->trouble.kind = ERR_NONE;
}

/* The new one is current before it is announced, the old one still there. */
static void take_over(struct catalogue_watch *w, struct catalogue_snapshot *now)
{
    AUTO(catalogue_snapshot_close) struct catalogue_snapshot *before = w->now;

    (void)before; /* read by its destructor alone */
    w->now = now;
    succeed(w);
    if (w->settings.on_change != NULL)
        w->settings.on_change(w->settings.ctx, catalogue_view(now));
}

static void on_tables(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct catalogue_watch *w = ctx;
    struct catalogue_snapshot *now = NULL;

    w->asking = false;
    if (e != NULL)
        w->trouble = *e;
    else if (catalogue_read(&now, rows, &w->trouble) == 0)
        take_over(w, now);
}

static void read_tables(struct catalogue_watch *w)
{
    AUTO(db_args_free) struct db_args with_areas = {0};
    struct db_step steps[CATALOGUE_STEPS];

    for (int i = 0; i < CATALOGUE_STEPS; i++)
        steps[i] = (struct db_step){catalogue_sql[i], NULL};
    db_arg_bool(&with_areas, w->settings.with_areas);
    steps[CATALOGUE_AREAS].args = &with_areas;
    w->asking = db_send(w->settings.db, steps, COUNT(steps), on_tables, w, &w->trouble) == 0;
}

static void on_version(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct catalogue_watch *w = ctx;

    w->asking = false;
    if (e != NULL)
        w->trouble = *e;
    else if (PQntuples(rows[0]) == 0)
        err_set(&w->trouble, ERR_BUSY, "no catalogue is loaded");
    else if (w->now == NULL || catalogue_view(w->now)->version != db_int(rows[0], 0, 0))
        read_tables(w);
    else
        succeed(w);
}

static void look(void *ctx)
{
    struct catalogue_watch *w = ctx;
    const struct db_step step = {catalogue_sql[CATALOGUE_VERSION], NULL};
    bool ready = db_is_ready(w->settings.db);

    look_again(w, ready && !w->asking ? LOOK_EVERY_MS : LOOK_FOR_DB_MS);
    if (!ready || w->asking)
        return;
    w->begun++;
    w->asking = db_send(w->settings.db, &step, 1, on_version, w, &w->trouble) == 0;
}

struct catalogue_watch *catalogue_watch_open(struct loop *loop,
                                             const struct catalogue_watch_settings *settings)
{
    struct catalogue_watch *w = mem_new(1, sizeof(*w));

    w->settings = *settings;
    w->timer = loop_timer_new(loop, look, w);
    err_set(&w->trouble, ERR_BUSY, "not read yet");
    look_again(w, 0);
    return w;
}

void catalogue_watch_close(struct catalogue_watch **watch)
{
    if (*watch == NULL)
        return;
    loop_timer_cancel((*watch)->timer);
    catalogue_snapshot_close(&(*watch)->now);
    free(*watch);
    *watch = NULL;
}

const struct catalogue *catalogue_now(const struct catalogue_watch *watch)
{
    return watch->now != NULL ? catalogue_view(watch->now) : NULL;
}

int64_t catalogue_look_soon(struct catalogue_watch *watch)
{
    look_again(watch, 0);
    return watch->begun + 1;
}

int64_t catalogue_looks(const struct catalogue_watch *watch)
{
    return watch->good;
}

const char *catalogue_trouble(const struct catalogue_watch *watch)
{
    return watch->trouble.kind != ERR_NONE ? watch->trouble.text : NULL;
}
