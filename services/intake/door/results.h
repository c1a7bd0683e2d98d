/* SPDX-License-Identifier: Apache-2.0 */
/* results - counts requests by what became of them. */
#ifndef RESULTS_H
#define RESULTS_H

/* status is that of the answer. */
void results_count(unsigned status);

#endif
