/* SPDX-License-Identifier: Apache-2.0 */
#include "http_multipart.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char form_data[] = "form-data";
static const char multipart[] = "multipart/form-data";
static const char disposition[] = "content-disposition:";

/* A stretch of the body. */
struct span {
    const char *at, *end;
};

/* ---- parameters of a header: "; name=value; other=\"quoted\"" ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_spaces(struct span *s)
{
    while (s->at < s->end && is_space(*s->at))
        s->at++;
}

/* Appends the quoted text that begins at s->at, without its quotes. */
static bool take_quoted(struct span *s, struct strbuf *out)
{
    for (s->at++; s->at < s->end && *s->at != '"'; s->at++) {
        /* Browsers write a quote as %22; others put a backslash before it. */
        if (*s->at == '\\' && s->at + 1 < s->end && (s->at[1] == '"' || s->at[1] == '\\'))
            s->at++;
        strbuf_add(out, s->at, 1);
    }
    if (s->at == s->end)
        return false;
    s->at++;
    return true;
}

static bool take_value(struct span *s, struct strbuf *out)
{
    if (s->at < s->end && *s->at == '"')
        return take_quoted(s, out);
    while (s->at < s->end && *s->at != ';' && !is_space(*s->at))
        strbuf_add(out, s->at++, 1);
    return true;
}

/* Takes the next parameter; false at the end and where it is malformed. */
static bool take_parameter(struct span *s, struct span *name, struct strbuf *value)
{
    skip_spaces(s);
    if (s->at == s->end || *s->at != ';')
        return false;
    s->at++;
    skip_spaces(s);
    name->at = s->at;
    while (s->at < s->end && *s->at != '=' && *s->at != ';' && !is_space(*s->at))
        s->at++;
    name->end = s->at;
    strbuf_clear(value);
    if (s->at == s->end || *s->at != '=')
        return true; /* a word without a value */
    s->at++;
    return take_value(s, value);
}

static bool is_called(const struct span *name, const char *wanted)
{
    size_t len = (size_t)(name->end - name->at);

    return len == strlen(wanted) && strncasecmp(name->at, wanted, len) == 0;
}

/* ---- boundary ---- */

static bool is_boundary(const char *text, size_t len)
{
    static const char allowed[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "'()+_,-./:=? ";

    return len >= 1 && len < HTTP_BOUNDARY_SIZE && strspn(text, allowed) == len &&
           text[len - 1] != ' ';
}

bool http_multipart_boundary(const char *type, char out[HTTP_BOUNDARY_SIZE])
{
    AUTO(strbuf_free) struct strbuf value = STRBUF(strlen(type) + 1);
    struct span rest = {type + sizeof(multipart) - 1, type + strlen(type)};
    struct span name;

    if (strncasecmp(type, multipart, sizeof(multipart) - 1) != 0)
        return false;
    while (take_parameter(&rest, &name, &value)) {
        if (!is_called(&name, "boundary"))
            continue;
        if (value.len == 0 || !is_boundary(strbuf_text(&value), value.len))
            return false;
        memcpy(out, strbuf_text(&value), value.len + 1);
        return true;
    }
    return false;
}

/* ---- parts ---- */

struct part {
    struct http_multipart_head head;
    struct strbuf value;
};

static void part_free(struct part *part)
{
    strbuf_free(&part->head.name);
    strbuf_free(&part->value);
}

static bool read_disposition(struct span line, struct http_multipart_head *part)
{
    AUTO(strbuf_free) struct strbuf value = STRBUF(part->name.limit);
    struct span name;
    bool named = false;

    skip_spaces(&line);
    if ((size_t)(line.end - line.at) < sizeof(form_data) - 1 ||
        strncasecmp(line.at, form_data, sizeof(form_data) - 1) != 0)
        return false;
    line.at += sizeof(form_data) - 1;
    while (take_parameter(&line, &name, &value)) {
        if (is_called(&name, "filename") || is_called(&name, "filename*")) { /* RFC 5987 */
            part->is_file = true;
            part->has_file_name = part->has_file_name || value.len > 0;
            if (is_called(&name, "filename"))
                (void)snprintf(part->file_name, sizeof(part->file_name), "%s",
                               value.len > 0 ? value.data : "");
        }
        if (!is_called(&name, "name") || named)
            continue;
        strbuf_add(&part->name, value.len > 0 ? value.data : "", value.len);
        named = true;
    }
    /* A name with a zero byte in it would be cut by who reads it. */
    return named && strbuf_text(&part->name) != NULL &&
           memchr(part->name.data, '\0', part->name.len) == NULL;
}

/* The line from at on, without its CRLF; false when there is none. */
static bool take_line(struct span *s, struct span *line)
{
    const char *end = memmem(s->at, (size_t)(s->end - s->at), "\r\n", 2);

    if (end == NULL)
        return false;
    *line = (struct span){s->at, end};
    s->at = end + 2;
    return true;
}

static bool read_headers(struct span *s, struct http_multipart_head *part)
{
    struct span line;
    bool found = false;

    while (take_line(s, &line)) {
        if (line.at == line.end)
            return found;
        size_t len = sizeof(disposition) - 1;
        if (found || (size_t)(line.end - line.at) < len ||
            strncasecmp(line.at, disposition, len) != 0)
            continue;
        line.at += len;
        if (!read_disposition(line, part))
            return false;
        found = true;
    }
    return false;
}

/* What follows a delimiter: a part, the end of the body, or neither. */
enum next { NEXT_PART, NEXT_END, NEXT_BROKEN };

static enum next after_delimiter(struct span *s)
{
    if (s->end - s->at >= 2 && memcmp(s->at, "--", 2) == 0)
        return NEXT_END;
    skip_spaces(s); /* padding that a transport may have added */
    if (s->end - s->at < 2 || memcmp(s->at, "\r\n", 2) != 0)
        return NEXT_BROKEN;
    s->at += 2;
    return NEXT_PART;
}

/* Puts s behind the next delimiter; before is what lies in front of it. */
static bool find_delimiter(struct span *s, const struct strbuf *delimiter, struct span *before)
{
    const char *found = memmem(s->at, (size_t)(s->end - s->at), delimiter->data, delimiter->len);

    if (found == NULL)
        return false;
    *before = (struct span){s->at, found};
    s->at = found + delimiter->len;
    return true;
}

/* The first delimiter may stand at the very beginning, without the CRLF before it. */
static bool find_first(struct span *s, const struct strbuf *delimiter)
{
    struct span ignored;
    size_t len = delimiter->len - 2;

    if ((size_t)(s->end - s->at) < len || memcmp(s->at, delimiter->data + 2, len) != 0)
        return find_delimiter(s, delimiter, &ignored);
    s->at += len;
    return true;
}

static bool read_part(struct span *s, const struct strbuf *delimiter, http_field_fn *fn, void *ctx)
{
    size_t room = (size_t)(s->end - s->at);
    AUTO(part_free) struct part part = {.head = {.name = STRBUF(room)}, .value = STRBUF(room)};
    struct span value;

    if (!read_headers(s, &part.head))
        return false;
    /* An empty part may share its CRLF with the delimiter. */
    s->at -= 2;
    if (!find_delimiter(s, delimiter, &value))
        return false;
    size_t skip = value.end - value.at >= 2 ? 2 : 0;
    strbuf_add(&part.value, value.at + skip, (size_t)(value.end - value.at) - skip);
    if (!part.head.is_file)
        fn(ctx, strbuf_text(&part.head.name), strbuf_text(&part.value), part.value.len);
    return true;
}

int http_multipart_read(const char *boundary, const char *body, size_t len, http_field_fn *fn,
                        void *ctx, struct err *e)
{
    AUTO(strbuf_free) struct strbuf delimiter = STRBUF(HTTP_BOUNDARY_SIZE + 4);
    struct span s = {body, body + len};
    enum next next = NEXT_BROKEN;

    strbuf_addf(&delimiter, "\r\n--%s", boundary);
    if (find_first(&s, &delimiter))
        next = after_delimiter(&s);
    while (next == NEXT_PART)
        next = read_part(&s, &delimiter, fn, ctx) ? after_delimiter(&s) : NEXT_BROKEN;
    if (next == NEXT_BROKEN)
        return err_set(e, ERR_INPUT, "the form is malformed or ends early");
    return 0;
}

bool http_multipart_head(const char *at, size_t len, struct http_multipart_head *out)
{
    struct span s = {at, at + len};

    out->is_file = out->has_file_name = false;
    out->file_name[0] = '\0';
    strbuf_clear(&out->name);
    return read_headers(&s, out);
}
