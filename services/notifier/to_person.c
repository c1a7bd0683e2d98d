/* SPDX-License-Identifier: Apache-2.0 */
/* to_person - a message to a citizen or to a unit's people: by mail or by a gateway.
 *
 * The citizen's contact is opened here and nowhere else, and forgotten with
 * the message. */
#include "attempt.h"

#include "clock.h"
#include "contact.h"
#include "files.h"
#include "gateway.h"
#include "links.h"
#include "mail.h"
#include "people.h"
#include "template.h"
#include "texts.h"
#include "token.h"

#include <stdio.h>
#include <string.h>

enum {
    SUBJECT_BYTES = 1000,
    TEXT_BYTES = 64 * 1024,
    MAIL_BYTES = 32 * 1024 * 1024,
    URL_BYTES = 2000,
};

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
    const struct crypto_piece sealed = {d->sealed, d->sealed_len};

    if (d->sealed == NULL)
        return err_set(e, ERR_INPUT, "there is no contact");
    if (contact_open(n->ring, &d->case_id, &sealed, &out->document, e) < 0)
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
    return transfer_mail(a->n->transfers, &transfer, attempt_result, a, e);
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
    return transfer_http(a->n->transfers, &transfer, attempt_result, a, e);
}

int to_person(struct attempt *a, const struct claimed *d, struct err *e)
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
