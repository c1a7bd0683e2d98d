/* SPDX-License-Identifier: Apache-2.0 */
/* webhooks_add - "dunghen webhooks add": an operator has a front end told of cases, as
 * POST /api/v1/webhooks does for one that holds a key. Notifier, the table's one writer, is asked.
 *
 * The secret is shown once; the database has it, as the api_key, sealed with contact.keys. */
#include "webhook.h"

#include "cell.h"
#include "code.h"
#include "commands.h"
#include "event_types.h"
#include "files.h"
#include "hail.h"
#include "json.h"
#include "messages.h"
#include "open311_steps.h"
#include "pg.h"
#include "sql_ctl.h"
#include "text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES_MAX = 32, CODES_MAX = 64, BODY_BYTES = 16 * 1024, GIVEN_BYTES = 200 };

struct add_options {
    const char *name, *url, *kind, *types, *services, *units, *language, *jurisdiction, *key_file;
};

const struct option webhooks_add_options[] = {
    OPTION_A_WORD(struct add_options, name, "NAME", "Of the front end, for logs and lists."),
    OPTION_A_WORD(struct add_options, url, "URL",
                  "Where it is told: https://..., or http:// on this machine."),
    OPTION_A_TEXT(struct add_options, kind, "--kind", "KIND",
                  "events (signed messages) or georeport (updates as Open311 has them, to "
                  "URL/servicerequestupdates.json); default: events."),
    OPTION_A_TEXT(struct add_options, types, "--types", "TYPE,...",
                  "Only events of these types (received, answered, ...); else all."),
    OPTION_A_TEXT(struct add_options, services, "--services", "CODE,...",
                  "Only cases of these services; else of all."),
    OPTION_A_TEXT(struct add_options, units, "--units", "CODE,...",
                  "Only cases that these units lead; else that any does."),
    OPTION_A_TEXT(struct add_options, language, "--language", "LANG",
                  "Of what is said: vi or en; default: vi."),
    OPTION_A_TEXT(struct add_options, jurisdiction, "--jurisdiction-id", "ID",
                  "The jurisdiction_id that a georeport front end wants to be given."),
    OPTION_A_TEXT(struct add_options, key_file, "--api-key-file", "FILE",
                  "Holds the api_key that a georeport front end wants to be given."),
    {0},
};

/* Everything that is asked for, read. */
struct adding {
    struct add_options o;
    json_t *types, *services, *units;
    struct strbuf api_key, secret, sealed, sealed_key;
};

static void adding_free(struct adding *a)
{
    json_release(&a->types);
    json_release(&a->services);
    json_release(&a->units);
    strbuf_free(&a->api_key);
    strbuf_free(&a->secret);
    strbuf_free(&a->sealed);
    strbuf_free(&a->sealed_key);
}

/* ---- lists ---- */

static bool is_public_type(const char *code)
{
    return open311_step(code) != NULL;
}

struct list_rule {
    const char *option, *what;
    size_t most;
    bool (*fits)(const char *code);
};

/* As a JSON array; empty when nothing is asked for. */
static int read_list(const struct list_rule *rule, const char *text, json_t **out, struct err *e)
{
    AUTO(json_release) json_t *codes = json_array();
    char code[CODE_SAID_MOST + 1];

    for (size_t len; text != NULL && *text != '\0'; text += len + (text[len] == ',' ? 1 : 0)) {
        len = strcspn(text, ",");
        (void)snprintf(code, sizeof(code), "%.*s", (int)len, text);
        if (len == 0 || len > CODE_SAID_MOST || !rule->fits(code))
            return err_set(e, ERR_INPUT, "%s: \"%.*s\" is not %s", rule->option, (int)len, text,
                           rule->what);
        json_array_append_new(codes, json_string(code));
    }
    if (json_array_size(codes) > rule->most)
        return err_set(e, ERR_INPUT, "%s: there are more than %zu", rule->option, rule->most);
    *out = codes;
    codes = NULL;
    return 0;
}

/* What is misspelt, or kept from front ends, would never be told. The statement finds one such. */
static int check_codes(struct pg *pg, const struct sql *sql, const char *option, const char *what,
                       const json_t *codes, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    char *text = json_dumps(codes, JSON_COMPACT);
    int rc = pg_run(pg, sql, PG_ARGS(text), &rows, e);

    free(text);
    if (rc < 0)
        return -1;
    return PQntuples(rows) == 0
               ? 0
               : err_set(e, ERR_INPUT, "%s: \"%s\" %s", option, PQgetvalue(rows, 0, 0), what);
}

static int read_lists(struct ctl *ctl, bool is_georeport, struct adding *a, struct err *e)
{
    static const char unknown[] = "is not in the catalogue";
    const struct list_rule types = {"--types",
                                    is_georeport ? "the type of an event that everybody may know"
                                                 : "the type of an event",
                                    TYPES_MAX, is_georeport ? is_public_type : event_type_is_known};
    const struct list_rule services = {"--services", "a code", CODES_MAX, cell_is_code};
    const struct list_rule units = {"--units", "a code", CODES_MAX, cell_is_code};
    AUTO(pg_close) struct pg *pg = NULL;

    if (read_list(&types, a->o.types, &a->types, e) < 0 ||
        read_list(&services, a->o.services, &a->services, e) < 0 ||
        read_list(&units, a->o.units, &a->units, e) < 0)
        return -1;
    if (json_array_size(a->services) + json_array_size(a->units) == 0)
        return 0;
    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        check_codes(pg, &sql_find_unknown_service, "--services", unknown, a->services, e) < 0 ||
        check_codes(pg, &sql_find_unknown_unit, "--units", unknown, a->units, e) < 0)
        return -1;
    return is_georeport
               ? check_codes(pg, &sql_find_blackbox_service, "--services",
                             "is a blackbox, whose cases no front end is told of", a->services, e)
               : 0;
}

/* ---- what a client of Open311 wants to be given ---- */

static int read_key(const char *path, struct strbuf *out, struct err *e)
{
    if (files_read(path, out, e) < 0)
        return err_in(e, "--api-key-file");
    size_t len = out->len > 0 ? strcspn(out->data, "\r\n") : 0;
    bool is_line = len > 0 && len <= GIVEN_BYTES && text_is_clean(out->data, len) &&
                   out->data[len + strspn(out->data + len, "\r\n")] == '\0';
    if (!is_line)
        return err_set(e, ERR_INPUT, "--api-key-file: \"%s\" does not hold one line of text", path);
    out->data[out->len = len] = '\0';
    return 0;
}

static int check_words(const struct add_options *o, bool is_georeport, struct err *e)
{
    if (!cell_is_code(o->name))
        return err_set(e, ERR_INPUT, "NAME is 1 to 32 of A-Z a-z 0-9 . _ -, not \"%s\"", o->name);
    if (!is_georeport && strcmp(o->kind, "events") != 0)
        return err_set(e, ERR_INPUT, "--kind: \"%s\" is neither events nor georeport", o->kind);
    if (webhook_url_check(o->url, true) != WEBHOOK_URL_GOOD)
        return err_set(e, ERR_INPUT,
                       "URL is neither https:// and a host nor http:// and this machine");
    if (is_georeport && strchr(o->url, '?') != NULL)
        return err_set(e, ERR_INPUT,
                       "URL: a path is added to that of georeport, so it has no \"?\"");
    if (o->language != NULL && strcmp(o->language, "vi") != 0 && strcmp(o->language, "en") != 0)
        return err_set(e, ERR_INPUT, "--language: \"%s\" is neither vi nor en", o->language);
    if (!is_georeport && (o->jurisdiction != NULL || o->key_file != NULL))
        return err_set(e, ERR_INPUT, "%s: only a front end of --kind georeport is given it",
                       o->jurisdiction != NULL ? "--jurisdiction-id" : "--api-key-file");
    if (o->jurisdiction != NULL &&
        (o->jurisdiction[0] == '\0' || strlen(o->jurisdiction) > GIVEN_BYTES ||
         !text_is_clean(o->jurisdiction, strlen(o->jurisdiction))))
        return err_set(e, ERR_INPUT, "--jurisdiction-id: is not 1 to %d bytes of text",
                       GIVEN_BYTES);
    return 0;
}

static int read_words(struct ctl *ctl, char **args, struct adding *a, struct err *e)
{
    a->o.kind = "events";
    if (options_read(webhooks_add_options, args, &a->o, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    bool is_georeport = strcmp(a->o.kind, "georeport") == 0;
    if (check_words(&a->o, is_georeport, e) < 0 || read_lists(ctl, is_georeport, a, e) < 0)
        return -1;
    return a->o.key_file != NULL ? read_key(a->o.key_file, &a->api_key, e) : 0;
}

/* ---- asking ---- */

static int open_ring(const struct ctl *ctl, struct crypto_ring **out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    strbuf_addf(&path, "%s/contact.keys", ctl->keys_dir);
    if (strbuf_text(&path) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_KEYS_DIR is too long");
    return crypto_open(e) < 0 ? -1 : crypto_ring_open(out, strbuf_text(&path), e);
}

/* A new secret as text, and what is secret as it is kept. */
static int seal(const struct ctl *ctl, const struct uuid *id, struct adding *a, struct err *e)
{
    AUTO(crypto_ring_close) struct crypto_ring *ring = NULL;
    struct webhook_key key;

    if (open_ring(ctl, &ring, e) < 0)
        return -1;
    webhook_key_new(&key);
    webhook_key_write(&key, &a->secret);
    webhook_seal(ring, id, strbuf_text(&a->secret), &a->sealed);
    if (a->api_key.len > 0)
        webhook_seal(ring, id, strbuf_text(&a->api_key), &a->sealed_key);
    return 0;
}

int webhooks_add_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    AUTO(strbuf_free) struct strbuf body = STRBUF(BODY_BYTES);
    AUTO(adding_free)
    struct adding a = {.api_key = STRBUF(GIVEN_BYTES + 2),
                       .secret = STRBUF(WEBHOOK_SECRET_BYTES),
                       .sealed = STRBUF(WEBHOOK_SEALED_BYTES),
                       .sealed_key = STRBUF(WEBHOOK_SEALED_BYTES)};
    const struct uuid id = uuid_new();
    struct webhook_kept kept = {0};

    if (read_words(ctl, args, &a, e) < 0 || seal(ctl, &id, &a, e) < 0)
        return -1;
    const struct webhook_put put = {.id = id,
                                    .name = a.o.name,
                                    .kind = a.o.kind,
                                    .url = a.o.url,
                                    .types = a.types,
                                    .services = a.services,
                                    .units = a.units,
                                    .language = a.o.language,
                                    .jurisdiction = a.o.jurisdiction,
                                    .sealed = strbuf_text(&a.sealed),
                                    .sealed_key =
                                        a.api_key.len > 0 ? strbuf_text(&a.sealed_key) : NULL};
    json_write(webhook_put_fields, &put, &body);
    const struct hail question = {.endpoint = ctl->notifier_endpoint,
                                  .service = "notifier",
                                  .topic = TOPIC_WEBHOOK_PUT,
                                  .body = strbuf_text(&body),
                                  .answer = webhook_kept_fields};
    if (hail(ctl, &question, &store, &kept, e) < 0)
        return err_in(e, a.o.name);
    ctl_say(ctl, "%s is told from now on; its secret, which is not shown again:\n%s\n", kept.name,
            strbuf_text(&a.secret));
    return 0;
}
