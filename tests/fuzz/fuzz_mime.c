/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_mime - names, subjects and texts from citizens and units: whatever they hold, a mail is
 * ASCII in short lines, and no value begins a header of its own. */
/* links: notifier */
#include "fuzz.h"

#include "mem.h"
#include "mime.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 16 * 1024 * 1024, LINE = 76 };

/* begin: what every line but the first begins with; NULL: anything. */
static void check_lines(const struct strbuf *b, const char *begin)
{
    const char *line = strbuf_text(b), *end = NULL;

    assert(line != NULL);
    for (bool is_first = true; *line != '\0'; line = end + 2, is_first = false) {
        end = strstr(line, "\r\n");
        assert(end != NULL && end - line <= LINE);
        for (const char *c = line; c < end; c++)
            assert((*c >= ' ' && *c <= '~') || *c == '\t');
        assert(is_first || begin == NULL || strncmp(line, begin, strlen(begin)) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(LARGEST);
    AUTO(strbuf_free) struct strbuf html = STRBUF(LARGEST);
    char *text = mem_new(size + 1, 1);

    if (size > 0)
        memcpy(text, data, size);
    mime_add_header(&out, "Subject", text);
    check_lines(&out, " ");
    strbuf_clear(&out);
    mime_add_address(&out, "To", text, "an@example.org");
    check_lines(&out, " ");
    strbuf_clear(&out);
    mime_add_attachment(&out, text);
    check_lines(&out, " ");
    strbuf_clear(&out);
    mime_add_quoted(&out, text);
    if (out.len > 0)
        check_lines(&out, NULL);
    mime_add_html(&html, text);
    assert(strstr(strbuf_text(&html), "<script") == NULL);
    free(text);
    return 0;
}
