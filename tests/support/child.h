/* SPDX-License-Identifier: Apache-2.0 */
/* child - other programs, started by a test and never outliving it. */
#ifndef CHILD_H
#define CHILD_H

#include "err.h"

#include <signal.h>
#include <sys/types.h>

struct child_settings {
    const char *const *argv; /* the program's path first; ended by NULL */
    const char *const *env;  /* "NAME=value" more than what PATH and the like say; or NULL */
    const char *log;         /* file that its output is appended to; NULL: the test's own */
    const char *dir;         /* where it works; NULL: where the test does */
    bool unprivileged;       /* root becomes another user: child_user */
    int death_signal;        /* when the test dies; 0: SIGKILL */
};

/* The user that root drops to: dunghen, else nobody; -1 without root. */
uid_t child_user(void);

/* The child gets none of the caller's settings (DUNGHEN_..., PG...) and no blocked signals. */
int child_start(pid_t *out, const struct child_settings *settings, struct err *e) CHECKED;

/* Starts it and waits: ERR_SYSTEM unless it exits with status 0. */
int child_run(const struct child_settings *settings, struct err *e) CHECKED;

/* Waits at most limit_ms for its end and gives waitpid's status; ERR_BUSY when it still runs. */
int child_wait(pid_t pid, int limit_ms, int *status, struct err *e) CHECKED;

/* "exited with status 3", "was killed by signal 9" */
const char *child_end_text(int status, char out[64]);

#endif
