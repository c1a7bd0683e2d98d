/* SPDX-License-Identifier: Apache-2.0 */
/* commands - what main.c's table names; one file a group. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "ctl.h"

ctl_fn migrate_run;

ctl_fn catalogue_check_run;
ctl_fn catalogue_load_run;

ctl_fn keys_init_run;
ctl_fn keys_rotate_run;
ctl_fn keys_worker_run;
ctl_fn keys_revoke_run;
ctl_fn keys_list_run;

ctl_fn load_run;
void load_help(FILE *out);

ctl_fn worker_run;
void worker_help(FILE *out);

#endif
