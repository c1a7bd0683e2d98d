/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include "bookmark.h"

#include <string.h>

/* Percent-encodes what RFC 3986 does not leave as it is. */
static void add_encoded(struct strbuf *out, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~,:";

    for (; *text != '\0'; text++) {
        if (strchr(plain, *text) != NULL)
            strbuf_add(out, text, 1);
        else
            strbuf_addf(out, "%%%02X", (unsigned char)*text);
    }
}

static void add_parameter(void *ctx, const char *name, const char *value)
{
    struct strbuf *out = ctx;

    if (strcmp(name, "cursor") == 0 || strcmp(name, "page") == 0 || strcmp(name, "api_key") == 0)
        return;
    add_encoded(out, name);
    strbuf_add(out, "=", 1);
    add_encoded(out, value);
    strbuf_add(out, "&", 1);
}

const char *link_secret(const struct http_request *request)
{
    const char *secret = http_query(request, "k");

    return secret != NULL && *secret != '\0' ? secret : NULL;
}

void link_next(const struct intake *intake, const struct http_request *request,
               const struct listing_cursor *cursor, struct strbuf *out)
{
    char text[BOOKMARK_SIZE];

    bookmark_write(intake->ring, cursor, text);
    strbuf_addf(out, "<%s%s?", intake->settings.public_url, http_path(request));
    http_each_query(request, add_parameter, out);
    strbuf_addf(out, "cursor=%s>; rel=\"next\"", text);
}
