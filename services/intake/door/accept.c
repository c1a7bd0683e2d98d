/* SPDX-License-Identifier: Apache-2.0 */
#include "accept.h"

#include <string.h>
#include <strings.h>

enum { WHOLE = 1000 };

/* How closely a range of types means type: not at all (0), as any, as one of its kind, by name (3).
 */
static int closeness(const char *range, size_t len, const char *type)
{
    size_t main_len = strcspn(type, "/") + 1;

    if (len == strlen(type) && strncasecmp(range, type, len) == 0)
        return 3;
    if (len == main_len + 1 && range[main_len] == '*' && strncasecmp(range, type, main_len) == 0)
        return 2;
    return len == 3 && strncmp(range, "*/*", 3) == 0 ? 1 : 0;
}

/* "0.25" as 250; what is no number is 1. */
static int read_quality(const char *text)
{
    int value = *text == '0' ? 0 : WHOLE, unit = WHOLE;

    if (value != 0 || text[1] != '.')
        return value;
    for (text += 2; *text >= '0' && *text <= '9' && unit > 1; text++) {
        unit /= 10;
        value += (*text - '0') * unit;
    }
    return value;
}

/* Of one range with its parameters, up to the next comma. */
static int quality_of(const char *range)
{
    for (const char *at = range + strcspn(range, ";,"); *at == ';'; at += strcspn(at, ";,")) {
        at++;
        at += strspn(at, " \t");
        if (strncasecmp(at, "q=", 2) == 0)
            return read_quality(at + 2);
    }
    return WHOLE;
}

struct accept accept_of(const char *header, const char *type)
{
    struct accept accept = {header == NULL || *header == '\0' ? WHOLE : 0, false};
    int closest = 0;

    for (const char *at = header; at != NULL && *at != '\0';) {
        at += strspn(at, " \t,");
        const char *end = at + strcspn(at, ",");
        int close = closeness(at, strcspn(at, " \t;,"), type);
        if (close > closest) {
            closest = close;
            accept = (struct accept){quality_of(at), close == 3};
        }
        at = end;
    }
    return accept;
}

/* "en" and "en-GB" are English. */
static bool is_language(const char *range, size_t len, const char *language)
{
    size_t whole = strlen(language);

    return len >= whole && strncasecmp(range, language, whole) == 0 &&
           (len == whole || range[whole] == '-');
}

int accept_language(const char *header, const char *language, int *place)
{
    int best = 0, n = 0;

    *place = 0;
    for (const char *at = header; at != NULL && *at != '\0'; n++) {
        at += strspn(at, " \t,");
        const char *end = at + strcspn(at, ",");
        if (is_language(at, strcspn(at, " \t;,"), language) && quality_of(at) > best) {
            best = quality_of(at);
            *place = n;
        }
        at = end;
    }
    return best;
}
