/* SPDX-License-Identifier: Apache-2.0 */
/* letters - what a unit writes to the citizen: drafted, then issued under a number. What a letter
 * looks like is the service letters' to make, from these rows alone. */
#ifndef LETTERS_H
#define LETTERS_H

#include "verbs.h"

/* Each verb says what the form needs. Call when nothing can fail any more. */

/* Of a case that this batch records. */
void letters_receipt(struct workset *set, struct case_row *c);
/* A question, and until when it waits (INT64_MAX: for good). */
void letters_information(const struct work *w, int64_t until);
/* A refusal is drafted when it is proposed and issued when a second person agrees. lead is the case
 * whose refusal it is: w's own, or the one that w's was merged into; that one's letter comes first
 * in the batch. */
void letters_draft_refusal(const struct work *w);
void letters_issue_refusal(const struct work *w, const struct case_row *lead);
/* An apology is drafted before it may be needed; issuing it says everything anew, of a case that
 * was merged likewise what its lead's says, but the promise that was missed is its own. Its id. */
void letters_draft_apology(const struct work *w);
struct uuid letters_apology_id(const struct case_row *c);
void letters_issue_apology(const struct work *w, const struct case_row *lead);

#endif
