/* SPDX-License-Identifier: Apache-2.0 */
/* units_list - GET /api/v1/units: the units that are in force today. */
#include "api.h"

#include "clock.h"

static void add_unit(struct tree *tree, const struct catalogue_unit *u, enum language language)
{
    tree_record(tree, "unit");
    tree_text(tree, "code", u->code);
    tree_text(tree, "kind", u->kind);
    tree_text(tree, "parent", u->parent);
    tree_text(tree, "name", IN_LANGUAGE(language, u, name));
    tree_end(tree);
}

void units_list(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    const struct catalogue *c = catalogue_now(intake->watch);
    int32_t today = catalogue_day(clock_now_us());
    struct tree tree;

    if (!api_begin(intake, request) || !api_is_plain(intake, request))
        return;
    if (c == NULL) {
        problem_reply(request, PROBLEM_BUSY, language, NULL, NULL);
        return;
    }
    tree_init(&tree, true, &intake->answer);
    tree_list(&tree, "units");
    for (size_t i = 0; i < c->unit_count; i++)
        if (c->units[i].valid_from <= today && c->units[i].valid_until >= today)
            add_unit(&tree, &c->units[i], language);
    tree_end(&tree);
    reply_public(request, &tree, NULL);
}
