/* SPDX-License-Identifier: Apache-2.0 */
/* config_rules - what settings that are addresses or folders must look like. Whether anybody is
 * there is not asked. */
#ifndef CONFIG_RULES_H
#define CONFIG_RULES_H

#include "config.h"

/* What a Unix socket's path has room for. */
enum { CONFIG_SOCKET_PATH_BYTES = 107 };

extern const struct config_rule config_listen;      /* a port to listen on, see http_listen.h */
extern const struct config_rule config_address;     /* where somebody listens, also by name */
extern const struct config_rule config_endpoint;    /* ZeroMQ's tcp:// or ipc:// */
extern const struct config_rule config_bound;       /* the same, of a socket that is bound there */
extern const struct config_rule config_folder;      /* written in; the last of its path is made */
extern const struct config_rule config_url;         /* http:// or https:// */
extern const struct config_rule config_base_url;    /* the same, and a path can be put behind it */
extern const struct config_rule config_mail_server; /* smtp:// or smtps:// */

#endif
