/* SPDX-License-Identifier: Apache-2.0 */
#include "http_upload.h"

#include "http_multipart.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEAD_BYTES = 4096,        /* of a part's header lines; with more it is taken for text */
    HELD_BYTES = 1024 * 1024, /* never reached: a piece and what is held back */
    NAME_BYTES = 200,
};

enum state {
    IN_TEXT, /* before the first delimiter, or in a field */
    IN_HEAD, /* behind a delimiter */
    IN_FILE,
    IN_REST, /* behind the last delimiter, or in what is malformed: nothing is looked for */
};

struct http_upload {
    enum state state;
    struct strbuf delimiter; /* with the CRLF before it */
    struct strbuf held;      /* not judged yet */
    size_t skip;             /* bytes at the beginning of held that are no file's and no text's */
    struct http_multipart_head head;
};

struct http_upload *http_upload_new(const char *boundary)
{
    struct http_upload *u = mem_new(1, sizeof(*u));

    u->delimiter = STRBUF(HTTP_BOUNDARY_SIZE + 4);
    u->held = STRBUF(HELD_BYTES);
    u->head.name = STRBUF(NAME_BYTES);
    strbuf_addf(&u->delimiter, "\r\n--%s", boundary);
    /* The first delimiter may stand at the very beginning. */
    strbuf_add(&u->held, "\r\n", 2);
    u->skip = 2;
    return u;
}

void http_upload_free(struct http_upload **upload)
{
    struct http_upload *u = *upload;

    if (u == NULL)
        return;
    strbuf_free(&u->delimiter);
    strbuf_free(&u->held);
    strbuf_free(&u->head.name);
    free(u);
    *upload = NULL;
}

/* Takes len bytes from the beginning of held. */
static void drop(struct http_upload *u, size_t len)
{
    u->held.len -= len;
    memmove(u->held.data, u->held.data + len, u->held.len);
}

/* Hands len bytes of held to where they belong, but for those to skip. */
static void pass(struct http_upload *u, size_t len, const struct http_upload_sink *sink)
{
    size_t skipped = u->skip < len ? u->skip : len;
    const char *bytes = u->held.data + skipped;

    u->skip -= skipped;
    if (len > skipped)
        (u->state == IN_FILE ? sink->data : sink->text)(sink->ctx, bytes, len - skipped);
    drop(u, len);
}

/* In text or a file: whether a delimiter was found; then held begins behind it. */
static bool find_delimiter(struct http_upload *u, const struct http_upload_sink *sink)
{
    const char *found = memmem(u->held.data, u->held.len, u->delimiter.data, u->delimiter.len);
    size_t keep = u->delimiter.len - 1;

    if (found == NULL) {
        if (u->held.len > keep)
            pass(u, u->held.len - keep, sink);
        return false;
    }
    pass(u, (size_t)(found - u->held.data), sink);
    if (u->state == IN_FILE)
        sink->end(sink->ctx);
    sink->text(sink->ctx, u->delimiter.data + u->skip, u->delimiter.len - u->skip);
    drop(u, u->delimiter.len);
    u->skip = 0;
    u->state = IN_HEAD;
    return true;
}

static void give_up(struct http_upload *u)
{
    u->state = IN_REST;
}

/* The header lines are whole up to len bytes, the empty line included. Its CRLF may be the next
 * delimiter's as well, so it stays. */
static void enter_part(struct http_upload *u, size_t len, const struct http_upload_sink *sink)
{
    const char *line = memmem(u->held.data, len, "\r\n", 2);
    size_t first = (size_t)(line - u->held.data) + 2; /* the delimiter's own line */

    if (!http_multipart_head(u->held.data + first, len - first, &u->head)) {
        give_up(u);
        return;
    }
    u->state = IN_TEXT;
    pass(u, len - 2, sink);
    if (!u->head.is_file)
        return;
    sink->text(sink->ctx, "\r\n", 2);
    u->skip = 2;
    u->state = IN_FILE;
    sink->begin(sink->ctx, strbuf_text(&u->head.name),
                u->head.has_file_name ? u->head.file_name : NULL);
}

/* Whether there is more to be judged at once. */
static bool read_head(struct http_upload *u, const struct http_upload_sink *sink)
{
    const char *end = memmem(u->held.data, u->held.len, "\r\n\r\n", 4);

    if (u->held.len < 2)
        return false;
    if (memcmp(u->held.data, "--", 2) == 0 || (end == NULL && u->held.len > HEAD_BYTES)) {
        give_up(u);
        return true;
    }
    if (end == NULL)
        return false;
    enter_part(u, (size_t)(end - u->held.data) + 4, sink);
    return true;
}

static bool step(struct http_upload *u, const struct http_upload_sink *sink)
{
    switch (u->state) {
    case IN_TEXT:
    case IN_FILE:
        return find_delimiter(u, sink);
    case IN_HEAD:
        return read_head(u, sink);
    case IN_REST:
        pass(u, u->held.len, sink);
        return false;
    }
    return false;
}

void http_upload_feed(struct http_upload *u, const char *bytes, size_t len,
                      const struct http_upload_sink *sink)
{
    strbuf_add(&u->held, bytes, len);
    while (u->held.len > 0 && step(u, sink))
        continue;
}

void http_upload_finish(struct http_upload *u, const struct http_upload_sink *sink)
{
    u->state = IN_REST; /* a file without an end is none, and its form neither */
    pass(u, u->held.len, sink);
}
