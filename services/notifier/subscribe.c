/* SPDX-License-Identifier: Apache-2.0 */
/* subscribe - front ends that are told from now on (webhook.put.v1), or no more
 * (webhook.remove.v1). Whoever tells them is the one who writes down whom. */
#include "asked.h"

#include "sql_notifier.h" /* generated from sql/ */

#include "clock.h"
#include "code.h"
#include "messages.h"

#include <string.h>

enum { CODES_MAX = 64 };

/* ---- put ---- */

static const struct {
    const char *word, *why;
} refusals[] = {
    {"exists", "there is one like it already"},
    {"limit", "the key may have no more of them"},
    {"changes", "there were too many changes in a day"},
    {"full", "there is no room for more front ends"},
};

static void answer_put(const struct asker *a, const char *word, const char *name)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(ASKED_BYTES);
    const struct webhook_kept kept = {name};
    struct err e;

    for (size_t i = 0; i < COUNT(refusals); i++)
        if (strcmp(refusals[i].word, word) == 0) {
            err_set(&e, ERR_CONFLICT, "%s: %s", word, refusals[i].why);
            asked_refuse(a->n, &a->from, &e);
            return;
        }
    json_write(webhook_kept_fields, &kept, &text);
    asked_answer(a->n, &a->from, &text);
    lead_fronts(a->n);
}

static void on_put(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct asker *a = ctx;

    if (e != NULL)
        asked_failed(a->n, &a->from, e);
    else
        answer_put(a, db_text(rows[0], 0, 0), db_text(rows[0], 0, 1));
    asker_free(a);
}

static void add_text(struct db_args *args, const char *text)
{
    if (text == NULL)
        db_arg_null(args);
    else
        db_arg_text(args, text, strlen(text));
}

/* NULL: none. */
static int add_codes(struct db_args *args, const char *field, const json_t *codes, struct err *e)
{
    const json_t *item;
    size_t i;
    bool good = codes == NULL || (json_is_array(codes) && json_array_size(codes) <= CODES_MAX);

    db_array_begin(args, DB_ARRAY_TEXT);
    json_array_foreach((json_t *)(uintptr_t)codes, i, item)
    {
        good = good && json_is_string(item) && json_string_length(item) < CODE_SIZE;
        if (good)
            db_item_text(args, json_string_value(item));
    }
    db_array_end(args);
    return good ? 0
                : err_set(e, ERR_INPUT, "%s: is no array of at most %d codes", field, CODES_MAX);
}

static int check(const struct notifier *n, const struct webhook_put *p, struct err *e)
{
    bool is_operators = p->owner == NULL;

    if ((p->name == NULL) != (p->owner != NULL))
        return err_set(e, ERR_INPUT, "name: either this or owner must be there");
    if (is_operators && p->own)
        return err_set(e, ERR_INPUT, "own: there is no owner");
    if (strcmp(p->kind, "events") != 0 && strcmp(p->kind, "georeport") != 0)
        return err_set(e, ERR_INPUT, "kind: is neither events nor georeport");
    if (p->language != NULL && strcmp(p->language, "vi") != 0 && strcmp(p->language, "en") != 0)
        return err_set(e, ERR_INPUT, "language: is neither vi nor en");
    if (webhook_url_check(p->url, is_operators || n->local_allowed) != WEBHOOK_URL_GOOD)
        return err_set(e, ERR_INPUT, "url: is not an address that may be told");
    return 0;
}

static int add_put(struct db_args *args, const struct webhook_put *p, struct err *e)
{
    db_arg_uuid(args, &p->id);
    add_text(args, p->name);
    add_text(args, p->owner);
    add_text(args, p->kind);
    add_text(args, p->url);
    if (add_codes(args, "types", p->types, e) < 0 ||
        add_codes(args, "services", p->services, e) < 0 ||
        add_codes(args, "units", p->units, e) < 0)
        return -1;
    db_arg_bool(args, p->own);
    add_text(args, p->language != NULL ? p->language : "vi");
    add_text(args, p->jurisdiction);
    add_text(args, p->sealed);
    add_text(args, p->sealed_key);
    db_arg_time(args, clock_now_us());
    db_arg_int64(args, LANE_MAX_FRONTS);
    return 0;
}

int subscribe_put(struct notifier *n, const struct bus_address *from, const json_t *document,
                  struct err *e)
{
    struct webhook_put p = {0};
    struct db_args *args = &n->asked_args;
    const struct db_step step = {&sql_put_webhook, args};

    if (json_read(webhook_put_fields, document, false, &p, e) < 0 || check(n, &p, e) < 0)
        return -1;
    if (add_put(args, &p, e) < 0) {
        db_args_clear(args);
        return -1;
    }
    struct asker *a = asker_new(n, from);
    if (db_send(n->db, &step, 1, on_put, a, e) == 0)
        return 0;
    asker_free(a);
    return -1;
}

/* ---- remove ---- */

static void on_removed(void *ctx, PGresult *const rows[], const struct err *e)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(ASKED_BYTES);
    struct asker *a = ctx;

    if (e != NULL) {
        asked_failed(a->n, &a->from, e);
    } else {
        const struct webhook_removed removed = {db_int(rows[0], 0, 0)};
        json_write(webhook_removed_fields, &removed, &text);
        asked_answer(a->n, &a->from, &text);
        lead_fronts(a->n);
    }
    asker_free(a);
}

int subscribe_remove(struct notifier *n, const struct bus_address *from, const json_t *document,
                     struct err *e)
{
    struct webhook_remove r = {0};
    struct db_args *args = &n->asked_args;
    const struct db_step step = {&sql_remove_webhook, args};

    if (json_read(webhook_remove_fields, document, false, &r, e) < 0)
        return -1;
    if (r.name == NULL && r.owner == NULL)
        return err_set(e, ERR_INPUT, "name: is missing, and so is owner");
    if (uuid_is_nil(&r.id))
        db_arg_null(args);
    else
        db_arg_uuid(args, &r.id);
    add_text(args, r.owner);
    add_text(args, r.name);
    db_arg_time(args, clock_now_us());
    struct asker *a = asker_new(n, from);
    if (db_send(n->db, &step, 1, on_removed, a, e) == 0)
        return 0;
    asker_free(a);
    return -1;
}
