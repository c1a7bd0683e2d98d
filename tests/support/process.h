/* SPDX-License-Identifier: Apache-2.0 */
/* process - a service as its users have it: a program with an environment.
 *
 * Each listens for probes on a port of its own. Its output goes to
 * build/PRESET/tests/log/TEST/NAME.log, which stays there. It dies with the test. */
#ifndef PROCESS_H
#define PROCESS_H

#include "err.h"

#include <sys/types.h>

struct process;

struct process_settings {
    const char *program;    /* in BIN_DIR: "dunghen-tracker" */
    const char *name;       /* of its log */
    const char *const *env; /* "NAME=value", ended by NULL; or NULL */
    const char *dir;        /* where it works: its var/run and var/keys are there; NULL: here */
};

/* Copies settings. It need not be ready yet. */
int process_start(struct process **out, const struct process_settings *settings,
                  struct err *e) CHECKED;
void process_close(struct process **process); /* kills it if it runs */

unsigned process_port(const struct process *process); /* of /metrics, /healthz, /readyz */

pid_t process_pid(const struct process *process); /* 0: it does not run */

/* Until /readyz answers 200. When it ends or takes too long, prints the end of its log. */
int process_wait_ready(struct process *process, struct err *e) CHECKED;
/* Likewise, until what /readyz answers has the text in it. */
int process_wait_says(struct process *process, const char *text, struct err *e) CHECKED;
/* Whether it does now; text NULL: whether /readyz answers 200. */
bool process_says(const struct process *process, const char *text);

void process_kill(struct process *process); /* SIGKILL */
/* SIGTERM alone. Then process_stop waits for the end. */
void process_ask_to_stop(struct process *process);
bool process_is_over(const struct process *process); /* it has ended by itself */
/* SIGTERM: ERR_SYSTEM (and the end of its log) unless it exits with status 0 within 30 seconds. */
int process_stop(struct process *process, struct err *e) CHECKED;
/* The same program with the same environment and port, after a kill or stop. */
int process_again(struct process *process, struct err *e) CHECKED;

/* Prints the last lines of its log, for who looks at a failed test. */
void process_show_log(const struct process *process);

/* The value of a metric's line, such as "dunghen_cases_accepted_total"; NAN when it is not there.
 */
double process_metric(const struct process *process, const char *name);

/* A free port of 127.0.0.1. */
unsigned process_free_port(void);

#endif
