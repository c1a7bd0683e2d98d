/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_file - what walks over strangers' files stays within them, and blanks nothing outside. The
 * first byte says as what they are read. */
/* links: intake */
#include "fuzz.h"

#include "exif.h"
#include "film.h"

#include <assert.h>
#include <math.h>

struct room {
    size_t len;
};

static bool patch(void *ctx, size_t offset, const char *text, size_t len)
{
    const struct room *room = ctx;

    assert(offset <= room->len && len <= room->len - offset);
    assert(text == NULL || len == 4);
    return true;
}

static void check_exif(const struct exif *exif)
{
    assert(exif->orientation >= 1 && exif->orientation <= 8);
    assert(isnan(exif->lat) == isnan(exif->lon));
    assert(isnan(exif->lat) || (fabs(exif->lat) <= 90 && fabs(exif->lon) <= 180));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes file;
    struct room room;
    const char *suffix = NULL;
    struct exif exif;
    enum rule why;

    if (size == 0)
        return 0;
    file = (struct bytes){data + 1, size - 1};
    room = (struct room){file.len};
    switch (data[0] % 6) {
    case 0:
        exif_read(file, &exif);
        check_exif(&exif);
        break;
    case 1:
        exif_read_jpeg(file, &exif);
        check_exif(&exif);
        break;
    case 2:
        assert(!film_check(file, patch, &room, &suffix, &why) || suffix != NULL);
        break;
    case 3:
        (void)film_check_mp3(file, patch, &room, &why);
        break;
    case 4:
        (void)film_check_ogg(file, &why);
        break;
    default:
        (void)film_check_pdf(file, &why);
        break;
    }
    return 0;
}
