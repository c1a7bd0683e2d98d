/* SPDX-License-Identifier: Apache-2.0 */
#include "blobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DIGITS = 2 * CRYPTO_HASH_BYTES };

static const mode_t dir_mode = 0700, file_mode = 0600;

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void close_dir(DIR **dir)
{
    if (*dir != NULL)
        closedir(*dir);
}

static int failed(struct err *e, const char *what, const char *path)
{
    return err_set(e, ERR_SYSTEM, "could not %s \"%s\": %s", what, path, strerror(errno));
}

static int too_long(struct err *e)
{
    return err_set(e, ERR_INPUT, "the folder of files has too long a name");
}

static const char *join(struct strbuf *out, const char *dir, const char *name)
{
    strbuf_clear(out);
    strbuf_addf(out, "%s/%s", dir, name);
    return strbuf_text(out);
}

void blobs_tmp_path(struct strbuf *out, const char *dir, const char *writer)
{
    strbuf_addf(out, "%s/tmp/%s", dir, writer);
}

bool blobs_can_keep(const char *dir)
{
    AUTO(strbuf_free) struct strbuf tmp = STRBUF(PATH_MAX);

    blobs_tmp_path(&tmp, dir, "");
    return strbuf_text(&tmp) != NULL && access(tmp.data, W_OK | X_OK) == 0;
}

/* ---- names ---- */

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool blobs_name_hash(const char *name, uint8_t hash[CRYPTO_HASH_BYTES])
{
    if (strnlen(name, DIGITS) < DIGITS)
        return false;
    for (size_t i = 0; i < CRYPTO_HASH_BYTES; i++) {
        int high = digit(name[2 * i]), low = digit(name[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        hash[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* ".jpg", ".thumb.jpg": nothing that leads elsewhere. */
static bool is_suffix(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.";

    return text[0] == '.' && text[strspn(text, allowed)] == '\0';
}

bool blobs_path(struct strbuf *out, const char *dir, const char *name)
{
    uint8_t ignored[CRYPTO_HASH_BYTES];

    if (!blobs_name_hash(name, ignored) || strlen(name) >= BLOBS_NAME_SIZE ||
        !is_suffix(name + DIGITS))
        return false;
    strbuf_addf(out, "%s/%.2s/%s", dir, name, name + 2);
    return true;
}

/* ---- folders ---- */

static int sync_dir(const char *path, struct err *e)
{
    AUTO(close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) < 0)
        return failed(e, "write", path);
    return 0;
}

/* The folder and its entry above are on the disk. */
static int make_dir(const char *above, const char *path, struct err *e)
{
    if (mkdir(path, dir_mode) == 0)
        return sync_dir(above, e);
    return errno == EEXIST ? 0 : failed(e, "make", path);
}

int blobs_open(const char *dir, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    if (join(&path, dir, "tmp") == NULL)
        return too_long(e);
    if (mkdir(dir, dir_mode) < 0 && errno != EEXIST)
        return failed(e, "make", dir);
    return make_dir(dir, strbuf_text(&path), e);
}

/* Not time(), which may be a tick behind the moment that a file system writes down. */
static int64_t now_s(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

/* Whether it is a file that was last written that long ago. */
static bool is_old(int dir, const char *name, int64_t older_than_s)
{
    struct stat about;

    return fstatat(dir, name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode) &&
           about.st_mtime <= now_s() - older_than_s;
}

int blobs_clean(const char *dir, int64_t older_than_s, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    AUTO(close_dir) DIR *tmp = NULL;

    if (join(&path, dir, "tmp") == NULL)
        return too_long(e);
    tmp = opendir(strbuf_text(&path));
    if (tmp == NULL)
        return failed(e, "read", strbuf_text(&path));
    for (struct dirent *entry = readdir(tmp); entry != NULL; entry = readdir(tmp))
        if (is_old(dirfd(tmp), entry->d_name, older_than_s) &&
            unlinkat(dirfd(tmp), entry->d_name, 0) < 0 && errno != ENOENT)
            return failed(e, "remove", entry->d_name);
    return 0;
}

/* ---- keeping ---- */

static int write_all(int fd, const struct strbuf *file)
{
    for (size_t done = 0; done < file->len;) {
        ssize_t n = write(fd, file->data + done, file->len - done);
        if (n < 0 && errno != EINTR)
            return -1;
        done += n > 0 ? (size_t)n : 0;
    }
    return fsync(fd);
}

static int write_file(const char *path, const struct strbuf *file, struct err *e)
{
    AUTO(close_fd) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, file_mode);

    if (fd >= 0 && write_all(fd, file) == 0)
        return 0;
    failed(e, "write", path);
    unlink(path);
    return -1;
}

/* Gives the file, which is on the disk, its name. The lock keeps blobs_remove_old from taking it
 * for the older one of that name. */
static int move_in(const char *dir, const char *tmp, const char *suffix,
                   const uint8_t hash[CRYPTO_HASH_BYTES], struct err *e)
{
    AUTO(strbuf_free) struct strbuf name = STRBUF(BLOBS_NAME_SIZE - 1);
    AUTO(strbuf_free) struct strbuf folder = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    strbuf_add_hex(&name, hash, CRYPTO_HASH_BYTES);
    strbuf_addf(&folder, "%s/%.2s", dir, name.data);
    strbuf_add(&name, suffix, strlen(suffix));
    if (strbuf_text(&name) == NULL || !blobs_path(&path, dir, strbuf_text(&name)) ||
        strbuf_text(&path) == NULL)
        return too_long(e);
    if (make_dir(dir, strbuf_text(&folder), e) < 0)
        return -1;
    AUTO(close_fd) int fd = open(strbuf_text(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_SH) < 0 || rename(tmp, strbuf_text(&path)) < 0)
        return failed(e, "rename", tmp);
    return fsync(fd) == 0 ? 0 : failed(e, "write", strbuf_text(&folder));
}

int blobs_put(const char *dir, const char *writer, const char *suffix, const struct strbuf *file,
              uint8_t hash[CRYPTO_HASH_BYTES], struct err *e)
{
    AUTO(strbuf_free) struct strbuf tmp = STRBUF(PATH_MAX);

    crypto_hash_pieces(&(struct crypto_piece){file->data, file->len}, 1, hash);
    blobs_tmp_path(&tmp, dir, writer);
    if (strbuf_text(&tmp) == NULL)
        return too_long(e);
    if (write_file(strbuf_text(&tmp), file, e) < 0)
        return -1;
    return move_in(dir, strbuf_text(&tmp), suffix, hash, e);
}

/* Syncs <dir>/tmp/writer, and hashes it where hash is given. */
static int finish_tmp(const char *dir, const char *writer, uint8_t *hash, struct strbuf *tmp,
                      struct err *e)
{
    blobs_tmp_path(tmp, dir, writer);
    if (strbuf_text(tmp) == NULL)
        return too_long(e);
    AUTO(close_fd) int fd = open(strbuf_text(tmp), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || (hash != NULL && crypto_hash_fd(fd, hash) < 0) || fsync(fd) < 0)
        return failed(e, "keep", strbuf_text(tmp));
    return 0;
}

int blobs_keep(const char *dir, const char *writer, const char *suffix,
               uint8_t hash[CRYPTO_HASH_BYTES], struct err *e)
{
    AUTO(strbuf_free) struct strbuf tmp = STRBUF(PATH_MAX);

    if (finish_tmp(dir, writer, hash, &tmp, e) < 0)
        return -1;
    return move_in(dir, strbuf_text(&tmp), suffix, hash, e);
}

int blobs_keep_beside(const char *dir, const char *writer, const char *suffix,
                      const uint8_t hash[CRYPTO_HASH_BYTES], struct err *e)
{
    AUTO(strbuf_free) struct strbuf tmp = STRBUF(PATH_MAX);

    if (finish_tmp(dir, writer, NULL, &tmp, e) < 0)
        return -1;
    return move_in(dir, strbuf_text(&tmp), suffix, hash, e);
}

/* ---- looking ---- */

bool blobs_has(const char *dir, const char *name)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    struct stat about;

    return blobs_path(&path, dir, name) && strbuf_text(&path) != NULL &&
           lstat(path.data, &about) == 0 && S_ISREG(about.st_mode);
}

static int open_blob(const char *dir, const char *name, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    if (!blobs_path(&path, dir, name) || strbuf_text(&path) == NULL)
        return err_set(e, ERR_CONFLICT, "is no file's name");
    int fd = open(path.data, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
        return err_set(e, ERR_CONFLICT, "is not there");
    return fd < 0 ? err_set(e, ERR_SYSTEM, "cannot be read: %s", strerror(errno)) : fd;
}

int blobs_check(const char *dir, const char *name, int64_t bytes, struct err *e)
{
    uint8_t named[CRYPTO_HASH_BYTES], hash[CRYPTO_HASH_BYTES];
    AUTO(close_fd) int fd = open_blob(dir, name, e);
    struct stat about;

    if (fd < 0)
        return -1;
    if (fstat(fd, &about) < 0)
        return err_set(e, ERR_SYSTEM, "cannot be read: %s", strerror(errno));
    if (about.st_size != bytes)
        return err_set(e, ERR_CONFLICT, "has %jd bytes instead of %" PRId64,
                       (intmax_t)about.st_size, bytes);
    if (crypto_hash_fd(fd, hash) < 0)
        return err_set(e, ERR_SYSTEM, "cannot be read: %s", strerror(errno));
    if (!blobs_name_hash(name, named) || memcmp(hash, named, sizeof(hash)) != 0)
        return err_set(e, ERR_CONFLICT, "has another hash than its name");
    return 0;
}

/* ---- removing ---- */

int blobs_each_old(const char *dir, uint8_t folder, int64_t older_than_s, blobs_fn *fn, void *ctx,
                   struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    AUTO(close_dir) DIR *entries = NULL;
    char name[BLOBS_NAME_SIZE];
    uint8_t ignored[CRYPTO_HASH_BYTES];

    strbuf_addf(&path, "%s/%02x", dir, folder);
    if (strbuf_text(&path) == NULL)
        return too_long(e);
    entries = opendir(strbuf_text(&path));
    if (entries == NULL)
        return errno == ENOENT ? 0 : failed(e, "read", strbuf_text(&path));
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        int len = snprintf(name, sizeof(name), "%02x%s", folder, entry->d_name);
        if (len >= (int)sizeof(name) || !blobs_name_hash(name, ignored) ||
            !is_old(dirfd(entries), entry->d_name, older_than_s))
            continue;
        if (!fn(ctx, name))
            return 0;
    }
    return 0;
}

int blobs_remove_old(const char *dir, const char *name, int64_t older_than_s, bool *removed,
                     struct err *e)
{
    AUTO(strbuf_free) struct strbuf folder = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    *removed = false;
    strbuf_addf(&folder, "%s/%.2s", dir, name);
    if (!blobs_path(&path, dir, name) || strbuf_text(&path) == NULL)
        return too_long(e);
    AUTO(close_fd) int fd = open(strbuf_text(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX) < 0)
        return errno == ENOENT ? 0 : failed(e, "remove", strbuf_text(&path));
    if (!is_old(fd, name + 2, older_than_s))
        return 0;
    if (unlinkat(fd, name + 2, 0) < 0)
        return failed(e, "remove", strbuf_text(&path));
    *removed = true;
    return 0;
}
