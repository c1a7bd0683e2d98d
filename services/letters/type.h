/* SPDX-License-Identifier: Apache-2.0 */
/* type - set type for a PDF: fonts, lines and paragraphs, by pango and cairo. Lengths in points.
 *
 * The fonts are one family's, from one directory, so that the same letter looks the same, and is
 * the same bytes, on every machine. */
#ifndef TYPE_H
#define TYPE_H

#include "strbuf.h"

#include "err.h"

#include <pango/pangocairo.h>

#define TYPE_MM(mm) ((mm)*72.0 / 25.4)

struct type_style {
    double size;
    bool bold, italic;
};

enum type_align { TYPE_LEFT, TYPE_CENTRE, TYPE_JUSTIFIED };

struct type_block {
    struct type_style style;
    enum type_align align;
    double width;   /* lines are broken to it */
    double indent;  /* of the first line */
    double leading; /* distance of baselines as a multiple of the font's own; 0: 1 */
};

/* Opens the fonts; kept for all letters of the process. ERR_SYSTEM when a face of the letters'
 * family is not there. */
struct type_fonts;
int type_fonts_open(struct type_fonts **out, const char *directory, struct err *e) CHECKED;
void type_fonts_close(struct type_fonts **fonts);

/* A document of A4 pages that grows into *out. */
struct type;
struct type *type_open(struct type_fonts *fonts, const char *language, struct strbuf *out);
void type_close(struct type **type);
cairo_surface_t *type_surface(struct type *type);
cairo_t *type_cairo(struct type *type);

void type_new_page(struct type *type);
/* Writes the rest of the document. ERR_SYSTEM when cairo failed, ERR_INPUT when out's limit was
 * passed. */
int type_finish(struct type *type, struct err *e) CHECKED;

/* Yours to g_object_unref. */
PangoLayout *type_layout(struct type *type, const struct type_block *block, const char *text);
double type_layout_height(PangoLayout *layout);
double type_layout_width(PangoLayout *layout); /* of the longest line */

void type_show(struct type *type, PangoLayout *layout, double x, double y); /* its top left */
void type_show_line(struct type *type, PangoLayout *layout, int line, double x, double y);
double type_line_height(PangoLayout *layout, int line);

/* Sets text at once, its top at y; returns its height. */
double type_set(struct type *type, const struct type_block *block, double x, double y,
                const char *text);
void type_rule(struct type *type, double x, double y, double width);

#endif
