/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_STARTED = 127, RUN_LIMIT_MS = 110000 };

static const struct passwd *unprivileged_user(void)
{
    const struct passwd *user = geteuid() == 0 ? getpwnam("dunghen") : NULL;

    return geteuid() == 0 && user == NULL ? getpwnam("nobody") : user;
}

uid_t child_user(void)
{
    const struct passwd *user = unprivileged_user();

    return user != NULL ? user->pw_uid : (uid_t)-1;
}

static bool drop_root(void)
{
    const struct passwd *user = unprivileged_user();

    return user == NULL || (initgroups(user->pw_name, user->pw_gid) == 0 &&
                            setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0);
}

/* What the caller's shell says about another database or system must not reach the child. npm
 * needs the certificate of a proxy that it may be behind. */
static void clean_environment(const char *const *more)
{
    static const char *const kept[] = {
        "PATH",         "HOME",          "LANG",         "TMPDIR",
        "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "NODE_EXTRA_CA_CERTS"};
    const char *values[COUNT(kept)];

    for (size_t i = 0; i < COUNT(kept); i++)
        values[i] = getenv(kept[i]);
    clearenv();
    for (size_t i = 0; i < COUNT(kept); i++)
        if (values[i] != NULL)
            setenv(kept[i], values[i], 1);
    for (; more != NULL && *more != NULL; more++)
        putenv((char *)(uintptr_t)*more);
}

static bool redirect(const char *log)
{
    if (log == NULL)
        return true;
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    return fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0;
}

/* In the child. The log is opened before root is given up. */
__attribute__((noreturn)) static void become(const struct child_settings *s, pid_t parent)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    clean_environment(s->env);
    /* After the change of user, which forgets it. */
    if (redirect(s->log) && (s->dir == NULL || chdir(s->dir) == 0) &&
        (!s->unprivileged || drop_root()) &&
        prctl(PR_SET_PDEATHSIG, s->death_signal != 0 ? s->death_signal : SIGKILL) == 0 &&
        getppid() == parent)
        execv(s->argv[0], (char *const *)(uintptr_t)s->argv);
    dprintf(STDERR_FILENO, "could not start %s: %s\n", s->argv[0], strerror(errno));
    _exit(NOT_STARTED);
}

int child_start(pid_t *out, const struct child_settings *settings, struct err *e)
{
    pid_t parent = getpid();

    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        return err_set(e, ERR_SYSTEM, "could not start %s: %s", settings->argv[0], strerror(errno));
    if (pid == 0)
        become(settings, parent);
    *out = pid;
    return 0;
}

int child_wait(pid_t pid, int limit_ms, int *status, struct err *e)
{
    int fd = pidfd_open(pid, 0);
    struct pollfd end = {.fd = fd, .events = POLLIN};
    int ended = fd < 0 ? -1 : poll(&end, 1, limit_ms);

    if (fd >= 0)
        close(fd);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return err_set(e, ERR_BUSY, "process %d still runs", (int)pid);
    if (ended < 0 || waitpid(pid, status, 0) != pid)
        return err_set(e, ERR_SYSTEM, "could not wait for process %d: %s", (int)pid,
                       strerror(errno));
    return 0;
}

const char *child_end_text(int status, char out[64])
{
    if (WIFEXITED(status))
        snprintf(out, 64, "exited with status %d", WEXITSTATUS(status));
    else
        snprintf(out, 64, "was killed by signal %d", WTERMSIG(status));
    return out;
}

int child_run(const struct child_settings *settings, struct err *e)
{
    char text[64];
    pid_t pid = 0;
    int status = 0;

    if (child_start(&pid, settings, e) < 0)
        return -1;
    if (child_wait(pid, RUN_LIMIT_MS, &status, e) < 0) {
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
        return err_in(e, settings->argv[0]);
    }
    if (status != 0)
        return err_set(e, ERR_SYSTEM, "%s %s", settings->argv[0], child_end_text(status, text));
    return 0;
}
