/* SPDX-License-Identifier: Apache-2.0 */
/* picture_other - PNG by libpng, WebP by libwebp. */
#include "picture.h"

#include "mem.h"

#include <stdlib.h>

#include <png.h>
#include <webp/decode.h>

enum { CHANNELS = 3, RGBA = 4, CHUNK_FRAME = 12, PNG_HEAD = 8, RIFF_HEAD = 8 };

/* ---- PNG ---- */

/* Where the file ends by its own chunks; 0 when it ends before. */
static size_t png_end(struct bytes file)
{
    size_t at = PNG_HEAD;

    while (bytes_have(file, at, CHUNK_FRAME)) {
        size_t len = bytes_be32(file, at);
        bool last = bytes_say(file, at + 4, "IEND", 4);
        if (!bytes_have(file, at + CHUNK_FRAME, len))
            return 0;
        at += CHUNK_FRAME + len;
        if (last)
            return at;
    }
    return 0;
}

static bool png_decode(png_image *image, struct picture *out)
{
    static const png_color white = {255, 255, 255};

    image->format = PNG_FORMAT_RGB;
    *out = (struct picture){mem_new((size_t)image->width * image->height, CHANNELS), image->width,
                            image->height};
    return png_image_finish_read(image, &white, out->rgb, 0, NULL) != 0;
}

bool picture_read_png(struct bytes file, struct picture *out, enum rule *why)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    size_t end = png_end(file);

    if (!picture_size_is_good(bytes_be32(file, 16), bytes_be32(file, 20), why))
        return false; /* before libpng finds its own words for it */
    *why = RULE_FILE_DAMAGED;
    bool good = png_image_begin_read_from_memory(&image, file.at, file.len) != 0;
    if (good && end == 0) {
        *why = RULE_FILE_TRUNCATED;
        good = false;
    }
    if (good && !png_decode(&image, out)) {
        *why = RULE_FILE_DAMAGED;
        good = false;
    }
    png_image_free(&image);
    return good && picture_tail_is_good(bytes_part(file, end, file.len), why);
}

/* ---- WebP ---- */

/* On white, as a page would show it. */
static void flatten(const uint8_t *rgba, struct picture *out)
{
    size_t count = (size_t)out->width * out->height;

    for (size_t i = 0; i < count; i++) {
        unsigned alpha = rgba[RGBA * i + 3];
        for (size_t c = 0; c < CHANNELS; c++)
            out->rgb[CHANNELS * i + c] =
                (uint8_t)((rgba[RGBA * i + c] * alpha + 255 * (255 - alpha)) / 255);
    }
}

bool picture_read_webp(struct bytes file, struct picture *out, enum rule *why)
{
    WebPBitstreamFeatures about;
    size_t end = RIFF_HEAD + (size_t)bytes_le32(file, 4);
    int width = 0, height = 0;

    *why = RULE_FILE_TRUNCATED;
    if (end > file.len)
        return false;
    *why = RULE_FILE_DAMAGED;
    if (WebPGetFeatures(file.at, file.len, &about) != VP8_STATUS_OK)
        return false;
    *why = RULE_FILE_TYPE; /* it is whole, and no photo */
    if (about.has_animation)
        return false;
    if (!picture_size_is_good((uint64_t)about.width, (uint64_t)about.height, why))
        return false;
    *why = RULE_FILE_DAMAGED;
    uint8_t *rgba = WebPDecodeRGBA(file.at, file.len, &width, &height);
    if (rgba == NULL)
        return false;
    *out = (struct picture){mem_new((size_t)width * (size_t)height, CHANNELS), (uint32_t)width,
                            (uint32_t)height};
    flatten(rgba, out);
    WebPFree(rgba);
    return picture_tail_is_good(bytes_part(file, end, file.len), why);
}
