/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

bool bytes_hold(struct bytes b, const char *text, size_t len)
{
    for (size_t i = 0; bytes_have(b, i, len); i++) {
        size_t same = 0;
        while (same < len && lower(b.at[i + same]) == lower((uint8_t)text[same]))
            same++;
        if (same == len)
            return true;
    }
    return false;
}
