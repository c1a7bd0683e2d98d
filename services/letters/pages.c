/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"

void pages_keep_paragraph(struct piece lines[], size_t count)
{
    if (count < 2)
        return;
    lines[0].keep = true;
    lines[count - 2].keep = true;
}

/* How many pieces from first on fit into room; at least one. */
static size_t fitting(const struct piece pieces[], size_t first, size_t count, double room)
{
    double used = 0;
    size_t i;

    for (i = first; i < count; i++) {
        used += (i == first ? 0 : pieces[i].gap) + pieces[i].height;
        if (used > room && i > first)
            break;
    }
    return i - first;
}

/* Ends the page earlier, so that what is kept together begins the next one. */
static size_t shorten(const struct piece pieces[], size_t first, size_t taken)
{
    size_t less = taken;

    while (less > 0 && pieces[first + less - 1].keep)
        less--;
    return less > 0 ? less : taken;
}

static void place(struct piece pieces[], size_t count, int page)
{
    double y = 0;

    for (size_t i = 0; i < count; i++) {
        y += i == 0 ? 0 : pieces[i].gap;
        pieces[i].page = page;
        pieces[i].y = y;
        y += pieces[i].height;
    }
}

int pages_break(struct piece pieces[], size_t count, double first, double other)
{
    int page = 0;

    for (size_t at = 0; at < count; page++) {
        size_t taken = fitting(pieces, at, count, page == 0 ? first : other);
        if (at + taken < count)
            taken = shorten(pieces, at, taken);
        place(pieces + at, taken, page);
        at += taken;
    }
    return page > 0 ? page : 1;
}
