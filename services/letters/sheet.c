/* SPDX-License-Identifier: Apache-2.0 */
#include "sheet.h"

#include "clock.h"
#include "code.h"
#include "mem.h"
#include "pages.h"

#include <cairo-pdf.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MOST = 4000, WORDS = 500, TEXT = 20000, SIGNATURE_BYTES = 8000 };
#define MAX_US 253402300799e6 /* 9999-12-31 */

const struct json_field sheet_fields[] = {
    JSON_UUID(struct sheet, id, true),
    JSON_TEXT(struct sheet, language, true, 2, 8),
    JSON_TEXT(struct sheet, unit, true, 1, CODE_SAID_MOST),
    JSON_INT(struct sheet, issued_at, true, 0, MAX_US),
    JSON_TEXT(struct sheet, over, false, 1, WORDS),
    JSON_TEXT(struct sheet, issuer, true, 1, WORDS),
    JSON_TEXT(struct sheet, nation, true, 1, WORDS),
    JSON_TEXT(struct sheet, motto, true, 1, WORDS),
    JSON_TEXT(struct sheet, number, true, 1, WORDS),
    JSON_TEXT(struct sheet, place_date, true, 1, WORDS),
    JSON_TEXT(struct sheet, title, true, 1, WORDS),
    JSON_TEXT(struct sheet, to, true, 1, WORDS),
    JSON_TEXT(struct sheet, body, true, 1, TEXT),
    JSON_TEXT(struct sheet, copies, false, 1, WORDS),
    JSON_TEXT(struct sheet, signer_title, true, 1, WORDS),
    JSON_TEXT(struct sheet, signer_name, false, 1, WORDS),
    JSON_TEXT(struct sheet, signed_by, true, 1, WORDS),
    JSON_TEXT(struct sheet, signed_at, true, 1, WORDS),
    JSON_TEXT(struct sheet, sign_reason, true, 1, WORDS),
    {0},
};

/* Margins and places, in millimetres on the page. */
static const double top_mm = 20, bottom_mm = 20, left_mm = 30, right_mm = 15;
static const double issuer_mm = 67;    /* the left column of the head; the nation has the rest */
static const double number_at_mm = 10; /* of a page, from its top edge */
static const double indent_mm = 10;    /* of a paragraph's first line */
static const double signer_mm = 85;    /* width of the signer's block */
static const double signature_mm = 27; /* room between the signer's title and name */
static const double seal_mm = 36;

static const double paragraph_gap = 6, block_gap = 12; /* points */
static const double body_leading = 1.18;

static const struct type_style style_issuer = {12, true, false}, style_over = {12, false, false},
                               style_motto = {13, true, false}, style_number = {13, false, false},
                               style_date = {13, false, true}, style_title = {14, true, false},
                               style_body = {14, false, false}, style_copies = {11, false, false},
                               style_copies_label = {12, true, true},
                               style_signature = {10, false, false};

struct setting {
    struct type *type;
    const struct sheet *sheet;
    const struct sheet_marks *marks;
    double left, right, top, bottom; /* of the text, from the page's top left */
    PangoLayout **paragraphs;        /* of the body */
    size_t paragraph_count;
    struct piece *pieces; /* the body's lines, then the closing block */
    struct body_line {
        PangoLayout *layout;
        int line;
    } * lines; /* in step with pieces, but for the last */
    size_t count;
};

/* ---- the head ---- */

static void rule_below(struct setting *s, double x, double width, double y, double part)
{
    type_rule(s->type, x + width * (1 - part) / 2, y, width * part);
}

/* Centred text; returns the y below it and gives its own width. */
static double centred(struct setting *s, const struct type_style *style, double x, double width,
                      double y, const char *text, double *text_width)
{
    const struct type_block block = {*style, TYPE_CENTRE, width, 0, 0};
    PangoLayout *layout = type_layout(s->type, &block, text);
    double below = y + type_layout_height(layout);

    if (text_width != NULL)
        *text_width = type_layout_width(layout);
    type_show(s->type, layout, x, y);
    g_object_unref(layout);
    return below;
}

static double set_issuer(struct setting *s, double x, double width)
{
    double y = s->top, text_width;

    if (s->sheet->over != NULL)
        y = centred(s, &style_over, x, width, y, s->sheet->over, NULL);
    y = centred(s, &style_issuer, x, width, y, s->sheet->issuer, &text_width) + 3;
    rule_below(s, x + (width - text_width) / 2, text_width, y, 0.4);
    return y;
}

static double set_nation(struct setting *s, double x, double width)
{
    double text_width, y = centred(s, &style_issuer, x, width, s->top, s->sheet->nation, NULL);

    y = centred(s, &style_motto, x, width, y, s->sheet->motto, &text_width) + 3;
    rule_below(s, x + (width - text_width) / 2, text_width, y, 1);
    return y;
}

static double later(double a, double b)
{
    return a > b ? a : b;
}

static double set_title(struct setting *s, double y)
{
    double width = s->right - s->left, text_width;

    y = centred(s, &style_title, s->left, width, y, s->sheet->title, &text_width);
    y += 5;
    rule_below(s, s->left + (width - text_width) / 2, text_width, y, 0.35);
    return y;
}

/* Number and date, below issuer and nation. A date that is wider than the nation's column takes
 * from the number's, since it stands on one line. */
static double set_number_and_date(struct setting *s, double nation, double y)
{
    const struct type_block block = {style_date, TYPE_CENTRE, s->right - s->left, 0, 0};
    PangoLayout *layout = type_layout(s->type, &block, s->sheet->place_date);
    double date = later(nation, type_layout_width(layout) + 1);

    g_object_unref(layout);
    return later(
        centred(s, &style_number, s->left, s->right - date - s->left, y, s->sheet->number, NULL),
        centred(s, &style_date, s->right - date, date, y, s->sheet->place_date, NULL));
}

/* Returns the y where the body begins. */
static double set_head(struct setting *s)
{
    double issuer = TYPE_MM(issuer_mm), nation = s->right - s->left - issuer;
    double middle = s->left + issuer;
    double y = later(set_issuer(s, s->left, issuer), set_nation(s, middle, nation)) + 6;

    y = set_number_and_date(s, nation, y);
    y = set_title(s, y + 2 * block_gap) + block_gap;
    return centred(s, &style_body, s->left, s->right - s->left, y, s->sheet->to, NULL) + block_gap;
}

/* ---- the body ---- */

static void add_lines(struct setting *s, PangoLayout *layout)
{
    size_t first = s->count;

    for (int i = 0; i < pango_layout_get_line_count(layout) && s->count < LINES_MOST; i++) {
        s->lines[s->count] = (struct body_line){layout, i};
        s->pieces[s->count] = (struct piece){.gap = i == 0 ? paragraph_gap : 0,
                                             .height = type_line_height(layout, i)};
        s->count++;
    }
    pages_keep_paragraph(s->pieces + first, s->count - first);
}

static void add_paragraphs(struct setting *s)
{
    const struct type_block block = {style_body, TYPE_JUSTIFIED, s->right - s->left,
                                     TYPE_MM(indent_mm), body_leading};
    char *text = mem_text(s->sheet->body), *rest = text;

    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        if (*line == '\0')
            continue;
        s->paragraphs = mem_resize(s->paragraphs, (s->paragraph_count + 1) * sizeof(PangoLayout *));
        s->paragraphs[s->paragraph_count] = type_layout(s->type, &block, line);
        add_lines(s, s->paragraphs[s->paragraph_count++]);
    }
    free(text);
}

/* ---- the closing block: who gets copies, who signs ---- */

static double signer_left(const struct setting *s)
{
    return s->right - TYPE_MM(signer_mm);
}

static double set_copies(struct setting *s, double y)
{
    struct type_block block = {style_copies_label, TYPE_LEFT, signer_left(s) - s->left, 0, 0};
    char *text = mem_text(s->sheet->copies), *rest = text;

    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        y += type_set(s->type, &block, s->left, y, line);
        block.style = style_copies;
    }
    free(text);
    return y;
}

static void set_signature(struct setting *s, double y)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(SIGNATURE_BYTES);

    if (s->marks->signer == NULL)
        return;
    strbuf_addf(&text, "%s%s\n%s", s->sheet->signed_by, s->marks->signer, s->sheet->signed_at);
    centred(s, &style_signature, signer_left(s), TYPE_MM(signer_mm), y, strbuf_text(&text), NULL);
}

/* Over the left third of the signer's block. A file that is no picture is passed over: a letter
 * without its seal is better than none. */
static void set_seal(struct setting *s, double middle)
{
    cairo_surface_t *seal =
        s->marks->seal != NULL ? cairo_image_surface_create_from_png(s->marks->seal) : NULL;
    cairo_t *cairo = type_cairo(s->type);

    if (seal != NULL && cairo_surface_status(seal) == CAIRO_STATUS_SUCCESS) {
        double size = TYPE_MM(seal_mm);
        double scale = size / cairo_image_surface_get_width(seal);
        cairo_save(cairo);
        cairo_translate(cairo, signer_left(s) + TYPE_MM(signer_mm) / 3 - size, middle - size / 2);
        cairo_scale(cairo, scale, scale);
        cairo_set_source_surface(cairo, seal, 0, 0);
        /* PDF/A allows no interpolation, which cairo asks for otherwise. */
        cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_FAST);
        cairo_paint(cairo);
        cairo_restore(cairo);
    }
    if (seal != NULL)
        cairo_surface_destroy(seal);
}

static double set_signer(struct setting *s, double y)
{
    double left = signer_left(s), width = TYPE_MM(signer_mm), room = TYPE_MM(signature_mm);

    y = centred(s, &style_title, left, width, y, s->sheet->signer_title, NULL);
    set_signature(s, y + room / 3);
    set_seal(s, y + room / 2);
    y += room;
    if (s->sheet->signer_name != NULL)
        y = centred(s, &style_title, left, width, y, s->sheet->signer_name, NULL);
    return y;
}

static double set_closing(struct setting *s, double y)
{
    double copies = s->sheet->copies != NULL ? set_copies(s, y) : y;

    return later(copies, set_signer(s, y));
}

/* Measured by setting it where nobody looks. */
static double closing_height(struct setting *s)
{
    cairo_t *cairo = type_cairo(s->type);

    cairo_push_group(cairo);
    double height = set_closing(s, 0);
    cairo_pattern_destroy(cairo_pop_group(cairo));
    return height;
}

static void add_closing(struct setting *s)
{
    /* Two lines at least stand above a signature. */
    for (size_t i = s->count < 2 ? 0 : s->count - 2; i < s->count; i++)
        s->pieces[i].keep = true;
    s->pieces[s->count++] = (struct piece){.gap = block_gap, .height = closing_height(s)};
}

/* ---- all of it ---- */

static void set_page_number(struct setting *s, int page)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(20);

    strbuf_addf(&text, "%d", page);
    centred(s, &style_number, s->left, s->right - s->left, TYPE_MM(number_at_mm),
            strbuf_text(&text), NULL);
}

static void turn_to(struct setting *s, int *page, int wanted)
{
    if (*page == wanted)
        return;
    type_new_page(s->type);
    *page = wanted;
    set_page_number(s, *page + 1);
}

static void set_pages(struct setting *s, double first_y, struct sheet_result *result)
{
    double height = TYPE_MM(297);
    int page = 0;

    result->pages = pages_break(s->pieces, s->count, s->bottom - first_y, s->bottom - s->top);
    for (size_t i = 0; i < s->count; i++) {
        const struct piece *piece = &s->pieces[i];
        turn_to(s, &page, piece->page);
        double y = piece->y + (page == 0 ? first_y : s->top);
        if (i + 1 < s->count) {
            type_show_line(s->type, s->lines[i].layout, s->lines[i].line, s->left, y);
            continue;
        }
        double below = set_closing(s, y);
        const double place[4] = {signer_left(s), height - below, s->right, height - y};
        memcpy(result->signature, place, sizeof(place));
    }
}

static void describe(struct setting *s)
{
    char when[CLOCK_TEXT_SIZE];

    cairo_pdf_surface_set_metadata(type_surface(s->type), CAIRO_PDF_METADATA_CREATE_DATE,
                                   clock_text_local(s->sheet->issued_at, when));
}

static void setting_free(struct setting *s)
{
    for (size_t i = 0; i < s->paragraph_count; i++)
        g_object_unref(s->paragraphs[i]);
    free(s->paragraphs);
    free(s->pieces);
    free(s->lines);
    type_close(&s->type);
}

int sheet_set(struct type_fonts *fonts, const struct sheet *sheet, const struct sheet_marks *marks,
              struct strbuf *out, struct sheet_result *result, struct err *e)
{
    AUTO(setting_free)
    struct setting s = {
        .type = type_open(fonts, sheet->language, out),
        .sheet = sheet,
        .marks = marks,
        .left = TYPE_MM(left_mm),
        .right = TYPE_MM(210 - right_mm),
        .top = TYPE_MM(top_mm),
        .bottom = TYPE_MM(297 - bottom_mm),
        .pieces = mem_new(LINES_MOST + 1, sizeof(*s.pieces)),
        .lines = mem_new(LINES_MOST, sizeof(*s.lines)),
    };

    describe(&s);
    double y = set_head(&s);
    add_paragraphs(&s);
    if (s.count == LINES_MOST)
        return err_set(e, ERR_INPUT, "the letter has more than %d lines", LINES_MOST);
    add_closing(&s);
    set_pages(&s, y, result);
    return type_finish(s.type, e);
}
