/* SPDX-License-Identifier: Apache-2.0 */
#include "page_say.h"

#include "citizen_command.h"
#include "files.h"
#include "link.h"
#include "log.h"
#include "mem.h"
#include "page_files.h"
#include "report.h"
#include "text.h"
#include "uploads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 512, KEY_BYTES = 16, KEY_SIZE = 2 * KEY_BYTES + 1, NAME_SIZE = 64 };

/* A form that was sent, while the ledger is asked. */
struct saying {
    struct intake *intake;
    struct http_request *request;
    enum language language;
    enum citizen_action action;
    char reference[REFERENCE_SIZE];
    char *text;         /* owned; NULL: none */
    char key[KEY_SIZE]; /* "": none came */
    int64_t score;
    json_t *files;   /* ids of photos that were uploaded with it */
    bool translated; /* it is not to be said yet, but shown in another language */
    bool unclean;    /* something was not text */
};

static void saying_free(struct saying *s)
{
    free(s->text);
    json_release(&s->files);
}

/* ---- the forms ---- */

static void new_key(char out[KEY_SIZE])
{
    AUTO(strbuf_free) struct strbuf hex = STRBUF(KEY_SIZE);
    uint8_t bytes[KEY_BYTES];

    crypto_random(bytes, sizeof(bytes));
    strbuf_add_hex(&hex, bytes, sizeof(bytes));
    memcpy(out, strbuf_text(&hex), KEY_SIZE);
}

/* "say.<action>.<what>", or NULL. */
static const char *text_of(const struct intake *intake, enum language language,
                           enum citizen_action action, const char *what)
{
    char key[NAME_SIZE];

    (void)snprintf(key, sizeof(key), "say.%s.%s", citizen_action_names[action], what);
    return page_set_text(intake->pages, language, key);
}

/* Best first, as people read. */
static json_t *scores_of(const struct intake *intake, enum language language, int64_t chosen)
{
    json_t *rows = json_array();

    for (int score = CITIZEN_SCORE_MAX; score >= 1; score--) {
        char key[NAME_SIZE];
        (void)snprintf(key, sizeof(key), "score.%d", score);
        json_array_append_new(rows, json_pack("{s:i, s:s, s:b}", "score", score, "score_name",
                                              page_text(intake, language, key), "selected",
                                              score == chosen));
    }
    return rows;
}

/* said: what stands in it already; NULL: it is empty and has a new key. */
static json_t *form_of(const struct intake *intake, const char *reference, const char *secret,
                       enum language language, enum citizen_action action,
                       const struct saying *said)
{
    AUTO(strbuf_free) struct strbuf address = STRBUF(PATH_BYTES);
    char key[KEY_SIZE];

    new_key(key);
    strbuf_addf(&address, "/t/%s/%s?k=%s&lang=%s", reference, citizen_action_names[action], secret,
                language_codes[language]);
    json_t *form = json_pack("{s:s, s:s, s:s}", "action", address.data, "key",
                             said != NULL && said->key[0] != '\0' ? said->key : key, "said",
                             said != NULL && said->text != NULL ? said->text : "");
    json_object_set_new(form, "is_alone", json_boolean(said != NULL));
    if (citizen_takes_files(action)) {
        page_files_add_limit(intake, language, form);
        page_files_add_named(intake, said != NULL ? said->files : NULL, language, form);
        json_object_set_new(form, "error_photos", json_null());
    }
    if (action == CITIZEN_RATE)
        json_object_set_new(form, "scores",
                            scores_of(intake, language, said != NULL ? said->score : 0));
    return form;
}

static void add_form(json_t *data, enum citizen_action action, json_t *form)
{
    char name[NAME_SIZE];

    (void)snprintf(name, sizeof(name), "say_%s", citizen_action_names[action]);
    for (char *at = name; *at != '\0'; at++)
        *at = *at == '-' ? '_' : *at; /* as names in templates are */
    json_object_set_new(data, name, form);
}

void page_say_add(const struct intake *intake, const struct case_view *view, enum language language,
                  json_t *data)
{
    char secret[CRYPTO_SECRET_SIZE];
    bool judges = citizen_may(CITIZEN_RATE, view);

    crypto_secret(intake->ring, &view->id, secret);
    for (int i = 0; i < CITIZEN_ACTIONS; i++) {
        enum citizen_action action = (enum citizen_action)i;
        if (!citizen_may(action, view))
            continue;
        json_t *form = form_of(intake, view->reference, secret, language, action, NULL);
        json_object_set_new(form, "follows", json_boolean(view->joined != NULL));
        add_form(data, action, form);
    }
    /* "Not solved" stands beside the rating where there is one. */
    json_object_set_new(data, "say_more",
                        json_boolean(citizen_may(CITIZEN_NOTE, view) ||
                                     citizen_may(CITIZEN_WITHDRAW, view) ||
                                     (citizen_may(CITIZEN_REOPEN, view) && !judges)));
}

const char *page_say_done(const struct intake *intake, const struct http_request *request,
                          enum language language)
{
    const char *name = http_query(request, "done");
    enum citizen_action action;

    if (name == NULL || !citizen_action_read(name, &action))
        return NULL;
    return text_of(intake, language, action, "done");
}

/* ---- what became of it ---- */

/* A secret as it can be; else "". It goes into addresses. */
static const char *secret_of(const struct http_request *request)
{
    const char *k = link_secret(request);

    if (k == NULL || k[strspn(k,
                              "-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz")] != '\0')
        return "";
    return k;
}

/* The case's own page. */
static void add_case_address(const struct saying *s, struct strbuf *out)
{
    strbuf_addf(out, "/t/%s?k=%s&", s->reference, secret_of(s->request));
}

static void add_problem(const struct saying *s, const struct fault *fault, json_t *form,
                        json_t *rows)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(PATH_BYTES);
    bool is_score = strcmp(fault->pointer, "/score") == 0;
    const char *error = is_score ? "error_score" : "error_text";
    const char *words = NULL;
    char field[NAME_SIZE];

    if (page_files_blamed(fault)) {
        page_files_add_problem(s->intake, fault, s->language, rows, form);
        return;
    }
    if (json_is_string(json_object_get(form, error)))
        return; /* one thing at a time */

    if (fault->rule == RULE_MISSING)
        words = text_of(s->intake, s->language, s->action, "missing");
    if (words == NULL) {
        fault_describe(fault, s->language, &text);
        words = text.data;
    }
    (void)snprintf(field, sizeof(field), is_score ? "score-5" : "text-%s",
                   citizen_action_names[s->action]);
    json_object_set_new(form, error, json_string(words));
    json_array_append_new(rows, json_pack("{s:s, s:s}", "field", field, "text", words));
}

/* The form again, with what was typed and under the same key; trouble: why it could not be said.
 * with_form: whether sending it again may help. */
static void show(const struct saying *s, unsigned status, const struct faults *faults,
                 const char *trouble, bool with_form)
{
    AUTO(strbuf_free) struct strbuf self = STRBUF(PATH_BYTES);
    AUTO(strbuf_free) struct strbuf back = STRBUF(PATH_BYTES);
    json_t *data = json_object(), *rows = json_array();
    json_t *form =
        form_of(s->intake, s->reference, secret_of(s->request), s->language, s->action, s);

    for (size_t i = 0; faults != NULL && i < faults->count; i++)
        add_problem(s, &faults->rows[i], form, rows);
    if (json_array_size(rows) > 0 || trouble != NULL)
        json_object_set_new(data, "problems_title",
                            json_string(page_text(s->intake, s->language, "problems.title")));
    json_object_set_new(data, "problems", rows);
    json_object_set_new(data, "trouble", trouble != NULL ? json_string(trouble) : json_null());
    if (with_form)
        add_form(data, s->action, json_incref(form));
    json_decref(form);
    add_case_address(s, &self);
    strbuf_addf(&back, "%slang=%s", self.data, language_codes[s->language]);
    strbuf_addf(&self, "lang=");
    json_object_set_new(data, "back", json_string(back.data));
    page_reply(s->intake, s->request,
               &(struct page){.name = "say.html",
                              .status = status,
                              .language = s->language,
                              .title = text_of(s->intake, s->language, s->action, "title"),
                              .self = with_form ? NULL : self.data, /* else the form leads there */
                              .is_private = true},
               data);
}

static void refuse(const struct saying *s, const struct err *e)
{
    char rule[CITIZEN_RULE_SIZE];

    switch (e->kind) {
    case ERR_INPUT:
        page_reply_error(s->intake, s->request, 404, s->language,
                         page_text(s->intake, s->language, "track.unknown_link"));
        break;
    case ERR_CONFLICT:
        show(s, 409, NULL, citizen_rule(e, s->language, rule), false);
        break;
    case ERR_SYSTEM:
        log_event(LOG_ERROR, "request failed", "why", e->text, NULL);
        show(s, 503, NULL, page_text(s->intake, s->language, "say.busy"), true);
        break;
    case ERR_BUSY:
    case ERR_NONE:
        show(s, 503, NULL, page_text(s->intake, s->language, "say.busy"), true);
        break;
    }
}

static void on_answer(void *ctx, const struct case_outcome *outcome, const struct err *e)
{
    AUTO(strbuf_free) struct strbuf location = STRBUF(PATH_BYTES);
    struct saying *s = ctx;

    if (e != NULL) {
        refuse(s, e);
    } else if (outcome == NULL) {
        show(s, 400, &s->intake->faults, NULL, true);
    } else { /* the page shows the state that the case has then */
        add_case_address(s, &location);
        strbuf_addf(&location, "done=%s&lang=%s", citizen_action_names[s->action],
                    language_codes[s->language]);
        page_redirect(s->request, location.data);
    }
    saying_free(s);
    free(s);
}

/* ---- what was sent ---- */

static void read_field(void *ctx, const char *name, const char *value, size_t len)
{
    struct saying *s = ctx;

    if (strcmp(name, "lang") == 0) {
        s->translated = language_read(value, &s->language);
    } else if (strcmp(name, "text") == 0 && s->text == NULL) {
        s->unclean = s->unclean || !text_is_clean(value, len);
        s->text = mem_text(value);
    } else if (strcmp(name, "score") == 0 && strlen(value) == 1) {
        s->score = value[0] - '0';
    } else if (strcmp(name, "key") == 0 && strlen(value) == KEY_SIZE - 1 &&
               value[strspn(value, "0123456789abcdef")] == '\0') {
        memcpy(s->key, value, KEY_SIZE);
    } else if (strcmp(name, report_files) == 0 && len > 0 &&
               json_array_size(s->files) < ATTACHMENTS_MOST) {
        json_array_append_new(s->files, json_string(value)); /* NULL, and nothing, unless text */
    }
}

/* Answers the request when it is no form. */
static bool read_form(struct saying *s)
{
    struct err e;

    if (http_form(s->request, read_field, s, &e) == 0 && !s->unclean)
        return true;
    page_reply_error(s->intake, s->request, 400, s->language, NULL);
    return false;
}

/* From here on the photos are carried by their ids, should the form come again. */
static bool take_files(struct saying *s, struct citizen_says *says)
{
    struct faults *faults = &s->intake->faults;
    struct err e;

    if (page_files_note(s->intake, s->request, s->files, faults, &e) < 0) {
        refuse(s, &e);
        return false;
    }
    files_read_ids(s->intake, s->files, says->files, &says->file_count, faults);
    if (says->file_count > 0 && says->text == NULL)
        faults_add(faults, "", "text", RULE_MISSING); /* they come along with a text */
    return true;
}

/* Answers the request unless the form is good. */
static bool judge_form(struct saying *s, struct citizen_says *says)
{
    struct faults *faults = &s->intake->faults;

    says->action = s->action;
    says->reference = s->reference;
    says->secret = link_secret(s->request);
    says->key = s->key[0] != '\0' ? s->key : NULL;
    says->text = s->text != NULL && s->text[strspn(s->text, " \r\n\t")] != '\0' ? s->text : NULL;
    says->score = s->score;
    faults->count = 0;
    if (citizen_takes_files(s->action) && !take_files(s, says))
        return false;
    if (s->translated) {
        show(s, 200, NULL, NULL, true);
        return false;
    }
    citizen_check(says, faults);
    if (citizen_admits(says, faults))
        return true;
    show(s, 400, faults, NULL, true);
    return false;
}

/* Answers the request when the address is none of a form. */
static bool read_address(struct saying *s)
{
    struct err ignored;

    if (citizen_action_read(http_part(s->request, "action"), &s->action) &&
        reference_read(http_part(s->request, "reference"), s->reference, &ignored) == 0)
        return true;
    page_reply_error(s->intake, s->request, 404, s->language, NULL);
    return false;
}

/* Whether so much is taken from whoever sends it; else the request is answered. It is asked once,
 * before the files are looked into. */
static bool may_send(struct saying *s)
{
    if (uploads_resumed(s->request) || gate_admits_address(s->intake->gate, s->request))
        return true;
    show(s, 429, NULL, page_text(s->intake, s->language, "say.busy"), true);
    return false;
}

/* True: the ledger is asked, and s is somebody else's. */
static bool say(struct saying *s)
{
    struct citizen_says says = {0};
    struct err e = {0};

    if (!read_address(s) || !read_form(s) || !may_send(s) ||
        !files_settled(s->intake, s->request, page_say_post) || !judge_form(s, &says))
        return false;
    if (citizen_command(s->intake, &says, on_answer, s, &e) == 0)
        return true;
    refuse(s, &e);
    return false;
}

void page_say_post(void *ctx, struct http_request *request)
{
    struct saying *s = mem_new(1, sizeof(*s));

    *s = (struct saying){.intake = ctx,
                         .request = request,
                         .language = page_language(request),
                         .files = json_array()};
    if (say(s))
        return;
    saying_free(s);
    free(s);
}

/* Whoever loads the address of a form again sees the case. */
void page_say_get(void *ctx, struct http_request *request)
{
    AUTO(strbuf_free) struct strbuf location = STRBUF(PATH_BYTES);
    struct saying s = {.intake = ctx, .request = request, .language = page_language(request)};

    if (!read_address(&s))
        return;
    add_case_address(&s, &location);
    strbuf_addf(&location, "lang=%s", language_codes[s.language]);
    page_redirect(request, location.data);
}
