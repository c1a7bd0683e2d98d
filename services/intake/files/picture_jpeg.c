/* SPDX-License-Identifier: Apache-2.0 */
/* picture_jpeg - JPEG in and out, by libjpeg-turbo. */
#include "picture.h"

#include "mem.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jerror.h>
#include <jpeglib.h>

enum { CHANNELS = 3, CMYK = 4, SCANS_MOST = 200 };

/* libjpeg wants its error manager first, so that either leads to the other. */
struct trouble {
    struct jpeg_error_mgr manager;
    jmp_buf back;
    bool truncated;
};

static void on_error(j_common_ptr info)
{
    struct trouble *t = (struct trouble *)(void *)info->err;

    longjmp(t->back, 1);
}

/* Warnings: what is missing is made up in grey, which would be no photo; other oddities of
 * cameras are harmless. */
static void on_message(j_common_ptr info, int level)
{
    struct trouble *t = (struct trouble *)(void *)info->err;

    if (level < 0 &&
        (info->err->msg_code == JWRN_JPEG_EOF || info->err->msg_code == JWRN_HIT_MARKER))
        t->truncated = true;
}

static void be_silent(j_common_ptr info)
{
    (void)info;
}

static struct jpeg_error_mgr *watch(struct trouble *t)
{
    jpeg_std_error(&t->manager);
    t->manager.error_exit = on_error;
    t->manager.emit_message = on_message;
    t->manager.output_message = be_silent;
    return &t->manager;
}

/* A file of endless scans is no photo. */
static void on_progress(j_common_ptr info)
{
    if (info->is_decompressor && ((j_decompress_ptr)(void *)info)->input_scan_number > SCANS_MOST)
        ERREXIT(info, JERR_BAD_PROGRESSION);
}

/* ---- in ---- */

/* The smallest of libjpeg's eighths that is not smaller than what is kept: quicker than to decode
 * all and shrink. */
static unsigned eighths(uint32_t width, uint32_t height)
{
    uint64_t longest = width > height ? width : height;
    unsigned n = 1;

    while (n < 8 && longest * n / 8 < PICTURE_EDGE)
        n++;
    return n;
}

/* Printers' colours, stored inverted as Adobe does. */
static void from_cmyk(const uint8_t *cmyk, uint8_t *rgb, uint32_t width)
{
    for (uint32_t i = 0; i < width; i++, cmyk += CMYK, rgb += CHANNELS)
        for (size_t c = 0; c < CHANNELS; c++)
            rgb[c] = (uint8_t)(cmyk[c] * cmyk[CMYK - 1] / 255);
}

static void read_rows(struct jpeg_decompress_struct *d, struct picture *out)
{
    bool cmyk = d->out_color_space == JCS_CMYK;
    JSAMPARRAY row = (*d->mem->alloc_sarray)((j_common_ptr)d, JPOOL_IMAGE,
                                             d->output_width * (unsigned)d->output_components, 1);

    while (d->output_scanline < d->output_height) {
        uint8_t *to = out->rgb + (size_t)d->output_scanline * out->width * CHANNELS;
        jpeg_read_scanlines(d, row, 1);
        if (cmyk)
            from_cmyk(row[0], to, out->width);
        else
            memcpy(to, row[0], (size_t)out->width * CHANNELS);
    }
}

static void decode(struct jpeg_decompress_struct *d, struct bytes file, struct picture *out,
                   enum rule *why)
{
    jpeg_mem_src(d, file.at, file.len);
    jpeg_read_header(d, TRUE);
    if (!picture_size_is_good(d->image_width, d->image_height, why))
        return;
    *why = RULE_FILE_DAMAGED;
    bool four = d->jpeg_color_space == JCS_CMYK || d->jpeg_color_space == JCS_YCCK;
    d->out_color_space = four ? JCS_CMYK : JCS_RGB;
    d->scale_num = eighths(d->image_width, d->image_height);
    d->scale_denom = 8;
    jpeg_start_decompress(d);
    *out = (struct picture){mem_new((size_t)d->output_width * d->output_height, CHANNELS),
                            d->output_width, d->output_height};
    read_rows(d, out);
    jpeg_finish_decompress(d);
    if (picture_tail_is_good((struct bytes){d->src->next_input_byte, d->src->bytes_in_buffer}, why))
        *why = RULES;
}

bool picture_read_jpeg(struct bytes file, struct picture *out, enum rule *why)
{
    struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
    struct jpeg_decompress_struct d = {0};
    struct trouble trouble = {0};

    *why = RULE_FILE_DAMAGED;
    d.err = watch(&trouble);
    if (setjmp(trouble.back) == 0) {
        jpeg_create_decompress(&d);
        d.progress = &progress;
        decode(&d, file, out, why);
    }
    jpeg_destroy_decompress(&d);
    if (trouble.truncated && *why != RULE_FILE_PIXELS)
        *why = RULE_FILE_TRUNCATED;
    return *why == RULES;
}

/* ---- out ---- */

static void encode(struct jpeg_compress_struct *c, const struct picture *picture, int quality)
{
    c->image_width = picture->width;
    c->image_height = picture->height;
    c->input_components = CHANNELS;
    c->in_color_space = JCS_RGB;
    jpeg_set_defaults(c);
    jpeg_set_quality(c, quality, TRUE);
    jpeg_start_compress(c, TRUE);
    while (c->next_scanline < c->image_height) {
        JSAMPROW row = picture->rgb + (size_t)c->next_scanline * picture->width * CHANNELS;
        jpeg_write_scanlines(c, &row, 1);
    }
    jpeg_finish_compress(c);
}

static bool write_all(int fd, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno != EINTR)
            return false;
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool picture_write(const struct picture *picture, int fd, int quality)
{
    struct jpeg_compress_struct c = {0};
    struct trouble trouble = {0};
    unsigned char *volatile bytes = NULL; /* set before a jump back and read after it, as done */
    unsigned char *room = NULL;
    unsigned long len = 0;
    volatile bool done = false;

    c.err = watch(&trouble);
    if (setjmp(trouble.back) == 0) {
        jpeg_create_compress(&c);
        jpeg_mem_dest(&c, &room, &len);
        encode(&c, picture, quality);
        bytes = room;
        done = true;
    }
    jpeg_destroy_compress(&c);
    bool written = done && write_all(fd, bytes, len);
    free(bytes);
    return written;
}
