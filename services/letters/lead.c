/* SPDX-License-Identifier: Apache-2.0 */
/* lead - what the leading instance does: follows what is issued, and answers who wants a file. */
#include "letters.h"

#include "blobs.h"
#include "log.h"

/* Columns of sql/select_issued.sql. */
enum { ID, SEQ, HAS_FILE };

static void on_request(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    struct letters *l = ctx;

    asks_take(l->asks, l->server, l->jobs, from, m);
}

static void begin(struct letters *l)
{
    struct err e;

    if (blobs_clean(l->settings.renderer.letters_dir, 0, &e) < 0)
        log_event(LOG_WARN, "leftovers not removed", "why", e.text, NULL);
    if (bus_serve(&l->server, l->bus, l->settings.endpoint, on_request, l, &e) < 0)
        log_event(LOG_ERROR, "nobody can ask for a letter", "why", e.text, NULL);
    /* From the first: only the table knows which letters have no file. */
    follow_begin(l->follow, 0);
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

    if (!l->held_back)
        return;
    l->held_back = false;
    follow_taken(l->follow);
}

void lead_job_done(void *ctx, const struct uuid *letter, const struct letter_file *file,
                   const struct err *e)
{
    struct letters *l = ctx;

    asks_done(l->asks, letter, file, e);
}
