/* SPDX-License-Identifier: Apache-2.0 */
/* pages - which line of a letter stands on which page. Pure: knows heights alone. */
#ifndef PAGES_H
#define PAGES_H

#include "base.h"

/* One unbreakable piece: a line of text, or a block such as the signature. Lengths in points. */
struct piece {
    double gap;    /* above it, unless it is the first of its page */
    double height; /* without the gap */
    bool keep;     /* on the same page as the next piece, where that is possible */
    int page;      /* from 0; set by pages_break */
    double y;      /* its top, from the top of the page's room; set by pages_break */
};

/* first and other are the heights of the room on page 0 and on each other page. A piece that is
 * higher than a page has one for itself. Returns the number of pages, at least 1. */
int pages_break(struct piece pieces[], size_t count, double first, double other);

/* Sets keep in the lines of one paragraph, so that neither its first nor its last line stands
 * alone on a page. */
void pages_keep_paragraph(struct piece lines[], size_t count);

#endif
