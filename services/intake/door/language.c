/* SPDX-License-Identifier: Apache-2.0 */
#include "language.h"

#include "accept.h"

#include <string.h>

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
    int first_vi, first_en;
    int vi = accept_language(header, language_codes[LANGUAGE_VI], &first_vi);
    int en = accept_language(header, language_codes[LANGUAGE_EN], &first_en);
    bool prefers_english = en > vi || (en == vi && first_en < first_vi);

    return en > 0 && prefers_english ? LANGUAGE_EN : LANGUAGE_VI;
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
