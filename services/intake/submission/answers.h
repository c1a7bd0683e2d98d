/* SPDX-License-Identifier: Apache-2.0 */
/* answers - the answers to a service's questions; a part of submission. */
#ifndef ANSWERS_H
#define ANSWERS_H

#include "submission.h"

/* Against the questions of s->service (none when that is NULL). */
void answers_check(const struct submission *s, struct faults *faults);

/* Appends the checked answers as a JSON object in the order of the questions. */
void answers_write(const struct submission *s, struct strbuf *out);

#endif
