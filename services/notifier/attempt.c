/* SPDX-License-Identifier: Apache-2.0 */
/* attempt - writes one delivery's message, hands it over, and judges what came of it.
 *
 * The citizen's contact is opened here and nowhere else, and forgotten with
 * the message. */
#include "notifier.h"

#include "backoff.h"
#include "claimed.h"
#include "clock.h"
#include "files.h"
#include "gateway.h"
#include "links.h"
#include "log.h"
#include "mail.h"
#include "mem.h"
#include "metrics.h"
#include "people.h"
#include "template.h"
#include "texts.h"
#include "token.h"

#include <stdio.h>
#include <string.h>

enum {
    CONTACT_BYTES = 4096,
    SUBJECT_BYTES = 1000,
    TEXT_BYTES = 64 * 1024,
    MAIL_BYTES = 32 * 1024 * 1024,
    URL_BYTES = 2000,
    RETRY_AFTER_MOST_S = 3600,
};

struct attempt {
    struct notifier *n;
    struct lane *lane;
    const struct catalogue *catalogue; /* kept */
    struct uuid id;
    int16_t number;
    int64_t expires_at;
    struct attempt *next, *before;
};

/* ---- counting ---- */

enum end { DELIVERED, REFUSED, FAILED, UNKNOWN, ENDS };

static const char *const end_names[ENDS] = {NULL, "refused", "failed", "unknown"};

#define ENDS_OF(channel)                                                                           \
    {                                                                                              \
        ATTEMPTS(channel, "delivered"), ATTEMPTS(channel, "refused"), ATTEMPTS(channel, "failed"), \
            ATTEMPTS(channel, "unknown")                                                           \
    }
#define ATTEMPTS(channel, end)                                                                     \
    {                                                                                              \
        METRIC_IS_COUNTER, "dunghen_notifier_attempts_total", "Attempts by what came of them.",    \
            "channel=\"" channel "\",outcome=\"" end "\"", 0, 0, {0}, NULL, false                  \
    }
static struct metric attempts[CHANNELS][ENDS] = {
    [CHANNEL_MAIL] = ENDS_OF("mail"),
    [CHANNEL_SMS] = ENDS_OF("sms"),
    [CHANNEL_ZALO] = ENDS_OF("zalo"),
    [CHANNEL_WEBHOOK] = ENDS_OF("webhook"),
};
METRIC_COUNTER(dead, "dunghen_notifier_dead_total", "Deliveries that were given up.");

/* ---- ends ---- */

static void attempt_free(struct attempt *a)
{
    if (a->before != NULL)
        a->before->next = a->next;
    else
        a->n->attempts = a->next;
    if (a->next != NULL)
        a->next->before = a->before;
    a->lane->busy--;
    a->n->attempt_count--;
    catalogue_drop(&a->catalogue);
    free(a);
}

void attempts_free(struct notifier *n)
{
    while (n->attempts != NULL)
        attempt_free(n->attempts);
}

struct verdict {
    enum end end;
    int64_t retry_after_s;
    const char *problem;
};

/* Again later, unless that would be too late. */
static void plan(const struct attempt *a, const struct verdict *v, struct outcome *o)
{
    int64_t wait = backoff_us(a->n->settings.retry_first_ms * CLOCK_US_PER_MS, a->number,
                              (uint64_t)clock_mono_us() * 2654435761U);

    if (wait < v->retry_after_s * CLOCK_US_PER_S)
        wait = v->retry_after_s * CLOCK_US_PER_S;
    o->next_at = clock_now_us() + wait;
    o->state = o->next_at < a->expires_at ? "waiting" : "dead";
}

static void end_attempt(struct attempt *a, const struct verdict *v)
{
    struct outcome o = {.id = a->id,
                        .attempt = a->number,
                        .state = v->end == DELIVERED ? "delivered" : "dead",
                        .next_at = INT64_MIN,
                        .kind = end_names[v->end]};

    if (v->problem != NULL)
        (void)snprintf(o.problem, sizeof(o.problem), "%s", v->problem);
    if (v->end == FAILED || v->end == UNKNOWN)
        plan(a, v, &o);
    if (strcmp(o.state, "dead") == 0)
        metric_add(&dead, 1);
    metric_add(&attempts[a->lane->channel][v->end], 1);
    outcomes_add(&a->n->outcomes, &o);
    attempt_free(a);
}

/* What the lane learns of its gateway. */
static void tell_breaker(struct attempt *a, const struct verdict *v)
{
    bool was_open = breaker_is_open(&a->lane->breaker);
    int64_t now = clock_mono_us();

    if (v->end == DELIVERED || v->end == REFUSED)
        breaker_good(&a->lane->breaker);
    else
        breaker_bad(&a->lane->breaker, now);
    if (v->retry_after_s > 0)
        breaker_wait(&a->lane->breaker, now, v->retry_after_s * CLOCK_US_PER_S);
    if (was_open != breaker_is_open(&a->lane->breaker))
        log_event(was_open ? LOG_INFO : LOG_WARN,
                  was_open ? "lane works again" : "lane does not work", "lane", a->lane->name,
                  "why", v->problem != NULL ? v->problem : "", NULL);
}

/* A login or a connection that is refused says nothing about the mail. */
static enum end judge_mail(const struct transfer_result *r)
{
    enum { WANTS_TLS = 530, TOO_WEAK = 534, WRONG_LOGIN = 535, WANTS_STRONGER = 538 };

    if (r->status < 400)
        return DELIVERED;
    if (r->status < 500 || r->shut_out || r->status == WANTS_TLS || r->status == TOO_WEAK ||
        r->status == WRONG_LOGIN || r->status == WANTS_STRONGER)
        return FAILED;
    return REFUSED;
}

static enum end judge_http(const struct attempt *a, const struct transfer_result *r)
{
    static const enum end ends[] = {
        [GATEWAY_TAKEN] = DELIVERED, [GATEWAY_REFUSED] = REFUSED, [GATEWAY_FAILED] = FAILED};
    const struct catalogue_gateway *gateway =
        a->lane->channel == CHANNEL_WEBHOOK
            ? NULL
            : catalogue_gateway(a->catalogue, channel_name(a->lane->channel));

    if (gateway == NULL)
        return ends[gateway_judge_status(r->status)];
    return ends[gateway_judge(gateway, r->status, r->answer, r->len)];
}

static void on_result(void *ctx, const struct transfer_result *result)
{
    struct attempt *a = ctx;
    bool is_mail = a->lane->channel == CHANNEL_MAIL;
    char problem[OUTCOME_PROBLEM_SIZE];
    struct verdict v = {.problem = problem};

    if (result->end == TRANSFER_ANSWERED) {
        v.end = is_mail ? judge_mail(result) : judge_http(a, result);
        (void)snprintf(problem, sizeof(problem), "%s %d", is_mail ? "SMTP" : "HTTP",
                       result->status);
        if (v.end == FAILED)
            v.retry_after_s = result->retry_after_s < RETRY_AFTER_MOST_S ? result->retry_after_s
                                                                         : RETRY_AFTER_MOST_S;
    } else {
        v.end = result->end == TRANSFER_UNREACHED ? FAILED : UNKNOWN;
        (void)snprintf(problem, sizeof(problem), "%s", result->problem);
    }
    tell_breaker(a, &v);
    end_attempt(a, &v);
}

/* ---- who is told ---- */

struct recipient {
    json_t *document;           /* of the opened contact, or NULL */
    const char *name, *address; /* name may be NULL */
    char link[URL_BYTES], unsubscribe[URL_BYTES];
};

static void recipient_free(struct recipient *r)
{
    json_release(&r->document);
}

static int open_contact(const struct notifier *n, const struct claimed *d, json_t **out,
                        struct err *e)
{
    char text[CONTACT_BYTES];

    if (d->sealed == NULL)
        return err_set(e, ERR_INPUT, "there is no contact");
    if (d->sealed_len > sizeof(text) + CRYPTO_SEAL_OVERHEAD)
        return err_set(e, ERR_INPUT, "the sealed contact is too long");
    if (crypto_unseal(n->ring, &d->case_id, d->sealed, d->sealed_len, text, e) < 0)
        return -1;
    int rc = json_parse(text, d->sealed_len - CRYPTO_SEAL_OVERHEAD, out, e);
    memset(text, 0, sizeof(text));
    return rc;
}

static void write_unsubscribe(const struct notifier *n, const struct claimed *d,
                              enum channel channel, char out[URL_BYTES])
{
    AUTO(strbuf_free) struct strbuf url = STRBUF(URL_BYTES - 1);
    const uint8_t *index = channel == CHANNEL_MAIL ? d->email_index : d->phone_index;
    struct token token = {.channel = channel};
    char text[TOKEN_SIZE];

    if (index == NULL)
        return;
    memcpy(token.contact, index, sizeof(token.contact));
    token_write(n->ring, &token, text);
    links_unsubscribe(&url, n->settings.public_url, text);
    (void)snprintf(out, URL_BYTES, "%s", strbuf_text(&url) != NULL ? strbuf_text(&url) : "");
}

static int find_citizen(const struct attempt *a, const struct claimed *d, struct recipient *out,
                        struct err *e)
{
    AUTO(strbuf_free) struct strbuf url = STRBUF(URL_BYTES - 1);
    const struct notifier *n = a->n;

    if (open_contact(n, d, &out->document, e) < 0)
        return -1;
    out->name = json_string_value(json_object_get(out->document, "name"));
    out->address = json_string_value(
        json_object_get(out->document, a->lane->channel == CHANNEL_MAIL ? "email" : "phone"));
    links_tracking(&url, n->settings.public_url, d->reference, n->ring, &d->case_id);
    (void)snprintf(out->link, sizeof(out->link), "%s",
                   strbuf_text(&url) != NULL ? strbuf_text(&url) : "");
    write_unsubscribe(n, d, a->lane->channel, out->unsubscribe);
    return 0;
}

static int find_recipient(const struct attempt *a, const struct claimed *d, struct recipient *out,
                          struct err *e)
{
    if (d->reference == NULL)
        return err_set(e, ERR_INPUT, "the case is not there any more");
    if (strcmp(d->recipient, "citizen") == 0) {
        if (find_citizen(a, d, out, e) < 0)
            return -1;
    } else {
        const struct catalogue_person *p = people_find(a->catalogue, d->recipient);
        if (p == NULL)
            return err_set(e, ERR_INPUT, "the person is not in the catalogue any more");
        out->name = p->name;
        out->address = a->lane->channel == CHANNEL_MAIL ? p->email : p->phone;
    }
    return out->address != NULL ? 0 : err_set(e, ERR_INPUT, "there is no address");
}

/* ---- messages ---- */

/* Subject (may be empty) and body in the recipient's language. */
struct message {
    struct strbuf subject, body;
    json_t *data;
};

static void message_free(struct message *m)
{
    strbuf_free(&m->subject);
    strbuf_free(&m->body);
    json_release(&m->data);
}

/* A template that cannot be filled is for the city to mend: the attempt fails, and is made again.
 */
static int write_message(const struct attempt *a, const struct claimed *d,
                         const struct recipient *r, struct message *out, struct err *e)
{
    const struct catalogue_template *t =
        texts_template(a->catalogue, a->lane->channel, d->message, d->language);
    const struct texts_person person = {r->name, r->link, r->unsubscribe};

    if (t == NULL)
        return err_set(e, ERR_BUSY, "there is no template for \"%s\"", d->message);
    out->data = texts_data(a->catalogue, d, &person);
    if ((t->subject != NULL &&
         template_render(t->subject, out->data, TEMPLATE_PLAIN, &out->subject, e) < 0) ||
        template_render(t->body, out->data, TEMPLATE_PLAIN, &out->body, e) < 0) {
        err_in(e, t->name);
        e->kind = ERR_BUSY;
        return -1;
    }
    return 0;
}

static const char *text_of(const struct strbuf *b)
{
    const char *text = strbuf_text(b);

    return text != NULL ? text : "";
}

static int send_mail(struct attempt *a, const struct claimed *d, const struct recipient *r,
                     const struct message *m, struct err *e)
{
    AUTO(strbuf_free) struct strbuf message = STRBUF(MAIL_BYTES);
    AUTO(strbuf_free) struct strbuf letter = STRBUF(MAIL_BYTES / 2);
    AUTO(strbuf_free) struct strbuf letter_name = STRBUF(SUBJECT_BYTES);
    const struct notifier_settings *s = &a->n->settings;

    if (d->hash != NULL && files_read_letter(s->letters_dir, d->hash, &letter, e) < 0)
        return -1;
    texts_letter_name(a->catalogue, d, &letter_name);
    const struct mail mail = {
        .from_name = s->mail_from_name,
        .from = s->mail_from,
        .to_name = r->name,
        .to = r->address,
        .subject = text_of(&m->subject),
        .text = text_of(&m->body),
        .language = d->language,
        .id = &d->id,
        .case_id = &d->case_id,
        .at_us = clock_now_us(),
        .unsubscribe = r->unsubscribe[0] != '\0' ? r->unsubscribe : NULL,
        .letter = d->hash != NULL ? letter.data : NULL,
        .letter_len = letter.len,
        .letter_name = text_of(&letter_name),
    };
    mail_write(&mail, &message);
    if (strbuf_text(&message) == NULL)
        return err_set(e, ERR_INPUT, "the mail has more than %d bytes", MAIL_BYTES);
    const struct transfer_mail transfer = {
        .url = s->smtp_url,
        .user = s->smtp_user,
        .password = s->smtp_password,
        .ca_file = s->ca_file,
        .plain = strcmp(s->smtp_tls, "off") == 0,
        .from = s->mail_from,
        .to = r->address,
        .message = &message,
        .timeout_ms = a->lane->timeout_ms,
    };
    return transfer_mail(a->n->transfers, &transfer, on_result, a, e);
}

static int send_by_gateway(struct attempt *a, const struct claimed *d, const struct recipient *r,
                           const struct message *m, struct err *e)
{
    AUTO(gateway_request_free) struct gateway_request request = {0};
    const struct catalogue_gateway *g =
        catalogue_gateway(a->catalogue, channel_name(a->lane->channel));
    char key[UUID_TEXT_SIZE];

    if (g == NULL)
        return err_set(e, ERR_BUSY, "there is no gateway");
    json_object_set_new(m->data, "to", json_string(r->address));
    json_object_set_new(m->data, "text", json_string(text_of(&m->body)));
    json_object_set_new(m->data, "key", json_string(uuid_text(&d->id, key)));
    if (files_read_secrets(a->n->settings.keys_dir, g->secrets, m->data, e) < 0 ||
        gateway_write(g, m->data, &request, e) < 0) {
        e->kind = ERR_BUSY; /* somebody has to mend it: until then, again and again */
        return -1;
    }
    const struct transfer_http transfer = {
        .url = text_of(&request.url),
        .method = g->method,
        .headers = request.headers,
        .ca_file = a->n->settings.ca_file,
        .body = &request.body,
        .timeout_ms = a->lane->timeout_ms,
    };
    return transfer_http(a->n->transfers, &transfer, on_result, a, e);
}

static int send_webhook(struct attempt *a, const struct claimed *d, struct err *e)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(TEXT_BYTES);
    AUTO(strbuf_free) struct strbuf signature = STRBUF(SUBJECT_BYTES);
    char id[UUID_TEXT_SIZE], id_line[80], timestamp[64];

    texts_webhook(d, &body);
    if (strbuf_text(&body) == NULL)
        return err_set(e, ERR_INPUT, "the message is too long");
    const struct webhook_message message = {uuid_text(&d->id, id), clock_now_us() / CLOCK_US_PER_S,
                                            body.data, body.len};
    (void)snprintf(id_line, sizeof(id_line), "webhook-id: %s", id);
    (void)snprintf(timestamp, sizeof(timestamp), "webhook-timestamp: %lld",
                   (long long)message.timestamp_s);
    strbuf_addf(&signature, "webhook-signature: ");
    webhook_sign(&a->lane->key, &message, &signature);
    const char *const headers[] = {"Content-Type: application/json", id_line, timestamp,
                                   text_of(&signature), NULL};
    const struct transfer_http transfer = {
        .url = a->lane->url,
        .method = "POST",
        .headers = headers,
        .ca_file = a->n->settings.ca_file,
        .body = &body,
        .timeout_ms = a->lane->timeout_ms,
    };
    return transfer_http(a->n->transfers, &transfer, on_result, a, e);
}

static int send_to_person(struct attempt *a, const struct claimed *d, struct err *e)
{
    AUTO(recipient_free) struct recipient r = {0};
    AUTO(message_free)
    struct message m = {.subject = STRBUF(SUBJECT_BYTES), .body = STRBUF(TEXT_BYTES)};

    if (find_recipient(a, d, &r, e) < 0 || write_message(a, d, &r, &m, e) < 0)
        return -1;
    if (a->lane->channel == CHANNEL_MAIL)
        return send_mail(a, d, &r, &m, e);
    return send_by_gateway(a, d, &r, &m, e);
}

static struct attempt *attempt_new(struct notifier *n, struct lane *lane, const struct claimed *d)
{
    struct attempt *a = mem_new(1, sizeof(*a));

    *a = (struct attempt){.n = n,
                          .lane = lane,
                          .catalogue = catalogue_keep(catalogue_now(n->watch)),
                          .id = d->id,
                          .number = d->attempt,
                          .expires_at = d->expires_at,
                          .next = n->attempts};
    if (n->attempts != NULL)
        n->attempts->before = a;
    n->attempts = a;
    n->attempt_count++;
    lane->busy++;
    return a;
}

void attempt_begin(struct notifier *n, const PGresult *rows, int row)
{
    struct claimed d;
    struct err e = {0};

    claimed_read(rows, row, &d);
    struct lane *lane = lanes_find(&n->lanes, d.lane);
    if (lane == NULL) { /* a front end that was removed just now */
        const struct outcome o = {
            .id = d.id, .attempt = d.attempt, .state = "dropped", .next_at = INT64_MIN};
        outcomes_add(&n->outcomes, &o);
        return;
    }
    struct attempt *a = attempt_new(n, lane, &d);
    bool is_webhook = a->lane->channel == CHANNEL_WEBHOOK;
    if (d.expires_at <= clock_now_us())
        err_set(&e, ERR_INPUT, "not sent before its time was over");
    else if ((is_webhook ? send_webhook(a, &d, &e) : send_to_person(a, &d, &e)) == 0)
        return;
    /* What is wrong here is not the gateway's fault: its lane learns nothing of it. */
    if (e.kind != ERR_INPUT)
        log_event(LOG_ERROR, "message not written", "message", d.message, "why", e.text, NULL);
    end_attempt(
        a, &(struct verdict){.end = e.kind == ERR_INPUT ? REFUSED : FAILED, .problem = e.text});
}

void attempts_add_ids(const struct notifier *n, struct db_args *args)
{
    db_array_begin(args, DB_ARRAY_UUID);
    for (const struct attempt *a = n->attempts; a != NULL; a = a->next)
        db_item_uuid(args, &a->id);
    for (size_t i = 0; i < n->outcomes.count; i++)
        db_item_uuid(args, &n->outcomes.items[i].id);
    db_array_end(args);
}
