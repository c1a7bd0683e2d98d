/* SPDX-License-Identifier: Apache-2.0 */
/* photos - files as citizens' phones, and others, would send them: made here, so that each has just
 * what a test wants of it. */
#ifndef PHOTOS_H
#define PHOTOS_H

#include "strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

enum { PHOTOS_LIMIT = 64 << 20 };

/* Left half red, right half blue, with a green stripe along the top: no side looks like another. */
static inline void photos_row(uint8_t *row, unsigned width, unsigned y, unsigned height)
{
    for (unsigned x = 0; x < width; x++) {
        bool top = y < height / 8;
        row[3 * x] = !top && x < width / 2 ? 255 : 0;
        row[3 * x + 1] = top ? 255 : 0;
        row[3 * x + 2] = !top && x >= width / 2 ? 255 : 0;
    }
}

static inline struct strbuf photos_jpeg(unsigned width, unsigned height)
{
    struct jpeg_compress_struct c = {0};
    struct jpeg_error_mgr errors;
    struct strbuf out = STRBUF(PHOTOS_LIMIT);
    unsigned char *bytes = NULL;
    unsigned long len = 0;
    uint8_t *row = calloc(width, 3);

    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &bytes, &len);
    c.image_width = width;
    c.image_height = height;
    c.input_components = 3;
    c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&c);
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < height) {
        photos_row(row, width, c.next_scanline, height);
        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    strbuf_add(&out, bytes, len);
    free(bytes);
    free(row);
    return out;
}

static inline void photos_be16(struct strbuf *out, unsigned n)
{
    const uint8_t b[2] = {(uint8_t)(n >> 8), (uint8_t)n};

    strbuf_add(out, b, 2);
}

static inline void photos_be32(struct strbuf *out, uint32_t n)
{
    photos_be16(out, n >> 16);
    photos_be16(out, n & 0xFFFF);
}

static inline void photos_entry(struct strbuf *out, unsigned tag, unsigned type, uint32_t count,
                                uint32_t value)
{
    photos_be16(out, tag);
    photos_be16(out, type);
    photos_be32(out, count);
    photos_be32(out, value);
}

/* 10°46'12" north or south, 106°42'0" east or west: a block as cameras write it, big-endian. */
static inline struct strbuf photos_tiff(unsigned orientation, char ns, char ew)
{
    static const uint32_t angles[] = {10, 1, 46, 1, 12, 1, 106, 1, 42, 1, 0, 1};
    struct strbuf out = STRBUF(1000);

    strbuf_add(&out, "MM\0*\0\0\0\10", 8);
    photos_be16(&out, 2);
    photos_entry(&out, 0x0112, 3, 1, orientation << 16);
    photos_entry(&out, 0x8825, 4, 1, 38);
    photos_be32(&out, 0);
    photos_be16(&out, 4); /* at 38 */
    photos_entry(&out, 1, 2, 2, (uint32_t)(uint8_t)ns << 24);
    photos_entry(&out, 2, 5, 3, 92);
    photos_entry(&out, 3, 2, 2, (uint32_t)(uint8_t)ew << 24);
    photos_entry(&out, 4, 5, 3, 116);
    photos_be32(&out, 0);
    for (size_t i = 0; i < COUNT(angles); i++) /* at 92 */
        photos_be32(&out, angles[i]);
    return out;
}

/* The photo with that metadata and a secret in its comment. */
static inline struct strbuf photos_tagged(unsigned width, unsigned height, unsigned orientation)
{
    struct strbuf plain = photos_jpeg(width, height), tiff = photos_tiff(orientation, 'N', 'E');
    struct strbuf out = STRBUF(PHOTOS_LIMIT);
    static const char comment[] = "taken by Nguyen Van An";

    strbuf_add(&out, plain.data, 2);
    strbuf_add(&out, "\xFF\xE1", 2);
    photos_be16(&out, (unsigned)tiff.len + 8);
    strbuf_add(&out, "Exif\0\0", 6);
    strbuf_add(&out, tiff.data, tiff.len);
    strbuf_add(&out, "\xFF\xFE", 2);
    photos_be16(&out, sizeof(comment) + 1);
    strbuf_add(&out, comment, sizeof(comment) - 1);
    strbuf_add(&out, plain.data + 2, plain.len - 2);
    strbuf_free(&plain);
    strbuf_free(&tiff);
    return out;
}

static inline struct strbuf photos_png(unsigned width, unsigned height)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = PNG_FORMAT_RGB};
    struct strbuf out = STRBUF(PHOTOS_LIMIT);
    uint8_t *pixels = calloc((size_t)width * height, 3);
    png_alloc_size_t len = 0;

    for (unsigned y = 0; y < height; y++)
        photos_row(pixels + (size_t)3 * width * y, width, y, height);
    if (png_image_write_get_memory_size(image, len, 0, pixels, 0, NULL) != 0) {
        uint8_t *bytes = calloc(len, 1);
        if (png_image_write_to_memory(&image, bytes, &len, 0, pixels, 0, NULL) != 0)
            strbuf_add(&out, bytes, len);
        free(bytes);
    }
    free(pixels);
    return out;
}

/* A PNG that says it has so many pixels and has none of them; its checksum is right. */
static inline struct strbuf photos_flood(uint32_t width, uint32_t height)
{
    struct strbuf out = photos_png(8, 8), head = STRBUF(64);
    uint32_t crc = 0xFFFFFFFF;

    strbuf_add(&head, "IHDR", 4);
    photos_be32(&head, width);
    photos_be32(&head, height);
    strbuf_add(&head, out.data + 24, 5);
    for (size_t i = 0; i < head.len; i++) {
        crc ^= (uint8_t)head.data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
    }
    photos_be32(&head, ~crc);
    memcpy(out.data + 12, head.data, head.len);
    strbuf_free(&head);
    return out;
}

static inline struct strbuf photos_text(const char *text, size_t len)
{
    struct strbuf out = STRBUF(PHOTOS_LIMIT);

    strbuf_add(&out, text, len);
    return out;
}

static inline struct strbuf photos_pdf(const char *inside)
{
    struct strbuf out = STRBUF(PHOTOS_LIMIT);

    strbuf_addf(&out, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog %s >>\nendobj\n", inside);
    strbuf_addf(&out,
                "xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 >>\nstartxref\n9\n%%%%EOF\n");
    return out;
}

static inline void photos_box(struct strbuf *out, const char *name, const char *data, size_t len)
{
    photos_be32(out, (uint32_t)len + 8);
    strbuf_add(out, name, 4);
    strbuf_add(out, data, len);
}

/* Boxes of a video whose user data tell where it was taken. */
static inline struct strbuf photos_mp4(void)
{
    struct strbuf out = STRBUF(PHOTOS_LIMIT), movie = STRBUF(1000), place = STRBUF(100);

    photos_box(&place, "\251xyz", "+10.7700+106.7000/", 18);
    photos_box(&movie, "mvhd", "............", 12);
    photos_box(&movie, "udta", place.data, place.len);
    photos_box(&out, "ftyp", "isom\0\0\2\0isommp41", 16);
    photos_box(&out, "moov", movie.data, movie.len);
    photos_box(&out, "mdat", "moving pictures", 15);
    strbuf_free(&movie);
    strbuf_free(&place);
    return out;
}

#endif
