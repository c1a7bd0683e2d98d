/* SPDX-License-Identifier: Apache-2.0 */
#include "sweep.h"

#include "blobs.h"
#include "intake.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "sql_intake.h"
#include "uploads.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

METRIC_COUNTER(swept, "dunghen_intake_files_swept_total",
               "Uploaded files that no case had within a day, removed.");

struct sweep {
    struct intake *intake;
    int folder;   /* the next one */
    int64_t skip; /* old files in it that have been looked at and stay */
    bool more;    /* the folder had more than an answer has room for: it comes again */
    json_t *old;  /* names in the folder at hand; NULL: none is at hand */
    bool is_busy; /* somebody has been asked */
};

static void next_folder(struct sweep *s)
{
    s->folder++;
    s->skip = 0;
}

static void done(struct sweep *s)
{
    json_release(&s->old);
    s->is_busy = false;
}

static void complain(const char *what, const struct err *e)
{
    if (e->kind != ERR_BUSY)
        log_event(LOG_ERROR, what, "why", e->text, NULL);
}

static void on_removed(void *ctx, const struct keeper_answer *answer, const struct err *e)
{
    struct sweep *s = ctx;

    if (e != NULL)
        complain("old files not removed", e);
    else
        metric_add(&swept, (double)answer->removed);
    if (e == NULL && s->more)
        s->skip -= answer->removed;
    done(s);
}

static bool is_known(const PGresult *rows, const char *name)
{
    uint8_t hash[CRYPTO_HASH_BYTES];

    if (!blobs_name_hash(name, hash))
        return true;
    for (int i = 0; i < PQntuples(rows); i++)
        if (db_len(rows, i, 0) == sizeof(hash) &&
            memcmp(db_text(rows, i, 0), hash, sizeof(hash)) == 0)
            return true;
    return false;
}

static void remove_rest(struct sweep *s, const PGresult *rows)
{
    AUTO(json_release) json_t *names = json_array();
    const struct keeper_order order = {.remove = names};
    json_t *name;
    size_t i;
    struct err e;

    json_array_foreach(s->old, i, name)
    {
        if (!is_known(rows, json_string_value(name)))
            json_array_append(names, name);
    }
    if (json_array_size(names) == 0) {
        done(s);
        return;
    }
    if (uploads_order(s->intake->uploads, &order, on_removed, s, &e) < 0) {
        complain("old files not removed", &e);
        done(s);
    }
}

static void on_known(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct sweep *s = ctx;

    if (e == NULL) {
        remove_rest(s, rows[0]);
        return;
    }
    complain("old files not looked up", e);
    done(s);
}

static int look_up(struct sweep *s, struct err *e)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_select_known_files, &args};
    const json_t *name;
    size_t i;

    db_array_begin(&args, DB_ARRAY_BYTES);
    json_array_foreach(s->old, i, name)
    {
        uint8_t hash[CRYPTO_HASH_BYTES];
        if (blobs_name_hash(json_string_value(name), hash))
            db_item_bytes(&args, hash, sizeof(hash));
    }
    db_array_end(&args);
    return readers_send(s->intake->readers, &step, 1, on_known, s, e);
}

static bool are_names(const json_t *list)
{
    const json_t *name;
    size_t i;

    json_array_foreach(list, i, name)
    {
        if (!json_is_string(name))
            return false;
    }
    return json_array_size(list) > 0;
}

static void on_listed(void *ctx, const struct keeper_answer *answer, const struct err *e)
{
    struct sweep *s = ctx;
    struct err why;

    if (e != NULL || !are_names(answer->old)) {
        if (e != NULL)
            complain("old files not listed", e);
        next_folder(s);
        done(s);
        return;
    }
    s->more = json_array_size(answer->old) == KEEPER_OLD_MOST;
    if (s->more)
        s->skip += KEEPER_OLD_MOST;
    else
        next_folder(s);
    s->old = json_deep_copy(answer->old);
    if (look_up(s, &why) < 0) {
        complain("old files not looked up", &why);
        done(s);
    }
}

static void on_tick(void *ctx)
{
    struct sweep *s = ctx;
    const struct keeper_order order = {.folder = s->folder % BLOBS_FOLDERS + 1, .skip = s->skip};
    struct err e;

    if (s->is_busy)
        return;
    s->is_busy = true;
    if (uploads_order(s->intake->uploads, &order, on_listed, s, &e) < 0)
        done(s); /* photos of citizens go first */
}

struct sweep *sweep_open(struct intake *intake)
{
    struct sweep *s = mem_new(1, sizeof(*s));

    s->intake = intake;
    metric_add(&swept, 0);
    loop_every_ms(intake->loop, intake->settings.sweep_ms, on_tick, s);
    return s;
}

void sweep_close(struct sweep **sweep)
{
    if (*sweep != NULL)
        json_release(&(*sweep)->old);
    free(*sweep);
    *sweep = NULL;
}
