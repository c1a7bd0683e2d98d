/* SPDX-License-Identifier: Apache-2.0 */
#include "cases_filter.h"

#include "known.h"
#include "text.h"

#include <string.h>

enum { RADIUS_M = 1000, NUMBERS_MAX = 4 };

const char *const cases_filter_names[] = {"service", "unit",   "area",          "state",  "status",
                                          "from",    "to",     "updated_since", "q",      "bbox",
                                          "near",    "radius", "limit",         "cursor", NULL};

/* "1,2,3": exactly count numbers. */
static bool read_numbers(const struct query *q, const char *name, size_t count,
                         double out[NUMBERS_MAX])
{
    struct listing_codes said = {.count = 0};
    struct err ignored;
    size_t good = 0;

    if (!query_codes(q, name, &said))
        return false;
    while (good < said.count && good < count &&
           text_double(said.items[good], name, -1000, 1000, &out[good], &ignored) == 0)
        good++;
    if (good == count && said.count == count)
        return true;
    faults_add_value(q->faults, name, RULE_NUMBER, query_text(q, name));
    return false;
}

static bool is_on_earth(double lat, double lon)
{
    return lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180;
}

/* West, south, east, north, as GeoJSON has them. Goes before a circle. */
static void read_box(const struct query *q, struct listing_filter *f)
{
    double n[NUMBERS_MAX];

    if (!read_numbers(q, "bbox", 4, n))
        return;
    if (!is_on_earth(n[1], n[0]) || !is_on_earth(n[3], n[2]) || n[0] > n[2] || n[1] > n[3]) {
        faults_add_value(q->faults, "bbox", RULE_RANGE, query_text(q, "bbox"));
        return;
    }
    f->has_circle = false;
    f->has_box = true;
    f->box = (struct listing_box){n[1], n[0], n[3], n[2]};
}

static void read_circle(const struct query *q, struct listing_filter *f)
{
    double n[NUMBERS_MAX];

    f->radius_m = RADIUS_M;
    (void)query_number(q, "radius", 1, LISTING_RADIUS_MAX, &f->radius_m);
    if (!read_numbers(q, "near", 2, n))
        return;
    if (!is_on_earth(n[0], n[1])) {
        faults_add_value(q->faults, "near", RULE_RANGE, query_text(q, "near"));
        return;
    }
    f->has_circle = true;
    f->lat = n[0];
    f->lon = n[1];
    f->box = listing_box_around(f->lat, f->lon, f->radius_m);
}

static void read_times(const struct query *q, struct listing_filter *f)
{
    (void)query_moment(q, "from", false, &f->from);
    if (query_moment(q, "to", true, &f->to) && f->to < f->from)
        faults_add_value(q->faults, "to", RULE_RANGE, query_text(q, "to"));
    (void)query_moment(q, "updated_since", false, &f->updated_from);
}

void cases_filter_read(const struct query *q, const struct catalogue *catalogue,
                       struct listing_filter *f)
{
    int64_t limit = CASES_PAGE;

    listing_filter_init(f, CASES_PAGE);
    (void)query_int(q, "limit", 1, CASES_PAGE_MAX, &limit);
    f->limit = (size_t)limit;
    f->has_cursor = query_cursor(q, "cursor", &f->cursor);
    known_services(q, "service", catalogue, &f->services);
    known_units(q, "unit", catalogue, &f->units);
    (void)query_codes(q, "area", &f->areas);
    known_states(q, "state", &f->states);
    (void)query_status(q, "status", &f->status);
    read_times(q, f);
    (void)query_words(q, "q", &f->text);
    read_circle(q, f);
    read_box(q, f);
}
