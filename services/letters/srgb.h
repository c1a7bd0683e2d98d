/* SPDX-License-Identifier: Apache-2.0 */
/* srgb - the ICC profile of sRGB (IEC 61966-2-1), in its shortest form: version 4, a matrix and one
 * parametric curve. It says in an archived letter what its colours mean. */
#ifndef SRGB_H
#define SRGB_H

#include "strbuf.h"

void srgb_profile(struct strbuf *out);

#endif
