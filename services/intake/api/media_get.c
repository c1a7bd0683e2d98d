/* SPDX-License-Identifier: Apache-2.0 */
/* media_get - GET /media/{name}: a file, for who has its key, and for everybody when a case shows
 * it in public. */
#include "intake.h"

#include "attachment.h"
#include "blobs.h"
#include "crypto.h"
#include "file_reply.h"
#include "link.h"
#include "mem.h"
#include "problem.h"
#include "sql_intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_SIZE = 24 };

struct asked {
    struct intake *intake;
    struct http_request *request;
    const char *name;
    enum attachment_type type;
};

static void refuse(struct http_request *request, enum problem problem)
{
    problem_reply(request, problem, language_accepted(http_header(request, "Accept-Language")),
                  NULL, NULL);
}

/* A file never changes under its name, but what is public may be taken back: then others' copies
 * should not outlive it for long. */
static const char *caching(bool with_key)
{
    return with_key ? "private, max-age=31536000, immutable" : "public, max-age=3600";
}

/* What is not shown by every browser in a page is offered for saving. */
static const char *disposition(enum attachment_type type)
{
    return attachment_kind_of(type) == ATTACHMENT_DOCUMENT ? "attachment" : "inline";
}

static void send_file(const struct asked *a, bool with_key)
{
    char shown[SHOWN_SIZE];

    (void)snprintf(shown, sizeof(shown), "%.12s%s", a->name, attachment_suffix(a->type));
    const struct file_reply file = {.dir = a->intake->settings.attachments.dir,
                                    .name = a->name,
                                    .type = attachment_mime(a->type),
                                    .disposition = disposition(a->type),
                                    .shown_name = shown,
                                    .caching = caching(with_key),
                                    .for_all_sites = true};
    if (!file_reply(a->request, &file))
        refuse(a->request, PROBLEM_NO_SUCH);
}

/* ---- what everybody may see ---- */

static void on_found(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct asked a = *(struct asked *)ctx;

    free(ctx);
    if (e != NULL)
        problem_reply_err(a.request, language_accepted(http_header(a.request, "Accept-Language")),
                          e);
    else if (PQntuples(rows[0]) == 0)
        refuse(a.request, PROBLEM_NO_SUCH);
    else
        send_file(&a, false);
}

static void ask(const struct asked *asked)
{
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_find_public_file, &args};
    const char *type = attachment_suffix(asked->type) + 1;
    uint8_t hash[CRYPTO_HASH_BYTES];
    struct asked *a = mem_new(1, sizeof(*a));
    struct err e;

    *a = *asked;
    (void)blobs_name_hash(a->name, hash);
    db_arg_bytes(&args, hash, sizeof(hash));
    db_arg_text(&args, type, strlen(type));
    if (readers_send(a->intake->readers, &step, 1, on_found, a, &e) == 0)
        return;
    free(a);
    problem_reply_err(asked->request,
                      language_accepted(http_header(asked->request, "Accept-Language")), &e);
}

void media_get(void *ctx, struct http_request *request)
{
    struct asked a = {.intake = ctx, .request = request, .name = http_part(request, "name")};
    const char *key = link_secret(request);
    char right[ATTACHMENT_KEY_SIZE];
    bool thumb;

    if (!attachment_name_read(a.name, &a.type, &thumb)) {
        refuse(request, PROBLEM_NO_SUCH);
        return;
    }
    attachment_key(a.intake->ring, a.name, right);
    if (key == NULL)
        ask(&a);
    else if (strlen(key) == strlen(right) && crypto_equal(key, right, strlen(right)))
        send_file(&a, true);
    else
        refuse(request, PROBLEM_NO_SUCH);
}
