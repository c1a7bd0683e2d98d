/* SPDX-License-Identifier: Apache-2.0 */
#include "reply.h"

#include "crypto.h"
#include "language.h"
#include "problem.h"
#include "results.h"

#include <string.h>

enum { TAG_BYTES = 16, TAG_SIZE = 2 * TAG_BYTES + 3 };

static const char *type_of(const struct tree *tree)
{
    return tree->json ? "application/json; charset=utf-8" : "text/xml; charset=utf-8";
}

/* Whether it was not too long; answers the request otherwise: a part of a document is none. */
static bool is_whole(struct http_request *request, const struct strbuf *body)
{
    if (strbuf_text(body) != NULL)
        return true;
    problem_reply(request, PROBLEM_INTERNAL, LANGUAGE_EN, NULL, NULL);
    return false;
}

void reply_tree(struct http_request *request, unsigned status, const struct tree *tree)
{
    const char *retry_after = problem_retry_after(status);
    const struct http_header headers[] = {
        {"Cache-Control", "no-store"},
        {retry_after != NULL ? "Retry-After" : NULL, retry_after},
        {0},
    };

    if (!is_whole(request, tree->out))
        return;
    results_count(status);
    http_reply(request, &(struct http_answer){.status = status,
                                              .type = type_of(tree),
                                              .body = tree->out->data,
                                              .len = tree->out->len,
                                              .headers = headers});
}

/* The hash of the document, quoted: who has it, has the document. */
static void write_tag(const struct strbuf *body, char out[TAG_SIZE])
{
    uint8_t hash[CRYPTO_HASH_BYTES];
    AUTO(strbuf_free) struct strbuf hex = STRBUF(TAG_SIZE);

    crypto_hash_pieces(&(struct crypto_piece){body->data, body->len}, 1, hash);
    strbuf_add_hex(&hex, hash, TAG_BYTES);
    out[0] = out[TAG_SIZE - 2] = '"';
    memcpy(out + 1, strbuf_text(&hex), hex.len);
    out[TAG_SIZE - 1] = '\0';
}

/* Whether If-None-Match names tag, as "a", W/"b" or *. */
static bool is_known(const struct http_request *request, const char *tag)
{
    const char *known = http_header(request, "If-None-Match");

    return known != NULL && (strcmp(known, "*") == 0 || strstr(known, tag) != NULL);
}

void reply_document(struct http_request *request, const char *type, const struct strbuf *body,
                    const char *link)
{
    char tag[TAG_SIZE];
    const struct http_header headers[] = {
        {"Cache-Control", "no-cache"},
        {"ETag", tag},
        {"Vary", "Accept, Accept-Language"},
        {"Content-Language",
         language_codes[language_accepted(http_header(request, "Accept-Language"))]},
        {link != NULL ? "Link" : NULL, link},
        {0},
    };

    if (!is_whole(request, body))
        return;
    write_tag(body, tag);
    unsigned status = is_known(request, tag) ? 304 : 200;
    results_count(200);
    http_reply(request, &(struct http_answer){.status = status,
                                              .type = status == 200 ? type : NULL,
                                              .body = status == 200 ? body->data : NULL,
                                              .len = status == 200 ? body->len : 0,
                                              .headers = headers});
}

void reply_public(struct http_request *request, const struct tree *tree, const char *link)
{
    reply_document(request, type_of(tree), tree->out, link);
}
