/* SPDX-License-Identifier: Apache-2.0 */
/* page_messages - GET and POST /u/{token}, where the links in messages lead that refuse them.
 *
 * GET only asks, since mail programs fetch links by themselves; POST decides,
 * with one click also from the mail program itself (RFC 8058). Whose choice it
 * is, notifier reads from the token; nothing is known of it here. */
#include "page.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

enum { TOKEN_LENGTH = 44, PATH_BYTES = 512, ITEM_BYTES = 500 };

/* Somebody whose choice is on its way to notifier. */
struct choice {
    struct intake *intake;
    struct http_request *request;
    enum language language;
    bool wanted;
};

static bool is_token(const char *token)
{
    return strlen(token) == TOKEN_LENGTH && token[strspn(token,
                                                         "-_0123456789"
                                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                         "abcdefghijklmnopqrstuvwxyz")] == '\0';
}

static void reply_wrong(struct intake *intake, struct http_request *request, enum language language)
{
    page_reply_error(intake, request, 404, language, page_text(intake, language, "messages.wrong"));
}

/* state: "asked", "stopped" or "resumed". What was chosen is chosen again for another language,
 * which changes nothing. */
static void reply_page(struct intake *intake, struct http_request *request, enum language language,
                       const char *state)
{
    AUTO(strbuf_free) struct strbuf self = STRBUF(PATH_BYTES);
    json_t *data = json_object();

    json_object_set_new(data, state, json_true());
    strbuf_addf(&self, "/u/%s?lang=", http_part(request, "token"));
    page_reply(intake, request,
               &(struct page){.name = "messages.html",
                              .status = 200,
                              .language = language,
                              .title = page_text(intake, language, "messages.title"),
                              .self = strcmp(state, "asked") == 0 ? self.data : NULL,
                              .is_private = true},
               data);
}

void page_messages_get(void *ctx, struct http_request *request)
{
    enum language language = page_language(request);

    if (is_token(http_part(request, "token")))
        reply_page(ctx, request, language, "asked");
    else
        reply_wrong(ctx, request, language);
}

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct preference_kept kept = {0};
    struct choice *c = ctx;
    struct err why = {0};

    if (e != NULL)
        why = *e;
    else if (answer->count < 2)
        err_set(&why, ERR_SYSTEM, "the answer is empty");
    else
        (void)!answer_read(preference_kept_fields, bus_data(answer, 1), bus_len(answer, 1), &store,
                           &kept, &why);
    if (why.kind == ERR_NONE)
        reply_page(c->intake, c->request, c->language, c->wanted ? "resumed" : "stopped");
    else if (why.kind == ERR_INPUT)
        reply_wrong(c->intake, c->request, c->language);
    else
        page_reply_err(c->intake, c->request, c->language, &why);
    free(c);
}

static void take_field(void *ctx, const char *name, const char *value, size_t len)
{
    struct choice *c = ctx;

    (void)len;
    if (strcmp(name, "lang") == 0)
        (void)language_read(value, &c->language);
    else if (strcmp(name, "wanted") == 0)
        c->wanted = strcmp(value, "yes") == 0;
}

static int send_choice(struct choice *choice, struct err *e)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(strbuf_free) struct strbuf item = STRBUF(ITEM_BYTES);
    const struct preference_set set = {.token = http_part(choice->request, "token"),
                                       .wanted = choice->wanted ? "yes" : "no"};

    json_write(preference_set_fields, &set, &item);
    bus_add(&m, TOPIC_PREFER, strlen(TOPIC_PREFER));
    bus_add(&m, item.data, item.len);
    return bus_call(choice->intake->notifier, &m, on_answer, choice, e);
}

void page_messages_post(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    enum language language = page_language(request);
    struct err e = {0};

    if (!is_token(http_part(request, "token"))) {
        reply_wrong(intake, request, language);
        return;
    }
    if (!page_admits(intake, request))
        return;
    struct choice *choice = mem_new(1, sizeof(*choice));
    *choice = (struct choice){.intake = intake, .request = request, .language = language};
    /* A body that is no form says what the request says by itself: no more. */
    (void)!http_form(request, take_field, choice, &e);
    if (send_choice(choice, &e) == 0)
        return;
    free(choice);
    page_reply_err(intake, request, language, &e);
}
