/* SPDX-License-Identifier: Apache-2.0 */
/* crypto_ring - the file of the key ring. */
#include "crypto_internal.h"

#include "mem.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    KEY_ID_MAX = 32767,
    KEY_ID_DIGITS = 5,
    KEY_HEX_DIGITS = 2 * CRYPTO_KEY_BYTES,
    LINE_BYTES_MAX = KEY_ID_DIGITS + 1 + KEY_HEX_DIGITS + 1,
    FILE_BYTES_MAX = CRYPTO_RING_KEYS * LINE_BYTES_MAX,
};

_Static_assert(CRYPTO_KEY_BYTES == crypto_kdf_KEYBYTES, "key size");

/* What a key is derived for. The numbers and the context are part of what is
 * stored: changing one loses every blind index or tracking link. */
enum purpose { PURPOSE_INDEX = 1, PURPOSE_SECRET = 2 };
static const char kdf_context[crypto_kdf_CONTEXTBYTES + 1] = "dunghen.";

/* The file's text. */
struct ring_text {
    size_t len;
    char bytes[FILE_BYTES_MAX + 1]; /* one more than allowed, to see that it is too long */
};

static void wipe_free(void *p, size_t size)
{
    if (p == NULL)
        return;
    sodium_memzero(p, size);
    free(p);
}

static void ring_text_close(struct ring_text **text)
{
    wipe_free(*text, sizeof(**text));
    *text = NULL;
}

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Whether fd, as open() returned it, is a file that nobody else may read. */
static int check_private(int fd, struct err *e)
{
    struct stat status;

    if (fd < 0 || fstat(fd, &status) < 0)
        return err_set(e, ERR_SYSTEM, "%s", strerror(errno));
    if (!S_ISREG(status.st_mode))
        return err_set(e, ERR_SYSTEM, "it is not a regular file");
    if ((status.st_mode & 077) != 0)
        return err_set(e, ERR_SYSTEM, "others may read it (mode %03o instead of 600)",
                       (unsigned)status.st_mode & 0777);
    return 0;
}

static int read_whole(int fd, struct ring_text *text, struct err *e)
{
    ssize_t n;

    do {
        n = read(fd, text->bytes + text->len, sizeof(text->bytes) - text->len);
        if (n < 0)
            return err_set(e, ERR_SYSTEM, "%s", strerror(errno));
        text->len += (size_t)n;
    } while (n > 0);
    if (text->len > FILE_BYTES_MAX)
        return err_set(e, ERR_INPUT, "it has more than %d bytes", FILE_BYTES_MAX);
    return 0;
}

const struct crypto_key *crypto_ring_find(const struct crypto_ring *ring, unsigned id)
{
    for (size_t i = 0; i < ring->count; i++)
        if (ring->keys[i].id == id)
            return &ring->keys[i];
    return NULL;
}

static int read_id(const char *digits, size_t len, uint16_t *out, struct err *e)
{
    char text[KEY_ID_DIGITS + 1] = "";
    int64_t id;

    if (len > KEY_ID_DIGITS)
        return err_set(e, ERR_INPUT, "key id has more than %d digits", KEY_ID_DIGITS);
    memcpy(text, digits, len);
    if (strlen(text) != len)
        return err_set(e, ERR_INPUT, "key id has a NUL byte");
    if (text_int64(text, "key id", 1, KEY_ID_MAX, &id, e) < 0)
        return -1;
    *out = (uint16_t)id;
    return 0;
}

/* The messages never repeat the line: it may hold a key. */
static int read_line(struct crypto_ring *ring, const char *line, size_t len, struct err *e)
{
    const char *space = memchr(line, ' ', len);
    struct crypto_key *key = &ring->keys[ring->count];
    uint16_t id;

    if (ring->count == CRYPTO_RING_KEYS)
        return err_set(e, ERR_INPUT, "more than %d keys", CRYPTO_RING_KEYS);
    if (space == NULL)
        return err_set(e, ERR_INPUT, "not a key id, a space and a key");
    if (read_id(line, (size_t)(space - line), &id, e) < 0)
        return -1;
    if (crypto_ring_find(ring, id) != NULL)
        return err_set(e, ERR_INPUT, "key id %d stands in an earlier line", id);
    if (line + len - (space + 1) != KEY_HEX_DIGITS ||
        sodium_hex2bin(key->bytes, sizeof(key->bytes), space + 1, KEY_HEX_DIGITS, NULL, NULL,
                       NULL) != 0)
        return err_set(e, ERR_INPUT, "the key is not %d hex digits", KEY_HEX_DIGITS);
    key->id = id;
    ring->count++;
    return 0;
}

static int read_lines(struct crypto_ring *ring, const struct ring_text *text, struct err *e)
{
    const char *line = text->bytes;
    size_t left = text->len;

    for (unsigned number = 1; left > 0; number++) {
        const char *end = memchr(line, '\n', left);
        size_t len = end != NULL ? (size_t)(end - line) : left;

        if (read_line(ring, line, len, e) < 0) {
            char context[32];

            (void)snprintf(context, sizeof(context), "line %u", number);
            return err_in(e, context);
        }
        left -= end != NULL ? len + 1 : len;
        line += len + 1;
    }
    return 0;
}

static void derive(const struct crypto_ring *ring, enum purpose purpose, uint8_t *out)
{
    (void)crypto_kdf_derive_from_key(out, CRYPTO_KEY_BYTES, purpose, kdf_context,
                                     ring->keys[0].bytes);
}

/* Reads the ring of an open file; *ended is whether its last line has its line feed. */
static int ring_read(struct crypto_ring **out, int fd, bool *ended, struct err *e)
{
    AUTO(ring_text_close) struct ring_text *text = mem_new(1, sizeof(*text));
    AUTO(crypto_ring_close) struct crypto_ring *ring = mem_new(1, sizeof(*ring));

    if (read_whole(fd, text, e) < 0 || read_lines(ring, text, e) < 0)
        return -1;
    *ended = text->len == 0 || text->bytes[text->len - 1] == '\n';
    *out = ring;
    ring = NULL;
    return 0;
}

/* All zeros for a file that is not there. */
static struct crypto_ring_version version_of(const char *path)
{
    struct stat status;

    if (stat(path, &status) < 0)
        return (struct crypto_ring_version){0};
    return (struct crypto_ring_version){status.st_ino, status.st_size, status.st_ctim};
}

static bool is_same(const struct crypto_ring_version *a, const struct crypto_ring_version *b)
{
    return a->inode == b->inode && a->size == b->size && a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec;
}

static int ring_open(struct crypto_ring **out, const char *path, struct err *e)
{
    const struct crypto_ring_version version =
        version_of(path); /* before it is read: at worst, read again */
    AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    AUTO(crypto_ring_close) struct crypto_ring *ring = NULL;
    bool ended;

    if (check_private(fd, e) < 0 || ring_read(&ring, fd, &ended, e) < 0)
        return -1;
    if (ring->count == 0)
        return err_set(e, ERR_INPUT, "it has no key");
    ring->path = mem_text(path);
    ring->version = version;
    derive(ring, PURPOSE_INDEX, ring->index_key);
    derive(ring, PURPOSE_SECRET, ring->secret_key);
    *out = ring;
    ring = NULL;
    return 0;
}

/* The whole line or nothing: half a key would keep every service from starting. */
static int append_line(int fd, const char *line, struct err *e)
{
    size_t len = strlen(line);
    off_t old_size = lseek(fd, 0, SEEK_END);

    if (old_size < 0)
        return err_set(e, ERR_SYSTEM, "%s", strerror(errno));
    ssize_t n = write(fd, line, len);
    if (n == (ssize_t)len && fsync(fd) == 0)
        return 0;
    bool is_cut = n >= 0 && n < (ssize_t)len;
    err_set(e, ERR_SYSTEM, "%s", is_cut ? "no room for the whole line" : strerror(errno));
    if (ftruncate(fd, old_size) < 0)
        return err_in(e, "its last line may be broken");
    return -1;
}

static int add_key(int fd, unsigned id, bool ended, struct err *e)
{
    uint8_t key[CRYPTO_KEY_BYTES];
    char digits[KEY_HEX_DIGITS + 1], line[LINE_BYTES_MAX + 2];

    crypto_random(key, sizeof(key));
    sodium_bin2hex(digits, sizeof(digits), key, sizeof(key));
    (void)snprintf(line, sizeof(line), "%s%u %s\n", ended ? "" : "\n", id, digits);
    int failed = append_line(fd, line, e);
    sodium_memzero(key, sizeof(key));
    sodium_memzero(digits, sizeof(digits));
    sodium_memzero(line, sizeof(line));
    return failed;
}

static int ring_add(const char *path, unsigned after, struct err *e)
{
    AUTO(fd_close) int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    AUTO(crypto_ring_close) struct crypto_ring *ring = NULL;
    unsigned id = after + 1;
    bool ended;

    if (check_private(fd, e) < 0)
        return -1;
    if (flock(fd, LOCK_EX) < 0)
        return err_set(e, ERR_SYSTEM, "%s", strerror(errno));
    if (ring_read(&ring, fd, &ended, e) < 0)
        return -1;
    for (size_t i = 0; i < ring->count; i++)
        if (ring->keys[i].id >= id)
            id = ring->keys[i].id + 1U;
    if (ring->count == CRYPTO_RING_KEYS || id > KEY_ID_MAX)
        return err_set(e, ERR_INPUT, "no room for another key");
    return add_key(fd, id, ended, e);
}

/* "could not <do> key ring "<path>": why" */
static int blame(struct err *e, const char *what, const char *path)
{
    char why[sizeof(e->text)];

    memcpy(why, e->text, sizeof(why));
    return err_set(e, e->kind, "could not %s key ring \"%s\": %s", what, path, why);
}

int crypto_ring_open(struct crypto_ring **out, const char *path, struct err *e)
{
    if (ring_open(out, path, e) < 0)
        return blame(e, "open", path);
    return 0;
}

void crypto_ring_close(struct crypto_ring **ring)
{
    if (*ring != NULL)
        free((*ring)->path);
    wipe_free(*ring, sizeof(**ring));
    *ring = NULL;
}

int crypto_ring_add_after(const char *path, unsigned after, struct err *e)
{
    if (ring_add(path, after, e) < 0)
        return blame(e, "add to", path);
    return 0;
}

int crypto_ring_add(const char *path, struct err *e)
{
    return crypto_ring_add_after(path, 0, e);
}

int crypto_ring_renew(struct crypto_ring *ring, struct err *e)
{
    AUTO(crypto_ring_close) struct crypto_ring *now = NULL;
    const struct crypto_ring_version version = version_of(ring->path);

    if (is_same(&version, &ring->version))
        return 0;
    if (crypto_ring_open(&now, ring->path, e) < 0) {
        e->kind = ERR_SYSTEM; /* the message is good */
        return -1;
    }
    if (!crypto_equal(now->secret_key, ring->secret_key, CRYPTO_KEY_BYTES))
        return err_set(e, ERR_SYSTEM, "key ring \"%s\" has another first key since it was read",
                       ring->path);
    memcpy(ring->keys, now->keys, sizeof(ring->keys));
    ring->count = now->count;
    ring->version = now->version;
    return 0;
}
