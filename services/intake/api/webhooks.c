/* SPDX-License-Identifier: Apache-2.0 */
/* webhooks - POST, GET /api/v1/webhooks and DELETE /api/v1/webhooks/{id}: front ends that have
 * themselves told of cases.
 *
 * Who holds a key that may have them asks; notifier, which tells and writes down whom, is asked
 * over the bus, and answers after its commit. The secret is made and sealed here: it is in the
 * answer, once, and goes nowhere else. */
#include "api.h"

#include "bad_bytes.h"
#include "mem.h"
#include "sql_intake.h"
#include "subscription.h"
#include "webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITEM_BYTES = 32 * 1024, RULE_NAME_SIZE = 16 };

/* Somebody who waits. */
struct asking {
    struct intake *intake;
    struct http_request *request;
    enum language language;
    struct gate_holder holder;
    struct uuid id;
    /* of what is put */
    json_t *document;
    struct subscription subscription; /* borrowed from the document */
    char secret[WEBHOOK_SECRET_BYTES];
};

static void asking_free(struct asking *a)
{
    json_decref(a->document);
    memset(a->secret, 0, sizeof(a->secret));
    free(a);
}

/* NULL: the request is answered. */
static struct asking *begin(struct intake *intake, struct http_request *request)
{
    struct asking asking = {.intake = intake,
                            .request = request,
                            .language = language_accepted(http_header(request, "Accept-Language"))};
    struct asking *a;

    if (!api_admit_key(intake, request))
        return NULL;
    gate_holder(intake->gate, request, http_query(request, "api_key"), &asking.holder);
    if (asking.holder.webhooks == 0) {
        problem_reply(request, PROBLEM_KEY_WEBHOOKS, asking.language, NULL, NULL);
        return NULL;
    }
    a = mem_new(1, sizeof(*a));
    *a = asking;
    return a;
}

/* ---- refusals of notifier's ---- */

static const struct {
    const char *name;
    const char *texts[LANGUAGES];
} rules[] = {
    {"exists",
     {"Khóa này đã đăng ký loại này tại địa chỉ này.",
      "The key has a subscription of this kind at this address already."}},
    {"limit",
     {"Khóa này đã đăng ký đủ số lượng được phép.",
      "The key has as many subscriptions as it may have."}},
    {"changes",
     {"Khóa này đã thay đổi đăng ký quá nhiều lần trong một ngày.",
      "The key has changed its subscriptions too often in a day."}},
};

static void refuse(const struct asking *a, const struct err *e)
{
    char rule[RULE_NAME_SIZE];
    struct err why = *e;

    (void)snprintf(rule, sizeof(rule), "%.*s", (int)strcspn(e->text, ":"), e->text);
    for (size_t i = 0; e->kind == ERR_CONFLICT && i < COUNT(rules); i++)
        if (strcmp(rules[i].name, rule) == 0) {
            problem_reply_rule(a->request, PROBLEM_RULE, a->language, rule,
                               rules[i].texts[a->language]);
            return;
        }
    if (e->kind == ERR_CONFLICT) /* there is no room for more front ends */
        why.kind = ERR_BUSY;
    else if (e->kind == ERR_INPUT) /* it was checked here: we disagree about the rules */
        why.kind = ERR_SYSTEM;
    problem_reply_err(a->request, a->language, &why);
}

/* What notifier has answered, into out but for its texts; false: the request is answered. */
static bool read_answer(const struct asking *a, const struct bus_message *answer,
                        const struct err *e, const struct json_field fields[], void *out)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct err why = {0};

    if (e != NULL)
        why = *e;
    else if (answer->count < 2)
        err_set(&why, ERR_SYSTEM, "notifier answers without an item");
    else
        (void)!answer_read(fields, bus_data(answer, 1), bus_len(answer, 1), &store, out, &why);
    if (why.kind == ERR_NONE)
        return true;
    refuse(a, &why);
    return false;
}

static int ask(struct asking *a, const char *topic, const struct strbuf *item, bus_answer_fn *fn,
               struct err *e)
{
    AUTO(bus_message_free) struct bus_message m = {0};

    if (strbuf_text(item) == NULL)
        return err_set(e, ERR_INPUT, "the subscription is too long");
    bus_add(&m, topic, strlen(topic));
    bus_add(&m, item->data, item->len);
    return bus_call(a->intake->notifier, &m, fn, a, e);
}

/* ---- POST ---- */

static void on_put(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct asking *a = ctx;
    struct webhook_kept kept = {0};
    char id[UUID_TEXT_SIZE];
    struct tree tree;

    if (read_answer(a, answer, e, webhook_kept_fields, &kept)) {
        tree_init(&tree, true, &a->intake->answer);
        tree_record(&tree, "webhook");
        tree_text(&tree, "id", uuid_text(&a->id, id));
        subscription_write(&tree, &a->subscription);
        tree_text(&tree, "secret", a->secret);
        tree_end(&tree);
        reply_tree(a->request, 201, &tree);
    }
    asking_free(a);
}

static int put(struct asking *a, struct err *e)
{
    AUTO(strbuf_free) struct strbuf item = STRBUF(ITEM_BYTES);
    AUTO(strbuf_free) struct strbuf secret = STRBUF(WEBHOOK_SECRET_BYTES - 1);
    AUTO(strbuf_free) struct strbuf sealed = STRBUF(WEBHOOK_SEALED_BYTES);
    AUTO(strbuf_free) struct strbuf sealed_key = STRBUF(WEBHOOK_SEALED_BYTES);
    const struct subscription *s = &a->subscription;
    struct webhook_key key;

    a->id = uuid_new();
    webhook_key_new(&key);
    webhook_key_write(&key, &secret);
    (void)snprintf(a->secret, sizeof(a->secret), "%s", strbuf_text(&secret));
    webhook_seal(a->intake->ring, &a->id, a->secret, &sealed);
    if (s->api_key != NULL)
        webhook_seal(a->intake->ring, &a->id, s->api_key, &sealed_key);
    const struct webhook_put wanted = {
        .id = a->id,
        .owner = a->holder.name,
        .kind = s->kind,
        .url = s->url,
        .types = s->events,
        .services = s->services,
        .units = s->units,
        .own = s->own,
        .language = s->language,
        .jurisdiction = s->jurisdiction,
        .sealed = strbuf_text(&sealed),
        .sealed_key = s->api_key != NULL ? strbuf_text(&sealed_key) : NULL,
    };
    json_write(webhook_put_fields, &wanted, &item);
    return ask(a, TOPIC_WEBHOOK_PUT, &item, on_put, e);
}

/* Answers the request unless what is said is good. */
static bool read_said(struct asking *a)
{
    const struct catalogue *c = catalogue_now(a->intake->watch);
    struct faults *faults = &a->intake->faults;
    size_t len;
    const char *body = http_body(a->request, &len);
    struct err e;

    faults->count = 0;
    if (!api_is_json(a->request)) {
        problem_reply(a->request, PROBLEM_MEDIA_TYPE, a->language, NULL, NULL);
    } else if (c == NULL) {
        problem_reply(a->request, PROBLEM_BUSY, a->language, NULL, NULL);
    } else if (json_parse(body, len, &a->document, &e) < 0) {
        bad_bytes_blame(body, len, faults);
        problem_reply(a->request, PROBLEM_MALFORMED, a->language, e.text, faults);
    } else {
        subscription_read(a->document, c, a->intake->local_allowed, &a->subscription, faults);
        if (faults->count == 0)
            return true;
        problem_reply(a->request, PROBLEM_INVALID, a->language, NULL, faults);
    }
    return false;
}

void webhooks_post(void *ctx, struct http_request *request)
{
    struct asking *a = begin(ctx, request);
    struct err e;

    if (a == NULL)
        return;
    if (read_said(a)) {
        if (put(a, &e) == 0)
            return;
        refuse(a, &e);
    }
    asking_free(a);
}

/* ---- GET ---- */

/* Columns of sql/list_webhooks.sql. */
enum { ID, KIND, URL, EVENTS, SERVICES, UNITS, OWN, LANGUAGE, JURISDICTION, CREATED_AT };

static json_t *codes_of(const PGresult *rows, int row, int column)
{
    json_t *codes = json_array();
    const char *text;
    size_t len;

    for (int i = 0; (text = db_array_text(rows, row, column, i, &len)) != NULL; i++)
        json_array_append_new(codes, json_stringn(text, len));
    return codes;
}

static void write_row(struct tree *tree, const PGresult *rows, int row)
{
    AUTO(json_release) json_t *events = codes_of(rows, row, EVENTS);
    AUTO(json_release) json_t *services = codes_of(rows, row, SERVICES);
    AUTO(json_release) json_t *units = codes_of(rows, row, UNITS);
    const struct uuid id = db_uuid(rows, row, ID);
    const struct subscription s = {
        .url = db_text(rows, row, URL),
        .kind = db_text(rows, row, KIND),
        .language = db_text(rows, row, LANGUAGE),
        .jurisdiction = db_text(rows, row, JURISDICTION),
        .events = events,
        .services = services,
        .units = units,
        .own = db_int(rows, row, OWN) != 0,
    };
    char text[UUID_TEXT_SIZE];

    tree_record(tree, "webhook");
    tree_text(tree, "id", uuid_text(&id, text));
    subscription_write(tree, &s);
    tree_time(tree, "created_at", db_time(rows, row, CREATED_AT));
    tree_end(tree);
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct asking *a = ctx;
    struct tree tree;

    if (e != NULL) {
        problem_reply_err(a->request, a->language, e);
        asking_free(a);
        return;
    }
    tree_init(&tree, true, &a->intake->answer);
    tree_record(&tree, "page");
    tree_list(&tree, "webhooks");
    for (int i = 0; i < PQntuples(rows[0]); i++)
        write_row(&tree, rows[0], i);
    tree_end(&tree);
    tree_end(&tree);
    reply_tree(a->request, 200, &tree);
    asking_free(a);
}

void webhooks_list(void *ctx, struct http_request *request)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_list_webhooks, &args};
    struct asking *a = begin(ctx, request);
    struct err e;

    if (a == NULL)
        return;
    db_arg_text(&args, a->holder.name, strlen(a->holder.name));
    if (readers_send(a->intake->readers, &step, 1, on_rows, a, &e) == 0)
        return;
    problem_reply_err(request, a->language, &e);
    asking_free(a);
}

/* ---- DELETE ---- */

static void on_removed(void *ctx, const struct bus_message *answer, const struct err *e)
{
    struct asking *a = ctx;
    struct webhook_removed removed = {0};

    if (read_answer(a, answer, e, webhook_removed_fields, &removed)) {
        if (removed.count > 0)
            http_reply(a->request, &(struct http_answer){.status = 204});
        else
            problem_reply(a->request, PROBLEM_NO_SUCH, a->language, NULL, NULL);
    }
    asking_free(a);
}

void webhook_delete(void *ctx, struct http_request *request)
{
    AUTO(strbuf_free) struct strbuf item = STRBUF(ITEM_BYTES);
    struct asking *a = begin(ctx, request);
    struct err e;

    if (a == NULL)
        return;
    if (uuid_read(http_part(request, "id"), &a->id, &e) < 0) {
        problem_reply(request, PROBLEM_NO_SUCH, a->language, NULL, NULL);
        asking_free(a);
        return;
    }
    const struct webhook_remove remove = {.id = a->id, .owner = a->holder.name};
    json_write(webhook_remove_fields, &remove, &item);
    if (ask(a, TOPIC_WEBHOOK_REMOVE, &item, on_removed, &e) == 0)
        return;
    refuse(a, &e);
    asking_free(a);
}
