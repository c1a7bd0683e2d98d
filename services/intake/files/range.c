/* SPDX-License-Identifier: Apache-2.0 */
#include "range.h"

#include <string.h>

static const char unit[] = "bytes=";

/* Digits, if there are any; false for what is no number or one beyond all files. */
static bool take_number(const char **at, uint64_t *out, bool *there)
{
    *out = 0;
    *there = false;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        if (*out > UINT64_MAX / 100)
            return false;
        *out = *out * 10 + (uint64_t)(**at - '0');
        *there = true;
    }
    return true;
}

/* "-500": the last so many. */
static enum range_kind suffix(uint64_t count, uint64_t size, struct range *out)
{
    if (count == 0 || size == 0)
        return RANGE_NONE;
    *out = (struct range){count < size ? size - count : 0, size - 1};
    return RANGE_PART;
}

enum range_kind range_read(const char *text, uint64_t size, struct range *out)
{
    bool has_first, has_last;
    uint64_t first, last;

    if (text == NULL || strncmp(text, unit, sizeof(unit) - 1) != 0)
        return RANGE_ALL;
    text += sizeof(unit) - 1;
    if (!take_number(&text, &first, &has_first) || *text++ != '-' ||
        !take_number(&text, &last, &has_last) || *text != '\0' || (!has_first && !has_last))
        return RANGE_ALL;
    if (!has_first)
        return suffix(last, size, out);
    if (has_last && last < first)
        return RANGE_ALL;
    if (first >= size)
        return RANGE_NONE;
    *out = (struct range){first, has_last && last < size ? last : size - 1};
    return RANGE_PART;
}
