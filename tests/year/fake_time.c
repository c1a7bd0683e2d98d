/* SPDX-License-Identifier: Apache-2.0 */
/* fake_time - a library that a test puts before the C library (LD_PRELOAD): the time of day is
 * what the file $FAKE_TIME_FILE holds, eight bytes of microseconds since 1970 in the machine's
 * order, whoever writes it. Other clocks go on as they do. So a program as it is shipped lives
 * through a year in a minute. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { US_PER_S = 1000000, NS_PER_US = 1000 };

static const volatile int64_t *now_us;

__attribute__((constructor)) static void open_time(void)
{
    const char *path = getenv("FAKE_TIME_FILE");
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0)
        return;
    void *bytes = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (bytes != MAP_FAILED)
        now_us = bytes;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
    if (id != CLOCK_REALTIME || now_us == NULL)
        return (int)syscall(SYS_clock_gettime, id, t);
    int64_t us = *now_us;
    t->tv_sec = us / US_PER_S;
    t->tv_nsec = us % US_PER_S * NS_PER_US;
    return 0;
}
