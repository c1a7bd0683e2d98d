/* SPDX-License-Identifier: Apache-2.0 */
#include "listing.h"

#include "clock.h"
#include "open311_type.h"
#include "place.h"
#include "strbuf.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Half a square of public places: what is rounded into a box may lie so far outside. */
#define PLACE_ROUNDING 0.0005

enum { NTH, IS_END, PLACE_COLUMNS }; /* before those of public_cases */
enum { TEXT_BYTES = 256 * 1024 };
enum { CELL_ROW = 36001 }; /* as place_cell() in schemas/db */

void listing_filter_init(struct listing_filter *f, size_t limit)
{
    memset(f, 0, sizeof(*f));
    f->from = INT64_MIN;
    f->to = INT64_MAX;
    f->updated_from = INT64_MIN;
    f->updated_to = INT64_MAX;
    f->limit = limit;
}

void listing_case_read(const PGresult *rows, int row, struct listing_case *out)
{
    int column = PLACE_COLUMNS;

    out->id = db_uuid(rows, row, column++);
    out->reference = db_text(rows, row, column++);
    out->kind = db_text(rows, row, column++);
    out->service = db_text(rows, row, column++);
    out->unit = db_text(rows, row, column++);
    out->state = db_text(rows, row, column++);
    out->area = db_text(rows, row, column++);
    out->received_at = db_time(rows, row, column++);
    out->due_at = db_time(rows, row, column++);
    out->answered_at = db_time(rows, row, column++);
    out->closed_at = db_time(rows, row, column++);
    out->updated_at = db_time(rows, row, column++);
    out->open = db_int(rows, row, column++) != 0;
    out->lat = db_float(rows, row, column++);
    out->lon = db_float(rows, row, column++);
    out->changes = db_int(rows, row, column++);
    out->description = db_text(rows, row, column++);
    out->answer = db_text(rows, row, column++);
    out->published_at = db_time(rows, row, column++);
    out->photo = db_text(rows, row, column++);
}

struct listing_place listing_place(const PGresult *rows, int row)
{
    return (struct listing_place){(size_t)db_int(rows, row, NTH), db_int(rows, row, IS_END) != 0};
}

bool listing_case_is_late(const struct listing_case *c, int64_t now_us)
{
    int64_t ended = c->answered_at != INT64_MIN ? c->answered_at : c->closed_at;

    return (ended != INT64_MIN ? ended : now_us) > c->due_at;
}

static bool holds(const struct listing_codes *codes, const char *code)
{
    for (size_t i = 0; code != NULL && i < codes->count; i++)
        if (strcmp(codes->items[i], code) == 0)
            return true;
    return false;
}

static bool is_any_of(const struct listing_codes *codes, const char *code)
{
    return codes->count == 0 || holds(codes, code);
}

static bool is_inside(const struct listing_filter *f, const struct listing_case *c)
{
    const struct listing_box *b = &f->box;

    if (!f->has_box && !f->has_circle)
        return true;
    if (!(c->lat >= b->min_lat && c->lat <= b->max_lat && c->lon >= b->min_lon &&
          c->lon <= b->max_lon))
        return false;
    return !f->has_circle || place_distance_m(f->lat, f->lon, c->lat, c->lon) <= f->radius_m;
}

/* Whether each word of folded stands somewhere in the texts, which are those that everybody reads:
 * of a case without any nothing is searched, as in list_by_text.sql. */
static bool holds_words(const struct listing_case *c, const char *folded)
{
    const char *const texts[] = {c->description, c->answer, c->reference};
    AUTO(strbuf_free) struct strbuf all = STRBUF(TEXT_BYTES);
    bool good = c->published_at != INT64_MIN;

    for (size_t i = 0; good && i < COUNT(texts); i++) {
        char *text = texts[i] != NULL ? text_fold(texts[i], strlen(texts[i])) : NULL;
        strbuf_addf(&all, "%s\n", text != NULL ? text : "");
        free(text);
    }
    for (size_t len; good && *folded != '\0'; folded += len + (folded[len] == ' ' ? 1 : 0)) {
        len = strcspn(folded, " ");
        good = strbuf_text(&all) != NULL && memmem(all.data, all.len, folded, len) != NULL;
    }
    return good;
}

bool listing_is_shown(const struct listing_filter *f, const char *service)
{
    return f->catalogue == NULL ||
           open311_type(catalogue_service(f->catalogue, service)) != OPEN311_BLACKBOX;
}

bool listing_fits(const struct listing_filter *f, const struct listing_case *c)
{
    if (!listing_is_shown(f, c->service))
        return false;
    if (f->references.count > 0)
        return holds(&f->references, c->reference);
    return (f->status == LISTING_ANY || (f->status == LISTING_OPEN) == c->open) &&
           c->received_at >= f->from && c->received_at <= f->to &&
           c->updated_at >= f->updated_from && c->updated_at <= f->updated_to &&
           is_any_of(&f->services, c->service) && is_any_of(&f->units, c->unit) &&
           is_any_of(&f->areas, c->area) && is_any_of(&f->states, c->state) && is_inside(f, c) &&
           (f->text == NULL || listing_path(f) == LISTING_BY_TEXT || holds_words(c, f->text));
}

/* ---- places ---- */

struct listing_box listing_box_around(double lat, double lon, double radius_m)
{
    double high = radius_m / PLACE_METRES_PER_DEGREE;
    double shrink = cos(fmin(fabs(lat) + high, 89.9) * PLACE_RADIANS_PER_DEGREE);
    double wide = fmin(high / shrink, 360);

    return (struct listing_box){lat - high, lon - wide, lat + high, lon + wide};
}

/* The squares at the edges of a box. */
struct edges {
    int32_t south, north, west, east;
};

static int32_t square_of(double degrees)
{
    return (int32_t)floor(degrees * LISTING_CELLS_PER_DEGREE);
}

static struct edges edges_of(const struct listing_box *box)
{
    return (struct edges){square_of(fmax(box->min_lat, -90) - PLACE_ROUNDING),
                          square_of(fmin(box->max_lat, 90) + PLACE_ROUNDING),
                          square_of(fmax(box->min_lon, -180) - PLACE_ROUNDING),
                          square_of(fmin(box->max_lon, 180) + PLACE_ROUNDING)};
}

size_t listing_cells(const struct listing_box *box, int32_t cells[LISTING_CELLS_MAX])
{
    struct edges e = edges_of(box);
    size_t count = 0;

    if ((int64_t)(e.north - e.south + 1) * (e.east - e.west + 1) > LISTING_CELLS_MAX)
        return 0;
    for (int32_t row = e.south; row <= e.north; row++)
        for (int32_t column = e.west; column <= e.east; column++)
            cells[count++] = row * CELL_ROW + column;
    return count;
}

size_t listing_ranges(const struct listing_box *box,
                      struct listing_range ranges[LISTING_RANGES_MAX])
{
    struct edges e = edges_of(box);
    size_t count = 0;

    if (e.north - e.south >= LISTING_RANGES_MAX) {
        ranges[0] =
            (struct listing_range){e.south * CELL_ROW + e.west, e.north * CELL_ROW + e.east};
        return 1;
    }
    for (int32_t row = e.south; row <= e.north; row++)
        ranges[count++] = (struct listing_range){row * CELL_ROW + e.west, row * CELL_ROW + e.east};
    return count;
}
