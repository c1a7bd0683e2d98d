/* SPDX-License-Identifier: Apache-2.0 */
/* sweep - files that were uploaded a day ago or longer and that no case has are removed.
 *
 * One of the 256 folders at a time: a keeper lists what is old there, the database tells which of
 * it is known, and the keeper removes the rest. Ids of uploads are good for less than a day, so
 * nothing that is swept can be given to a case any more. */
#ifndef SWEEP_H
#define SWEEP_H

struct intake;
struct sweep;

struct sweep *sweep_open(struct intake *intake);
void sweep_close(struct sweep **sweep);

#endif
