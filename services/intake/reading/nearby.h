/* SPDX-License-Identifier: Apache-2.0 */
/* nearby - open cases of a place that may be the same as one that is about to be sent.
 *
 * The place and the service narrow by index; only what is left is compared by its words, which
 * stay here: whoever asks learns the order alone. */
#ifndef NEARBY_H
#define NEARBY_H

#include "likeness.h"
#include "lists.h"

enum { NEARBY_CANDIDATES = 100, NEARBY_SHOWN = 3, NEARBY_RADIUS_M = 250, NEARBY_TEXT = 4000 };

struct nearby;
/* Must answer the request. With e nothing was found out; else n's cases are there, the likest first
 * and of equals the nearest. */
typedef void nearby_fn(struct nearby *n, const struct err *e);

struct nearby_case {
    struct listing_case c;
    double distance_m, likeness; /* NAN: no circle was asked for */
};

struct nearby {
    struct list *list; /* owns this; its filter wants a circle or areas, and may name services */
    nearby_fn *found;
    struct likeness *text; /* NULL: the distance alone decides */
    bool with_address;     /* the words may also be those of where it is */
    size_t count;
    struct nearby_case cases[NEARBY_CANDIDATES];
};

/* A search to be narrowed and started, or closed. */
struct nearby *nearby_new(struct intake *intake, struct http_request *request, nearby_fn *found);
/* The words to compare with. */
void nearby_text(struct nearby *n, const char *text);
/* Calls found, now or later, and closes the search after it. */
void nearby_start(struct nearby *n);
void nearby_close(struct nearby *n);

#endif
