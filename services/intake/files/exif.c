/* SPDX-License-Identifier: Apache-2.0 */
#include "exif.h"

#include <math.h>

enum {
    TAG_ORIENTATION = 0x0112,
    TAG_GPS = 0x8825,
    TAG_LAT_REF = 1,
    TAG_LAT = 2,
    TAG_LON_REF = 3,
    TAG_LON = 4,
    ENTRY_BYTES = 12,
    ENTRIES_MOST = 256, /* of one directory */
    MARKER_SOS = 0xDA,
    MARKER_APP1 = 0xE1,
};

struct tiff {
    struct bytes b;
    bool little;
};

static uint32_t get16(const struct tiff *t, size_t offset)
{
    return t->little ? bytes_le16(t->b, offset) : bytes_be16(t->b, offset);
}

static uint32_t get32(const struct tiff *t, size_t offset)
{
    return t->little ? bytes_le32(t->b, offset) : bytes_be32(t->b, offset);
}

/* Where the entry of a tag begins in the directory there; 0: it is not in it. */
static size_t find_entry(const struct tiff *t, size_t directory, uint32_t tag)
{
    uint32_t count = get16(t, directory);

    for (uint32_t i = 0; i < count && i < ENTRIES_MOST; i++) {
        size_t entry = directory + 2 + (size_t)i * ENTRY_BYTES;
        if (!bytes_have(t->b, entry, ENTRY_BYTES))
            return 0;
        if (get16(t, entry) == tag)
            return entry;
    }
    return 0;
}

/* Degrees, minutes and seconds, as three fractions. */
static double read_angle(const struct tiff *t, size_t entry)
{
    size_t at = get32(t, entry + 8);
    double parts[3];

    if (get32(t, entry + 4) != 3 || !bytes_have(t->b, at, 24))
        return (double)NAN;
    for (size_t i = 0; i < 3; i++) {
        double below = get32(t, at + 8 * i + 4);
        parts[i] = below > 0 ? get32(t, at + 8 * i) / below : (i == 2 ? 0 : (double)NAN);
    }
    return parts[0] + parts[1] / 60 + parts[2] / 3600;
}

static double read_place(const struct tiff *t, size_t gps, uint32_t tag, char negative, double most)
{
    size_t angle = find_entry(t, gps, tag + 1), ref = find_entry(t, gps, tag);

    if (angle == 0 || ref == 0)
        return (double)NAN;
    double value = read_angle(t, angle);
    if (t->b.at[ref + 8] == (uint8_t)negative)
        value = -value;
    return fabs(value) <= most ? value : (double)NAN;
}

static void read_gps(const struct tiff *t, size_t entry, struct exif *out)
{
    size_t gps = get32(t, entry + 8);
    double lat = read_place(t, gps, TAG_LAT_REF, 'S', 90);
    double lon = read_place(t, gps, TAG_LON_REF, 'W', 180);

    if (isnan(lat) || isnan(lon) || (lat == 0 && lon == 0)) /* what cameras write without a fix */
        return;
    out->lat = lat;
    out->lon = lon;
}

void exif_read(struct bytes tiff, struct exif *out)
{
    struct tiff t = {tiff, bytes_say(tiff, 0, "II*\0", 4)};

    *out = (struct exif){1, (double)NAN, (double)NAN};
    if (!t.little && !bytes_say(tiff, 0, "MM\0*", 4))
        return;
    size_t first = get32(&t, 4);
    size_t orientation = find_entry(&t, first, TAG_ORIENTATION);
    size_t gps = find_entry(&t, first, TAG_GPS);
    uint32_t side = orientation != 0 ? get16(&t, orientation + 8) : 1;
    if (side >= 1 && side <= 8)
        out->orientation = (int)side;
    if (gps != 0)
        read_gps(&t, gps, out);
}

void exif_read_jpeg(struct bytes jpeg, struct exif *out)
{
    size_t at = 2;

    *out = (struct exif){1, (double)NAN, (double)NAN};
    while (bytes_have(jpeg, at, 4) && jpeg.at[at] == 0xFF && jpeg.at[at + 1] != MARKER_SOS) {
        size_t len = bytes_be16(jpeg, at + 2);
        if (len < 2)
            return;
        if (jpeg.at[at + 1] == MARKER_APP1 && bytes_say(jpeg, at + 4, "Exif\0\0", 6) && len > 8) {
            exif_read(bytes_part(jpeg, at + 10, len - 8), out);
            return;
        }
        at += 2 + len;
    }
}
