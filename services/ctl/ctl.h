/* SPDX-License-Identifier: Apache-2.0 */
/* ctl - what the commands of dunghen share: settings, output, and how they end. */
#ifndef CTL_H
#define CTL_H

#include "config.h"

#include <stdio.h>

/* sysexits' EX_CONFIG, as for the services: a setting is wrong. */
enum ctl_status { CTL_OK = 0, CTL_FAILED = 1, CTL_MISUSED = 2, CTL_WRONG_SETTING = 78 };

struct ctl {
    char *database_url;
    char *run_dir;
    char *keys_dir;
    char *attachments_dir;
    char *letters_dir;
    char *timezone;
    char *intake_listen;
    char *worker_endpoint;
    char *metrics_listen;    /* of the first service; the others follow */
    char *tracker_endpoint;  /* "": an ipc socket in run_dir */
    char *notifier_endpoint; /* "": an ipc socket in run_dir */
    char *probes;            /* of the services that are elsewhere: "NAME=ADDRESS:PORT,..." */
    FILE *out;               /* where results go; errors are returned */
    enum ctl_status status;  /* of a command that returned -1; CTL_FAILED unless said otherwise */
};

/* One command. args are the words after its name, NULL at the end, as many as
 * its row in main.c allows. 0 or -1 with *e filled. */
typedef int ctl_fn(struct ctl *ctl, char **args, struct err *e);

extern const struct config_key ctl_keys[];

/* Reads the settings and makes DUNGHEN_TIMEZONE the process's time zone. */
int ctl_open(struct ctl *ctl, struct err *e) CHECKED;
void ctl_free(struct ctl *ctl);

void ctl_say(const struct ctl *ctl, const char *fmt, ...) PRINTF(2, 3);

/* Whether zone is the name of a time zone that this system knows. */
bool ctl_zone_exists(const char *zone);

#endif
