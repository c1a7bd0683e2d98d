/* SPDX-License-Identifier: Apache-2.0 */
/* listing - which cases a list shows, and what it shows of them.
 *
 * A list walks one index from its newest case to its oldest. The index is
 * chosen by what the filter says. What else it says narrows the rows in the database already
 * (case_fits() in schemas/db), but for circles, and words beside places and times of change, and is
 * judged here in the end. So every list costs what it walks, and a walk has a limit: a page may be
 * shorter than asked for, and still have a next one. */
#ifndef LISTING_H
#define LISTING_H

#include "arena.h"
#include "catalogue.h"
#include "db.h"

enum {
    LISTING_PAGE_MAX = 1000,        /* rows */
    LISTING_CODES_MAX = 200,        /* of one kind in a filter */
    LISTING_LOOK_ROWS = 1500,       /* that one step looks at, by what they cost */
    LISTING_CELLS_MAX = 64,         /* squares of an index that one list walks */
    LISTING_CELLS_PER_DEGREE = 100, /* as place_cell() in schemas/db */
    LISTING_RANGES_MAX = 128,       /* of squares beside each other */
    LISTING_RADIUS_MAX = 50000      /* metres */
};

/* Some codes, or none: then every one fits. */
struct listing_codes {
    const char *items[LISTING_CODES_MAX];
    size_t count;
};

/* Where a page ends: the last case that was looked at. */
struct listing_cursor {
    int64_t updated_at; /* counts in lists by the time of change alone */
    struct uuid id;
};

struct listing_box {
    double min_lat, min_lon, max_lat, max_lon;
};

enum listing_status { LISTING_ANY, LISTING_OPEN, LISTING_CLOSED };

struct listing_filter {
    enum listing_status status;
    struct listing_codes references; /* these overrule everything else */
    struct listing_codes services, units, areas, states;
    const struct catalogue *catalogue; /* whose blackbox services are not shown; NULL: all are */
    int64_t from, to;                  /* when it came in, inclusive */
    bool rolling;                      /* from is so long ago from now, whenever now is */
    int64_t updated_from, updated_to;  /* when it last changed; INT64_MIN, INT64_MAX: any time */
    bool has_box, has_circle;
    struct listing_box box; /* also around the circle */
    double lat, lon, radius_m;
    bool has_cursor;
    struct listing_cursor cursor; /* begins after it */
    const char *text; /* folded; words of public texts, each of which must be there; NULL: any */
    bool is_empty;    /* nothing can fit (listing_plain.h) */
    size_t limit, skip;
};

/* Everything fits, and limit is limit. */
void listing_filter_init(struct listing_filter *f, size_t limit);

/* A case as everybody may see it; times INT64_MIN and texts NULL: there are none. Borrowed from
 * the rows of a result, whose columns are those of the view public_cases. */
struct listing_case {
    struct uuid id;
    const char *reference, *kind, *service, *unit, *state, *area;
    int64_t received_at, due_at, answered_at, closed_at, updated_at;
    bool open;
    double lat, lon; /* of its square; NAN: no public place */
    int64_t changes;
    const char *description, *answer; /* checked texts */
    int64_t published_at;
    const char *photo; /* name of the first public file; NULL: none */
};
void listing_case_read(const PGresult *rows, int row, struct listing_case *out);
/* Late now, or answered late. */
bool listing_case_is_late(const struct listing_case *c, int64_t now_us);

/* Whether everybody may see that the service has cases. */
bool listing_is_shown(const struct listing_filter *f, const char *service);
bool listing_fits(const struct listing_filter *f, const struct listing_case *c);

/* The circle's box; for a filter whose lat, lon and radius_m are set. */
struct listing_box listing_box_around(double lat, double lon, double radius_m);

/* The squares of the index cases_cell that may hold what a box holds; 0 when there are more than
 * LISTING_CELLS_MAX. */
size_t listing_cells(const struct listing_box *box, int32_t cells[LISTING_CELLS_MAX]);

/* Squares beside each other, the first and the last of them. */
struct listing_range {
    int32_t first, last;
};
/* Likewise of a box of any size, row by row; of more than LISTING_RANGES_MAX rows one range with
 * what lies west and east of it. */
size_t listing_ranges(const struct listing_box *box,
                      struct listing_range ranges[LISTING_RANGES_MAX]);

/* ---- walking ---- */

enum listing_path {
    LISTING_BY_REFERENCE,
    LISTING_BY_UPDATE,
    LISTING_BY_CELL,
    LISTING_BY_OPEN_CELL,
    LISTING_BY_SERVICE,
    LISTING_BY_AREA,
    LISTING_BY_UNIT,
    LISTING_BY_OPEN,
    LISTING_BY_STATE,
    LISTING_BY_TEXT,
    LISTING_BY_ID,
    LISTING_BY_RANGE, /* one step of a walk by another */
    LISTING_PATHS
};
enum listing_path listing_path(const struct listing_filter *f);

/* One statement of a walk. */
struct listing_step {
    const struct listing_cursor *at; /* goes on behind it; NULL: begins */
    size_t wanted;                   /* rows that it gives at most, those passed over counted */
    size_t skip;  /* of those that fit: so many are passed over; only if the database can judge */
    size_t each;  /* rows of each key that it looks at, or 0: no keys; was: of the step before */
    size_t found; /* by the step before: rows that were shown or skipped */
    /* set: rows that it looks at, at most, by what they cost; was: of the step before, 0: none */
    size_t looked;
    bool is_ranged; /* set: a large place was looked for by its squares */
};
/* The statement of the step; args is filled for it. */
const struct sql *listing_step(const struct listing_filter *f, struct listing_step *step,
                               struct db_args *args);

/* Whether the next step, if there is one, tells at once that a large place has little more, or that
 * it has much: worth asking even if the walk has reached its limit. */
bool listing_is_ranged_next(const struct listing_filter *f, const struct listing_step *step);

/* What a row of a step says of the step. */
struct listing_place {
    size_t
        nth; /* which of those that fit it is, the first 1; of those passed over there is no row */
    bool is_end; /* the looking ended there: it comes last, and not as a case of the list */
};
struct listing_place listing_place(const PGresult *rows, int row);

/* Whether the database alone can judge, so that it may pass over rows. */
bool listing_fits_in_database(const struct listing_filter *f);
/* How many rows a step has to give for about so many that fit. */
size_t listing_rows_for(const struct listing_filter *f, size_t fitting);

#endif
