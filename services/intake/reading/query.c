/* SPDX-License-Identifier: Apache-2.0 */
#include "query.h"

#include "bookmark.h"
#include "clock.h"
#include "moment.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORDS_MAX = 200 }; /* characters, folded */

#define DAY_US (INT64_C(86400) * CLOCK_US_PER_S)

const char *query_of_request(void *ctx, const char *name)
{
    return http_query(ctx, name);
}

const char *query_text(const struct query *q, const char *name)
{
    const char *text = q->get(q->ctx, name);

    if (text == NULL || *text == '\0')
        return NULL;
    if (!text_is_clean(text, strlen(text))) {
        faults_add(q->faults, "", name, RULE_CLEAN);
        return NULL;
    }
    return text;
}

bool query_int(const struct query *q, const char *name, int64_t min, int64_t max, int64_t *out)
{
    const char *text = query_text(q, name);
    struct err ignored;
    int64_t n;

    if (text == NULL)
        return false;
    if (text_int64(text, name, INT64_MIN, INT64_MAX, &n, &ignored) < 0) {
        faults_add_value(q->faults, name, RULE_NUMBER, text);
        return false;
    }
    if (n < min || n > max) {
        faults_add_value(q->faults, name, RULE_RANGE, text);
        return false;
    }
    *out = n;
    return true;
}

bool query_number(const struct query *q, const char *name, double min, double max, double *out)
{
    const char *text = query_text(q, name);
    struct err ignored;
    double n;

    if (text == NULL)
        return false;
    if (text_double(text, name, -1e300, 1e300, &n, &ignored) < 0) {
        faults_add_value(q->faults, name, RULE_NUMBER, text);
        return false;
    }
    if (n < min || n > max) {
        faults_add_value(q->faults, name, RULE_RANGE, text);
        return false;
    }
    *out = n;
    return true;
}

bool query_moment(const struct query *q, const char *name, bool is_end, int64_t *out)
{
    const char *text = query_text(q, name);

    if (text == NULL)
        return false;
    if (moment_read(text, is_end, out))
        return true;
    faults_add_value(q->faults, name, RULE_DATETIME, text);
    return false;
}

bool query_spans(const struct query *q, const char *start, const char *end, int64_t days)
{
    int64_t from = 0, to = 0;

    return query_moment(q, start, false, &from) && query_moment(q, end, false, &to) &&
           to - from <= days * DAY_US;
}

bool query_cursor(const struct query *q, const char *name, struct listing_cursor *out)
{
    const char *text = query_text(q, name);

    if (text == NULL)
        return false;
    if (bookmark_read(q->ring, text, out))
        return true;
    faults_add_value(q->faults, name, RULE_CURSOR, text);
    return false;
}

/* One item of a list without the space around it; NULL when it is empty or the arena is full. */
static const char *trimmed(const struct query *q, const char *from, size_t len)
{
    while (len > 0 && *from == ' ') {
        from++;
        len--;
    }
    while (len > 0 && from[len - 1] == ' ')
        len--;
    return len > 0 ? arena_text(q->arena, from, len) : NULL;
}

bool query_codes(const struct query *q, const char *name, struct listing_codes *out)
{
    const char *text = query_text(q, name);

    while (text != NULL) {
        size_t len = strcspn(text, ",");
        const char *item = trimmed(q, text, len);
        if (item != NULL && out->count == LISTING_CODES_MAX) {
            faults_add(q->faults, "", name, RULE_MANY);
            return false;
        }
        if (item != NULL)
            out->items[out->count++] = item;
        text = text[len] == ',' ? text + len + 1 : NULL;
    }
    return out->count > 0;
}

bool query_references(const struct query *q, const char *name, struct listing_codes *out)
{
    char canonical[REFERENCE_SIZE];
    struct err ignored;

    if (!query_codes(q, name, out))
        return false;
    for (size_t i = 0; i < out->count; i++) {
        if (reference_read(out->items[i], canonical, &ignored) < 0)
            continue; /* it stays as it is, and no case is called so */
        const char *copy = arena_text(q->arena, canonical, REFERENCE_SIZE - 1);
        out->items[i] = copy != NULL ? copy : out->items[i];
    }
    return true;
}

bool query_status(const struct query *q, const char *name, enum listing_status *out)
{
    struct listing_codes said = {.count = 0};
    bool open = false, closed = false;

    if (!query_codes(q, name, &said))
        return false;
    for (size_t i = 0; i < said.count; i++) {
        bool is_open = strcasecmp(said.items[i], "open") == 0;
        if (!is_open && strcasecmp(said.items[i], "closed") != 0) {
            faults_add_value(q->faults, name, RULE_CHOICE, said.items[i]);
            return false;
        }
        open = open || is_open;
        closed = closed || !is_open;
    }
    *out = LISTING_ANY;
    if (open != closed)
        *out = open ? LISTING_OPEN : LISTING_CLOSED;
    return true;
}

bool query_words(const struct query *q, const char *name, const char **out)
{
    const char *text = query_text(q, name);
    char *folded = text != NULL ? text_fold(text, strlen(text)) : NULL;

    if (folded != NULL && text_length(folded, strlen(folded)) > WORDS_MAX)
        faults_add_length(q->faults, "", name, WORDS_MAX);
    else if (folded != NULL && *folded != '\0')
        *out = arena_text(q->arena, folded, strlen(folded));
    free(folded);
    return *out != NULL;
}

bool query_is_true(const struct query *q, const char *name)
{
    const char *text = query_text(q, name);

    return text != NULL && (strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0 ||
                            strcasecmp(text, "yes") == 0);
}

void query_circle(const struct query *q, const char *lon, double default_radius_m,
                  struct listing_filter *f)
{
    size_t faults = q->faults->count;
    bool has_lat = query_number(q, "lat", -90, 90, &f->lat);
    bool has_lon = query_number(q, lon, -180, 180, &f->lon);
    bool has_radius;

    f->radius_m = default_radius_m;
    has_radius = query_number(q, "radius", 1, LISTING_RADIUS_MAX, &f->radius_m);
    if (q->faults->count > faults || (!has_lat && !has_lon && !has_radius))
        return;
    if (!has_lat || !has_lon) {
        faults_add(q->faults, "", has_lat ? lon : "lat", RULE_PAIR);
        return;
    }
    f->has_circle = true;
    f->box = listing_box_around(f->lat, f->lon, f->radius_m);
}
