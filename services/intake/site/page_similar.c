/* SPDX-License-Identifier: Apache-2.0 */
#include "page_similar.h"

#include "nearby.h"
#include "page_case.h"
#include "page_time.h"
#include "text.h"

#include <math.h>
#include <string.h>

enum { TEXT_BYTES = 1024, ROUND_M = 50 }; /* a public place is a square of 100 metres */

static json_t *distance_of(const struct list *list, double metres)
{
    json_int_t rounded = lround(metres / ROUND_M) * ROUND_M;
    AUTO(json_release)
    json_t *holes = json_pack("{s:I}", "n", rounded > 0 ? rounded : (json_int_t)ROUND_M);

    return page_text_filled(list->intake, list->language, "similar.distance", holes);
}

static json_t *row_of(const struct list *list, const struct nearby_case *found)
{
    AUTO(strbuf_free) struct strbuf received = STRBUF(TEXT_BYTES);
    const struct listing_case *c = &found->c;

    page_time_moment(list->intake->pages, list->language, c->received_at, &received);
    const char *state = page_case_state(list->intake, list->language, c->state, false);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:s}", "reference", c->reference,
                     "similar_service", service_name(list->intake, c->service, list->language),
                     "unit", unit_name(list->intake, c->unit, list->language), "state",
                     state != NULL ? state : "", "received", received.data, "distance",
                     distance_of(list, found->distance_m), "description",
                     c->description != NULL ? c->description : "");
}

/* Without an answer from the database the report goes on: this is help, not a gate. */
static void found(struct nearby *n, const struct err *e)
{
    struct list *list = n->list;
    json_t *rows = e == NULL && n->count > 0 ? json_array() : NULL;

    for (size_t i = 0; rows != NULL && i < n->count && i < NEARBY_SHOWN; i++)
        json_array_append_new(rows, row_of(list, &n->cases[i]));
    page_report_similar(list->intake, list->request, list->language, rows);
}

static bool read_place(const struct report *r, struct listing_filter *f)
{
    struct err ignored;

    if (text_double(report_text(r, "lat"), "lat", -90, 90, &f->lat, &ignored) < 0 ||
        text_double(report_text(r, "long"), "long", -180, 180, &f->lon, &ignored) < 0)
        return false;
    f->has_circle = true;
    f->radius_m = NEARBY_RADIUS_M;
    f->box = listing_box_around(f->lat, f->lon, f->radius_m);
    return true;
}

bool page_similar_find(struct intake *intake, struct http_request *request, const struct report *r,
                       enum language language)
{
    struct nearby *n = nearby_new(intake, request, found);
    struct listing_filter *f = &n->list->filter;
    const char *text = report_text(r, "description");

    if (!read_place(r, f)) {
        nearby_close(n);
        return false;
    }
    n->list->language = language;
    f->services.items[f->services.count++] =
        r->service->code; /* of the catalogue that the list keeps */
    if (text[0] != '\0')
        nearby_text(n, text);
    nearby_start(n);
    return true;
}
