/* SPDX-License-Identifier: Apache-2.0 */
/* open311_request_get - GET /open311/v2/requests/{id}?k=SECRET: all that is the sender's. */
#include "link.h"
#include "notes.h"
#include "open311.h"
#include "open311_steps.h"
#include "query.h"

#include <string.h>

enum { URL_BYTES = 4096 };

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* ---- pictures ---- */

/* The address of the file in that row, as its citizen opens it. */
static void add_file_url(const struct intake *intake, const PGresult *files, int row,
                         struct strbuf *out)
{
    bool is_public = db_int(files, row, FILE_PUBLIC) != 0;

    attachment_link(intake->settings.public_url, is_public ? NULL : intake->ring,
                    db_text(files, row, FILE_NAME), false, out);
}

/* The picture of that number, from 0 on: first the addresses that came with the case, then the
 * files. NULL: there are no more. out is where an address is put together. */
static const char *media_url(const struct intake *intake, const struct case_view *view, size_t i,
                             struct strbuf *out)
{
    const char *first = member(view->content, "media_url");
    const json_t *more = json_object_get(view->content, "more_media");
    size_t own = first != NULL ? 1 : 0;
    size_t said = own + json_array_size(more);

    if (i < own)
        return first;
    if (i < said)
        return json_string_value(json_array_get(more, i - own));
    if (i - said >= (size_t)PQntuples(view->files))
        return NULL;
    strbuf_clear(out);
    add_file_url(intake, view->files, (int)(i - said), out);
    return strbuf_text(out);
}

/* media_url has room for one; here are all. */
static void add_media(struct tree *tree, const struct intake *intake, const struct case_view *view)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(URL_BYTES);
    const char *url;

    tree_list(tree, "media_urls");
    for (size_t i = 0; (url = media_url(intake, view, i, &out)) != NULL; i++)
        tree_text(tree, "media_url", url);
    tree_end(tree);
}

/* ---- the request ---- */

/* The same steps as in public: not those of a unit that only takes part. */
static void add_notes(struct tree *tree, const struct case_view *view, enum language language)
{
    tree_list(tree, "notes");
    for (int i = 0; i < PQntuples(view->events); i++) {
        const char *role = db_text(view->events, i, EVENT_ROLE);
        if (role == NULL || strcmp(role, "coordinate") != 0)
            note_write(tree, db_text(view->events, i, EVENT_TYPE),
                       db_time(view->events, i, EVENT_AT), language);
    }
    tree_end(tree);
}

static void add_extensions(struct tree *tree, const struct intake *intake,
                           const struct case_view *view, enum language language)
{
    tree_record(tree, "extended_attributes");
    tree_text(tree, "state", open311_state(view->state));
    tree_text(tree, "unit", view->unit);
    tree_text(tree, "area", view->area);
    add_media(tree, intake, view);
    tree_end(tree);
    add_notes(tree, view, language);
}

/* What was said, or at least the ward. */
static const char *address_of(const struct intake *intake, const struct case_view *view,
                              enum language language)
{
    const char *said = member(view->content, "address");

    if (said != NULL || view->area == NULL)
        return said;
    return unit_name(intake, view->area, language);
}

static void add_request(struct tree *tree, const struct intake *intake,
                        const struct case_view *view, enum language language)
{
    AUTO(strbuf_free) struct strbuf url = STRBUF(URL_BYTES);

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
    tree_text(tree, "address", address_of(intake, view, language));
    tree_text(tree, "address_id", member(view->content, "address_id"));
    tree_text(tree, "zipcode", NULL);
    tree_float(tree, "lat", view->lat);
    tree_float(tree, "long", view->lon);
    tree_text(tree, "media_url", media_url(intake, view, 0, &url));
}

static void on_view(struct intake *intake, struct http_request *request,
                    const struct case_view *view, const struct err *e)
{
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    const struct query q = {query_of_request, request, &intake->faults, NULL, NULL};
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
    tree_record(&tree, "request");
    add_request(&tree, intake, view, language);
    if (query_is_true(&q, "extensions"))
        add_extensions(&tree, intake, view, language);
    tree_end(&tree);
    tree_end(&tree);
    reply_tree(request, 200, &tree);
}

void open311_request_get(void *ctx, struct http_request *request)
{
    bool json = false;

    if (!open311_begin(ctx, request, &json))
        return;
    if (link_secret(request) == NULL)
        open311_request_list_one(ctx, request, json);
    else
        case_read(ctx, request, http_part(request, "id"), on_view);
}
