/* SPDX-License-Identifier: Apache-2.0 */
/* deliveries - "dunghen deliveries list|show|resend|prefer": who was told, who was not, and what
 * people have chosen. Tables are read here; notifier, their one writer, changes them. */
#include "commands.h"
#include "crypto.h"
#include "hail.h"
#include "messages.h"
#include "pg.h"
#include "sheet.h"
#include "sql_ctl.h"
#include "text.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

enum { BODY_BYTES = 2000, ADDRESS_BYTES = 255 };

static int misuse(struct ctl *ctl)
{
    ctl->status = CTL_MISUSED;
    return -1;
}

/* ---- list ---- */

struct list_options {
    bool dead;
    const char *reference;
    int64_t limit;
};

const struct option deliveries_list_options[] = {
    OPTION_A_SWITCH(struct list_options, dead, "--dead", "Only those that were given up."),
    OPTION_A_TEXT(struct list_options, reference, "--case", "REF", "Only those of this case."),
    OPTION_A_NUMBER(struct list_options, limit, "--limit", 1, 10000,
                    "At most so many, the newest first (50)."),
    {0},
};

static const struct sheet_column list_columns[] = {
    {"delivery", false}, {"case", false},
    {"message", false},  {"to", false},
    {"by", false},       {"state", false},
    {"attempts", true},  {"next or end", false},
    {"problem", false},  {0},
};

static void print_rows(const struct sheet_column columns[], const PGresult *rows, FILE *out)
{
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);

    for (int i = 0; i < PQntuples(rows); i++) {
        sheet_row(sheet);
        for (int c = 0; c < PQnfields(rows); c++)
            sheet_cell(sheet, "%s", PQgetvalue(rows, i, c));
    }
    sheet_print(sheet, 0, out);
}

int deliveries_list_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    struct list_options options = {.limit = 50};
    char reference[REFERENCE_SIZE] = "", limit[32];

    if (options_read(deliveries_list_options, args, &options, e) < 0)
        return misuse(ctl);
    if (options.reference != NULL && reference_read(options.reference, reference, e) < 0)
        return -1;
    (void)snprintf(limit, sizeof(limit), "%" PRId64, options.limit);
    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        pg_run(pg, &sql_list_deliveries,
               PG_ARGS(options.dead ? "dead" : NULL, reference[0] != '\0' ? reference : NULL, limit,
                       ctl->timezone),
               &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        ctl_say(ctl, "none\n");
    else
        print_rows(list_columns, rows, ctl->out);
    return 0;
}

/* ---- show ---- */

static const struct sheet_column failure_columns[] = {
    {"attempt", true}, {"at", false}, {"kind", false}, {"problem", false}, {0}};

int deliveries_show_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    AUTO(pg_rows_clear) PGresult *failures = NULL;
    struct uuid id;

    if (uuid_read(args[0], &id, e) < 0)
        return err_in(e, "ID");
    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        pg_run(pg, &sql_read_delivery, PG_ARGS(args[0], ctl->timezone), &rows, e) < 0 ||
        pg_run(pg, &sql_list_delivery_failures, PG_ARGS(args[0], ctl->timezone), &failures, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return err_set(e, ERR_INPUT, "there is no delivery \"%s\"", args[0]);
    for (int c = 0; c < PQnfields(rows); c++)
        if (PQgetisnull(rows, 0, c) == 0)
            ctl_say(ctl, "%-12s %s\n", PQfname(rows, c), PQgetvalue(rows, 0, c));
    if (PQntuples(failures) > 0) {
        ctl_say(ctl, "\n");
        print_rows(failure_columns, failures, ctl->out);
    }
    return 0;
}

/* ---- resend ---- */

struct resend_options {
    bool all;
};

const struct option deliveries_resend_options[] = {
    OPTION_A_SWITCH(struct resend_options, all, "--all-dead",
                    "Instead of one ID: all that were given up, 10000 at most."),
    {0},
};

int deliveries_resend_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    AUTO(strbuf_free) struct strbuf body = STRBUF(BODY_BYTES);
    struct delivery_resend wanted = {.all = strcmp(args[0], "--all-dead") == 0};
    struct delivery_resent answer = {0};

    if (!wanted.all && uuid_read(args[0], &wanted.id, e) < 0)
        return err_in(e, "ID");
    json_write(delivery_resend_fields, &wanted, &body);
    const struct hail question = {.endpoint = ctl->notifier_endpoint,
                                  .service = "notifier",
                                  .topic = TOPIC_RESEND,
                                  .body = strbuf_text(&body),
                                  .answer = delivery_resent_fields};
    if (hail(ctl, &question, &store, &answer, e) < 0)
        return -1;
    if (answer.count == 0 && !wanted.all)
        return err_set(e, ERR_CONFLICT, "\"%s\" is not a delivery that was given up", args[0]);
    ctl_say(ctl, "%" PRId64 " tried again\n", answer.count);
    return 0;
}

/* ---- prefer ---- */

struct prefer_options {
    const char *contact, *mail, *sms, *zalo, *language, *quiet;
};

const struct option deliveries_prefer_options[] = {
    OPTION_A_WORD(struct prefer_options, contact, "CONTACT",
                  "A phone number or an e-mail address."),
    OPTION_A_TEXT(struct prefer_options, mail, "--mail", "yes|no", "E-mails to this address."),
    OPTION_A_TEXT(struct prefer_options, sms, "--sms", "yes|no", "SMS to this number."),
    OPTION_A_TEXT(struct prefer_options, zalo, "--zalo", "yes|no",
                  "Zalo messages to this number; in the place of SMS unless --sms yes."),
    OPTION_A_TEXT(struct prefer_options, language, "--language", "vi|en", "Of what is sent."),
    OPTION_A_TEXT(struct prefer_options, quiet, "--quiet", "HH:MM-HH:MM|none",
                  "Local hours in which nothing is sent but what is urgent."),
    {0},
};

static int read_country(struct ctl *ctl, char out[8], struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        pg_run(pg, &sql_read_country, NULL, &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return err_set(e, ERR_CONFLICT, "no catalogue is loaded");
    (void)snprintf(out, 8, "%s", PQgetvalue(rows, 0, 0));
    return 0;
}

/* The contact as the door has indexed it. */
static int read_contact(struct ctl *ctl, const char *contact, bool *is_mail,
                        char out[ADDRESS_BYTES + 1], struct err *e)
{
    char country[8], phone[TEXT_PHONE_SIZE];
    size_t i = 0;

    *is_mail = strchr(contact, '@') != NULL;
    if (!*is_mail) {
        if (read_country(ctl, country, e) < 0 || text_phone(contact, country, phone, e) < 0)
            return -1;
        memcpy(out, phone, strlen(phone) + 1);
        return 0;
    }
    if (!text_is_email(contact))
        return err_set(e, ERR_INPUT, "CONTACT is not an e-mail address");
    for (; contact[i] != '\0'; i++)
        out[i] =
            (char)(contact[i] >= 'A' && contact[i] <= 'Z' ? contact[i] - 'A' + 'a' : contact[i]);
    out[i] = '\0';
    return 0;
}

static int index_contact(const struct ctl *ctl, const char *kind, const char *contact,
                         struct strbuf *hex, struct err *e)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = NULL;
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    uint8_t index[CRYPTO_INDEX_BYTES];

    strbuf_addf(&path, "%s/contact.keys", ctl->keys_dir);
    if (strbuf_text(&path) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_KEYS_DIR is too long");
    if (crypto_open(e) < 0 || crypto_ring_open(&ring, strbuf_text(&path), e) < 0)
        return -1;
    crypto_index(ring, kind, contact, index);
    strbuf_add_hex(hex, index, sizeof(index));
    return 0;
}

static int prefer(struct ctl *ctl, const struct preference_set *choice, struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    AUTO(strbuf_free) struct strbuf body = STRBUF(BODY_BYTES);
    struct preference_kept kept = {0};

    json_write(preference_set_fields, choice, &body);
    const struct hail question = {.endpoint = ctl->notifier_endpoint,
                                  .service = "notifier",
                                  .topic = TOPIC_PREFER,
                                  .body = strbuf_text(&body),
                                  .answer = preference_kept_fields};
    if (hail(ctl, &question, &store, &kept, e) < 0)
        return -1;
    ctl_say(ctl, "kept for %s\n", kept.channel);
    return 0;
}

int deliveries_prefer_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(strbuf_free) struct strbuf hex = STRBUF(2 * CRYPTO_INDEX_BYTES);
    struct prefer_options o = {0};
    char contact[ADDRESS_BYTES + 1];
    bool is_mail;

    if (options_read(deliveries_prefer_options, args, &o, e) < 0)
        return misuse(ctl);
    if (read_contact(ctl, o.contact, &is_mail, contact, e) < 0 ||
        index_contact(ctl, is_mail ? "email" : "phone", contact, &hex, e) < 0)
        return -1;
    const struct {
        const char *channel, *wanted;
        bool fits;
    } ways[] = {{"mail", o.mail, is_mail}, {"sms", o.sms, !is_mail}, {"zalo", o.zalo, !is_mail}};
    for (size_t i = 0; i < COUNT(ways); i++)
        if (ways[i].wanted != NULL && !ways[i].fits)
            return err_set(e, ERR_INPUT, "--%s does not go with %s", ways[i].channel,
                           is_mail ? "an e-mail address" : "a phone number");
    for (size_t i = 0; i < COUNT(ways); i++) {
        const struct preference_set choice = {.contact = strbuf_text(&hex),
                                              .channel = ways[i].channel,
                                              .wanted = ways[i].wanted,
                                              .language = o.language,
                                              .quiet = o.quiet};
        if (ways[i].fits && prefer(ctl, &choice, e) < 0)
            return -1;
    }
    return 0;
}
