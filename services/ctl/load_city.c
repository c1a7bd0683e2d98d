/* SPDX-License-Identifier: Apache-2.0 */
#include "load_city.h"

#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEGREE = 1000000, ARC = 8, RING_LEAST = 4 };
/* Of 0.24 by 0.15 degrees in the middle of Ho Chi Minh City. */
static const struct load_box usual = {10670000, 106600000, 10910000, 106750000};
/* The shapes are simplified: what lies so near counts as inside, and less than the door's reach. */
static const double slack_degrees = 0.001;

struct city {
    GEOSContextHandle_t geos;
    GEOSGeometry *whole; /* a polygon, or several that do not touch */
    char why[200];       /* what GEOS said last */
};

static void note_error(const char *message, void *ctx)
{
    struct city *city = ctx;

    snprintf(city->why, sizeof(city->why), "%s", message);
}

static void city_close(struct city *city)
{
    if (city->whole != NULL)
        GEOSGeom_destroy_r(city->geos, city->whole);
    if (city->geos != NULL)
        GEOS_finish_r(city->geos);
}

/* ---- reading ---- */

/* Closed, of degrees; NULL when too little is left of it. */
static json_t *ring_of(const json_t *steps, double scale)
{
    json_t *ring = json_array();
    double x = 0, y = 0;

    for (size_t i = 0; i + 1 < json_array_size(steps); i += 2) {
        x += json_number_value(json_array_get(steps, i));
        y += json_number_value(json_array_get(steps, i + 1));
        json_array_append_new(ring, json_pack("[f,f]", x / scale, y / scale));
    }
    if (json_array_size(ring) >= RING_LEAST &&
        json_equal(json_array_get(ring, 0), json_array_get(ring, json_array_size(ring) - 1)))
        return ring;
    json_decref(ring);
    return NULL;
}

static json_t *polygon_of(const json_t *rings, double scale)
{
    json_t *polygon = json_array(), *ring;
    const json_t *steps;
    size_t i;

    json_array_foreach(rings, i, steps)
    {
        ring = ring_of(steps, scale);
        if (ring != NULL)
            json_array_append_new(polygon, ring);
        else if (i == 0)
            break; /* nothing to have holes */
    }
    return polygon;
}

/* As GeoJSON. */
static json_t *shapes_of(const json_t *map)
{
    double scale = json_number_value(json_object_get(map, "scale"));
    json_t *shapes = json_array(), *polygon;
    const json_t *ward, *rings;
    size_t i, j;

    json_array_foreach(json_object_get(map, "wards"), i, ward)
    {
        json_array_foreach(json_array_get(ward, 1), j, rings)
        {
            polygon = polygon_of(rings, scale);
            if (json_array_size(polygon) > 0)
                json_array_append_new(
                    shapes, json_pack("{s:s,s:o}", "type", "Polygon", "coordinates", polygon));
            else
                json_decref(polygon);
        }
    }
    return json_pack("{s:s,s:o}", "type", "GeometryCollection", "geometries", shapes);
}

static void text_free(char **text)
{
    free(*text);
}

static int city_open(struct city *city, const json_t *map, struct err *e)
{
    AUTO(json_release) json_t *document = shapes_of(map);
    AUTO(text_free) char *shapes = json_dumps(document, JSON_COMPACT);

    city->geos = GEOS_init_r();
    if (city->geos == NULL)
        return err_set(e, ERR_SYSTEM, "could not start GEOS");
    GEOSContext_setErrorMessageHandler_r(city->geos, note_error, city);
    GEOSGeoJSONReader *reader = GEOSGeoJSONReader_create_r(city->geos);
    GEOSGeometry *areas = GEOSGeoJSONReader_readGeometry_r(city->geos, reader, shapes);
    GEOSGeoJSONReader_destroy_r(city->geos, reader);
    /* A quarter of the time is enough with fewer corners; what that moves is within the slack. */
    GEOSGeometry *plain =
        areas != NULL ? GEOSSimplify_r(city->geos, areas, slack_degrees / 4) : NULL;
    if (plain != NULL)
        city->whole = GEOSBuffer_r(city->geos, plain, slack_degrees, ARC);
    GEOSGeom_destroy_r(city->geos, plain);
    GEOSGeom_destroy_r(city->geos, areas);
    return city->whole != NULL
               ? 0
               : err_set(e, ERR_SYSTEM, "the city's shapes are not understood: %s", city->why);
}

/* ---- choosing ---- */

static bool covers(const struct city *city, const struct load_box *box)
{
    GEOSGeometry *wanted = GEOSGeom_createRectangle_r(
        city->geos, (double)box->west / DEGREE, (double)box->south / DEGREE,
        (double)box->east / DEGREE, (double)box->north / DEGREE);
    bool covered = wanted != NULL && GEOSCovers_r(city->geos, city->whole, wanted) == 1;

    if (wanted != NULL)
        GEOSGeom_destroy_r(city->geos, wanted);
    return covered;
}

static const GEOSGeometry *largest(const struct city *city)
{
    const GEOSGeometry *found = NULL;
    double most = 0, area;

    for (int i = 0; i < GEOSGetNumGeometries_r(city->geos, city->whole); i++) {
        const GEOSGeometry *g = GEOSGetGeometryN_r(city->geos, city->whole, i);
        if (GEOSArea_r(city->geos, g, &area) != 1 || area <= most)
            continue;
        most = area;
        found = g;
    }
    return found;
}

/* The square in the largest circle that fits into a part. */
static int inscribe(const struct city *city, const GEOSGeometry *part, struct load_box *out,
                    struct err *e)
{
    GEOSGeometry *radius =
        GEOSMaximumInscribedCircle_r(city->geos, part, slack_degrees); /* from its middle */
    const GEOSCoordSequence *ends =
        radius != NULL ? GEOSGeom_getCoordSeq_r(city->geos, radius) : NULL;
    double lat = 0, lon = 0, length = 0;

    bool good = ends != NULL && GEOSCoordSeq_getXY_r(city->geos, ends, 0, &lon, &lat) == 1 &&
                GEOSLength_r(city->geos, radius, &length) == 1;
    if (radius != NULL)
        GEOSGeom_destroy_r(city->geos, radius);
    if (!good)
        return err_set(e, ERR_SYSTEM, "the city's shapes have no middle: %s", city->why);
    double half = length / sqrt(2);
    *out = (struct load_box){llround((lat - half) * DEGREE), llround((lon - half) * DEGREE),
                             llround((lat + half) * DEGREE), llround((lon + half) * DEGREE)};
    return 0;
}

int load_city_box(const json_t *map, struct load_box *out, struct err *e)
{
    AUTO(city_close) struct city city = {0};

    if (city_open(&city, map, e) < 0)
        return -1;
    const GEOSGeometry *part = largest(&city);
    if (part != NULL && !covers(&city, &usual))
        return inscribe(&city, part, out, e);
    *out = usual;
    return 0;
}
