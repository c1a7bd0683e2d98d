/* SPDX-License-Identifier: Apache-2.0 */
/* load_texts - complaints as people write them, made of embedded phrases.
 *
 * Case n of a run is always the same: what was sent can be made again from the
 * plan and n, and compared with what is kept. There are LOAD_TEXTS different
 * texts, places and names in a run; a case's description also ends with the
 * run and n, so that no two are equal. */
#ifndef LOAD_TEXTS_H
#define LOAD_TEXTS_H

#include "strbuf.h"

#include "err.h"

enum {
    LOAD_TEXTS = 4096,
    LOAD_MIN_LENGTH = 40, /* of a description, in characters */
    LOAD_MAX_LENGTH = 1500,
    LOAD_NUMBER_DIGITS = 10, /* of n at the description's end */
    LOAD_MAX_SERVICES = 200,
};

/* Degrees, millionths. */
struct load_box {
    int64_t south, west, north, east;
};

struct load_plan {
    int64_t run; /* 1 to 999999999; tells the runs apart */
    struct load_box box;
    char *services[LOAD_MAX_SERVICES]; /* codes, owned */
    size_t service_count;
};

void load_plan_free(struct load_plan *plan);

struct load_case {
    const char *service; /* the plan's */
    struct strbuf description, address, name, phone;
    int64_t lat, lon; /* degrees, millionths */
};
/* Empty; load_case_free at the end. */
void load_case_init(struct load_case *c);
void load_case_free(struct load_case *c);

struct load_texts;

struct load_texts *load_texts_open(void);
void load_texts_close(struct load_texts **texts);

/* Makes case n of the plan, in place of what *out held. */
void load_texts_make(const struct load_texts *texts, const struct load_plan *plan, int64_t n,
                     struct load_case *out);

#endif
