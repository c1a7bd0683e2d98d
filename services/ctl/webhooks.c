/* SPDX-License-Identifier: Apache-2.0 */
/* webhooks - "dunghen webhooks add|list|remove": front ends that are told of events.
 *
 * The secret is shown once; the database has it sealed with contact.keys. */
#include "webhook.h"

#include "cell.h"
#include "commands.h"
#include "crypto.h"
#include "json.h"
#include "pg.h"
#include "sheet.h"
#include "sql_ctl.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { SECRET_BYTES = 200, TYPES_MAX = 32, URL_BYTES = 2000 };

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

static int check_url(const char *url, struct err *e)
{
    static const char *const good[] = {"https://",
                                       "http://127.0.0.1:", "http://localhost:", "http://[::1]:"};

    for (size_t i = 0; i < COUNT(good); i++)
        if (strncmp(url, good[i], strlen(good[i])) == 0 && strlen(url) <= URL_BYTES &&
            url[strcspn(url, " \t\r\n")] == '\0')
            return 0;
    return err_set(e, ERR_INPUT,
                   "URL begins neither with https:// nor with http:// and this machine");
}

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

static void free_text(char **text)
{
    free(*text);
}

/* A new secret as text, and "\x..." of it sealed. */
static int make_secret(const struct ctl *ctl, const struct uuid *id, struct strbuf *secret,
                       struct strbuf *sealed, struct err *e)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = NULL;
    uint8_t bytes[SECRET_BYTES + CRYPTO_SEAL_OVERHEAD];
    struct webhook_key key;

    if (open_ring(ctl, &ring, e) < 0)
        return -1;
    webhook_key_new(&key);
    webhook_key_write(&key, secret);
    crypto_seal(ring, id, secret->data, secret->len, bytes);
    strbuf_addf(sealed, "\\x");
    strbuf_add_hex(sealed, bytes, secret->len + CRYPTO_SEAL_OVERHEAD);
    return 0;
}

int webhooks_add_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    AUTO(json_release) json_t *types = NULL;
    AUTO(strbuf_free) struct strbuf secret = STRBUF(SECRET_BYTES);
    AUTO(strbuf_free) struct strbuf sealed = STRBUF(1000);
    struct add_options o = {0};
    struct uuid id = uuid_new();
    char id_text[UUID_TEXT_SIZE];

    if (options_read(webhooks_add_options, args, &o, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    if (!cell_is_code(o.name))
        return err_set(e, ERR_INPUT, "NAME is 1 to 32 of A-Z a-z 0-9 . _ -, not \"%s\"", o.name);
    if (check_url(o.url, e) < 0 || read_types(o.types, &types, e) < 0 ||
        make_secret(ctl, &id, &secret, &sealed, e) < 0)
        return -1;
    AUTO(free_text) char *types_text = json_dumps(types, JSON_COMPACT);
    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 || pg_begin(pg, e) < 0 ||
        pg_run(pg, &sql_insert_webhook,
               PG_ARGS(o.name, uuid_text(&id, id_text), o.url, types_text, strbuf_text(&sealed)),
               &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return err_set(e, ERR_CONFLICT, "there is a webhook \"%s\" already", o.name);
    if (pg_do(pg, &sql_raise_version, NULL, e) < 0 || pg_commit(pg, e) < 0)
        return -1;
    ctl_say(ctl, "%s is told from now on; its secret, which is not shown again:\n%s\n", o.name,
            strbuf_text(&secret));
    return 0;
}

int webhooks_remove_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 || pg_begin(pg, e) < 0 ||
        pg_run(pg, &sql_remove_webhook, PG_ARGS(args[0]), &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return err_set(e, ERR_CONFLICT, "there is no webhook \"%s\"", args[0]);
    if (pg_do(pg, &sql_raise_version, NULL, e) < 0 || pg_commit(pg, e) < 0)
        return -1;
    ctl_say(ctl, "%s is not told any more\n", args[0]);
    return 0;
}

int webhooks_list_run(struct ctl *ctl, char **args, struct err *e)
{
    static const struct sheet_column columns[] = {
        {"name", false}, {"url", false}, {"types", false}, {"since", false}, {0}};
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
