/* SPDX-License-Identifier: Apache-2.0 */
/* area - prepared geometries of GEOS behind an R-tree. */
#include "area.h"

#include "log.h"
#include "mem.h"

#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TREE_NODE = 10 };                      /* children of a node; GEOS's own advice */
static const double degree_m = 111195.0;      /* of a great circle */
static const double narrowest_parallel = 0.1; /* keeps the search box finite near the poles */
static const double pi = 3.14159265358979323846;

struct shape {
    const struct catalogue_area *area;
    GEOSGeometry *geometry;
    const GEOSPreparedGeometry *prepared; /* refers to geometry */
};

struct area_map {
    GEOSContextHandle_t geos;
    GEOSSTRtree *tree; /* of struct shape *; refers to the geometries */
    struct shape *shapes;
    size_t count;
    char why[200]; /* what GEOS said last */
};

/* ---- building ---- */

static void note_error(const char *message, void *ctx)
{
    struct area_map *map = ctx;

    snprintf(map->why, sizeof(map->why), "%s", message);
}

/* False when GEOS cannot read it. */
static bool read_shape(struct area_map *map, const struct catalogue_area *area, struct shape *out)
{
    GEOSGeoJSONReader *reader = GEOSGeoJSONReader_create_r(map->geos);

    map->why[0] = '\0';
    out->area = area;
    out->geometry = GEOSGeoJSONReader_readGeometry_r(map->geos, reader, area->shape);
    GEOSGeoJSONReader_destroy_r(map->geos, reader);
    if (out->geometry == NULL)
        return false;
    out->prepared = GEOSPrepare_r(map->geos, out->geometry);
    if (out->prepared != NULL)
        return true;
    GEOSGeom_destroy_r(map->geos, out->geometry);
    return false;
}

int area_map_open(struct area_map **out, const struct catalogue *c, struct err *e)
{
    AUTO(area_map_close) struct area_map *map = mem_new(1, sizeof(*map));

    map->geos = GEOS_init_r();
    if (map->geos == NULL)
        return err_set(e, ERR_SYSTEM, "could not start GEOS");
    GEOSContext_setErrorMessageHandler_r(map->geos, note_error, map);
    map->tree = GEOSSTRtree_create_r(map->geos, TREE_NODE);
    if (map->tree == NULL)
        return err_set(e, ERR_SYSTEM, "could not make the tree of areas: %s", map->why);
    map->shapes = mem_new(c->area_count + 1, sizeof(*map->shapes));
    for (size_t i = 0; i < c->area_count; i++) {
        struct shape *shape = &map->shapes[map->count];
        if (read_shape(map, &c->areas[i], shape)) {
            GEOSSTRtree_insert_r(map->geos, map->tree, shape->geometry, shape);
            map->count++;
        } else {
            log_event(LOG_ERROR, "area left out", "area", c->areas[i].code, "why", map->why, NULL);
        }
    }
    *out = map;
    map = NULL;
    return 0;
}

void area_map_close(struct area_map **map)
{
    struct area_map *m = *map;

    if (m == NULL)
        return;
    if (m->tree != NULL)
        GEOSSTRtree_destroy_r(m->geos, m->tree);
    for (size_t i = 0; i < m->count; i++) {
        GEOSPreparedGeom_destroy_r(m->geos, m->shapes[i].prepared);
        GEOSGeom_destroy_r(m->geos, m->shapes[i].geometry);
    }
    free(m->shapes);
    if (m->geos != NULL)
        GEOS_finish_r(m->geos);
    free(m);
    *map = NULL;
}

/* ---- finding ---- */

struct search {
    const struct area_map *map;
    const GEOSGeometry *point;
    double lat, lon;
    const struct shape *best; /* so far */
    double distance_m;        /* of best; beyond it nothing is of interest */
};

/* Of two that are as good, the lower code. */
static bool comes_first(const struct search *s, const struct shape *shape)
{
    return s->best == NULL || strcmp(shape->area->code, s->best->area->code) < 0;
}

static void take_if_inside(void *item, void *ctx)
{
    const struct shape *shape = item;
    struct search *s = ctx;

    if (comes_first(s, shape) &&
        GEOSPreparedIntersects_r(s->map->geos, shape->prepared, s->point) == 1)
        s->best = shape;
}

static double radians(double degrees)
{
    return degrees * pi / 180;
}

/* Metres to the point of shape that is nearest in degrees; near the equator
 * that is within two percent of the nearest in metres. INFINITY on failure. */
static double distance_to(const struct search *s, const struct shape *shape)
{
    GEOSCoordSequence *ends = GEOSPreparedNearestPoints_r(s->map->geos, shape->prepared, s->point);
    double lat = 0, lon = 0;

    if (ends == NULL)
        return (double)INFINITY;
    bool good = GEOSCoordSeq_getXY_r(s->map->geos, ends, 0, &lon, &lat) == 1;
    GEOSCoordSeq_destroy_r(s->map->geos, ends);
    if (!good)
        return (double)INFINITY;
    return degree_m * hypot(lat - s->lat, (lon - s->lon) * cos(radians(s->lat)));
}

static void take_if_nearer(void *item, void *ctx)
{
    const struct shape *shape = item;
    struct search *s = ctx;
    double distance_m = distance_to(s, shape);

    if (distance_m > s->distance_m || (distance_m == s->distance_m && !comes_first(s, shape)))
        return;
    s->best = shape;
    s->distance_m = distance_m;
}

static void find_nearest(struct search *s)
{
    double high = AREA_REACH_M / degree_m;
    double wide = high / fmax(cos(radians(s->lat)), narrowest_parallel);
    GEOSGeometry *box = GEOSGeom_createRectangle_r(s->map->geos, s->lon - wide, s->lat - high,
                                                   s->lon + wide, s->lat + high);

    if (box == NULL)
        return;
    s->distance_m = AREA_REACH_M;
    GEOSSTRtree_query_r(s->map->geos, s->map->tree, box, take_if_nearer, s);
    GEOSGeom_destroy_r(s->map->geos, box);
}

const struct catalogue_area *area_map_find(const struct area_map *map, double lat, double lon)
{
    struct search s = {.map = map, .lat = lat, .lon = lon};

    if (map->count == 0 || !isfinite(lat) || !isfinite(lon))
        return NULL;
    GEOSGeometry *point = GEOSGeom_createPointFromXY_r(map->geos, lon, lat);
    if (point == NULL)
        return NULL;
    s.point = point;
    GEOSSTRtree_query_r(map->geos, map->tree, point, take_if_inside, &s);
    if (s.best == NULL)
        find_nearest(&s);
    GEOSGeom_destroy_r(map->geos, point);
    return s.best != NULL ? s.best->area : NULL;
}

bool area_map_covers(const struct area_map *map, double lat, double lon)
{
    return map->count == 0 || area_map_find(map, lat, lon) != NULL;
}
