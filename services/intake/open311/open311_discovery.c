/* SPDX-License-Identifier: Apache-2.0 */
/* open311_discovery - GET /open311/v2/discovery: where this city's Open311 is, and who helps. */
#include "open311.h"

#include <stdio.h>

/* Changes with the catalogue, which is what clients keep. */
static void add_changeset(struct tree *tree, const struct intake *intake)
{
    const struct catalogue *c = catalogue_now(intake->watch);
    char text[40];

    (void)snprintf(text, sizeof(text), "%010lld", c != NULL ? (long long)c->version : 0LL);
    tree_text(tree, "changeset", text);
}

static void add_endpoint(struct tree *tree, const struct intake *intake, const char *url,
                         const char *type)
{
    tree_record(tree, "endpoint");
    tree_text(tree, "specification", "http://wiki.open311.org/GeoReport_v2");
    tree_text(tree, "url", url);
    add_changeset(tree, intake);
    tree_text(tree, "type", type);
    tree_list(tree, "formats");
    tree_text(tree, "format", "text/xml");
    tree_text(tree, "format", "application/json");
    tree_end(tree);
    tree_end(tree);
}

void open311_discovery(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    const struct intake_settings *s = &intake->settings;
    AUTO(strbuf_free) struct strbuf url = STRBUF(INTAKE_ANSWER_BYTES);
    struct tree tree;
    bool json = false;

    if (!open311_begin(intake, request, &json))
        return;
    strbuf_addf(&url, "%s/open311/v2", s->public_url);
    open311_tree(&tree, json, &intake->answer);
    tree_record(&tree, "discovery");
    add_changeset(&tree, intake);
    tree_text(&tree, "contact", s->contact);
    tree_text(&tree, "key_service", s->key_service);
    tree_list(&tree, "endpoints");
    add_endpoint(&tree, intake, strbuf_text(&url), "production");
    if (*s->test_url != '\0')
        add_endpoint(&tree, intake, s->test_url, "test");
    tree_end(&tree);
    tree_end(&tree);
    reply_public(request, &tree, NULL);
}
