/* SPDX-License-Identifier: Apache-2.0 */
/* commands - what main.c's table names; one file a group. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "ctl.h"
#include "options.h"

ctl_fn migrate_run;

ctl_fn catalogue_check_run;
ctl_fn catalogue_load_run;
extern const struct option migrate_options[];
extern const struct option catalogue_load_options[];
ctl_fn catalogue_show_run;

ctl_fn keys_init_run;
extern const struct option keys_init_options[];
ctl_fn keys_rotate_run;
ctl_fn keys_letters_run;
ctl_fn keys_worker_run;
ctl_fn keys_revoke_run;
ctl_fn keys_list_run;
ctl_fn keys_api_run;
extern const struct option api_key_options[];
ctl_fn keys_shut_run;
ctl_fn keys_webhooks_run;

ctl_fn letter_list_run;
ctl_fn letter_show_run;

ctl_fn try_run;

ctl_fn demo_run;
extern const struct option demo_options[];

ctl_fn status_run;
extern const struct option status_options[];

ctl_fn case_run;
extern const struct option case_options[];

ctl_fn trace_run;
extern const struct option trace_options[];

ctl_fn verify_run;
extern const struct option verify_options[];

ctl_fn load_run;
extern const struct option load_options[];

ctl_fn deliveries_list_run;
extern const struct option deliveries_list_options[];
ctl_fn deliveries_show_run;
ctl_fn deliveries_resend_run;
extern const struct option deliveries_resend_options[];
ctl_fn deliveries_prefer_run;
extern const struct option deliveries_prefer_options[];

ctl_fn webhooks_add_run;
extern const struct option webhooks_add_options[];
ctl_fn webhooks_list_run;
ctl_fn webhooks_remove_run;

ctl_fn worker_run;
extern const struct option worker_options[];

#endif
