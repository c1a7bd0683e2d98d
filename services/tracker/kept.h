/* SPDX-License-Identifier: Apache-2.0 */
/* kept - cases as the last transactions have left them.
 *
 * The next steps of a case often follow its last one closely: a worker accepts it, and is done with
 * it. What was just written need not be read again for that, since nobody but the leading tracker
 * writes cases. Whoever takes a case owns it: it is here again once what became of it is
 * committed. After any failure, and when something else has written cases, forget them all. */
#ifndef KEPT_H
#define KEPT_H

#include "workset.h"

struct kept;

struct kept *kept_new(size_t max); /* the newest that many */
void kept_free(struct kept **kept);

/* Moves the case into the set, unless it is there, or not here. Whether the set has it now. */
bool kept_take(struct kept *kept, struct workset *set, const struct uuid *id);
/* Forgets the cases of a set that was just committed: they are not as they were. */
void kept_drop(struct kept *kept, const struct workset *set);
/* Moves what a committed set has changed here; the set does not have it any more. */
void kept_put(struct kept *kept, struct workset *set);
void kept_forget(struct kept *kept);

#endif
