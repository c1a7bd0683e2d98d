/* SPDX-License-Identifier: Apache-2.0 */
/* submit - from case.submit.v1 to case.record.v1: the route is put behind each
 * head; the other frames are shared, not copied. */
#include "router.h"

#include "clock.h"
#include "log.h"
#include "metrics.h"

#include <string.h>

enum { FRAME_LIMIT_BYTES = 64 * 1024 }; /* of a route: a hundred coordinators take 4 KiB */

METRIC_COUNTER(routed, "dunghen_cases_routed_total", "Cases routed, repeated ones counted again.");
METRIC_COUNTER(to_desk, "dunghen_cases_to_desk_total", "Of these, cases that no rule matched.");
METRIC_COUNTER(refused, "dunghen_submissions_refused_total", "Submissions with a malformed case.");
METRIC_HISTOGRAM(routing_time, "dunghen_routing_seconds", "Time to route one case.");

static bool is_submission(const struct bus_message *m)
{
    int frames = m->count - 1;

    return bus_is(m, TOPIC_SUBMIT) && frames > 0 && frames % SUBMIT_FRAMES == 0 &&
           frames / SUBMIT_FRAMES <= BUS_MAX_ITEMS;
}

/* The area that holds the place; without one, that which the citizen chose. */
static const struct catalogue_area *find_area(const struct router *r, const struct case_head *head)
{
    const struct catalogue_area *area = area_map_find(r->areas, head->lat, head->lon);

    if (area == NULL && head->area != NULL)
        area = catalogue_area(catalogue_now(r->catalogue), head->area);
    return area;
}

/* Appends the route of the case with this head. */
static int write_route(const struct router *r, const char *head_bytes, size_t len,
                       struct strbuf *out, struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_head head = {0};
    struct case_route route = {0};

    if (json_take(case_head_fields, head_bytes, len, &store, &head, e) < 0)
        return err_in(e, "head");
    if (route_decide(r->table, &head, find_area(r, &head), &route, e) < 0)
        return -1;
    json_write(case_route_fields, &route, out);
    json_release(&route.coordinators);
    metric_add(&routed, 1);
    metric_add(&to_desk, route.desk ? 1 : 0);
    return 0;
}

/* The item of m that begins at frame: head, route, content, contact. */
static int add_item(const struct router *r, struct bus_message *m, int frame,
                    struct bus_message *out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf route = STRBUF(FRAME_LIMIT_BYTES);
    int64_t begun_us = clock_mono_us();

    if (write_route(r, bus_data(m, frame), bus_len(m, frame), &route, e) < 0)
        return -1;
    if (strbuf_text(&route) == NULL)
        return err_set(e, ERR_SYSTEM, "the route has more than %d bytes", FRAME_LIMIT_BYTES);
    bus_add_frame(out, &m->frames[frame]);
    bus_add(out, route.data, route.len);
    for (int i = 1; i < SUBMIT_FRAMES; i++)
        bus_add_frame(out, &m->frames[frame + i]);
    metric_observe_us(&routing_time, clock_mono_us() - begun_us);
    return 0;
}

/* One message has one answer, so one malformed case refuses all that came with
 * it. The door writes heads itself: this is for a program that has a bug. */
static void refuse_all(struct router *r, const struct bus_address *to, int items,
                       const struct err *e)
{
    AUTO(bus_message_free) struct bus_message answer = {0};
    AUTO(strbuf_free) struct strbuf refusal = STRBUF(FRAME_LIMIT_BYTES);

    metric_add(&refused, 1);
    log_event(LOG_ERROR, "submission refused", "why", e->text, NULL);
    refusal_write(e, &refusal);
    bus_add(&answer, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int i = 0; i < items; i++)
        bus_add(&answer, refusal.data, refusal.len);
    bus_answer(r->server, to, &answer);
}

void submit_request(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    AUTO(bus_message_free) struct bus_message out = {0};
    struct router *r = ctx;
    struct err e;

    if (r->table == NULL)
        return; /* asked again */
    if (!is_submission(m)) {
        log_event(LOG_ERROR, "message is not a submission", NULL);
        return;
    }
    bus_add(&out, TOPIC_RECORD, strlen(TOPIC_RECORD));
    for (int frame = 1; frame < m->count; frame += SUBMIT_FRAMES) {
        if (add_item(r, m, frame, &out, &e) == 0)
            continue;
        if (e.kind == ERR_BUSY) /* asked again, when our catalogue is as new as the asker's */
            log_event(LOG_WARN, "submission left for later", "why", e.text, NULL);
        else
            refuse_all(r, from, (m->count - 1) / SUBMIT_FRAMES, &e);
        return;
    }
    bus_pass(r->tracker, from, &out);
}

void submit_answer(void *ctx, const struct bus_address *to, struct bus_message *m)
{
    const struct router *r = ctx;

    bus_answer(r->server, to, m);
}
