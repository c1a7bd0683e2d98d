/* SPDX-License-Identifier: Apache-2.0 */
#include "page_similar.h"

#include "nearby.h"
#include "page_case.h"
#include "page_time.h"
#include "text.h"

#include <math.h>
#include <string.h>

enum { TEXT_BYTES = 1024, SAID_BYTES = 64 * 1024 };
enum { ROUND_M = 50 }; /* a public place is a square of 100 metres */

/* A ward has many cases of a service: only those whose words are much like these are offered. */
static const double like_enough = 0.4;

static json_t *distance_of(const struct list *list, double metres)
{
    if (isnan(metres))
        return json_null();
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

static bool is_offered(const struct nearby *n, const struct nearby_case *found)
{
    return n->list->filter.has_circle || found->likeness >= like_enough;
}

/* Without an answer from the database the report goes on: this is help, not a gate. */
static void found(struct nearby *n, const struct err *e)
{
    struct list *list = n->list;
    json_t *rows = json_array();

    for (size_t i = 0; e == NULL && i < n->count && i < NEARBY_SHOWN; i++)
        if (is_offered(n, &n->cases[i]))
            json_array_append_new(rows, row_of(list, &n->cases[i]));
    if (json_array_size(rows) == 0)
        json_release(&rows);
    page_report_similar(list->intake, list->request, list->language, rows);
}

static bool read_point(const struct report *r, struct listing_filter *f)
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

/* The ward, where everybody may know of a case that it lies there. */
static bool read_ward(const struct report *r, const struct catalogue *c, struct listing_filter *f)
{
    const char *area = report_area(r, c);

    if (area == NULL || strcmp(r->service->kind, "field_report") != 0)
        return false;
    f->areas.items[f->areas.count++] = area;
    return true;
}

/* The words to compare with; of a ward also those of the address. */
static void add_words(struct nearby *n, const struct report *r)
{
    AUTO(strbuf_free) struct strbuf said = STRBUF(SAID_BYTES);

    strbuf_addf(&said, "%s", report_text(r, "description"));
    if (n->with_address)
        strbuf_addf(&said, " %s", report_text(r, "address"));
    const char *text = strbuf_text(&said);
    if (text != NULL && text[0] != '\0')
        nearby_text(n, text);
}

bool page_similar_find(struct intake *intake, struct http_request *request, const struct report *r,
                       enum language language)
{
    struct nearby *n = nearby_new(intake, request, found);
    struct listing_filter *f = &n->list->filter;

    bool has_point = read_point(r, f);
    if ((!has_point && !read_ward(r, n->list->catalogue, f)) ||
        !gate_admits_looking(intake->gate, request)) {
        nearby_close(n);
        return false;
    }
    n->with_address = !has_point;
    n->list->language = language;
    f->services.items[f->services.count++] =
        r->service->code; /* of the catalogue that the list keeps */
    add_words(n, r);
    nearby_start(n);
    return true;
}
