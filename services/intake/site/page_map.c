/* SPDX-License-Identifier: Apache-2.0 */
#include "page_map.h"

#include "json.h"

#include <math.h>
#include <string.h>

struct step {
    long x, y;
};

/* A ring being written: a step is held back until it is known to turn. */
struct ring {
    struct strbuf *out;
    struct step at, held;
    size_t count;
};

static void put(struct ring *r, struct step step)
{
    strbuf_addf(r->out, "%s%ld,%ld", r->count > 0 ? "," : "", step.x, step.y);
    r->count++;
}

/* Whether b goes on in the direction of a. */
static bool goes_on(struct step a, struct step b)
{
    return a.x * b.y == a.y * b.x && a.x * b.x + a.y * b.y > 0;
}

static void add_point(struct ring *r, double lon, double lat)
{
    struct step to = {lround(lon * PAGE_MAP_SCALE), lround(lat * PAGE_MAP_SCALE)};
    struct step step = {to.x - r->at.x, to.y - r->at.y};

    r->at = to;
    if (r->count == 0) {
        put(r, to);
    } else if (goes_on(r->held, step)) {
        r->held = (struct step){r->held.x + step.x, r->held.y + step.y};
    } else if (step.x != 0 || step.y != 0) {
        if (r->held.x != 0 || r->held.y != 0)
            put(r, r->held);
        r->held = step;
    }
}

static void write_ring(const json_t *points, struct strbuf *out)
{
    struct ring r = {.out = out};
    size_t i;
    const json_t *point;

    strbuf_add(out, "[", 1);
    json_array_foreach(points, i, point)
    {
        const json_t *lon = json_array_get(point, 0), *lat = json_array_get(point, 1);
        if (json_is_number(lon) && json_is_number(lat))
            add_point(&r, json_number_value(lon), json_number_value(lat));
    }
    if (r.held.x != 0 || r.held.y != 0)
        put(&r, r.held);
    strbuf_add(out, "]", 1);
}

static void write_polygon(const json_t *rings, struct strbuf *out)
{
    size_t i;
    const json_t *ring;

    strbuf_add(out, "[", 1);
    json_array_foreach(rings, i, ring)
    {
        if (i > 0)
            strbuf_add(out, ",", 1);
        write_ring(ring, out);
    }
    strbuf_add(out, "]", 1);
}

static void write_shape(const json_t *shape, struct strbuf *out)
{
    const char *type = json_string_value(json_object_get(shape, "type"));
    const json_t *coordinates = json_object_get(shape, "coordinates");
    size_t i;
    const json_t *polygon;

    strbuf_add(out, "[", 1);
    if (type != NULL && strcmp(type, "Polygon") == 0)
        write_polygon(coordinates, out);
    if (type != NULL && strcmp(type, "MultiPolygon") == 0)
        json_array_foreach(coordinates, i, polygon)
        {
            if (i > 0)
                strbuf_add(out, ",", 1);
            write_polygon(polygon, out);
        }
    strbuf_add(out, "]", 1);
}

void page_map_write(const struct catalogue *c, struct strbuf *out)
{
    bool first = true;

    strbuf_addf(out, "{\"scale\":%d,\"wards\":[", PAGE_MAP_SCALE);
    for (size_t i = 0; i < c->area_count; i++) {
        const struct catalogue_area *area = &c->areas[i];
        AUTO(json_release) json_t *shape = json_loads(area->shape, 0, NULL);
        if (shape == NULL)
            continue;
        strbuf_add(out, first ? "[" : ",[", first ? 1 : 2);
        json_write_text(out, area->unit, strlen(area->unit));
        strbuf_add(out, ",", 1);
        write_shape(shape, out);
        strbuf_add(out, "]", 1);
        first = false;
    }
    strbuf_add(out, "]}", 2);
}
