/* SPDX-License-Identifier: Apache-2.0 */
/* services_list - GET /api/v1/services and /api/v1/services/{code}: what can be reported, with its
 * questions. */
#include "api.h"

#include "question.h"

static void add_attributes(struct tree *tree, const struct catalogue_service *s,
                           enum language language)
{
    tree_list(tree, "attributes");
    for (size_t i = 0; i < s->attribute_count; i++) {
        const struct catalogue_attribute *a = &s->attributes[i];
        tree_record(tree, "attribute");
        question_add(tree, a, language);
        tree_text(tree, "hint", IN_LANGUAGE(language, a, hint));
        question_add_values(tree, a, language);
        tree_end(tree);
    }
    tree_end(tree);
}

static void add_service(struct tree *tree, const struct catalogue_service *s,
                        enum language language)
{
    tree_record(tree, "service");
    tree_text(tree, "service_code", s->code);
    tree_text(tree, "kind", s->kind);
    tree_text(tree, "group", IN_LANGUAGE(language, s, group));
    tree_text(tree, "name", IN_LANGUAGE(language, s, name));
    tree_text(tree, "description", IN_LANGUAGE(language, s, description));
    tree_bool(tree, "place_required", s->place_required);
    tree_bool(tree, "anonymous_allowed", s->anonymous_allowed);
    tree_text(tree, "closed_notice", IN_LANGUAGE(language, s, closed_notice));
    add_attributes(tree, s, language);
    tree_end(tree);
}

/* The catalogue; NULL, and answered, when there is none yet or the key is not good. */
static const struct catalogue *begin(struct intake *intake, struct http_request *request,
                                     enum language language)
{
    const struct catalogue *c = catalogue_now(intake->watch);

    if (!api_begin(intake, request))
        return NULL;
    if (c == NULL)
        problem_reply(request, PROBLEM_BUSY, language, NULL, NULL);
    return c;
}

void services_list(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    const struct catalogue *c = begin(intake, request, language);
    struct tree tree;

    if (c == NULL || !api_is_plain(intake, request))
        return;
    tree_init(&tree, true, &intake->answer);
    tree_list(&tree, "services");
    for (size_t i = 0; i < c->service_count; i++)
        if (!c->services[i].retired)
            add_service(&tree, &c->services[i], language);
    tree_end(&tree);
    reply_public(request, &tree, NULL);
}

void service_get(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    const struct catalogue *c = begin(intake, request, language);
    struct tree tree;

    if (c == NULL)
        return;
    const struct catalogue_service *s = catalogue_service(c, http_part(request, "code"));
    if (s == NULL || s->retired) {
        problem_reply(request, PROBLEM_NO_SUCH, language, NULL, NULL);
        return;
    }
    tree_init(&tree, true, &intake->answer);
    add_service(&tree, s, language);
    reply_public(request, &tree, NULL);
}
