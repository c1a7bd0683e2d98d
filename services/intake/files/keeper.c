/* SPDX-License-Identifier: Apache-2.0 */
#include "keeper.h"

#include "blobs.h"
#include "examine.h"
#include "log.h"
#include "messages.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOCKET = STDIN_FILENO, WRITER_SIZE = 80, DIGEST_DIGITS = 2 * CRYPTO_HASH_BYTES };

#define MAX_COUNT 9007199254740991.0 /* 2^53 - 1: what JSON carries exactly */

const struct json_field keeper_order_fields[] = {
    JSON_TEXT(struct keeper_order, file, false, 1, 64),
    JSON_BOOL(struct keeper_order, place, false),
    JSON_INT(struct keeper_order, photo, false, 0, MAX_COUNT),
    JSON_INT(struct keeper_order, document, false, 0, MAX_COUNT),
    JSON_INT(struct keeper_order, video, false, 0, MAX_COUNT),
    JSON_INT(struct keeper_order, sound, false, 0, MAX_COUNT),
    JSON_INT(struct keeper_order, folder, false, 0, BLOBS_FOLDERS),
    JSON_INT(struct keeper_order, skip, false, 0, MAX_COUNT),
    JSON_ANY(struct keeper_order, remove, false),
    {0},
};

const struct json_field keeper_answer_fields[] = {
    JSON_TEXT(struct keeper_answer, rule, false, 1, 40),
    JSON_INT(struct keeper_answer, limit, false, 0, MAX_COUNT),
    JSON_TEXT(struct keeper_answer, name, false, 1, 100),
    JSON_TEXT(struct keeper_answer, digest, false, 1, 64),
    JSON_INT(struct keeper_answer, bytes, false, 0, MAX_COUNT),
    JSON_INT(struct keeper_answer, width, false, 0, MAX_COUNT),
    JSON_INT(struct keeper_answer, height, false, 0, MAX_COUNT),
    JSON_FLOAT(struct keeper_answer, lat, false, -90, 90),
    JSON_FLOAT(struct keeper_answer, lon, false, -180, 180),
    JSON_ANY(struct keeper_answer, old, false),
    JSON_INT(struct keeper_answer, removed, false, 0, MAX_COUNT),
    {0},
};

struct keeper {
    struct keeper_settings settings;
    struct examiner *examiner;
};

static const struct config_key keys[] = {KEEPER_KEYS(struct keeper, settings), {0}};

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* ---- keeping a file ---- */

/* A file on its way: what came, and what is made of it. Removed from tmp/ when it is over. */
struct passage {
    const struct keeper *keeper;
    char file[WRITER_SIZE], photo[WRITER_SIZE], thumb[WRITER_SIZE]; /* below tmp/ */
    uint8_t digest[CRYPTO_HASH_BYTES], hash[CRYPTO_HASH_BYTES];
    struct examine_result result;
    int64_t bytes;
};

static int open_tmp(const struct passage *p, const char *name, int flags, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    blobs_tmp_path(&path, p->keeper->settings.dir, name);
    int fd = strbuf_text(&path) != NULL
                 ? open(path.data, flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600)
                 : -1;
    if (fd < 0)
        err_set(e, ERR_SYSTEM, "could not open \"%s\": %s", name, strerror(errno));
    return fd;
}

static void remove_tmp(const struct passage *p, const char *name)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    blobs_tmp_path(&path, p->keeper->settings.dir, name);
    if (strbuf_text(&path) != NULL)
        unlink(path.data);
}

static void passage_end(const struct passage *p)
{
    remove_tmp(p, p->file);
    remove_tmp(p, p->photo);
    remove_tmp(p, p->thumb);
}

static int digest(int fd, uint8_t out[CRYPTO_HASH_BYTES], struct err *e)
{
    struct stat about;
    void *at = NULL;

    if (fstat(fd, &about) < 0)
        return err_set(e, ERR_SYSTEM, "could not read an upload: %s", strerror(errno));
    size_t len = (size_t)about.st_size;
    if (len > 0 && (at = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
        return err_set(e, ERR_SYSTEM, "could not read an upload: %s", strerror(errno));
    crypto_hash_pieces(&(struct crypto_piece){at, len}, 1, out);
    if (at != NULL)
        munmap(at, len);
    return 0;
}

static int look(struct passage *p, const struct keeper_order *order, struct err *e)
{
    const struct keeper_settings *s = &p->keeper->settings;
    AUTO(close_fd) int file = open_tmp(p, p->file, 0, e);
    AUTO(close_fd) int photo = file >= 0 ? open_tmp(p, p->photo, O_CREAT | O_TRUNC, e) : -1;
    AUTO(close_fd) int thumb = photo >= 0 ? open_tmp(p, p->thumb, O_CREAT | O_TRUNC, e) : -1;
    struct examine_order what = {.file = file,
                                 .photo = photo,
                                 .thumb = thumb,
                                 .place = order->place,
                                 .limit_ms = s->limit_ms,
                                 .memory_bytes = s->memory_mb << 20};

    what.max_bytes[ATTACHMENT_PHOTO] = order->photo;
    what.max_bytes[ATTACHMENT_DOCUMENT] = order->document;
    what.max_bytes[ATTACHMENT_VIDEO] = order->video;
    what.max_bytes[ATTACHMENT_SOUND] = order->sound;
    if (thumb < 0 || digest(file, p->digest, e) < 0)
        return -1;
    return examine(p->keeper->examiner, &what, &p->result, e);
}

static int measure(struct passage *p, const char *name, struct err *e)
{
    AUTO(close_fd) int fd = open_tmp(p, name, 0, e);
    struct stat about;

    if (fd < 0)
        return -1;
    if (fstat(fd, &about) < 0)
        return err_set(e, ERR_SYSTEM, "could not read \"%s\": %s", name, strerror(errno));
    p->bytes = about.st_size;
    return 0;
}

/* A crash in between leaves a photo of which nobody has been told. */
static int store_photo(struct passage *p, struct err *e)
{
    const char *dir = p->keeper->settings.dir;

    if (measure(p, p->photo, e) < 0 || blobs_keep(dir, p->photo, ".jpg", p->hash, e) < 0)
        return -1;
    return blobs_keep_beside(dir, p->thumb, ".thumb.jpg", p->hash, e);
}

static int store(struct passage *p, struct err *e)
{
    if (p->result.type == ATTACHMENT_JPG)
        return store_photo(p, e);
    if (measure(p, p->file, e) < 0)
        return -1;
    return blobs_keep(p->keeper->settings.dir, p->file, attachment_suffix(p->result.type), p->hash,
                      e);
}

static void write_kept(const struct passage *p, struct strbuf *answer)
{
    AUTO(strbuf_free) struct strbuf name = STRBUF(ATTACHMENT_NAME_SIZE);
    AUTO(strbuf_free) struct strbuf digits = STRBUF(DIGEST_DIGITS);
    struct keeper_answer said = {.lat = (double)NAN, .lon = (double)NAN};

    strbuf_add_hex(&digits, p->digest, sizeof(p->digest));
    said.digest = strbuf_text(&digits);
    if (p->result.rule != RULES) {
        said.rule = rule_name(p->result.rule);
        said.limit = p->result.limit;
    } else {
        strbuf_add_hex(&name, p->hash, sizeof(p->hash));
        strbuf_addf(&name, "%s", attachment_suffix(p->result.type));
        said.name = strbuf_text(&name);
        said.bytes = p->bytes;
        said.width = p->result.width;
        said.height = p->result.height;
        said.lat = p->result.lat;
        said.lon = p->result.lon;
    }
    json_write(keeper_answer_fields, &said, answer);
}

/* A name of ours: nothing that leads out of tmp/. */
static bool is_tmp_name(const char *name)
{
    return name[strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz-")] == '\0';
}

static int keep(const struct keeper *k, const struct keeper_order *order, struct strbuf *answer,
                struct err *e)
{
    AUTO(passage_end) struct passage p = {.keeper = k};

    if (!is_tmp_name(order->file))
        return err_set(e, ERR_INPUT, "file: is no name of an upload");
    (void)snprintf(p.file, sizeof(p.file), "%s", order->file);
    (void)snprintf(p.photo, sizeof(p.photo), "%s-photo", order->file);
    (void)snprintf(p.thumb, sizeof(p.thumb), "%s-thumb", order->file);
    if (look(&p, order, e) < 0 || (p.result.rule == RULES && store(&p, e) < 0))
        return -1;
    write_kept(&p, answer);
    return 0;
}

/* ---- sweeping ---- */

struct listing {
    int64_t skip;
    json_t *names;
};

static bool add_old(void *ctx, const char *name)
{
    struct listing *listing = ctx;

    if (listing->skip-- > 0)
        return true;
    json_array_append_new(listing->names, json_string(name));
    return json_array_size(listing->names) < KEEPER_OLD_MOST;
}

static int list_old(const struct keeper *k, const struct keeper_order *order, struct strbuf *answer,
                    struct err *e)
{
    AUTO(json_release) json_t *names = json_array();
    const struct keeper_answer said = {.lat = (double)NAN, .lon = (double)NAN, .old = names};
    struct listing listing = {order->skip, names};

    if (blobs_clean(k->settings.dir, ATTACHMENT_SWEEP_S, e) < 0 ||
        blobs_each_old(k->settings.dir, (uint8_t)(order->folder - 1), ATTACHMENT_SWEEP_S, add_old,
                       &listing, e) < 0)
        return -1;
    json_write(keeper_answer_fields, &said, answer);
    return 0;
}

static int remove_old(const struct keeper *k, const json_t *names, struct strbuf *answer,
                      struct err *e)
{
    struct keeper_answer said = {.lat = (double)NAN, .lon = (double)NAN};
    const json_t *name;
    size_t i;

    json_array_foreach(names, i, name)
    {
        bool removed;
        const char *text = json_is_string(name) ? json_string_value(name) : "";
        if (blobs_remove_old(k->settings.dir, text, ATTACHMENT_SWEEP_S, &removed, e) < 0)
            return -1;
        said.removed += removed;
    }
    json_write(keeper_answer_fields, &said, answer);
    return 0;
}

/* ---- messages ---- */

static int serve(const struct keeper *k, const char *message, size_t len, struct strbuf *answer,
                 struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    struct keeper_order order = {0};

    if (json_parse(message, len, &document, e) < 0 ||
        json_read(keeper_order_fields, document, true, &order, e) < 0)
        return -1;
    if (order.file != NULL)
        return keep(k, &order, answer, e);
    if (order.folder > 0)
        return list_old(k, &order, answer, e);
    return remove_old(k, order.remove, answer, e);
}

/* False: the service has gone. */
static bool serve_next(const struct keeper *k, char *room)
{
    AUTO(strbuf_free) struct strbuf answer = STRBUF(KEEPER_MESSAGE_MAX);
    ssize_t len = recv(SOCKET, room, KEEPER_MESSAGE_MAX, 0);
    struct err e;

    if (len < 0 && errno == EINTR)
        return true;
    if (len <= 0)
        return false;
    if (serve(k, room, (size_t)len, &answer, &e) < 0) {
        strbuf_clear(&answer);
        refusal_write(&e, &answer);
    }
    return send(SOCKET, answer.data, answer.len, MSG_NOSIGNAL) == (ssize_t)answer.len;
}

static void keeper_free(struct keeper *k)
{
    examiner_close(&k->examiner);
    config_free(keys, k);
}

static int run(struct err *e)
{
    AUTO(keeper_free) struct keeper k = {0};
    static char room[KEEPER_MESSAGE_MAX];

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (config_read(keys, &k, e) < 0 || crypto_open(e) < 0 || blobs_open(k.settings.dir, e) < 0 ||
        examiner_open(&k.examiner, e) < 0)
        return -1;
    if (send(SOCKET, "{}", 2, MSG_NOSIGNAL) < 0)
        return 0;
    while (serve_next(&k, room))
        continue;
    return 0;
}

int keeper_main(void)
{
    struct err e;

    log_open("intake-keeper", LOG_INFO);
    if (run(&e) < 0)
        return log_exit(&e);
    return 0;
}
