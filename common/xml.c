/* SPDX-License-Identifier: Apache-2.0 */
#include "xml.h"

#include <assert.h>
#include <string.h>
#include <utf8proc.h>

void xml_init(struct xml *xml, struct strbuf *out)
{
    *xml = (struct xml){.out = out};
    strbuf_addf(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
}

void xml_open(struct xml *xml, const char *tag)
{
    assert(xml->depth < XML_DEPTH_MAX);
    xml->tags[xml->depth++] = tag;
    strbuf_addf(xml->out, "<%s>", tag);
}

/* The entity of a character, or NULL if it stands for itself. A carriage
 * return that is not escaped would be read as a line feed. */
static const char *entity(utf8proc_int32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&apos;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

/* The production Char of XML 1.0, for what UTF-8 can hold. */
static bool is_allowed(utf8proc_int32_t code)
{
    return code == '\t' || code == '\n' || code == '\r' ||
           (code >= 0x20 && code != 0xFFFE && code != 0xFFFF);
}

void xml_escape(struct strbuf *out, const char *text)
{
    size_t len = strlen(text);
    utf8proc_int32_t code;

    for (size_t i = 0; i < len;) {
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + i,
                                              (utf8proc_ssize_t)(len - i), &code);
        size_t taken = n > 0 ? (size_t)n : 1;
        const char *escaped = n > 0 ? entity(code) : NULL;
        if (escaped != NULL)
            strbuf_add(out, escaped, strlen(escaped));
        else if (n > 0 && is_allowed(code))
            strbuf_add(out, text + i, taken);
        i += taken;
    }
}

void xml_text(struct xml *xml, const char *tag, const char *value)
{
    if (value == NULL) {
        strbuf_addf(xml->out, "<%s/>", tag);
        return;
    }
    strbuf_addf(xml->out, "<%s>", tag);
    xml_escape(xml->out, value);
    strbuf_addf(xml->out, "</%s>", tag);
}

void xml_close(struct xml *xml, const char *tag)
{
    assert(xml->depth > 0 && strcmp(xml->tags[xml->depth - 1], tag) == 0);
    xml->depth--;
    strbuf_addf(xml->out, "</%s>", tag);
}
