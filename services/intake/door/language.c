/* SPDX-License-Identifier: Apache-2.0 */
#include "language.h"

#include <string.h>
#include <strings.h>

const char *const language_codes[LANGUAGES] = {[LANGUAGE_VI] = "vi", [LANGUAGE_EN] = "en"};

bool language_read(const char *code, enum language *out)
{
    for (int i = 0; i < LANGUAGES; i++) {
        if (strcmp(code, language_codes[i]) != 0)
            continue;
        *out = (enum language)i;
        return true;
    }
    return false;
}

enum language language_accepted(const char *header)
{
    return header != NULL && strncasecmp(header, "en", 2) == 0 ? LANGUAGE_EN : LANGUAGE_VI;
}

void language_fill(struct strbuf *out, const char *pattern, const char *const values[])
{
    const char *brace;

    while ((brace = strchr(pattern, '{')) != NULL) {
        const char *value = values[brace[1] - '0'];
        strbuf_add(out, pattern, (size_t)(brace - pattern));
        strbuf_add(out, value, strlen(value));
        pattern = brace + 3;
    }
    strbuf_add(out, pattern, strlen(pattern));
}
