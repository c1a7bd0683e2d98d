/* SPDX-License-Identifier: Apache-2.0 */
/* open311_request_get - GET /open311/v2/requests/{id}?k=SECRET: all that is the sender's. */
#include "open311.h"

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void add_request(struct tree *tree, const struct intake *intake,
                        const struct case_view *view, enum language language)
{
    tree_record(tree, "request");
    tree_text(tree, "service_request_id", view->reference);
    tree_text(tree, "status", view->is_open ? "open" : "closed");
    tree_text(tree, "status_notes", member(view->outcome, "text"));
    tree_text(tree, "service_name", service_name(intake, view->service, language));
    tree_text(tree, "service_code", view->service);
    tree_text(tree, "description", member(view->content, "description"));
    tree_text(tree, "agency_responsible", unit_name(intake, view->unit, language));
    tree_text(tree, "service_notice", NULL);
    tree_time(tree, "requested_datetime", view->received_at);
    tree_time(tree, "updated_datetime", view->updated_at);
    tree_time(tree, "expected_datetime", view->due_at);
    tree_text(tree, "address", member(view->content, "address"));
    tree_text(tree, "address_id", member(view->content, "address_id"));
    tree_text(tree, "zipcode", NULL);
    tree_float(tree, "lat", view->lat);
    tree_float(tree, "long", view->lon);
    tree_text(tree, "media_url", member(view->content, "media_url"));
    tree_end(tree);
}

static void on_view(struct intake *intake, struct http_request *request,
                    const struct case_view *view, const struct err *e)
{
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    struct tree tree;
    bool json;

    if (!open311_format(request, &json))
        return;
    if (view == NULL && e->kind == ERR_INPUT) {
        open311_error(request, json, 404, "service_request_id: no such request");
        return;
    }
    if (view == NULL) {
        open311_error_of(request, json, e);
        return;
    }
    open311_tree(&tree, json, &intake->answer);
    tree_list(&tree, "service_requests");
    add_request(&tree, intake, view, language);
    tree_end(&tree);
    reply_tree(request, 200, &tree);
}

void open311_request_get(void *ctx, struct http_request *request)
{
    bool json = false;

    if (!open311_begin(ctx, request, &json))
        return;
    if (http_query(request, "k") == NULL)
        open311_request_list_one(ctx, request, json);
    else
        case_read(ctx, request, http_part(request, "id"), on_view);
}
