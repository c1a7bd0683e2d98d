/* SPDX-License-Identifier: Apache-2.0 */
#include "open311_case.h"

enum { URL_BYTES = 4096 };

static void write_media(struct tree *tree, const struct intake *intake,
                        const struct listing_case *c)
{
    AUTO(strbuf_free) struct strbuf url = STRBUF(URL_BYTES);

    if (c->photo != NULL)
        attachment_link(intake->settings.public_url, NULL, c->photo, false, &url);
    tree_text(tree, "media_url", c->photo != NULL ? strbuf_text(&url) : NULL);
}

void open311_case_write(struct tree *tree, const struct intake *intake,
                        const struct listing_case *c, enum language language)
{
    tree_text(tree, "service_request_id", c->reference);
    tree_text(tree, "status", c->open ? "open" : "closed");
    tree_text(tree, "status_notes", c->answer);
    tree_text(tree, "service_name", service_name(intake, c->service, language));
    tree_text(tree, "service_code", c->service);
    tree_text(tree, "description", c->description);
    tree_text(tree, "agency_responsible", unit_name(intake, c->unit, language));
    tree_text(tree, "service_notice", NULL);
    tree_time(tree, "requested_datetime", c->received_at);
    tree_time(tree, "updated_datetime", c->updated_at);
    tree_time(tree, "expected_datetime", c->due_at);
    tree_text(tree, "address", c->area != NULL ? unit_name(intake, c->area, language) : NULL);
    tree_text(tree, "address_id", NULL);
    tree_text(tree, "zipcode", NULL);
    tree_float(tree, "lat", c->lat);
    tree_float(tree, "long", c->lon);
    write_media(tree, intake, c);
}
