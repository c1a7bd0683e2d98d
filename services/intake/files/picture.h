/* SPDX-License-Identifier: Apache-2.0 */
/* picture - a photo as it is kept: decoded, turned the right way up, made no larger than needed,
 * and written anew as JPEG, so that nothing of the file that came is left but what can be seen.
 *
 * Only for a process that has given everything up (sandbox.h). */
#ifndef PICTURE_H
#define PICTURE_H

#include "bytes.h"
#include "exif.h"
#include "faults.h"

enum {
    PICTURE_PIXELS_MOST = 64 * 1000 * 1000, /* of what came; phones make up to 50 million */
    PICTURE_EDGE = 2560,                    /* the longer edge of what is kept */
    PICTURE_THUMB_EDGE = 480,
};

enum picture_format { PICTURE_JPEG, PICTURE_PNG, PICTURE_WEBP };

struct picture {
    uint8_t *rgb; /* 3 bytes a pixel, row after row */
    uint32_t width, height;
};
void picture_free(struct picture *picture);

/* Decodes, turned the right way up and with no edge longer than PICTURE_EDGE. False with why not:
 * RULE_FILE_PIXELS, _TRUNCATED, _DAMAGED or _MIXED. */
bool picture_read(struct bytes file, enum picture_format format, struct picture *out,
                  struct exif *exif, enum rule *why);

/* Shrinks to fit into a square; a picture that fits is copied. */
void picture_shrink(const struct picture *from, uint32_t edge, struct picture *out);

/* Writes a JPEG without any metadata. False: the descriptor does not take it. */
bool picture_write(const struct picture *picture, int fd, int quality);

/* picture_jpeg.c, picture_other.c: as the file has it, though JPEG scaled down already where it is
 * much larger than needed. */
bool picture_read_jpeg(struct bytes file, struct picture *out, enum rule *why);
bool picture_read_png(struct bytes file, struct picture *out, enum rule *why);
bool picture_read_webp(struct bytes file, struct picture *out, enum rule *why);
/* Whether the size is one that is decoded; else why is RULE_FILE_PIXELS or RULE_FILE_DAMAGED. */
bool picture_size_is_good(uint64_t width, uint64_t height, enum rule *why);
/* What follows a picture in its file: a phone's extras are no harm, another kind of file is. */
bool picture_tail_is_good(struct bytes tail, enum rule *why);

#endif
