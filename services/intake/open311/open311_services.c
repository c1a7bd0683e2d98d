/* SPDX-License-Identifier: Apache-2.0 */
/* open311_services - GET /open311/v2/services and /open311/v2/services/{code}. */
#include "open311.h"
#include "open311_type.h"
#include "question.h"

#include <string.h>

static void add_keywords(struct tree *tree, const struct catalogue_service *s)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(INTAKE_ANSWER_BYTES);

    for (const char *const *word = s->keywords; *word != NULL; word++)
        strbuf_addf(&text, "%s%s", text.len > 0 ? ", " : "", *word);
    tree_text(tree, "keywords", strbuf_text(&text));
}

/* A service that is closed at the door says so where every client shows it. */
static void add_description(struct tree *tree, const struct catalogue_service *s,
                            enum language language)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(INTAKE_ANSWER_BYTES);
    const char *notice = IN_LANGUAGE(language, s, closed_notice);

    strbuf_addf(&text, "%s", IN_LANGUAGE(language, s, description));
    if (notice != NULL)
        strbuf_addf(&text, " %s", notice);
    tree_text(tree, "description", strbuf_text(&text));
}

static void add_service(struct tree *tree, const struct catalogue_service *s,
                        enum language language)
{
    tree_record(tree, "service");
    tree_text(tree, "service_code", s->code);
    tree_text(tree, "service_name", IN_LANGUAGE(language, s, name));
    add_description(tree, s, language);
    tree_bool(tree, "metadata", s->attribute_count > 0);
    tree_text(tree, "type", open311_type_names[open311_type(s)]);
    add_keywords(tree, s);
    tree_text(tree, "group", IN_LANGUAGE(language, s, group));
    tree_end(tree);
}

/* The catalogue; NULL, and answered 503, while there is none. */
static const struct catalogue *begin(struct intake *intake, struct http_request *request,
                                     bool *json)
{
    const struct catalogue *c = catalogue_now(intake->watch);
    const struct err busy = {.kind = ERR_BUSY};

    if (!open311_begin(intake, request, json))
        return NULL;
    if (c == NULL)
        open311_error_of(request, *json, &busy);
    return c;
}

void open311_services_list(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    bool json = false;
    const struct catalogue *c = begin(intake, request, &json);
    struct tree tree;

    if (c == NULL)
        return;
    open311_tree(&tree, json, &intake->answer);
    tree_list(&tree, "services");
    for (size_t i = 0; i < c->service_count; i++)
        if (!c->services[i].retired)
            add_service(&tree, &c->services[i], language);
    tree_end(&tree);
    reply_public(request, &tree, NULL);
}

static void add_attribute(struct tree *tree, const struct catalogue_attribute *a, size_t order,
                          enum language language)
{
    tree_record(tree, "attribute");
    question_add(tree, a, language);
    tree_text(tree, "datatype_description", IN_LANGUAGE(language, a, hint));
    tree_int(tree, "order", (int64_t)order);
    if (a->value_count > 0)
        question_add_values(tree, a, language);
    tree_end(tree);
}

void open311_service_get(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    bool json = false;
    const struct catalogue *c = begin(intake, request, &json);
    struct tree tree;

    if (c == NULL)
        return;
    const struct catalogue_service *s = catalogue_service(c, http_part(request, "code"));
    if (s == NULL || s->retired) {
        open311_error(request, json, 404, "service_code: no such service");
        return;
    }
    open311_tree(&tree, json, &intake->answer);
    tree_record(&tree, "service_definition");
    tree_text(&tree, "service_code", s->code);
    tree_list(&tree, "attributes");
    for (size_t i = 0; i < s->attribute_count; i++)
        add_attribute(&tree, &s->attributes[i], i + 1, language);
    tree_end(&tree);
    tree_end(&tree);
    reply_public(request, &tree, NULL);
}
