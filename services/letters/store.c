/* SPDX-License-Identifier: Apache-2.0 */
#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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

static const char *join(struct strbuf *out, const char *dir, const char *name)
{
    strbuf_clear(out);
    strbuf_addf(out, "%s/%s", dir, name);
    return strbuf_text(out);
}

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

int store_open(const char *dir, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    if (join(&path, dir, "tmp") == NULL)
        return err_set(e, ERR_INPUT, "the folder of letters has too long a name");
    if (mkdir(dir, dir_mode) < 0 && errno != EEXIST)
        return failed(e, "make", dir);
    return make_dir(dir, strbuf_text(&path), e);
}

int store_clean(const char *dir, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    AUTO(close_dir) DIR *tmp = opendir(join(&path, dir, "tmp"));

    if (tmp == NULL)
        return failed(e, "read", strbuf_text(&path));
    for (struct dirent *entry = readdir(tmp); entry != NULL; entry = readdir(tmp))
        if (entry->d_name[0] != '.' && unlinkat(dirfd(tmp), entry->d_name, 0) < 0 &&
            errno != ENOENT)
            return failed(e, "remove", entry->d_name);
    return 0;
}

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

int store_put(const char *dir, const char *writer, const struct strbuf *file,
              uint8_t hash[CRYPTO_HASH_BYTES], struct err *e)
{
    AUTO(strbuf_free) struct strbuf digits = STRBUF(DIGITS);
    AUTO(strbuf_free) struct strbuf tmp = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf folder = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    crypto_hash_pieces(&(struct crypto_piece){file->data, file->len}, 1, hash);
    strbuf_add_hex(&digits, hash, CRYPTO_HASH_BYTES);
    strbuf_addf(&tmp, "%s/tmp/%s", dir, writer);
    strbuf_addf(&folder, "%s/%.2s", dir, digits.data);
    strbuf_addf(&path, "%s/%s.pdf", strbuf_text(&folder), digits.data + 2);
    if (strbuf_text(&tmp) == NULL || strbuf_text(&path) == NULL)
        return err_set(e, ERR_INPUT, "the folder of letters has too long a name");
    if (write_file(strbuf_text(&tmp), file, e) < 0 || make_dir(dir, strbuf_text(&folder), e) < 0)
        return -1;
    if (rename(strbuf_text(&tmp), strbuf_text(&path)) < 0)
        return failed(e, "rename", strbuf_text(&tmp));
    return sync_dir(strbuf_text(&folder), e);
}
