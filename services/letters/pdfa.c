/* SPDX-License-Identifier: Apache-2.0 */
#include "pdfa.h"

#include "clock.h"
#include "srgb.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { OBJECTS_MOST = 5000, NEW_OBJECTS = 8, ENTRY_BYTES = 20, HOLE_DIGITS = 2 * PDFA_CMS_MAX };

#define PRODUCER "Dung Hen " DUNGHEN_VERSION

/* Numbers and places of the objects of a file. offsets[0] is not used. */
struct table {
    size_t offsets[OBJECTS_MOST + NEW_OBJECTS + 1];
    size_t count; /* the highest number */
};

/* cairo's file as it is read. */
struct source {
    const char *data;
    size_t len;
    size_t table_at;
    struct table table;
    size_t info, root;
};

struct writer {
    struct strbuf *out;
    struct table table;
};

/* ---- reading cairo's file ---- */

/* The number after the last label in the file's last bytes. */
static int number_after(const struct source *s, const char *label, size_t *out)
{
    size_t tail = s->len < 200 ? s->len : 200;
    const char *end = s->data + s->len;
    const char *at = memmem(end - tail, tail, label, strlen(label));
    size_t n = 0;

    if (at == NULL)
        return -1;
    at += strlen(label);
    const char *digits = at;
    for (; at < end && *at >= '0' && *at <= '9' && n < s->len; at++)
        n = n * 10 + (size_t)(*at - '0');
    *out = n;
    return at > digits ? 0 : -1;
}

static bool begins(const struct source *s, size_t at, const char *text)
{
    size_t len = strlen(text);

    return at <= s->len && s->len - at >= len && memcmp(s->data + at, text, len) == 0;
}

/* "0000000015 00000 n \n" of each object. */
static int read_table(struct source *s)
{
    size_t size, at = s->table_at;

    if (number_after(s, "/Size ", &size) < 0 || size < 3 || size > OBJECTS_MOST ||
        !begins(s, at, "xref\n0 "))
        return -1;
    const char *line = memchr(s->data + at + 7, '\n', s->len - at - 7);
    if (line == NULL || (size_t)(s->data + s->len - line) < size * ENTRY_BYTES)
        return -1;
    s->table.count = size - 1;
    for (size_t i = 1; i < size; i++) {
        char digits[11] = "";
        memcpy(digits, line + 1 + i * ENTRY_BYTES, 10);
        s->table.offsets[i] = strtoul(digits, NULL, 10);
        if (s->table.offsets[i] == 0 || s->table.offsets[i] >= s->table_at)
            return -1;
    }
    return 0;
}

static int read_source(struct source *s, const struct strbuf *pdf, struct err *e)
{
    s->data = pdf->data;
    s->len = pdf->len;
    if (pdf->len < 200 || !begins(s, 0, "%PDF-1.") ||
        number_after(s, "startxref\n", &s->table_at) < 0 || s->table_at >= s->len ||
        read_table(s) < 0 || number_after(s, "/Root ", &s->root) < 0 ||
        number_after(s, "/Info ", &s->info) < 0 || s->root > s->table.count ||
        s->info > s->table.count)
        return err_set(e, ERR_SYSTEM, "the PDF is not as cairo writes it");
    return 0;
}

/* The byte after object number: where the next one in the file begins. */
static size_t object_end(const struct source *s, size_t number)
{
    size_t end = s->table_at;

    for (size_t i = 1; i <= s->table.count; i++)
        if (s->table.offsets[i] > s->table.offsets[number] && s->table.offsets[i] < end)
            end = s->table.offsets[i];
    return end;
}

/* Whether the object's dictionary begins with these words. */
static bool object_is(const struct source *s, size_t number, const char *words)
{
    char head[32];
    int len = snprintf(head, sizeof(head), "%zu 0 obj\n", number);

    return begins(s, s->table.offsets[number] + (size_t)len, words);
}

/* ---- writing ---- */

static size_t add_object(struct writer *w)
{
    w->table.offsets[++w->table.count] = w->out->len;
    strbuf_addf(w->out, "%zu 0 obj\n", w->table.count);
    return w->table.count;
}

static void end_object(struct writer *w)
{
    strbuf_addf(w->out, "endobj\n");
}

/* A text as UTF-16 in hexadecimal digits. */
static void add_text(struct writer *w, const char *text)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    utf8proc_int32_t c;

    strbuf_addf(w->out, "<feff");
    for (utf8proc_ssize_t n; *bytes != '\0' && (n = utf8proc_iterate(bytes, -1, &c)) > 0;
         bytes += n) {
        if (c < 0x10000)
            strbuf_addf(w->out, "%04x", (unsigned)c);
        else
            strbuf_addf(w->out, "%04x%04x", 0xd800 + (unsigned)((c - 0x10000) >> 10),
                        0xdc00 + (unsigned)((c - 0x10000) & 0x3ff));
    }
    strbuf_addf(w->out, ">");
}

/* "D:20261126090000+07'00'" from ISO 8601 in local time. */
static void add_date(struct writer *w, int64_t at)
{
    char iso[CLOCK_TEXT_SIZE];

    clock_text_local(at, iso);
    strbuf_addf(w->out, "(D:%.4s%.2s%.2s%.2s%.2s%.2s%.3s'%.2s')", iso, iso + 5, iso + 8, iso + 11,
                iso + 14, iso + 17, iso + 19, iso + 23);
}

static void add_stream(struct writer *w, const char *dictionary, const struct strbuf *data)
{
    strbuf_addf(w->out, "<< %s /Length %zu >>\nstream\n", dictionary, data->len);
    strbuf_add(w->out, data->data, data->len);
    strbuf_addf(w->out, "\nendstream\n");
}

/* ---- cairo's objects ---- */

/* Copies an object with more words after the first of its dictionary, or as it is. */
static void copy_object(struct writer *w, const struct source *s, size_t number, const char *words)
{
    size_t at = s->table.offsets[number], end = object_end(s, number);

    w->table.offsets[number] = w->out->len;
    if (words != NULL) {
        const char *dictionary = memmem(s->data + at, end - at, "<<", 2);
        size_t before = (size_t)(dictionary - s->data) + 2 - at;
        strbuf_add(w->out, s->data + at, before);
        strbuf_addf(w->out, " %s", words);
        at += before;
    }
    strbuf_add(w->out, s->data + at, end - at);
}

static size_t last_page(const struct source *s)
{
    size_t last = 0;

    for (size_t i = 1; i <= s->table.count; i++)
        if (object_is(s, i, "<< /Type /Page %"))
            last = i;
    return last;
}

/* The two that come last and are replaced keep their numbers, which end the table. */
static void copy_objects(struct writer *w, const struct source *s, size_t signed_page,
                         size_t annotation)
{
    char annotations[40];

    snprintf(annotations, sizeof(annotations), "/Annots [ %zu 0 R ]", annotation);
    for (size_t i = 1; i < s->info && i < s->root; i++) {
        const char *words = NULL;
        if (i == signed_page)
            words = annotations;
        else if (object_is(s, i, "<< /Type /Font\n   /Subtype /CIDFontType2\n"))
            words = "/CIDToGIDMap /Identity";
        copy_object(w, s, i, words);
        w->table.count = i;
    }
}

/* ---- what is new ---- */

static size_t add_info(struct writer *w, const struct pdfa_about *about)
{
    size_t number = add_object(w);

    strbuf_addf(w->out, "<< /Title ");
    add_text(w, about->title);
    strbuf_addf(w->out, " /Author ");
    add_text(w, about->author);
    strbuf_addf(w->out, " /Producer (" PRODUCER ") /CreationDate ");
    add_date(w, about->at);
    strbuf_addf(w->out, " /ModDate ");
    add_date(w, about->at);
    strbuf_addf(w->out, " >>\n");
    end_object(w);
    return number;
}

static void add_escaped(struct strbuf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<')
            strbuf_addf(out, "&lt;");
        else if (*text == '&')
            strbuf_addf(out, "&amp;");
        else
            strbuf_add(out, text, 1);
    }
}

static void write_xmp(const struct pdfa_about *about, struct strbuf *xmp)
{
    char at[CLOCK_TEXT_SIZE];

    clock_text_local(about->at, at);
    strbuf_addf(xmp,
                "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
                "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
                "<rdf:Description rdf:about=\"\""
                " xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\""
                " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
                " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
                " xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n"
                "<pdfaid:part>2</pdfaid:part>\n"
                "<pdfaid:conformance>B</pdfaid:conformance>\n"
                "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
    add_escaped(xmp, about->title);
    strbuf_addf(xmp, "</rdf:li></rdf:Alt></dc:title>\n<dc:creator><rdf:Seq><rdf:li>");
    add_escaped(xmp, about->author);
    strbuf_addf(xmp,
                "</rdf:li></rdf:Seq></dc:creator>\n"
                "<pdf:Producer>" PRODUCER
                "</pdf:Producer>\n"
                "<xmp:CreateDate>%s</xmp:CreateDate>\n<xmp:ModifyDate>%s</xmp:ModifyDate>\n"
                "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>",
                at, at);
}

static size_t add_metadata(struct writer *w, const struct pdfa_about *about)
{
    AUTO(strbuf_free) struct strbuf xmp = STRBUF(20000);
    size_t number = add_object(w);

    write_xmp(about, &xmp);
    add_stream(w, "/Type /Metadata /Subtype /XML", &xmp);
    end_object(w);
    return number;
}

static size_t add_profile(struct writer *w)
{
    AUTO(strbuf_free) struct strbuf profile = STRBUF(4096);
    size_t number = add_object(w);

    srgb_profile(&profile);
    add_stream(w, "/N 3", &profile);
    end_object(w);
    return number;
}

/* The signature with its hole; its two spans are known when all is written. Returns where the
 * numbers of the spans are to go. */
static size_t add_signature(struct writer *w, const struct pdfa_field *field, int64_t at,
                            struct pdfa_hole *hole, size_t *number)
{
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

    *number = add_object(w);
    strbuf_addf(w->out,
                "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached"
                " /Name ");
    add_text(w, field->name);
    strbuf_addf(w->out, " /Reason ");
    add_text(w, field->reason);
    strbuf_addf(w->out, " /M ");
    add_date(w, at);
    strbuf_addf(w->out, "\n/ByteRange ");
    size_t spans = w->out->len;
    strbuf_addf(w->out, "[0 %10d %10d %10d]\n/Contents <", 0, 0, 0);
    hole->at = w->out->len;
    for (size_t i = 0; i < HOLE_DIGITS; i += sizeof(zeros) - 1)
        strbuf_add(w->out, zeros, sizeof(zeros) - 1);
    strbuf_addf(w->out, "> >>\n");
    end_object(w);
    return spans;
}

/* What shows of the field: nothing, since the page itself has it. */
static size_t add_appearance(struct writer *w, const struct pdfa_field *field)
{
    const struct strbuf nothing = STRBUF(0);
    char dictionary[160];
    size_t number = add_object(w);

    snprintf(dictionary, sizeof(dictionary),
             "/Type /XObject /Subtype /Form /BBox [ 0 0 %.2f %.2f ] /Resources << >>",
             field->place[2] - field->place[0], field->place[3] - field->place[1]);
    add_stream(w, dictionary, &nothing);
    end_object(w);
    return number;
}

/* Prints (4) and cannot be moved (128). */
static void add_widget(struct writer *w, const struct pdfa_field *field, size_t page,
                       size_t signature, size_t appearance)
{
    add_object(w);
    strbuf_addf(w->out,
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /F 132 /P %zu 0 R\n"
                "/Rect [ %.2f %.2f %.2f %.2f ] /V %zu 0 R /AP << /N %zu 0 R >> >>\n",
                page, field->place[0], field->place[1], field->place[2], field->place[3], signature,
                appearance);
    end_object(w);
}

static size_t add_catalogue(struct writer *w, const struct pdfa_about *about, size_t metadata,
                            size_t profile, size_t widget)
{
    size_t number = add_object(w);

    strbuf_addf(w->out,
                "<< /Type /Catalog /Pages 1 0 R /Metadata %zu 0 R /Lang (%s)\n"
                "/ViewerPreferences << /DisplayDocTitle true >>\n"
                "/OutputIntents [ << /Type /OutputIntent /S /GTS_PDFA1 /Info (sRGB)\n"
                "/OutputConditionIdentifier (sRGB) /DestOutputProfile %zu 0 R >> ]\n",
                metadata, about->language, profile);
    if (widget != 0) /* 3: there are signatures, and changes are to be appended */
        strbuf_addf(w->out, "/AcroForm << /Fields [ %zu 0 R ] /SigFlags 3 >>\n", widget);
    strbuf_addf(w->out, ">>\n");
    end_object(w);
    return number;
}

/* The file's identity is a digest of what came before. */
static void add_end(struct writer *w, size_t info, size_t root)
{
    size_t table_at = w->out->len;
    uint8_t hash[CRYPTO_HASH_BYTES];

    crypto_hash_pieces(&(struct crypto_piece){w->out->data, table_at}, 1, hash);
    strbuf_addf(w->out, "xref\n0 %zu\n0000000000 65535 f \n", w->table.count + 1);
    for (size_t i = 1; i <= w->table.count; i++)
        strbuf_addf(w->out, "%010zu 00000 n \n", w->table.offsets[i]);
    strbuf_addf(w->out, "trailer\n<< /Size %zu /Root %zu 0 R /Info %zu 0 R\n/ID [ ",
                w->table.count + 1, root, info);
    for (int i = 0; i < 2; i++) {
        strbuf_add(w->out, "<", 1);
        strbuf_add_hex(w->out, hash, 16);
        strbuf_add(w->out, "> ", 2);
    }
    strbuf_addf(w->out, "] >>\nstartxref\n%zu\n%%%%EOF\n", table_at);
}

static void write_spans(struct strbuf *out, size_t at, const struct pdfa_hole *hole)
{
    char spans[64];
    size_t after = hole->at + HOLE_DIGITS + 1;
    int len = snprintf(spans, sizeof(spans), "[0 %10zu %10zu %10zu]", hole->at - 1, after,
                       hole->whole - after);

    memcpy(out->data + at, spans, (size_t)len);
}

/* The new objects, numbered from the one that the information had: information, metadata, profile,
 * and with a signature: signature, appearance, field; last the catalogue. */
static void add_new(struct writer *w, const struct pdfa_about *about,
                    const struct pdfa_field *field, size_t page, struct pdfa_hole *hole)
{
    size_t info = add_info(w, about), metadata = add_metadata(w, about), profile = add_profile(w);
    size_t spans = 0, signature = 0, widget = 0;

    if (field != NULL) {
        spans = add_signature(w, field, about->at, hole, &signature);
        add_widget(w, field, page, signature, add_appearance(w, field));
        widget = w->table.count;
    }
    add_end(w, info, add_catalogue(w, about, metadata, profile, widget));
    hole->whole = w->out->len;
    if (field != NULL && strbuf_text(w->out) != NULL)
        write_spans(w->out, spans, hole);
}

/* The fifth object after the information: keep in step with add_new. */
static size_t widget_number(const struct source *s)
{
    return s->info + 5;
}

int pdfa_make(const struct strbuf *pdf, const struct pdfa_about *about,
              const struct pdfa_field *field, struct strbuf *out, struct pdfa_hole *hole,
              struct err *e)
{
    struct source source = {0}, *s = &source;
    struct writer writer = {.out = out}, *w = &writer;
    static const char header[] = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";

    *hole = (struct pdfa_hole){0};
    if (read_source(s, pdf, e) < 0)
        return -1;
    size_t page = last_page(s);
    if (page == 0 || s->info + 1 != s->root || s->root != s->table.count)
        return err_set(e, ERR_SYSTEM, "the PDF is not as cairo writes it");
    assert(out->len == 0);
    strbuf_add(out, header, sizeof(header) - 1);
    copy_objects(w, s, field != NULL ? page : 0, widget_number(s));
    add_new(w, about, field, page, hole);
    if (strbuf_text(out) == NULL)
        return err_set(e, ERR_SYSTEM, "the letter has more than %zu bytes", out->limit);
    return 0;
}

/* ---- signing ---- */

void pdfa_signed_spans(const struct strbuf *pdf, const struct pdfa_hole *hole,
                       struct crypto_piece out[2])
{
    size_t before = hole->at - 1, after = hole->at + HOLE_DIGITS + 1;

    out[0] = (struct crypto_piece){pdf->data, before};
    out[1] = (struct crypto_piece){pdf->data + after, hole->whole - after};
}

int pdfa_fill(struct strbuf *pdf, const struct pdfa_hole *hole, const uint8_t *cms, size_t len,
              struct err *e)
{
    AUTO(strbuf_free) struct strbuf digits = STRBUF(HOLE_DIGITS);

    if (len > PDFA_CMS_MAX)
        return err_set(e, ERR_SYSTEM, "a signature has %zu bytes, more than %d", len, PDFA_CMS_MAX);
    strbuf_add_hex(&digits, cms, len);
    memcpy(pdf->data + hole->at, digits.data, digits.len);
    return 0;
}
