/* SPDX-License-Identifier: Apache-2.0 */
/* to_front - a message to a front end: an event, or an update as Open311 has it. Both are signed.
 */
#include "attempt.h"

#include "clock.h"
#include "georeport.h"
#include "texts.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 64 * 1024, LINE_BYTES = 1000, URL_BYTES = WEBHOOK_URL_BYTES + 100 };

/* Empties body. */
static int send(struct attempt *a, const char *url, const char *type, struct strbuf *body,
                struct err *e)
{
    AUTO(strbuf_free) struct strbuf signature = STRBUF(LINE_BYTES);
    const struct notifier *n = a->n;
    char id[UUID_TEXT_SIZE], id_line[80], timestamp[64];

    if (url == NULL || strbuf_text(body) == NULL)
        return err_set(e, ERR_INPUT, "the message is too long");
    const struct webhook_message message = {uuid_text(&a->id, id), clock_now_us() / CLOCK_US_PER_S,
                                            body->data, body->len};
    (void)snprintf(id_line, sizeof(id_line), "webhook-id: %s", id);
    (void)snprintf(timestamp, sizeof(timestamp), "webhook-timestamp: %lld",
                   (long long)message.timestamp_s);
    strbuf_addf(&signature, "webhook-signature: ");
    webhook_sign(&a->lane->front.key, &message, &signature);
    const char *const headers[] = {type, id_line, timestamp, signature.data, NULL};
    const struct transfer_http transfer = {
        .url = url,
        .method = "POST",
        .headers = headers,
        .ca_file = n->settings.ca_file,
        .body = body,
        .timeout_ms = a->lane->timeout_ms,
        .public_only = a->lane->front.owner != NULL && !n->local_allowed,
    };
    return transfer_http(a->n->transfers, &transfer, attempt_result, a, e);
}

static int send_event(struct attempt *a, const struct claimed *d, struct err *e)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(TEXT_BYTES);

    texts_webhook(d, &body);
    return send(a, a->lane->front.url, "Content-Type: application/json", &body, e);
}

static int send_update(struct attempt *a, const struct claimed *d, struct err *e)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(TEXT_BYTES);
    AUTO(strbuf_free) struct strbuf url = STRBUF(URL_BYTES);
    const struct front *front = &a->lane->front;

    a->step = open311_step(d->message);
    if (a->step == NULL || d->reference == NULL)
        return err_set(e, ERR_INPUT, "the case or its step is not there any more");
    const struct georeport_update update = {
        .id = d->seq,
        .reference = d->reference,
        .at_us = d->at,
        .step = a->step,
        .answer = d->answer,
        .in_english = strcmp(d->language, "en") == 0,
        .jurisdiction = front->jurisdiction,
        .api_key = front->api_key,
    };
    georeport_write(&update, &body);
    georeport_url(front->url, &url);
    return send(a, strbuf_text(&url), "Content-Type: application/x-www-form-urlencoded", &body, e);
}

int to_front(struct attempt *a, const struct claimed *d, struct err *e)
{
    return a->lane->channel == CHANNEL_GEOREPORT ? send_update(a, d, e) : send_event(a, d, e);
}
