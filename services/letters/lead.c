/* SPDX-License-Identifier: Apache-2.0 */
/* lead - what the leading instance does: follows what is issued, looks for what was issued before
 * and has no file, and answers who wants one. */
#include "letters.h"

#include "sql_letters.h" /* generated from sql/ */

#include "blobs.h"
#include "log.h"

/* Columns of sql/select_issued.sql. */
enum { ID, SEQ, HAS_FILE };

static void on_request(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    struct letters *l = ctx;

    asks_take(l->asks, l->server, l->jobs, from, m);
}

/* An address that another one still holds is tried again with each tick. */
static void open_door(struct letters *l)
{
    struct err e;

    if (l->server != NULL)
        return;
    if (bus_serve(&l->server, l->bus, l->settings.endpoint, on_request, l, &e) == 0) {
        l->door_failed = false;
    } else if (!l->door_failed) {
        l->door_failed = true;
        log_event(LOG_ERROR, "nobody can ask for a letter", "why", e.text, NULL);
    }
}

static void on_head(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct letters *l = ctx;

    l->asking = false;
    if (e != NULL) {
        log_event(LOG_WARN, "letters not found", "why", e->text, NULL);
        return; /* the next tick asks again */
    }
    l->begun = true;
    follow_begin(l->follow, db_int(rows[0], 0, 0));
    sweep_begin(l->sweep);
}

/* What is issued from now on does not wait until all that was issued before was looked at. */
static void find_head(struct letters *l)
{
    const struct db_step step = {&sql_select_head, NULL};
    struct err ignored; /* the next tick asks again */

    if (!l->asking && !l->begun)
        l->asking = db_send(l->db, &step, 1, on_head, l, &ignored) == 0;
}

static void begin(struct letters *l)
{
    struct err e;

    if (blobs_clean(l->settings.renderer.letters_dir, 0, &e) < 0)
        log_event(LOG_WARN, "leftovers not removed", "why", e.text, NULL);
    open_door(l);
    find_head(l);
}

void lead_close(struct letters *l)
{
    bus_server_close(&l->server);
}

void lead_change(void *ctx, bool leads)
{
    struct letters *l = ctx;

    log_event(LOG_INFO, leads ? "leads" : "leads no more", NULL);
    follow_stop(l->follow);
    sweep_stop(l->sweep);
    l->begun = false;
    asks_clear(l->asks);
    l->held_back = false; /* first: to clear makes room */
    jobs_clear(l->jobs);
    lead_close(l);
    if (leads)
        begin(l);
}

bool lead_take_rows(void *ctx, const PGresult *rows)
{
    struct letters *l = ctx;
    struct err e;

    for (int i = 0; i < PQntuples(rows); i++) {
        struct uuid id = db_uuid(rows, i, ID);
        /* One that failed before waits, and that is all there is to say. */
        if (db_int(rows, i, HAS_FILE) == 0 && jobs_add(l->jobs, &id, false, &e) < 0)
            continue;
    }
    l->held_back = !jobs_has_room(l->jobs);
    return !l->held_back;
}

void lead_has_room(void *ctx)
{
    struct letters *l = ctx;

    if (l->held_back) {
        l->held_back = false;
        follow_taken(l->follow);
    }
    sweep_turn(l->sweep);
}

/* follow: what no event has told of. */
void lead_tick(struct letters *l)
{
    open_door(l);
    if (!l->begun) {
        find_head(l);
        return;
    }
    follow_read(l->follow);
    sweep_tick(l->sweep);
}

void lead_job_done(void *ctx, const struct uuid *letter, const struct letter_file *file,
                   const struct err *e)
{
    struct letters *l = ctx;

    asks_done(l->asks, letter, file, e);
}
