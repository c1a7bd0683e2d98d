/* SPDX-License-Identifier: Apache-2.0 */
#include "http_path.h"

#include "text.h"

#include <assert.h>
#include <string.h>

/* Appends the decoded bytes and a NUL to out->values. A value needs its own
 * length and one byte, and a part's '/' or '.' lies before it: so it fits. */
static bool decode(const char *text, size_t len, struct http_path *out)
{
    for (size_t i = 0; i < len; i++) {
        int byte = (unsigned char)text[i];
        if (byte == '%') {
            int high = i + 2 < len ? text_hex_digit(text[i + 1]) : -1;
            int low = high >= 0 ? text_hex_digit(text[i + 2]) : -1;
            byte = low >= 0 ? high * 16 + low : 0;
            i += 2;
        }
        if (byte == 0)
            return false;
        out->values[out->used++] = (char)byte;
    }
    out->values[out->used++] = '\0';
    return true;
}

/* The length of the part at path that ends before the character after: the
 * whole segment, or up to the segment's last such character. 0: no match. */
static size_t part_length(const char *path, char after)
{
    size_t segment = strcspn(path, "/");

    if (after == '/' || after == '\0')
        return segment;
    const char *end = memrchr(path, after, segment);
    return end != NULL ? (size_t)(end - path) : 0;
}

bool http_path_match(const char *pattern, const char *path, struct http_path *out)
{
    out->part_count = 0;
    out->used = 0;
    while (*pattern != '\0') {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        const char *end = strchr(pattern, '}');
        assert(end != NULL && out->part_count < HTTP_PATH_PARTS);
        size_t len = part_length(path, end[1]);
        struct http_path_part *part = &out->parts[out->part_count++];
        *part = (struct http_path_part){pattern + 1, (size_t)(end - pattern - 1),
                                        out->values + out->used};
        if (len == 0 || !decode(path, len, out))
            return false;
        path += len;
        pattern = end + 1;
    }
    return *path == '\0';
}

const char *http_path_part(const struct http_path *match, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < match->part_count; i++) {
        const struct http_path_part *part = &match->parts[i];
        if (part->name_len == len && memcmp(part->name, name, len) == 0)
            return part->value;
    }
    return NULL;
}
