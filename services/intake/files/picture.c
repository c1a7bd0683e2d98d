/* SPDX-License-Identifier: Apache-2.0 */
#include "picture.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>

enum { CHANNELS = 3 };

void picture_free(struct picture *picture)
{
    free(picture->rgb);
    *picture = (struct picture){0};
}

bool picture_size_is_good(uint64_t width, uint64_t height, enum rule *why)
{
    *why = width == 0 || height == 0 ? RULE_FILE_DAMAGED : RULE_FILE_PIXELS;
    return width > 0 && height > 0 && width <= PICTURE_PIXELS_MOST &&
           height <= PICTURE_PIXELS_MOST / width;
}

bool picture_tail_is_good(struct bytes tail, enum rule *why)
{
    static const struct {
        const char *text;
        size_t len;
    } others[] = {
        {"PK\3\4", 4},     {"PK\5\6", 4},  {"%PDF-", 5},        {"<html", 5},   {"<script", 7},
        {"<!doctype", 9},  {"<?php", 5},   {"<svg", 4},         {"\177ELF", 4}, {"Rar!\032\7", 6},
        {"7z\274\257", 4}, {"#!/bin/", 7}, {"javascript:", 11},
    };

    *why = RULE_FILE_MIXED;
    for (size_t i = 0; i < COUNT(others); i++)
        if (bytes_hold(tail, others[i].text, others[i].len))
            return false;
    return true;
}

/* ---- size ---- */

static struct picture new_picture(uint32_t width, uint32_t height)
{
    return (struct picture){mem_new((size_t)width * height, CHANNELS), width, height};
}

/* The mean of the pixels of a rectangle. */
static void average(const struct picture *from, const uint32_t x[2], const uint32_t y[2],
                    uint8_t out[CHANNELS])
{
    uint64_t sums[CHANNELS] = {0};
    uint64_t count = (uint64_t)(x[1] - x[0]) * (y[1] - y[0]);

    for (uint32_t row = y[0]; row < y[1]; row++) {
        const uint8_t *at = from->rgb + ((size_t)row * from->width + x[0]) * CHANNELS;
        for (uint32_t i = x[0]; i < x[1]; i++, at += CHANNELS)
            for (size_t c = 0; c < CHANNELS; c++)
                sums[c] += at[c];
    }
    for (size_t c = 0; c < CHANNELS; c++)
        out[c] = (uint8_t)((sums[c] + count / 2) / count);
}

/* The pixels of from that become pixel i of so many. */
static void stretch(uint32_t i, uint32_t from, uint32_t to, uint32_t out[2])
{
    out[0] = (uint32_t)((uint64_t)i * from / to);
    out[1] = (uint32_t)((uint64_t)(i + 1) * from / to);
}

static uint32_t scaled(uint32_t length, uint32_t edge, uint32_t longest)
{
    uint32_t to = (uint32_t)(((uint64_t)length * edge + longest / 2) / longest);

    return to > 0 ? to : 1;
}

void picture_shrink(const struct picture *from, uint32_t edge, struct picture *out)
{
    uint32_t longest = from->width > from->height ? from->width : from->height;
    bool fits = longest <= edge;

    *out = new_picture(fits ? from->width : scaled(from->width, edge, longest),
                       fits ? from->height : scaled(from->height, edge, longest));
    for (uint32_t row = 0; row < out->height; row++) {
        uint32_t x[2], y[2];
        stretch(row, from->height, out->height, y);
        for (uint32_t i = 0; i < out->width; i++) {
            stretch(i, from->width, out->width, x);
            average(from, x, y, out->rgb + ((size_t)row * out->width + i) * CHANNELS);
        }
    }
}

/* ---- which side is up ---- */

/* Where pixel (x, y) of the turned picture is in from, by Exif's orientation. */
static size_t source_of(const struct picture *from, int orientation, uint32_t x, uint32_t y)
{
    uint32_t right = from->width - 1, bottom = from->height - 1;
    bool lies = orientation >= 5; /* on its side: rows are columns */
    uint32_t sx = lies ? y : x, sy = lies ? x : y;

    if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
        sx = right - sx;
    if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
        sy = bottom - sy;
    return (size_t)sy * from->width + sx;
}

static void turn(struct picture *picture, int orientation)
{
    bool lies = orientation >= 5;
    struct picture turned;

    if (orientation == 1)
        return;
    turned = new_picture(lies ? picture->height : picture->width,
                         lies ? picture->width : picture->height);
    for (uint32_t y = 0; y < turned.height; y++)
        for (uint32_t x = 0; x < turned.width; x++)
            memcpy(turned.rgb + ((size_t)y * turned.width + x) * CHANNELS,
                   picture->rgb + source_of(picture, orientation, x, y) * CHANNELS, CHANNELS);
    picture_free(picture);
    *picture = turned;
}

/* ---- the whole ---- */

static bool read_format(struct bytes file, enum picture_format format, struct picture *out,
                        enum rule *why)
{
    switch (format) {
    case PICTURE_JPEG:
        return picture_read_jpeg(file, out, why);
    case PICTURE_PNG:
        return picture_read_png(file, out, why);
    case PICTURE_WEBP:
        return picture_read_webp(file, out, why);
    }
    return false;
}

bool picture_read(struct bytes file, enum picture_format format, struct picture *out,
                  struct exif *exif, enum rule *why)
{
    struct picture large = {0};

    *exif = (struct exif){1, (double)NAN, (double)NAN};
    if (format == PICTURE_JPEG)
        exif_read_jpeg(file, exif);
    if (!read_format(file, format, &large, why)) {
        picture_free(&large);
        return false;
    }
    picture_shrink(&large, PICTURE_EDGE, out);
    picture_free(&large);
    turn(out, exif->orientation);
    return true;
}
