/* SPDX-License-Identifier: Apache-2.0 */
/* open311_updates_post - POST /open311/v2/servicerequestupdates: what a citizen says through a
 * front end, and GET /open311/v2/update_tokens/{token}.
 *
 * An extension of GeoReport v2. A front end with a key speaks for its citizens: what it sends is a
 * note on the case or, while the unit waits for one, the answer to its question; the status REOPEN
 * says "not solved". With the secret of the tracking link in k no key is needed, and CANCELLED
 * withdraws. Every other of the extended states is taken and moves nothing: what state a case is
 * in, its unit says. One that comes without words is a note of what the sender thinks of the case.
 * Photos come along with what is said, as files of the form.
 *
 * The update's id is that of the command, made of what the client calls it (update_id), so that the
 * same one may come again. It is in the ledger when it is answered, so no token is ever needed. */
#include "citizen_command.h"
#include "files.h"
#include "mem.h"
#include "moment.h"
#include "open311.h"
#include "page.h"
#include "sql_intake.h"
#include "submission.h"
#include "uploads.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MEDIA_MAX = 8, TEXT_BYTES = 128 * 1024 };

/* The extended states, and the note that one without words is, among the pages' texts; NULL: it is
 * a step of the case. */
static const struct status {
    const char *name, *note;
} statuses[] = {
    {"OPEN", "update.open"},
    {"CLOSED", "update.closed"},
    {"FIXED", "update.fixed"},
    {"INVESTIGATING", "update.investigating"},
    {"IN_PROGRESS", "update.in_progress"},
    {"PLANNED", "update.planned"},
    {"DUPLICATE", "update.duplicate"},
    {"ACTION_SCHEDULED", "update.action_scheduled"},
    {"FOR_TRIAGE", "update.for_triage"},
    {"REOPEN", NULL},
    {"CANCELLED", "update.cancelled"},
    {"INTERNAL_REFERRAL", "update.internal_referral"},
    {"NO_FURTHER_ACTION", "update.no_further_action"},
    {"NOT_COUNCILS_RESPONSIBILITY", "update.not_councils_responsibility"},
};

/* ---- the form ---- */

struct form {
    char *service_request_id, *update_id, *status, *description, *updated_datetime;
    char *api_key, *jurisdiction_id, *account_id, *k;
    char *media[MEDIA_MAX];
    size_t media_count;
    bool unclean, too_many, has_files;
};

static const struct {
    const char *name;
    size_t offset;
} fields[] = {
    {"service_request_id", offsetof(struct form, service_request_id)},
    {"update_id", offsetof(struct form, update_id)},
    {"status", offsetof(struct form, status)},
    {"description", offsetof(struct form, description)},
    {"updated_datetime", offsetof(struct form, updated_datetime)},
    {"api_key", offsetof(struct form, api_key)},
    {"jurisdiction_id", offsetof(struct form, jurisdiction_id)},
    {"account_id", offsetof(struct form, account_id)},
    {"k", offsetof(struct form, k)},
};

static char **place_of(struct form *form, const char *name)
{
    if (strcmp(name, "media_url") == 0 || strcmp(name, "media_url[]") == 0)
        return form->media_count < MEDIA_MAX ? &form->media[form->media_count] : NULL;
    for (size_t i = 0; i < COUNT(fields); i++)
        if (strcmp(fields[i].name, name) == 0)
            return (char **)(void *)((char *)form + fields[i].offset);
    return NULL;
}

/* Unknown fields are ignored, and so is a name that comes again. */
static void take_field(void *ctx, const char *name, const char *value, size_t len)
{
    struct form *form = ctx;
    char **to = place_of(form, name);

    form->too_many = form->too_many || (to == NULL && strncmp(name, "media_url", 9) == 0);
    if (to == NULL || *to != NULL || len == 0)
        return;
    *to = text_nfc(value, len);
    form->unclean = form->unclean || *to == NULL;
    if (to == &form->media[form->media_count])
        form->media_count += *to != NULL;
}

static void form_free(struct form *form)
{
    for (size_t i = 0; i < COUNT(fields); i++)
        free(*(char **)(void *)((char *)form + fields[i].offset));
    for (size_t i = 0; i < form->media_count; i++)
        free(form->media[i]);
}

/* ---- waiting ---- */

struct updating {
    struct intake *intake;
    struct http_request *request;
    bool json;
    char *account_id;
    struct uuid id;
};

static void updating_free(struct updating *u)
{
    free(u->account_id);
    free(u);
}

static void write_id(struct tree *tree, const struct updating *u)
{
    char id[UUID_TEXT_SIZE];

    tree_text(tree, "update_id", uuid_text(&u->id, id));
    tree_text(tree, "account_id", u->account_id);
}

static void refuse(const struct updating *u, const struct err *e)
{
    char rule[CITIZEN_RULE_SIZE];
    AUTO(strbuf_free) struct strbuf text = STRBUF(TEXT_BYTES);
    enum language language = language_accepted(http_header(u->request, "Accept-Language"));

    if (e->kind == ERR_INPUT) {
        open311_error(u->request, u->json, 404, "service_request_id: no such request");
        return;
    }
    if (e->kind != ERR_CONFLICT) {
        open311_error_of(u->request, u->json, e);
        return;
    }
    const char *words = citizen_rule(e, language, rule);
    strbuf_addf(&text, "%s: %s", strcmp(rule, "id") == 0 ? "update_id" : "status", words);
    open311_error(u->request, u->json, 400, text.data);
}

static void on_answer(void *ctx, const struct case_outcome *outcome, const struct err *e)
{
    struct updating *u = ctx;
    struct tree tree;

    if (e != NULL) {
        refuse(u, e);
    } else if (outcome == NULL) {
        open311_faults(u->request, u->json, &u->intake->faults);
    } else {
        open311_tree(&tree, u->json, &u->intake->answer);
        tree_list(&tree, "service_request_updates");
        tree_record(&tree, "request_update");
        write_id(&tree, u);
        tree_end(&tree);
        tree_end(&tree);
        reply_tree(u->request, 201, &tree);
    }
    updating_free(u);
}

/* ---- what it says ---- */

static const struct status *find_status(const char *name)
{
    for (size_t i = 0; i < COUNT(statuses); i++)
        if (strcasecmp(statuses[i].name, name) == 0)
            return &statuses[i];
    return NULL;
}

static bool has_words(const struct form *form)
{
    return form->description != NULL || form->media_count > 0 || form->has_files;
}

/* The words, and the addresses of its pictures below them; photos alone have words that say so.
 * NULL: nothing is said. */
static const char *words_of(const struct intake *intake, const struct form *form,
                            enum citizen_action action, enum language language, struct strbuf *out)
{
    const struct status *status = form->status != NULL ? find_status(form->status) : NULL;

    if (!has_words(form) && action == CITIZEN_NOTE && status != NULL)
        return page_text(intake, language, status->note);
    strbuf_addf(out, "%s", form->description != NULL ? form->description : "");
    for (size_t i = 0; i < form->media_count; i++)
        strbuf_addf(out, "%s%s", out->len > 0 ? "\n" : "", form->media[i]);
    if (out->len == 0 && form->has_files)
        return page_text(intake, language, "update.media");
    return out->len > 0 ? strbuf_text(out) : NULL;
}

static enum citizen_action action_of(const struct form *form, bool with_secret)
{
    if (form->status != NULL && strcasecmp(form->status, "REOPEN") == 0)
        return CITIZEN_REOPEN;
    if (with_secret && form->status != NULL && strcasecmp(form->status, "CANCELLED") == 0)
        return CITIZEN_WITHDRAW;
    return CITIZEN_NOTE;
}

/* What is wrong with the form, or NULL. */
static const char *trouble_of(const struct form *form)
{
    int64_t ignored;

    if (form->unclean)
        return "a field is not valid UTF-8";
    if (form->too_many)
        return "media_url: there are too many";
    if (form->service_request_id == NULL)
        return "service_request_id: is missing";
    if (form->status != NULL && find_status(form->status) == NULL)
        return "status: is none of the extended states";
    if (form->updated_datetime != NULL && !moment_read(form->updated_datetime, false, &ignored))
        return "updated_datetime: is no date and time";
    if (!has_words(form) && form->status == NULL)
        return "description: is missing";
    return NULL;
}

/* A client calls its updates what it likes; whose key stands in a header keeps to the header's
 * rules. What is wrong goes to faults, or answers the request: then false. */
static bool check_key(struct http_request *request, bool json, const struct form *form,
                      struct faults *faults)
{
    const char *key = http_header(request, "Idempotency-Key");
    struct err e;

    if (form->update_id != NULL) {
        if (text_length(form->update_id, strlen(form->update_id)) > ENCODE_KEY_MAX)
            faults_add_length(faults, "/update_id", NULL, ENCODE_KEY_MAX);
        return true;
    }
    if (key == NULL || encode_key_check(key, &e) == 0)
        return true;
    open311_error(request, json, 400, e.text);
    return false;
}

static struct updating *updating_new(struct intake *intake, struct http_request *request, bool json,
                                     const struct form *form)
{
    struct updating *u = mem_new(1, sizeof(*u));

    u->intake = intake;
    u->request = request;
    u->json = json;
    u->account_id = form->account_id != NULL ? mem_text(form->account_id) : NULL;
    return u;
}

/* Answers the request unless it is good. */
static bool judge(struct intake *intake, struct http_request *request, bool json,
                  const struct form *form, struct citizen_says *says)
{
    struct faults *faults = &intake->faults;
    struct err e;

    if (files_take_sent(intake, request, says->files, &says->file_count, &e) < 0) {
        open311_error_of(request, json, &e);
        return false;
    }
    citizen_check(says, faults);
    submission_check_media((const char *const *)form->media, form->media_count, faults);
    if (!check_key(request, json, form, faults))
        return false;
    if (citizen_admits(says, faults))
        return true;
    open311_faults(request, json, faults);
    return false;
}

static void say(struct intake *intake, struct http_request *request, bool json,
                const struct form *form, const char *via)
{
    AUTO(strbuf_free) struct strbuf words = STRBUF(TEXT_BYTES);
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    enum citizen_action action = action_of(form, form->k != NULL);
    struct updating *u = updating_new(intake, request, json, form);
    struct citizen_says says = {
        .action = action,
        .reference = form->service_request_id,
        .secret = form->k,
        .key = form->update_id != NULL ? form->update_id : http_header(request, "Idempotency-Key"),
        .text = words_of(intake, form, action, language, &words),
        .via = form->k == NULL ? via : NULL,
        .note_may_answer = has_words(form),
        .id = &u->id,
    };
    struct err e;

    if (judge(intake, request, json, form, &says)) {
        if (citizen_command(intake, &says, on_answer, u, &e) == 0)
            return;
        refuse(u, &e);
    }
    updating_free(u);
}

void open311_updates_post(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    AUTO(form_free) struct form form = {0};
    struct err e;
    bool json;

    intake->faults.count = 0;
    if (!open311_format(request, &json))
        return;
    if (http_form(request, take_field, &form, &e) < 0) {
        open311_error(request, json, 400, e.text);
        return;
    }
    form.has_files = uploads_has_files(request);
    if (!uploads_resumed(request) &&
        !open311_admit(intake, request, json, form.jurisdiction_id, form.api_key))
        return;
    const char *key = form.api_key != NULL ? form.api_key : http_query(request, "api_key");
    struct gate_holder holder;
    gate_holder(intake->gate, request, key, &holder);
    if (holder.name == NULL && form.k == NULL) {
        open311_error(request, json, 403, "api_key: is missing");
        return;
    }
    const char *trouble = trouble_of(&form);
    if (trouble != NULL)
        open311_error(request, json, 400, trouble);
    else if (files_settled(intake, request, open311_updates_post))
        say(intake, request, json, &form, holder.name);
}

/* ---- tokens ---- */

static void on_update(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct updating *u = ctx;
    struct tree tree;

    if (e != NULL) {
        open311_error_of(u->request, u->json, e);
    } else if (PQntuples(rows[0]) == 0) {
        open311_error(u->request, u->json, 404, "token: no such token");
    } else {
        open311_tree(&tree, u->json, &u->intake->answer);
        tree_list(&tree, "service_request_updates");
        tree_record(&tree, "request_update");
        write_id(&tree, u);
        tree_text(&tree, "token", http_part(u->request, "token"));
        tree_end(&tree);
        tree_end(&tree);
        reply_tree(u->request, 200, &tree);
    }
    updating_free(u);
}

/* An update is in the ledger when it is answered, so its token is its id. */
void open311_update_token_get(void *ctx, struct http_request *request)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_read_command, &args};
    struct intake *intake = ctx;
    struct uuid id;
    struct err e;
    bool json = false;

    if (!open311_begin(intake, request, &json))
        return;
    if (uuid_read(http_part(request, "token"), &id, &e) < 0) {
        open311_error(request, json, 404, "token: no such token");
        return;
    }
    db_arg_uuid(&args, &id);
    struct updating *u = mem_new(1, sizeof(*u));
    *u = (struct updating){intake, request, json, NULL, id};
    if (readers_send(intake->readers, &step, 1, on_update, u, &e) == 0)
        return;
    open311_error_of(request, json, &e);
    updating_free(u);
}
