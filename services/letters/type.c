/* SPDX-License-Identifier: Apache-2.0 */
#include "type.h"

#include "mem.h"

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <limits.h>
#include <pango/pangofc-fontmap.h>
#include <stdlib.h>

/* Metrically a Times; has every letter of Vietnamese, stacked marks included. */
#define FAMILY "Liberation Serif"
static const char *const faces[] = {
    "LiberationSerif-Regular.ttf",
    "LiberationSerif-Bold.ttf",
    "LiberationSerif-Italic.ttf",
    "LiberationSerif-BoldItalic.ttf",
};

static const double rule_width = 0.75;

struct type_fonts {
    FcConfig *config;
    PangoFontMap *map;
};

struct type {
    struct type_fonts *fonts;
    struct strbuf *out;
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoContext *context;
};

/* ---- fonts ---- */

/* File by file: for a directory fontconfig would want to write a cache. */
static int add_faces(FcConfig *config, const char *directory, struct err *e)
{
    for (size_t i = 0; i < COUNT(faces); i++) {
        AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
        strbuf_addf(&path, "%s/%s", directory, faces[i]);
        const char *text = strbuf_text(&path);
        if (text == NULL || !FcConfigAppFontAddFile(config, (const FcChar8 *)text))
            return err_set(e, ERR_SYSTEM, "could not read the font \"%s\" in \"%s\"", faces[i],
                           directory);
    }
    return 0;
}

int type_fonts_open(struct type_fonts **out, const char *directory, struct err *e)
{
    AUTO(type_fonts_close) struct type_fonts *fonts = mem_new(1, sizeof(*fonts));

    fonts->config = FcConfigCreate();
    if (add_faces(fonts->config, directory, e) < 0)
        return -1;
    fonts->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts->map), fonts->config);
    *out = fonts;
    fonts = NULL;
    return 0;
}

void type_fonts_close(struct type_fonts **fonts)
{
    if (*fonts == NULL)
        return;
    if ((*fonts)->map != NULL) {
        pango_fc_font_map_shutdown(PANGO_FC_FONT_MAP((*fonts)->map));
        g_object_unref((*fonts)->map);
    }
    if ((*fonts)->config != NULL)
        FcConfigDestroy((*fonts)->config);
    free(*fonts);
    *fonts = NULL;
}

/* ---- a document ---- */

static cairo_status_t write_bytes(void *ctx, const unsigned char *data, unsigned len)
{
    struct strbuf *out = ctx;

    strbuf_add(out, data, len);
    return strbuf_text(out) != NULL ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* Glyphs stand where the outlines want them: what is printed has no pixels. */
static void set_resolution(PangoContext *context)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_round_glyph_positions(context, FALSE);
}

struct type *type_open(struct type_fonts *fonts, const char *language, struct strbuf *out)
{
    struct type *type = mem_new(1, sizeof(*type));

    type->fonts = fonts;
    type->out = out;
    type->surface =
        cairo_pdf_surface_create_for_stream(write_bytes, out, TYPE_MM(210), TYPE_MM(297));
    type->cairo = cairo_create(type->surface);
    type->context = pango_font_map_create_context(fonts->map);
    set_resolution(type->context);
    pango_context_set_language(type->context, pango_language_from_string(language));
    return type;
}

void type_close(struct type **type)
{
    if (*type == NULL)
        return;
    g_object_unref((*type)->context);
    cairo_destroy((*type)->cairo);
    cairo_surface_finish((*type)->surface);
    cairo_surface_destroy((*type)->surface);
    free(*type);
    *type = NULL;
}

cairo_surface_t *type_surface(struct type *type)
{
    return type->surface;
}

cairo_t *type_cairo(struct type *type)
{
    return type->cairo;
}

void type_new_page(struct type *type)
{
    cairo_show_page(type->cairo);
}

int type_finish(struct type *type, struct err *e)
{
    cairo_show_page(type->cairo);
    cairo_surface_finish(type->surface);
    if (strbuf_text(type->out) == NULL)
        return err_set(e, ERR_INPUT, "the letter has more than %zu bytes", type->out->limit);
    cairo_status_t status = cairo_status(type->cairo);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(type->surface);
    if (status != CAIRO_STATUS_SUCCESS)
        return err_set(e, ERR_SYSTEM, "could not draw: %s", cairo_status_to_string(status));
    return 0;
}

/* ---- text ---- */

static PangoFontDescription *description(const struct type_style *style)
{
    PangoFontDescription *d = pango_font_description_new();

    pango_font_description_set_family_static(d, FAMILY);
    pango_font_description_set_size(d, (int)(style->size * PANGO_SCALE));
    pango_font_description_set_weight(d, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_style(d, style->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    return d;
}

PangoLayout *type_layout(struct type *type, const struct type_block *block, const char *text)
{
    PangoFontDescription *d = description(&block->style);
    PangoLayout *layout = pango_layout_new(type->context);

    pango_layout_set_font_description(layout, d);
    pango_font_description_free(d);
    pango_layout_set_width(layout, (int)(block->width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_indent(layout, (int)(block->indent * PANGO_SCALE));
    pango_layout_set_alignment(layout,
                               block->align == TYPE_CENTRE ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    pango_layout_set_justify(layout, block->align == TYPE_JUSTIFIED);
    if (block->leading > 0)
        pango_layout_set_line_spacing(layout, (float)block->leading);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

double type_layout_height(PangoLayout *layout)
{
    PangoRectangle logical;

    pango_layout_get_extents(layout, NULL, &logical);
    return (double)logical.height / PANGO_SCALE;
}

double type_layout_width(PangoLayout *layout)
{
    PangoRectangle logical;

    pango_layout_get_extents(layout, NULL, &logical);
    return (double)logical.width / PANGO_SCALE;
}

void type_show(struct type *type, PangoLayout *layout, double x, double y)
{
    cairo_move_to(type->cairo, x, y);
    pango_cairo_show_layout(type->cairo, layout);
}

/* What pango_layout_iter says of one line. */
struct line_place {
    double x, top, height, baseline;
};

static struct line_place place_of_line(PangoLayout *layout, int line)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    PangoRectangle logical;

    for (int i = 0; i < line; i++)
        pango_layout_iter_next_line(iter);
    int top, bottom;
    pango_layout_iter_get_line_yrange(iter, &top, &bottom);
    pango_layout_iter_get_line_extents(iter, NULL, &logical);
    const struct line_place place = {(double)logical.x / PANGO_SCALE, (double)top / PANGO_SCALE,
                                     (double)(bottom - top) / PANGO_SCALE,
                                     (double)pango_layout_iter_get_baseline(iter) / PANGO_SCALE};
    pango_layout_iter_free(iter);
    return place;
}

void type_show_line(struct type *type, PangoLayout *layout, int line, double x, double y)
{
    struct line_place place = place_of_line(layout, line);

    cairo_move_to(type->cairo, x + place.x, y + place.baseline - place.top);
    pango_cairo_show_layout_line(type->cairo, pango_layout_get_line_readonly(layout, line));
}

double type_line_height(PangoLayout *layout, int line)
{
    return place_of_line(layout, line).height;
}

double type_set(struct type *type, const struct type_block *block, double x, double y,
                const char *text)
{
    PangoLayout *layout = type_layout(type, block, text);
    double height = type_layout_height(layout);

    type_show(type, layout, x, y);
    g_object_unref(layout);
    return height;
}

void type_rule(struct type *type, double x, double y, double width)
{
    cairo_set_line_width(type->cairo, rule_width);
    cairo_move_to(type->cairo, x, y);
    cairo_line_to(type->cairo, x + width, y);
    cairo_stroke(type->cairo);
}
