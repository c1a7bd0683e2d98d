/* SPDX-License-Identifier: Apache-2.0 */
/* accept - what an Accept header asks for (RFC 9110, 12.5.1), or an Accept-Language header
 * (12.5.4). */
#ifndef ACCEPT_H
#define ACCEPT_H

#include "base.h"

/* How much of a media type ("application/json") is wanted. */
struct accept {
    int quality;   /* thousandths: 1000 when nothing is said of it, 0: it is not taken */
    bool is_named; /* by itself, not by a wildcard */
};
/* header: NULL where there is none: everything is taken. Parameters of types count for nothing. */
struct accept accept_of(const char *header, const char *type);

/* How much of a language ("en", of whatever country) is wanted, in thousandths; 0: it is not named.
 * *place: how many languages are named before it. */
int accept_language(const char *header, const char *language, int *place);

#endif
