/* SPDX-License-Identifier: Apache-2.0 */
#include "file_reply.h"

#include "blobs.h"
#include "range.h"
#include "results.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TAG_SIZE = BLOBS_NAME_SIZE + 2, HEADER_SIZE = 160 };

/* -1 when there is none. */
static int open_file(const struct file_reply *file, uint64_t *size)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    struct stat about;
    int fd = -1;

    if (blobs_path(&path, file->dir, file->name) && strbuf_text(&path) != NULL)
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

bool file_reply(struct http_request *request, const struct file_reply *file)
{
    char tag[TAG_SIZE], shown[HEADER_SIZE];
    struct sending sending;
    uint64_t size = 0;
    int fd = open_file(file, &size);

    if (fd < 0)
        return false;
    (void)snprintf(tag, sizeof(tag), "\"%s\"", file->name);
    (void)snprintf(shown, sizeof(shown), "%s; filename=\"%s\"", file->disposition,
                   file->shown_name);
    choose(request, tag, size, &sending);
    const struct http_header headers[] = {
        {"ETag", tag},
        {"Cache-Control", file->caching},
        {"Content-Disposition", shown},
        {"X-Content-Type-Options", "nosniff"},
        {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"},
        {"Cross-Origin-Resource-Policy", file->for_all_sites ? "cross-origin" : "same-origin"},
        {"Referrer-Policy", "no-referrer"},
        {"Accept-Ranges", "bytes"},
        {sending.range[0] != '\0' ? "Content-Range" : NULL, sending.range},
        {0},
    };
    struct http_answer answer = {.status = sending.status, .headers = headers};
    results_count(sending.status == 416 ? 400 : 200);
    if (sending.status == 304 || sending.status == 416) {
        close(fd);
        http_reply(request, &answer);
        return true;
    }
    answer.type = file->type;
    http_reply_file(request, &answer, fd, sending.first, sending.len);
    return true;
}
