/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include "mem.h"

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

enum { NOT_STARTED = 127, RUN_LIMIT_MS = 600000, MAX_GROUPS = 64 };

/* At the moment of the fork another thread of the test may hold a lock, such as that of the memory
 * or the environment, which nobody lets go in the child. So whatever may want one is done before.
 */
struct plan {
    const struct child_settings *settings;
    const char **env; /* ended by NULL */
    bool drops_root;  /* becomes this user: */
    uid_t user;
    gid_t group, groups[MAX_GROUPS];
    int group_count;
    pid_t parent;
};

/* ---- before the fork ---- */

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

static int choose_user(struct plan *plan, struct err *e)
{
    const struct passwd *user = plan->settings->unprivileged ? unprivileged_user() : NULL;

    if (user == NULL)
        return 0;
    plan->drops_root = true;
    plan->user = user->pw_uid;
    plan->group = user->pw_gid;
    plan->group_count = MAX_GROUPS;
    if (getgrouplist(user->pw_name, user->pw_gid, plan->groups, &plan->group_count) < 0)
        return err_set(e, ERR_SYSTEM, "%s is in more than %d groups", user->pw_name, MAX_GROUPS);
    return 0;
}

static bool has_name_of(const char *setting, const char *other)
{
    return strncmp(setting, other, strcspn(other, "=") + 1) == 0;
}

/* In the place of one of the same name. */
static void put(const char **env, const char *setting)
{
    while (*env != NULL && !has_name_of(*env, setting))
        env++;
    *env = setting;
}

/* What the caller's shell says about another database or system must not reach the child. npm
 * needs the certificate of a proxy that it may be behind. */
static void choose_environment(struct plan *plan)
{
    static const char *const kept[] = {
        "PATH=",         "HOME=",          "LANG=",         "TMPDIR=",
        "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "TSAN_OPTIONS=", "NODE_EXTRA_CA_CERTS="};
    const char *const *more = plan->settings->env;
    size_t count = 0;

    while (more != NULL && more[count] != NULL)
        count++;
    plan->env = mem_new(COUNT(kept) + count + 1, sizeof(*plan->env));
    for (char **setting = environ; *setting != NULL; setting++)
        for (size_t i = 0; i < COUNT(kept); i++)
            if (has_name_of(*setting, kept[i]))
                put(plan->env, *setting);
    for (size_t i = 0; i < count; i++)
        put(plan->env, more[i]);
}

/* ---- in the child ---- */

static bool drop_root(const struct plan *plan)
{
    return !plan->drops_root || (setgroups((size_t)plan->group_count, plan->groups) == 0 &&
                                 setgid(plan->group) == 0 && setuid(plan->user) == 0);
}

static bool redirect(const char *log)
{
    if (log == NULL)
        return true;
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    return fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0;
}

/* The log is opened before root is given up. */
__attribute__((noreturn)) static void become(const struct plan *plan)
{
    const struct child_settings *s = plan->settings;
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    /* After the change of user, which forgets it. */
    if (redirect(s->log) && (s->dir == NULL || chdir(s->dir) == 0) && drop_root(plan) &&
        prctl(PR_SET_PDEATHSIG, s->death_signal != 0 ? s->death_signal : SIGKILL) == 0 &&
        getppid() == plan->parent)
        execve(s->argv[0], (char *const *)(uintptr_t)s->argv, (char *const *)(uintptr_t)plan->env);
    dprintf(STDERR_FILENO, "could not start %s: %s\n", s->argv[0], strerrordesc_np(errno));
    _exit(NOT_STARTED);
}

/* ---- its life ---- */

int child_start(pid_t *out, const struct child_settings *settings, struct err *e)
{
    struct plan plan = {.settings = settings, .parent = getpid()};

    if (choose_user(&plan, e) < 0)
        return -1;
    choose_environment(&plan);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        become(&plan);
    free(plan.env);
    if (pid < 0)
        return err_set(e, ERR_SYSTEM, "could not start %s: %s", settings->argv[0], strerror(errno));
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
