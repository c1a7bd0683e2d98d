/* SPDX-License-Identifier: Apache-2.0 */
#include "srgb.h"

#include <string.h>

enum { HEADER_BYTES = 128, ENTRY_BYTES = 12, NO_DATA = -1 };

/* ICC's s15Fixed16Number: sixteen bits of fraction. */
static const uint32_t white[] = {0xF6D6, 0x10000, 0xD32D}; /* D50, which profiles connect by */
static const uint32_t red[] = {0x6FA2, 0x38F5, 0x0390};
static const uint32_t green[] = {0x6299, 0xB785, 0x18DA};
static const uint32_t blue[] = {0x24A0, 0x0F84, 0xB6CF};
/* Bradford's adaptation from D65 to D50. */
static const uint32_t adaptation[] = {0x00010C42, 0x000005DE, 0xFFFFF325, 0x00000793, 0x0000FD90,
                                      0xFFFFFBA1, 0xFFFFFDA2, 0x000003DC, 0x0000C06E};
/* Function 3: (a x + b)^g from d on, c x below; in the order g, a, b, c, d. */
static const uint32_t curve[] = {0x00030000, 0x00026666, 0x0000F2A7,
                                 0x00000D59, 0x000013D0, 0x00000A5B};

static const struct tag {
    const char *name, *type;
    const uint32_t *data; /* NULL: the text */
    size_t count;
    const char *text;
    int same_as; /* index of the tag whose data it shares, or NO_DATA */
} tags[] = {
    {"desc", "mluc", NULL, 0, "sRGB", NO_DATA},
    {"cprt", "mluc", NULL, 0, "No copyright, use freely", NO_DATA},
    {"wtpt", "XYZ ", white, COUNT(white), NULL, NO_DATA},
    {"chad", "sf32", adaptation, COUNT(adaptation), NULL, NO_DATA},
    {"rXYZ", "XYZ ", red, COUNT(red), NULL, NO_DATA},
    {"gXYZ", "XYZ ", green, COUNT(green), NULL, NO_DATA},
    {"bXYZ", "XYZ ", blue, COUNT(blue), NULL, NO_DATA},
    {"rTRC", "para", curve, COUNT(curve), NULL, NO_DATA},
    {"gTRC", "para", NULL, 0, NULL, 7},
    {"bTRC", "para", NULL, 0, NULL, 7},
};

struct place {
    size_t at, len;
};

static void add_u32(struct strbuf *out, uint32_t n)
{
    const uint8_t bytes[] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

    strbuf_add(out, bytes, sizeof(bytes));
}

static void add_four(struct strbuf *out, const char *name)
{
    strbuf_add(out, name, 4);
}

/* One record, English of the United States, in UTF-16. */
static void add_text(struct strbuf *out, const char *text)
{
    add_u32(out, 1);
    add_u32(out, 12);
    add_four(out, "enUS");
    add_u32(out, (uint32_t)(2 * strlen(text)));
    add_u32(out, 28);
    for (; *text != '\0'; text++) {
        const char wide[] = {'\0', *text};
        strbuf_add(out, wide, sizeof(wide));
    }
}

static struct place add_data(struct strbuf *data, size_t before, const struct tag *tag)
{
    size_t at = data->len;

    add_four(data, tag->type);
    add_u32(data, 0);
    if (tag->text != NULL)
        add_text(data, tag->text);
    for (size_t i = 0; i < tag->count; i++)
        add_u32(data, tag->data[i]);
    struct place place = {before + at, data->len - at};
    while (data->len % 4 != 0)
        strbuf_add(data, "", 1);
    return place;
}

static void add_header(struct strbuf *out, size_t size)
{
    add_u32(out, (uint32_t)size);
    add_u32(out, 0);
    add_u32(out, 0x04300000); /* version 4.3 */
    add_four(out, "mntr");
    add_four(out, "RGB ");
    add_four(out, "XYZ ");
    add_u32(out, 0x07EA0001); /* 2026-01-01 00:00:00, two bytes each */
    add_u32(out, 0x00010000);
    add_u32(out, 0);
    add_four(out, "acsp");
    for (int i = 0; i < 7; i++)
        add_u32(out, 0); /* no platform, maker, model or intent in particular */
    for (size_t i = 0; i < COUNT(white); i++)
        add_u32(out, white[i]);
    for (int i = 0; i < 12; i++)
        add_u32(out, 0);
}

void srgb_profile(struct strbuf *out)
{
    AUTO(strbuf_free) struct strbuf data = STRBUF(4096);
    size_t before = HEADER_BYTES + 4 + COUNT(tags) * ENTRY_BYTES;
    struct place places[COUNT(tags)];

    for (size_t i = 0; i < COUNT(tags); i++)
        places[i] = tags[i].same_as == NO_DATA ? add_data(&data, before, &tags[i])
                                               : places[tags[i].same_as];
    add_header(out, before + data.len);
    add_u32(out, COUNT(tags));
    for (size_t i = 0; i < COUNT(tags); i++) {
        add_four(out, tags[i].name);
        add_u32(out, (uint32_t)places[i].at);
        add_u32(out, (uint32_t)places[i].len);
    }
    strbuf_add(out, data.data, data.len);
}
