/* SPDX-License-Identifier: Apache-2.0 */
/* page_figures - counts and shares as a page shows them. */
#ifndef PAGE_FIGURES_H
#define PAGE_FIGURES_H

#include "intake.h"
#include "tally.h"

enum { PAGE_FIGURE_SIZE = 32, PAGE_TARGET_ON_TIME = 90, PAGE_TARGET_SATISFIED = 80 };

/* "1.234.567" in Vietnamese, "1,234,567" in English. Returns out. */
const char *page_count(enum language language, int64_t n, char out[PAGE_FIGURE_SIZE]);
/* 0.9345 as "93,4%" or "93.4%": never more than it is, so that what is below a target does not
 * seem to reach it. NAN as "–". */
const char *page_share(enum language language, double share, char out[PAGE_FIGURE_SIZE]);

/* An object for a bar: "share" as text, "width" from 0 to 100, "met" whether the target (percent)
 * is passed. The last two are missing when the share is NAN. */
json_t *page_bar(enum language language, double share, int target) CHECKED;

/* Figures as texts: received, answered, answered_on_time, late, due, letters, letters_on_time,
 * owed, rated, satisfied_count, response; on_time and satisfied as bars; of_answered as a share. */
json_t *page_figures(enum language language, const struct figures *f) CHECKED;

#endif
