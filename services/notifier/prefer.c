/* SPDX-License-Identifier: Apache-2.0 */
/* prefer - a choice to be kept (preference.set.v1), dead deliveries to be tried again
 * (delivery.resend.v1). */
#include "asked.h"

#include "sql_notifier.h" /* generated from sql/ */

#include "clock.h"
#include "messages.h"
#include "text.h"
#include "token.h"

#include <string.h>

enum { HOUR_S = 3600 };

/* ---- choices ---- */

static void on_kept(void *ctx, PGresult *const rows[], const struct err *e)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(ASKED_BYTES);
    struct asker *a = ctx;
    const struct preference_kept kept = {channel_name(a->channel)};

    (void)rows;
    if (e != NULL) {
        asked_failed(a->n, &a->from, e);
    } else {
        json_write(preference_kept_fields, &kept, &text);
        asked_answer(a->n, &a->from, &text);
    }
    asker_free(a);
}

/* Whose choice it is: of the link's token, or of an operator who knows the address. */
static int read_contact(const struct notifier *n, const struct preference_set *p, struct token *out,
                        struct err *e)
{
    if (p->token != NULL)
        return token_read(n->ring, p->token, out, e);
    if (p->contact == NULL || p->channel == NULL)
        return err_set(e, ERR_INPUT, "token: is missing, and so is contact or channel");
    if (!channel_read(p->channel, &out->channel) || channel_is_front(out->channel))
        return err_set(e, ERR_INPUT, "channel: is neither mail, sms nor zalo");
    for (size_t i = 0; i < sizeof(out->contact); i++) {
        int high = text_hex_digit(p->contact[2 * i]);
        int low = high < 0 ? -1 : text_hex_digit(p->contact[2 * i + 1]);
        if (low < 0)
            return err_set(e, ERR_INPUT, "contact: is not 32 hexadecimal digits");
        out->contact[i] = (uint8_t)(high << 4 | low);
    }
    return 0;
}

static int add_choices(const struct preference_set *p, struct db_args *a, struct err *e)
{
    struct quiet quiet = {QUIET_NONE, QUIET_NONE};
    bool none = p->quiet != NULL && strcmp(p->quiet, "none") == 0;

    if (p->wanted != NULL && strcmp(p->wanted, "yes") != 0 && strcmp(p->wanted, "no") != 0)
        return err_set(e, ERR_INPUT, "wanted: is neither \"yes\" nor \"no\"");
    if (p->language != NULL && strcmp(p->language, "vi") != 0 && strcmp(p->language, "en") != 0)
        return err_set(e, ERR_INPUT, "language: is neither \"vi\" nor \"en\"");
    if (p->quiet != NULL && !none && quiet_read(p->quiet, "quiet", &quiet, e) < 0)
        return -1;
    if (p->wanted != NULL)
        db_arg_bool(a, strcmp(p->wanted, "yes") == 0);
    else
        db_arg_null(a);
    if (p->language != NULL)
        db_arg_text(a, p->language, strlen(p->language));
    else
        db_arg_null(a);
    if (none) /* from and to are equal: never quiet */
        quiet = (struct quiet){0, 0};
    if (quiet.from == QUIET_NONE) {
        db_arg_null(a);
        db_arg_null(a);
    } else {
        db_arg_int32(a, quiet.from);
        db_arg_int32(a, quiet.to);
    }
    return 0;
}

int prefer_keep(struct notifier *n, const struct bus_address *from, const json_t *document,
                struct err *e)
{
    struct preference_set p = {0};
    struct token whose;
    struct db_args *a = &n->asked_args;
    const struct db_step step = {&sql_put_preference, a};

    if (json_read(preference_set_fields, document, false, &p, e) < 0 ||
        read_contact(n, &p, &whose, e) < 0)
        return -1;
    const char *channel = channel_name(whose.channel), *by = p.token != NULL ? "link" : "operator";
    db_arg_bytes(a, whose.contact, sizeof(whose.contact));
    db_arg_text(a, channel, strlen(channel));
    if (add_choices(&p, a, e) < 0) {
        db_args_clear(a);
        return -1;
    }
    db_arg_time(a, clock_now_us());
    db_arg_text(a, by, strlen(by));
    struct asker *asker = asker_new(n, from);
    asker->channel = whose.channel;
    if (db_send(n->db, &step, 1, on_kept, asker, e) == 0)
        return 0;
    asker_free(asker);
    return -1;
}

/* ---- the dead ---- */

static void on_resent(void *ctx, PGresult *const rows[], const struct err *e)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(ASKED_BYTES);
    struct asker *a = ctx;

    if (e != NULL) {
        asked_failed(a->n, &a->from, e);
    } else {
        const struct delivery_resent resent = {db_int(rows[0], 0, 0)};
        json_write(delivery_resent_fields, &resent, &text);
        asked_answer(a->n, &a->from, &text);
        sender_turn(a->n);
    }
    asker_free(a);
}

int prefer_resend(struct notifier *n, const struct bus_address *from, const json_t *document,
                  struct err *e)
{
    struct delivery_resend wanted = {0};
    struct db_args *a = &n->asked_args;
    const struct db_step step = {&sql_resend_deliveries, a};
    int64_t now = clock_now_us();

    if (json_read(delivery_resend_fields, document, false, &wanted, e) < 0)
        return -1;
    if (uuid_is_nil(&wanted.id) && !wanted.all)
        return err_set(e, ERR_INPUT, "id: is missing, and all is not asked for");
    if (wanted.all)
        db_arg_null(a);
    else
        db_arg_uuid(a, &wanted.id);
    db_arg_time(a, now);
    db_arg_time(a, now + n->settings.deadline_h * HOUR_S * CLOCK_US_PER_S);
    struct asker *asker = asker_new(n, from);
    if (db_send(n->db, &step, 1, on_resent, asker, e) == 0)
        return 0;
    asker_free(asker);
    return -1;
}
