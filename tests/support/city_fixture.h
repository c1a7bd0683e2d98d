/* SPDX-License-Identifier: Apache-2.0 */
/* city_fixture - the one city of a test program that speaks to it by "dunghen", and what was said
 * last. */
#ifndef CITY_FIXTURE_H
#define CITY_FIXTURE_H

#include "city.h"

static struct city *city;
static struct strbuf output = {.limit = 1 << 20}; /* of the last command */

/* "dunghen" with these words; whether it ended well. */
#define DUNGHEN(...) city_says(city, (const char *const[]){__VA_ARGS__, NULL}, &output)

/* cmocka's setup and teardown of a group. Who begins the city in steps has a setup of its own. */
static inline int open_city(void **state)
{
    int rc = city_setup(state);

    city = *state;
    return rc;
}

static inline int close_city(void **state)
{
    (void)state;
    city_close(&city);
    strbuf_free(&output);
    return 0;
}

#endif
