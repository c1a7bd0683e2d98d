/* SPDX-License-Identifier: Apache-2.0 */
/* api_keys - "dunghen keys api": who may send and read cases at the door with a key of their own.
 *
 * The key is shown once; the database has only its hash. */
#include "api_keys.h"

#include "cell.h"
#include "commands.h"
#include "crypto.h"
#include "pg.h"
#include "sql_ctl.h"
#include "strbuf.h"
#include "text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 32, MAX_ORIGIN = 200, QUOTA_MAX = 1000000, WEBHOOKS_MAX = 32, NUMBER_SIZE = 24 };
static const char key_prefix[] = "dh_"; /* so that a key is known when it turns up somewhere */

struct asked {
    const char *name, *origins;
    int64_t quota, webhooks;
};

const struct option api_key_options[] = {
    OPTION_A_WORD(struct asked, name, "NAME", "Who holds the key."),
    OPTION_A_NUMBER(struct asked, quota, "--quota", 0, QUOTA_MAX,
                    "Requests a minute. Default: 0, no limit."),
    OPTION_A_TEXT(struct asked, origins, "--origins", "URL,URL",
                  "Web pages whose scripts may use the key: https://HOST each."),
    OPTION_A_NUMBER(struct asked, webhooks, "--webhooks", 0, WEBHOOKS_MAX,
                    "Webhooks that it may have. Default: 0, it may not subscribe."),
    {0},
};

/* "https://host" or "http://host", perhaps with a port, as browsers send it. */
static bool is_origin(const char *text, size_t len)
{
    size_t scheme = strncmp(text, "https://", 8) == 0 ? 8 : 7;

    return len > scheme && len <= MAX_ORIGIN && (scheme == 8 || strncmp(text, "http://", 7) == 0) &&
           strcspn(text + scheme, "/?#@ \"<>\\") >= len - scheme;
}

/* An array of the origins; yours to free; NULL with *e when one is none. */
static char *origins_json(const char *text, struct err *e)
{
    json_t *array = json_array();

    while (text != NULL) {
        size_t len = strcspn(text, ",");
        if (!is_origin(text, len)) {
            err_set(e, ERR_INPUT, "--origins: \"%.*s\" is not https://HOST", (int)len, text);
            json_decref(array);
            return NULL;
        }
        json_array_append_new(array, json_stringn(text, len));
        text = text[len] == ',' ? text + len + 1 : NULL;
    }
    char *json = json_dumps(array, JSON_COMPACT);
    json_decref(array);
    if (json == NULL)
        err_set(e, ERR_INPUT, "--origins is not UTF-8");
    return json;
}

static void free_text(char **text)
{
    free(*text);
}

static int put_key(struct pg *pg, const struct asked *asked, const char *origins, const char *hash,
                   struct err *e)
{
    char quota[NUMBER_SIZE], webhooks[NUMBER_SIZE];

    snprintf(quota, sizeof(quota), "%" PRId64, asked->quota);
    snprintf(webhooks, sizeof(webhooks), "%" PRId64, asked->webhooks);
    if (pg_begin(pg, e) < 0)
        return -1;
    if (pg_do(pg, &sql_insert_door_key, PG_ARGS(hash, asked->name, quota, origins, webhooks), e) <
        0) {
        if (e->kind == ERR_INPUT)
            err_set(e, ERR_CONFLICT, "there is or was a key of \"%s\" already", asked->name);
        return -1;
    }
    if (pg_do(pg, &sql_raise_version, NULL, e) < 0)
        return -1;
    return pg_commit(pg, e);
}

int keys_api_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(free_text) char *origins = NULL;
    AUTO(strbuf_free) struct strbuf key = STRBUF(100);
    AUTO(strbuf_free) struct strbuf hex = STRBUF(100);
    struct asked asked = {0};
    uint8_t bytes[KEY_BYTES], hash[CRYPTO_HASH_BYTES];

    if (options_read(api_key_options, args, &asked, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    if (!cell_is_code(asked.name))
        return err_set(e, ERR_INPUT, "a key's name is 1 to 32 of A-Z a-z 0-9 . _ -, not \"%s\"",
                       asked.name);
    origins = origins_json(asked.origins, e);
    if (origins == NULL || crypto_open(e) < 0 || pg_open(&pg, ctl, "dunghen_ctl", e) < 0)
        return -1;
    crypto_random(bytes, sizeof(bytes));
    strbuf_addf(&key, "%s", key_prefix);
    strbuf_add_hex(&key, bytes, sizeof(bytes));
    crypto_hash_pieces(&(struct crypto_piece){key.data, key.len}, 1, hash);
    strbuf_add_hex(&hex, hash, sizeof(hash));
    if (put_key(pg, &asked, origins, strbuf_text(&hex), e) < 0)
        return -1;
    ctl_say(ctl, "%s\n", strbuf_text(&key));
    fprintf(stderr, "dunghen: this is the key of %s; it is kept nowhere and shown only now\n",
            asked.name);
    return 0;
}

/* Runs a statement that gives back the name of the key it has changed. */
static int change_key(struct ctl *ctl, const struct sql *sql, const struct pg_args *args,
                      struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 || pg_begin(pg, e) < 0 ||
        pg_run(pg, sql, args, &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return err_set(e, ERR_CONFLICT, "there is no key of \"%s\" that is not revoked",
                       args->values[0]);
    if (pg_do(pg, &sql_raise_version, NULL, e) < 0)
        return -1;
    return pg_commit(pg, e);
}

int keys_shut_run(struct ctl *ctl, char **args, struct err *e)
{
    if (change_key(ctl, &sql_revoke_door_key, PG_ARGS(args[0]), e) < 0)
        return -1;
    ctl_say(ctl, "revoked the key of %s\n", args[0]);
    return 0;
}

int keys_webhooks_run(struct ctl *ctl, char **args, struct err *e)
{
    int64_t most;

    if (text_int64(args[1], "N", 0, WEBHOOKS_MAX, &most, e) < 0)
        return -1;
    if (change_key(ctl, &sql_limit_webhooks, PG_ARGS(args[0], args[1]), e) < 0)
        return -1;
    ctl_say(ctl, "%s may have %" PRId64 " webhooks\n", args[0], most);
    return 0;
}

int api_keys_list(struct ctl *ctl, struct pg *pg, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_run(pg, &sql_list_door_keys, PG_ARGS(ctl->timezone), &rows, e) < 0)
        return -1;
    for (int i = 0; i < PQntuples(rows); i++) {
        bool revoked = PQgetisnull(rows, i, 2) == 0;
        ctl_say(ctl, "api %s  made %s%s%s  quota %s a minute  origins %s  webhooks %s\n",
                PQgetvalue(rows, i, 0), PQgetvalue(rows, i, 1), revoked ? "  REVOKED " : "",
                PQgetvalue(rows, i, 2), PQgetvalue(rows, i, 3), PQgetvalue(rows, i, 4),
                PQgetvalue(rows, i, 5));
    }
    return 0;
}
