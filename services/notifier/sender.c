/* SPDX-License-Identifier: Apache-2.0 */
/* sender - begins attempts: as many in each lane as have places and as its breaker lets through.
 *
 * Twice a second, and whenever a place becomes free or something new is there.
 * What waits stays in the table, so the backlog costs no memory. */
#include "notifier.h"

#include "sql_notifier.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"
#include "messages.h"
#include "metrics.h"

#include <stdio.h>
#include <string.h>

METRIC_GAUGE(waiting, "dunghen_notifier_waiting", "Deliveries that wait, counted up to 100001.");
METRIC_GAUGE(in_flight, "dunghen_notifier_in_flight", "Attempts under way.");
METRIC_GAUGE(open_breakers, "dunghen_notifier_lanes_stopped",
             "Lanes whose gateway does not work at present.");
METRIC_COUNTER(unready, "dunghen_notifier_letters_awaited_total",
               "Times that a mail waited for its letter to be rendered.");
METRIC_COUNTER(expired, "dunghen_notifier_expired_total",
               "Deliveries that were given up because their time was over.");

METRIC_COUNTER(purged, "dunghen_notifier_purged_total",
               "Deliveries whose time of being kept was over.");

enum {
    SLOW_TICK = 20,   /* ticks between two counts of what waits: ten seconds */
    PURGE_MOST = 1000 /* rows that purge_deliveries takes at once */
};

/* Front ends that stall, however many, leave places for people. */
enum { NOTIFIER_FRONTS_IN_FLIGHT = NOTIFIER_IN_FLIGHT * 3 / 4 };

static const int64_t day_us = INT64_C(86400) * CLOCK_US_PER_S;

/* ---- letters that are not there yet ---- */

static void on_rendered(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct notifier *n = ctx;

    (void)answer; /* the row in letter_files counts */
    if (e == NULL)
        sender_turn(n);
}

static void ask_for_letter(struct notifier *n, const struct uuid *letter)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(strbuf_free) struct strbuf text = STRBUF(200);
    const struct letter_render request = {.letter = *letter};
    struct err ignored; /* busy: it is asked for again with the next try */

    json_write(letter_render_fields, &request, &text);
    bus_add(&m, TOPIC_RENDER, strlen(TOPIC_RENDER));
    bus_add(&m, text.data, text.len);
    (void)!bus_call(n->letters, &m, on_rendered, n, &ignored);
}

/* ---- claims ---- */

static void on_claimed(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct notifier *n = ctx;

    n->claiming = false;
    if (e != NULL) {
        if (e->kind != ERR_BUSY)
            log_event(LOG_ERROR, "deliveries not read", "why", e->text, NULL);
        return;
    }
    for (int i = 0; i < PQntuples(rows[0]); i++) {
        struct uuid letter = db_uuid(rows[0], i, 0);
        metric_add(&unready, 1);
        ask_for_letter(n, &letter);
    }
    int count = PQntuples(rows[1]);
    for (int i = 0; i < count; i++)
        attempt_begin(n, rows[1], i);
    metric_set(&in_flight, n->attempt_count);
    if (count > 0)
        sender_turn(n); /* there may be more */
}

static int busy_fronts(const struct lanes *lanes)
{
    int busy = 0;

    for (int i = 0; i < LANE_MAX_FRONTS; i++)
        busy += lanes->fronts[i].busy;
    return busy;
}

/* Of all lanes together. While the table takes no outcomes, no more is sent than can be kept. */
static int free_places(const struct notifier *n)
{
    int kept = n->outcomes.count < NOTIFIER_UNWRITTEN ? (int)n->outcomes.count : NOTIFIER_UNWRITTEN;
    int most = NOTIFIER_UNWRITTEN - kept;

    return (most < NOTIFIER_IN_FLIGHT ? most : NOTIFIER_IN_FLIGHT) - n->attempt_count;
}

/* The free places of each lane as two arrays; how many there are. */
static int add_places(struct notifier *n, struct db_args *a)
{
    int places[3 + LANE_MAX_FRONTS], count = 0, left = free_places(n);
    int fronts_left = NOTIFIER_FRONTS_IN_FLIGHT - busy_fronts(&n->lanes);
    int64_t now = clock_mono_us();
    int sum = 0;

    db_array_begin(a, DB_ARRAY_TEXT);
    for (struct lane *l = lanes_next(&n->lanes, NULL); l != NULL; l = lanes_next(&n->lanes, l)) {
        int room = l->is_open ? breaker_room(&l->breaker, now, l->busy, l->limit) : 0;
        room = room < left - sum ? room : left - sum;
        if (channel_is_front(l->channel)) {
            room = room < fronts_left ? room : fronts_left;
            fronts_left -= room > 0 ? room : 0;
        }
        if (room <= 0)
            continue;
        db_item_text(a, l->name);
        places[count++] = room;
        sum += room;
    }
    db_array_end(a);
    db_array_begin(a, DB_ARRAY_INT32);
    for (int i = 0; i < count; i++)
        db_item_int32(a, places[i]);
    db_array_end(a);
    return sum;
}

void sender_turn(struct notifier *n)
{
    struct db_args *delay = &n->claim_args[0], *claim = &n->claim_args[1];
    const struct db_step steps[] = {{&sql_delay_unready, delay}, {&sql_claim_deliveries, claim}};
    int64_t now = clock_now_us();
    struct err e;

    if (!n->begun || n->stopping || n->claiming || !db_is_ready(n->db))
        return;
    if (add_places(n, claim) == 0) {
        db_args_clear(claim);
        return;
    }
    db_arg_time(claim, now);
    db_arg_int64(claim, catalogue_now(n->watch)->version);
    db_arg_time(delay, now);
    n->claiming = db_send(n->db, steps, COUNT(steps), on_claimed, n, &e) == 0;
}

/* ---- now and then ---- */

static void on_expired(void *ctx, PGresult *const rows[], const struct err *e)
{
    (void)ctx;
    if (e != NULL) {
        log_event(LOG_WARN, "deliveries not looked through", "why", e->text, NULL);
        return;
    }
    for (int i = 0; i < PQntuples(rows[0]); i++) {
        char count[32];
        (void)snprintf(count, sizeof(count), "%lld", (long long)db_int(rows[0], i, 1));
        metric_add(&expired, (double)db_int(rows[0], i, 1));
        log_event(LOG_ERROR, "deliveries given up", "lane", db_text(rows[0], i, 0), "count", count,
                  NULL);
    }
    metric_set(&waiting, (double)db_int(rows[1], 0, 0));
}

static void look_through(struct notifier *n)
{
    const struct db_step steps[] = {{&sql_expire_deliveries, &n->tick_args},
                                    {&sql_count_waiting, NULL}};
    struct err ignored; /* the next time does as well */

    db_arg_time(&n->tick_args, clock_now_us());
    (void)!db_send(n->db, steps, COUNT(steps), on_expired, n, &ignored);
}

/* ---- what was kept long enough ---- */

static void purge(struct notifier *n);

static void on_purged(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct notifier *n = ctx;

    n->purging = false;
    if (e != NULL) {
        log_event(LOG_WARN, "old deliveries not removed", "why", e->text, NULL);
        return;
    }
    int64_t count = db_int(rows[0], 0, 0);
    metric_add(&purged, (double)count);
    if (count == PURGE_MOST && n->begun && !n->stopping)
        purge(n);
}

static void purge(struct notifier *n)
{
    const struct db_step steps[] = {{&sql_purge_deliveries, &n->purge_args[0]},
                                    {&sql_purge_webhooks, &n->purge_args[1]}};
    struct err ignored; /* the next time does as well */

    if (n->purging)
        return;
    db_arg_time(&n->purge_args[0], clock_now_us() - n->settings.keep_days * day_us);
    db_arg_time(&n->purge_args[1], clock_now_us() - day_us);
    n->purging = db_send(n->db, steps, COUNT(steps), on_purged, n, &ignored) == 0;
}

void sender_tick(struct notifier *n)
{
    int stopped = 0;

    for (struct lane *l = lanes_next(&n->lanes, NULL); l != NULL; l = lanes_next(&n->lanes, l))
        stopped += l->is_open && breaker_is_open(&l->breaker);
    metric_set(&open_breakers, stopped);
    metric_set(&in_flight, n->attempt_count);
    if (!n->begun || !db_is_ready(n->db))
        return;
    if (n->ticks++ % SLOW_TICK == 0) {
        look_through(n);
        purge(n);
        lead_fronts(n);
    }
    sender_turn(n);
}
