/* SPDX-License-Identifier: Apache-2.0 */
/* publish - tells the followers what was committed. Hints: the table is the truth. */
#include "tracker.h"

#include <string.h>

enum { RANGE_BYTES = 100, HEAD_BYTES = 1000 };

static void add_json(struct bus_message *m, const struct json_field fields[], const void *in,
                     struct strbuf *scratch)
{
    scratch->len = 0;
    json_write(fields, in, scratch);
    bus_add(m, scratch->data, scratch->len);
}

static void add_event(struct bus_message *m, const struct workset *set,
                      const struct event_row *event, struct strbuf *scratch)
{
    struct event_head head = {.seq = event->seq,
                              .at = set->now,
                              .case_id = event->of->id,
                              .task = event->task,
                              .type = event->type,
                              .reference = event->of->reference,
                              .service = event->of->service->code,
                              .unit = event->unit->code,
                              .state = state_name(event->state),
                              .due_at = event->due_at,
                              .priority = event->priority};

    add_json(m, event_head_fields, &head, scratch);
    bus_add(m, event->detail.data, event->detail.len);
    if (event->content != NULL)
        bus_add_frame(m, command_content_frame(event->content));
    else
        bus_add(m, "", 0);
}

static void begin(struct bus_message *m, const struct event_range *range, struct strbuf *scratch)
{
    bus_add(m, TOPIC_EVENTS, strlen(TOPIC_EVENTS));
    add_json(m, event_range_fields, range, scratch);
}

void publish_events(struct bus_publisher *publisher, const struct workset *set)
{
    AUTO(strbuf_free) struct strbuf scratch = STRBUF(HEAD_BYTES);

    for (size_t from = 0; from < set->event_count; from += BUS_MAX_ITEMS) {
        AUTO(bus_message_free) struct bus_message m = {0};
        size_t left = set->event_count - from;
        size_t count = left < BUS_MAX_ITEMS ? left : BUS_MAX_ITEMS;
        begin(&m, &(struct event_range){set->events[from].seq, set->events[from + count - 1].seq},
              &scratch);
        for (size_t i = from; i < from + count; i++)
            add_event(&m, set, &set->events[i], &scratch);
        bus_publish(publisher, &m);
    }
}

void publish_head(struct bus_publisher *publisher, int64_t seq)
{
    AUTO(strbuf_free) struct strbuf scratch = STRBUF(RANGE_BYTES);
    AUTO(bus_message_free) struct bus_message m = {0};

    begin(&m, &(struct event_range){seq + 1, seq}, &scratch);
    bus_publish(publisher, &m);
}
