/* SPDX-License-Identifier: Apache-2.0 */
/* replay_main - feeds each file of a corpus folder to a fuzz target, so that what a
 * fuzzer found once stays found without a fuzzer. */
#include "fuzz.h"

#include "mem.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns -1 when the file cannot be read whole. */
static int replay(int dir, const char *name)
{
    struct stat status;
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &status) < 0)
        return -1;
    size_t size = (size_t)status.st_size;
    /* Exactly as long as the file, so that a sanitizer sees the first byte too far. */
    uint8_t *data = mem_new(size, 1);
    ssize_t n = read(fd, data, size);
    if (n == status.st_size)
        (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
    close(fd);
    return n == status.st_size ? 0 : -1;
}

int main(int argc, char **argv)
{
    DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
    const struct dirent *entry;
    int count = 0;

    if (dir == NULL) {
        (void)fprintf(stderr, "usage: %s CORPUS-FOLDER\n", argv[0]);
        return 2;
    }
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        (void)fprintf(stderr, "%s\n", entry->d_name); /* the last one named is the culprit */
        if (replay(dirfd(dir), entry->d_name) < 0) {
            (void)fprintf(stderr, "could not read it\n");
            return 1;
        }
        count++;
    }
    closedir(dir);
    return count > 0 ? 0 : 1;
}
