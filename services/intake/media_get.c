/* SPDX-License-Identifier: Apache-2.0 */
/* media_get - GET /media/{name}: a file, for who has its key, and for everybody when a case shows
 * it in public. Whatever a browser makes of it, it is no page of ours: nosniff and a sandbox. */
#include "intake.h"

#include "attachment.h"
#include "blobs.h"
#include "crypto.h"
#include "mem.h"
#include "problem.h"
#include "range.h"
#include "results.h"
#include "sql_intake.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TAG_SIZE = BLOBS_NAME_SIZE + 2, HEADER_SIZE = 160 };

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

/* -1 when there is none. */
static int open_file(const struct asked *a, uint64_t *size)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    struct stat about;
    int fd = -1;

    if (blobs_path(&path, a->intake->settings.attachments.dir, a->name) &&
        strbuf_text(&path) != NULL)
        fd = open(path.data, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -1;
    if (fstat(fd, &about) < 0 || !S_ISREG(about.st_mode)) {
        close(fd);
        return -1;
    }
    *size = (uint64_t)about.st_size;
    return fd;
}

/* A file never changes under its name, but what is public may be taken back: then others' copies
 * should not outlive it for long. */
static const char *caching(bool with_key)
{
    return with_key ? "private, max-age=31536000, immutable" : "public, max-age=3600";
}

static bool has_it(const struct http_request *request, const char *tag)
{
    const char *known = http_header(request, "If-None-Match");

    return known != NULL && (strcmp(known, "*") == 0 || strstr(known, tag) != NULL);
}

static enum range_kind range_of(const struct http_request *request, const char *tag, uint64_t size,
                                struct range *out)
{
    const char *still = http_header(request, "If-Range");

    if (still != NULL && strcmp(still, tag) != 0)
        return RANGE_ALL;
    return range_read(http_header(request, "Range"), size, out);
}

/* How it is told what comes. */
struct sending {
    unsigned status;
    uint64_t first, len;
    char range[HEADER_SIZE]; /* Content-Range; "": none */
};

static void choose(const struct http_request *request, const char *tag, uint64_t size,
                   struct sending *out)
{
    struct range range = {0};

    *out = (struct sending){.status = 200, .len = size};
    if (has_it(request, tag)) {
        out->status = 304;
        return;
    }
    enum range_kind kind = range_of(request, tag, size, &range);
    if (kind == RANGE_NONE) {
        out->status = 416;
        (void)snprintf(out->range, sizeof(out->range), "bytes */%" PRIu64, size);
    } else if (kind == RANGE_PART) {
        out->status = 206;
        out->first = range.first;
        out->len = range.last - range.first + 1;
        (void)snprintf(out->range, sizeof(out->range), "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
                       range.first, range.last, size);
    }
}

/* What is not shown by every browser in a page is offered for saving. */
static const char *disposition(enum attachment_type type)
{
    return attachment_kind_of(type) == ATTACHMENT_DOCUMENT ? "attachment" : "inline";
}

static void send_file(const struct asked *a, bool with_key)
{
    char tag[TAG_SIZE], name[HEADER_SIZE];
    struct sending sending;
    uint64_t size = 0;
    int fd = open_file(a, &size);

    if (fd < 0) {
        refuse(a->request, PROBLEM_NO_SUCH);
        return;
    }
    (void)snprintf(tag, sizeof(tag), "\"%s\"", a->name);
    (void)snprintf(name, sizeof(name), "%s; filename=\"%.12s%s\"", disposition(a->type), a->name,
                   attachment_suffix(a->type));
    choose(a->request, tag, size, &sending);
    const struct http_header headers[] = {
        {"ETag", tag},
        {"Cache-Control", caching(with_key)},
        {"Content-Disposition", name},
        {"X-Content-Type-Options", "nosniff"},
        {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"},
        {"Cross-Origin-Resource-Policy", "cross-origin"},
        {"Referrer-Policy", "no-referrer"},
        {"Accept-Ranges", "bytes"},
        {sending.range[0] != '\0' ? "Content-Range" : NULL, sending.range},
        {0},
    };
    struct http_answer answer = {.status = sending.status, .headers = headers};
    results_count(sending.status == 416 ? 400 : 200);
    if (sending.status == 304 || sending.status == 416) {
        close(fd);
        http_reply(a->request, &answer);
        return;
    }
    answer.type = attachment_mime(a->type);
    http_reply_file(a->request, &answer, fd, sending.first, sending.len);
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
    const char *key = http_query(request, "k");
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
