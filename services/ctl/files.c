/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PARENT_MODE = 0755 };

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void free_text(char **text)
{
    free(*text);
}

int files_read(const char *path, struct strbuf *out, struct err *e)
{
    AUTO(close_file) FILE *file = fopen(path, "re");
    char block[65536];
    size_t got;

    if (file == NULL)
        return err_set(e, ERR_SYSTEM, "could not read \"%s\": %s", path, strerror(errno));
    while (!out->failed && (got = fread(block, 1, sizeof(block), file)) > 0)
        strbuf_add(out, block, got);
    if (ferror(file) != 0)
        return err_set(e, ERR_SYSTEM, "could not read \"%s\": %s", path, strerror(errno));
    if (out->failed)
        return err_set(e, ERR_INPUT, "\"%s\" is longer than %zu bytes", path, out->limit);
    return 0;
}

bool files_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

/* Not an error when it is there. */
static int make_one_dir(const char *path, mode_t mode, struct err *e)
{
    if (mkdir(path, mode) != 0 && errno != EEXIST)
        return err_set(e, ERR_SYSTEM, "could not make \"%s\": %s", path, strerror(errno));
    return 0;
}

int files_make_dir(const char *path, mode_t mode, struct err *e)
{
    AUTO(free_text) char *above = mem_text(path);

    for (char *slash = strchr(above + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (make_one_dir(above, PARENT_MODE, e) < 0)
            return -1;
        *slash = '/';
    }
    return make_one_dir(path, mode, e);
}

static int write_all(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t n = write(fd, text, left);
        if (n < 0)
            return -1;
        text += n;
        left -= (size_t)n;
    }
    return fsync(fd);
}

int files_write_new(const char *path, mode_t mode, const char *text, struct err *e)
{
    AUTO(close_fd) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

    if (fd < 0)
        return err_set(e, errno == EEXIST ? ERR_CONFLICT : ERR_SYSTEM, "could not make \"%s\": %s",
                       path, strerror(errno));
    if (fchmod(fd, mode) == 0 && write_all(fd, text) == 0) /* whatever the umask */
        return 0;
    err_set(e, ERR_SYSTEM, "could not write \"%s\": %s", path, strerror(errno));
    unlink(path);
    return -1;
}
