/* SPDX-License-Identifier: Apache-2.0 */
/* draft_areas - the features of areas.geojson; GEOS judges their shapes. */
#include "draft.h"
#include "json.h"

#include <geos_c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fifteen digits give every decimal of a file back as it was written. */
enum { SHAPE_FLAGS = JSON_COMPACT | JSON_REAL_PRECISION(15), REASON_MAX = 200 };

struct reading {
    struct draft *draft;
    struct rowset *table;
    GEOSContextHandle_t geos;
    GEOSGeoJSONReader *reader;
    char reason[REASON_MAX]; /* GEOS' last complaint */
};

static void on_message(const char *message, void *ctx)
{
    struct reading *r = ctx;

    snprintf(r->reason, sizeof(r->reason), "%.*s", (int)strcspn(message, "\n"), message);
}

static void mistake(struct reading *r, size_t line, const char *rule, const char *text)
{
    findings_add(&r->draft->findings, (struct place){r->table->spec->file, line}, rule, "%s", text);
}

static bool in_range(struct reading *r, const GEOSGeometry *g)
{
    double west, east, south, north;

    return GEOSGeom_getXMin_r(r->geos, g, &west) == 1 &&
           GEOSGeom_getXMax_r(r->geos, g, &east) == 1 &&
           GEOSGeom_getYMin_r(r->geos, g, &south) == 1 &&
           GEOSGeom_getYMax_r(r->geos, g, &north) == 1 && west >= -180 && east <= 180 &&
           south >= -90 && north <= 90;
}

static bool is_valid(struct reading *r, const GEOSGeometry *g)
{
    char valid = GEOSisValid_r(r->geos, g);

    if (valid == 1)
        return true;
    char *reason = GEOSisValidReason_r(r->geos, g);
    if (reason != NULL)
        on_message(reason, r);
    GEOSFree_r(r->geos, reason);
    return false;
}

/* Arrays in arrays, depth levels of them, and in the last one positions. */
static bool is_nested(const json_t *value, int depth)
{
    bool good = json_is_array(value);
    const json_t *item;
    size_t i;

    json_array_foreach(value, i, item)
    {
        good = good && (depth > 0 ? is_nested(item, depth - 1) : json_is_number(item));
    }
    return good && (depth > 0 || json_array_size(value) == 2 || json_array_size(value) == 3);
}

/* GEOS 3.11 reads beyond the end of a position without numbers, so the form is
 * looked at before it sees the text. */
static bool has_form(const json_t *geometry)
{
    static const struct {
        const char *type;
        int depth;
    } forms[] = {{"Polygon", 2}, {"MultiPolygon", 3}};
    const char *type = json_string_value(json_object_get(geometry, "type"));
    const json_t *coordinates = json_object_get(geometry, "coordinates");

    for (size_t i = 0; type != NULL && i < COUNT(forms); i++)
        if (strcmp(type, forms[i].type) == 0)
            return is_nested(coordinates, forms[i].depth);
    return false;
}

/* NULL when the shape is good, else why not. */
static const char *judge(struct reading *r, const GEOSGeometry *g)
{
    if (g == NULL)
        return r->reason[0] != '\0' ? r->reason : "the geometry cannot be read";
    if (GEOSisEmpty_r(r->geos, g) != 0)
        return "the geometry is empty";
    if (!in_range(r, g))
        return "a longitude is not within 180 or a latitude not within 90 degrees";
    return is_valid(r, g) ? NULL : r->reason;
}

static void read_shape(struct reading *r, struct row *row, const json_t *geometry)
{
    if (!has_form(geometry)) {
        mistake(r, row->line, "area-geometry", "the geometry is no Polygon or MultiPolygon");
        return;
    }
    char *text = json_dumps(geometry, SHAPE_FLAGS);
    r->reason[0] = '\0';
    GEOSGeometry *g = GEOSGeoJSONReader_readGeometry_r(r->geos, r->reader, text);
    const char *why = judge(r, g);
    if (why != NULL)
        mistake(r, row->line, "area-geometry", why);
    GEOSGeom_destroy_r(r->geos, g);
    ((struct draft_area *)(void *)row)->shape = text;
}

static void read_property(struct reading *r, struct row *row, const struct column *c,
                          const json_t *properties)
{
    const json_t *value = json_object_get(properties, c->name);
    struct cell cell = {c, "", 0};

    if (value != NULL && !json_is_string(value)) {
        mistake(r, row->line, "value-type", "code and unit are strings");
        return;
    }
    if (value != NULL)
        cell = (struct cell){c, json_string_value(value), json_string_length(value)};
    rowset_set(r->table, row, &cell, &r->draft->findings);
}

static void read_feature(struct reading *r, size_t line, const json_t *feature)
{
    const char *type = json_string_value(json_object_get(feature, "type"));

    if (type == NULL || strcmp(type, "Feature") != 0) {
        mistake(r, line, "value-type", "not a Feature");
        r->table->partial = true;
        return;
    }
    struct row *row = rowset_add(r->table, line);
    for (const struct column *c = r->table->spec->columns; c->type != COLUMN_SHAPE; c++)
        read_property(r, row, c, json_object_get(feature, "properties"));
    rowset_finish(r->table, row);
    read_shape(r, row, json_object_get(feature, "geometry"));
}

static void read_features(struct reading *r, const json_t *root)
{
    const char *type = json_string_value(json_object_get(root, "type"));
    const json_t *features = json_object_get(root, "features");
    const json_t *feature;
    size_t i;

    if (type == NULL || strcmp(type, "FeatureCollection") != 0 || !json_is_array(features)) {
        mistake(r, 1, "value-type", "not a FeatureCollection");
        r->table->partial = true;
        return;
    }
    json_array_foreach(features, i, feature)
    {
        read_feature(r, i + 2, feature);
    }
}

void draft_read_areas(struct draft *d, const char *bytes, size_t len)
{
    struct reading r = {.draft = d, .table = &d->parts[DRAFT_AREAS]};
    json_error_t why;
    AUTO(json_release) json_t *root = json_load(bytes, len, &why);

    if (root == NULL) {
        mistake(&r, why.line > 0 ? (size_t)why.line : 1, "json-syntax", why.text);
        r.table->partial = true;
        return;
    }
    r.geos = GEOS_init_r();
    GEOSContext_setErrorMessageHandler_r(r.geos, on_message, &r);
    r.reader = GEOSGeoJSONReader_create_r(r.geos);
    read_features(&r, root);
    GEOSGeoJSONReader_destroy_r(r.geos, r.reader);
    GEOS_finish_r(r.geos);
}
