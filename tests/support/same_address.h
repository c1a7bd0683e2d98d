/* SPDX-License-Identifier: Apache-2.0 */
/* same_address - whether the bus says a request again: then it has the address of the first one.
 * For tests that play a service and count what they are asked. */
#ifndef SAME_ADDRESS_H
#define SAME_ADDRESS_H

#include "bus.h"

#include <string.h>

static inline bool same_address(const struct bus_address *a, const struct bus_address *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

#endif
