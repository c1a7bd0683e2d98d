/* SPDX-License-Identifier: Apache-2.0 */
#include "examine.h"

#include "film.h"
#include "mem.h"
#include "picture.h"
#include "sandbox.h"

#include <errno.h>
#include <magic.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PHOTO_QUALITY = 85,
    THUMB_QUALITY = 75,
    OUTPUT_MOST = 64 << 20,
    FIRST_FREE_FD = 3,
};

struct examiner {
    struct magic_set *magic;
};

int examiner_open(struct examiner **out, struct err *e)
{
    AUTO(examiner_close) struct examiner *examiner = mem_new(1, sizeof(*examiner));

    examiner->magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF |
                                 MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_CDF);
    if (examiner->magic == NULL || magic_load(examiner->magic, NULL) != 0)
        return err_set(e, ERR_SYSTEM, "could not read libmagic's file types: %s",
                       examiner->magic != NULL ? magic_error(examiner->magic) : "no memory");
    *out = examiner;
    examiner = NULL;
    return 0;
}

void examiner_close(struct examiner **examiner)
{
    if (*examiner != NULL && (*examiner)->magic != NULL)
        magic_close((*examiner)->magic);
    free(*examiner);
    *examiner = NULL;
}

/* ---- in the process of its own ---- */

struct examination {
    const struct examiner *examiner;
    const struct examine_order *order;
    struct bytes file;
    struct examine_result result;
};

static bool patch(void *ctx, size_t offset, const char *text, size_t len)
{
    static const char zeros[4096];
    const struct examination *x = ctx;

    for (size_t done = 0; done < len;) {
        size_t part = text == NULL && len - done > sizeof(zeros) ? sizeof(zeros) : len - done;
        ssize_t n = pwrite(x->order->file, text != NULL ? text + done : zeros, part,
                           (off_t)(offset + done));
        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool photo(struct examination *x, enum picture_format format)
{
    const struct examine_order *order = x->order;
    struct examine_result *r = &x->result;
    struct picture picture = {0}, thumb = {0};
    struct exif exif;

    r->type = ATTACHMENT_JPG;
    if (!picture_read(x->file, format, &picture, &exif, &r->rule))
        return false;
    picture_shrink(&picture, PICTURE_THUMB_EDGE, &thumb);
    r->rule = RULE_FILE_DAMAGED;
    if (!picture_write(&picture, order->photo, PHOTO_QUALITY) ||
        !picture_write(&thumb, order->thumb, THUMB_QUALITY))
        return false;
    r->width = picture.width;
    r->height = picture.height;
    r->lat = order->place ? exif.lat : (double)NAN;
    r->lon = order->place ? exif.lon : (double)NAN;
    return true;
}

static bool jpeg(struct examination *x)
{
    return photo(x, PICTURE_JPEG);
}

static bool png(struct examination *x)
{
    return photo(x, PICTURE_PNG);
}

static bool webp(struct examination *x)
{
    return photo(x, PICTURE_WEBP);
}

static bool film(struct examination *x)
{
    const char *suffix = "";
    bool good = film_check(x->file, patch, x, &suffix, &x->result.rule);

    if (good)
        x->result.type = attachment_type_of(suffix);
    return good;
}

static bool mp3(struct examination *x)
{
    x->result.type = ATTACHMENT_MP3;
    return film_check_mp3(x->file, patch, x, &x->result.rule);
}

static bool ogg(struct examination *x)
{
    x->result.type = ATTACHMENT_OGG;
    return film_check_ogg(x->file, &x->result.rule);
}

static bool pdf(struct examination *x)
{
    x->result.type = ATTACHMENT_PDF;
    return film_check_pdf(x->file, &x->result.rule);
}

/* What libmagic calls the types that are taken, and who knows more of each. */
static const struct known {
    const char *mime;
    enum attachment_kind kind;
    bool (*look)(struct examination *x);
} known[] = {
    {"image/jpeg", ATTACHMENT_PHOTO, jpeg},  {"image/png", ATTACHMENT_PHOTO, png},
    {"image/webp", ATTACHMENT_PHOTO, webp},  {"application/pdf", ATTACHMENT_DOCUMENT, pdf},
    {"video/mp4", ATTACHMENT_VIDEO, film},   {"video/quicktime", ATTACHMENT_VIDEO, film},
    {"video/3gpp", ATTACHMENT_VIDEO, film},  {"video/3gpp2", ATTACHMENT_VIDEO, film},
    {"video/x-m4v", ATTACHMENT_VIDEO, film}, {"audio/x-m4a", ATTACHMENT_SOUND, film},
    {"audio/mp4", ATTACHMENT_SOUND, film},   {"audio/mpeg", ATTACHMENT_SOUND, mp3},
    {"audio/ogg", ATTACHMENT_SOUND, ogg},    {"application/ogg", ATTACHMENT_SOUND, ogg},
};

static const struct known *find_known(const char *mime)
{
    for (size_t i = 0; mime != NULL && i < COUNT(known); i++)
        if (strcmp(known[i].mime, mime) == 0)
            return &known[i];
    return NULL;
}

static enum rule judge(struct examination *x)
{
    const struct known *k = find_known(magic_buffer(x->examiner->magic, x->file.at, x->file.len));

    if (x->file.len == 0)
        return RULE_FILE_EMPTY;
    if (k == NULL || x->order->max_bytes[k->kind] == 0)
        return RULE_FILE_TYPE;
    x->result.limit = x->order->max_bytes[k->kind];
    if ((int64_t)x->file.len > x->result.limit)
        return RULE_FILE_SIZE;
    x->result.rule = RULE_FILE_DAMAGED;
    if (!k->look(x))
        return x->result.rule;
    return x->order->max_bytes[attachment_kind_of(x->result.type)] > 0 ? RULES : RULE_FILE_TYPE;
}

/* The three files and the pipe become 3 to 6, and nothing else stays open. */
static bool keep_only(struct examine_order *order, int *pipe_end)
{
    int *const fds[] = {&order->file, &order->photo, &order->thumb, pipe_end};

    for (size_t i = 0; i < COUNT(fds); i++) { /* out of the way first */
        *fds[i] = dup(*fds[i]);
        if (*fds[i] < 0)
            return false;
    }
    for (size_t i = 0; i < COUNT(fds); i++) {
        if (dup2(*fds[i], FIRST_FREE_FD + (int)i) < 0)
            return false;
        *fds[i] = FIRST_FREE_FD + (int)i;
    }
    close(STDIN_FILENO); /* which leads to the service */
    return close_range(FIRST_FREE_FD + COUNT(fds), ~0U, 0) == 0;
}

static bool map_file(int fd, struct bytes *out)
{
    struct stat about;

    if (fstat(fd, &about) < 0)
        return false;
    *out = (struct bytes){(const uint8_t *)"", (size_t)about.st_size};
    if (about.st_size == 0)
        return true;
    void *at = mmap(NULL, out->len, PROT_READ, MAP_PRIVATE, fd, 0);
    out->at = at;
    return at != MAP_FAILED;
}

static unsigned cpu_seconds(int64_t limit_ms)
{
    return (unsigned)(limit_ms / 2000) + 1;
}

__attribute__((noreturn)) static void be_examiner(const struct examiner *examiner,
                                                  struct examine_order order, int pipe_end)
{
    struct examination x = {.examiner = examiner, .order = &order};
    const struct sandbox limits = {(size_t)order.memory_bytes, cpu_seconds(order.limit_ms),
                                   OUTPUT_MOST};
    struct err e;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    x.result =
        (struct examine_result){.type = ATTACHMENT_TYPES, .lat = (double)NAN, .lon = (double)NAN};
    if (!keep_only(&order, &pipe_end) || !map_file(order.file, &x.file) ||
        sandbox_enter(&limits, &e) < 0)
        _exit(1);
    x.result.rule = judge(&x);
    _exit(write(pipe_end, &x.result, sizeof(x.result)) == (ssize_t)sizeof(x.result) ? 0 : 1);
}

/* ---- outside ---- */

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* Waits until the process ends, at the longest as long as it may take. */
static int wait_for(pid_t pid, int64_t limit_ms, struct err *e)
{
    AUTO(close_fd) int fd = pidfd_open(pid, 0);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int status = -1, ready = 0;

    if (fd >= 0)
        ready = poll(&wait, 1, (int)limit_ms);
    if (ready <= 0)
        kill(pid, SIGKILL);
    if (waitpid(pid, &status, 0) < 0)
        return err_set(e, ERR_SYSTEM, "could not wait for the examiner: %s", strerror(errno));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* It was looking at a stranger's file and may say anything. */
static bool is_sane(const struct examine_result *r)
{
    if (r->rule != RULES)
        return (unsigned)r->rule < RULES;
    bool photo = r->type == ATTACHMENT_JPG;

    return (unsigned)r->type < ATTACHMENT_TYPES && (r->width > 0) == photo &&
           (r->height > 0) == photo && r->width <= PICTURE_EDGE && r->height <= PICTURE_EDGE &&
           (isnan(r->lat) || fabs(r->lat) <= 90) && (isnan(r->lon) || fabs(r->lon) <= 180) &&
           isnan(r->lat) == isnan(r->lon);
}

static int take_result(int status, int pipe_end, struct examine_result *out, struct err *e)
{
    if (status == 1)
        return err_set(e, ERR_SYSTEM, "the examiner could not begin");
    if (status != 0 || read(pipe_end, out, sizeof(*out)) != (ssize_t)sizeof(*out) || !is_sane(out))
        *out = (struct examine_result){.rule = RULE_FILE_DAMAGED};
    return 0;
}

int examine(const struct examiner *examiner, const struct examine_order *order,
            struct examine_result *out, struct err *e)
{
    int ends[2];

    if (pipe(ends) < 0)
        return err_set(e, ERR_SYSTEM, "could not make a pipe: %s", strerror(errno));
    AUTO(close_fd) int mine = ends[0];
    pid_t pid = fork();
    if (pid == 0)
        be_examiner(examiner, *order, ends[1]);
    close(ends[1]);
    if (pid < 0)
        return err_set(e, ERR_SYSTEM, "could not start an examiner: %s", strerror(errno));
    int status = wait_for(pid, order->limit_ms, e);
    return status < 0 ? -1 : take_result(status, mine, out, e);
}
