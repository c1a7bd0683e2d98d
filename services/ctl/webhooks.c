/* SPDX-License-Identifier: Apache-2.0 */
/* webhooks - "dunghen webhooks add|list|remove": front ends that are told of events. The table is
 * read here; notifier, its one writer, changes it.
 *
 * The secret is shown once; the database has it sealed with contact.keys. */
#include "webhook.h"

#include "cell.h"
#include "commands.h"
#include "hail.h"
#include "json.h"
#include "messages.h"
#include "pg.h"
#include "sheet.h"
#include "sql_ctl.h"

#include <limits.h>
#include <string.h>

enum { TYPES_MAX = 32, BODY_BYTES = 16 * 1024 };

struct add_options {
    const char *name, *url, *types;
};

const struct option webhooks_add_options[] = {
    OPTION_A_WORD(struct add_options, name, "NAME", "Of the front end, for logs and lists."),
    OPTION_A_WORD(struct add_options, url, "URL",
                  "Where it is told: https://..., or http:// on this machine."),
    OPTION_A_TEXT(struct add_options, types, "--types", "TYPE,...",
                  "Only events of these types (received, answered, ...); else all."),
    {0},
};

/* As a JSON array. */
static int read_types(const char *text, json_t **out, struct err *e)
{
    AUTO(json_release) json_t *types = json_array();

    for (size_t len; text != NULL && *text != '\0'; text += len + (text[len] == ',' ? 1 : 0)) {
        len = strcspn(text, ",");
        if (len == 0 || len > 40 || strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") < len)
            return err_set(e, ERR_INPUT, "--types: \"%.*s\" is not the type of an event", (int)len,
                           text);
        json_array_append_new(types, json_stringn(text, len));
    }
    if (json_array_size(types) > TYPES_MAX)
        return err_set(e, ERR_INPUT, "--types: there are more than %d", TYPES_MAX);
    *out = types;
    types = NULL;
    return 0;
}

static int open_ring(const struct ctl *ctl, struct crypto_ring **out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    strbuf_addf(&path, "%s/contact.keys", ctl->keys_dir);
    if (strbuf_text(&path) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_KEYS_DIR is too long");
    return crypto_open(e) < 0 ? -1 : crypto_ring_open(out, strbuf_text(&path), e);
}

/* A new secret as text and as it is kept. */
static int make_secret(const struct ctl *ctl, const struct uuid *id, struct strbuf *secret,
                       struct strbuf *sealed, struct err *e)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = NULL;
    struct webhook_key key;

    if (open_ring(ctl, &ring, e) < 0)
        return -1;
    webhook_key_new(&key);
    webhook_key_write(&key, secret);
    webhook_seal(ring, id, strbuf_text(secret), sealed);
    return 0;
}

static int read_words(struct ctl *ctl, char **args, struct add_options *o, json_t **types,
                      struct err *e)
{
    if (options_read(webhooks_add_options, args, o, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    if (!cell_is_code(o->name))
        return err_set(e, ERR_INPUT, "NAME is 1 to 32 of A-Z a-z 0-9 . _ -, not \"%s\"", o->name);
    if (webhook_url_check(o->url, true) != WEBHOOK_URL_GOOD)
        return err_set(e, ERR_INPUT,
                       "URL is neither https:// and a host nor http:// and this machine");
    return read_types(o->types, types, e);
}

int webhooks_add_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(json_release) json_t *types = NULL;
    AUTO(json_store_free) struct json_store store = {0};
    AUTO(strbuf_free) struct strbuf secret = STRBUF(WEBHOOK_SECRET_BYTES);
    AUTO(strbuf_free) struct strbuf sealed = STRBUF(WEBHOOK_SEALED_BYTES);
    AUTO(strbuf_free) struct strbuf body = STRBUF(BODY_BYTES);
    struct add_options o = {0};
    struct webhook_put put = {.id = uuid_new(), .kind = "events"};
    struct webhook_kept kept = {0};

    if (read_words(ctl, args, &o, &types, e) < 0 ||
        make_secret(ctl, &put.id, &secret, &sealed, e) < 0)
        return -1;
    put.name = o.name;
    put.url = o.url;
    put.types = types;
    put.sealed = strbuf_text(&sealed);
    json_write(webhook_put_fields, &put, &body);
    const struct hail question = {.endpoint = ctl->notifier_endpoint,
                                  .service = "notifier",
                                  .topic = TOPIC_WEBHOOK_PUT,
                                  .body = strbuf_text(&body),
                                  .answer = webhook_kept_fields};
    if (hail(ctl, &question, &store, &kept, e) < 0)
        return err_in(e, o.name);
    ctl_say(ctl, "%s is told from now on; its secret, which is not shown again:\n%s\n", kept.name,
            strbuf_text(&secret));
    return 0;
}

int webhooks_remove_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    AUTO(strbuf_free) struct strbuf body = STRBUF(BODY_BYTES);
    const struct webhook_remove remove = {.name = args[0]};
    struct webhook_removed removed = {0};

    json_write(webhook_remove_fields, &remove, &body);
    if (strbuf_text(&body) == NULL)
        return err_set(e, ERR_INPUT, "NAME is too long");
    const struct hail question = {.endpoint = ctl->notifier_endpoint,
                                  .service = "notifier",
                                  .topic = TOPIC_WEBHOOK_REMOVE,
                                  .body = strbuf_text(&body),
                                  .answer = webhook_removed_fields};
    if (hail(ctl, &question, &store, &removed, e) < 0)
        return -1;
    if (removed.count == 0)
        return err_set(e, ERR_CONFLICT, "there is no webhook \"%s\"", args[0]);
    ctl_say(ctl, "%s is not told any more\n", args[0]);
    return 0;
}

int webhooks_list_run(struct ctl *ctl, char **args, struct err *e)
{
    static const struct sheet_column columns[] = {{"name", false},
                                                  {"kind", false},
                                                  {"url", false},
                                                  {"types", false},
                                                  {"only", false},
                                                  {"since", false},
                                                  {0}};
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);

    (void)args;
    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        pg_run(pg, &sql_list_webhooks, PG_ARGS(ctl->timezone), &rows, e) < 0)
        return -1;
    for (int i = 0; i < PQntuples(rows); i++) {
        sheet_row(sheet);
        for (int c = 0; c < PQnfields(rows); c++)
            sheet_cell(sheet, "%s", PQgetvalue(rows, i, c));
    }
    sheet_print(sheet, 0, ctl->out);
    return 0;
}
