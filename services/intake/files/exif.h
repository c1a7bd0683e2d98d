/* SPDX-License-Identifier: Apache-2.0 */
/* exif - the two things in a photo's metadata that matter here, before all of it is thrown away:
 * which side is up, and where it was taken. Source: CIPA DC-008 (Exif 2.32), TIFF 6.0. */
#ifndef EXIF_H
#define EXIF_H

#include "bytes.h"

struct exif {
    int orientation; /* 1 to 8 as Exif has it; 1: as it is */
    double lat, lon; /* WGS84 degrees; NAN: not there, or nonsense */
};

/* Of a JPEG's bytes. Whatever is malformed counts as absent. */
void exif_read_jpeg(struct bytes jpeg, struct exif *out);
/* Of a block that begins with the TIFF header. */
void exif_read(struct bytes tiff, struct exif *out);

#endif
