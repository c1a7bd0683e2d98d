/* SPDX-License-Identifier: Apache-2.0 */
/* service - what every service begins with: settings, time zone, log, libsodium, run directory. */
#ifndef SERVICE_H
#define SERVICE_H

#include "config_rules.h"
#include "dbconn.h"

/* The settings that all services share; a member of each service's struct. */
struct service {
    char *database_url;
    char *run_dir;
    char *log_level;
    char *timezone;
    char *metrics_listen;
};

/* NOLINTBEGIN(bugprone-macro-parentheses): members, which cannot have them */
/* Their rows, for the service's table: field is the struct service in type. */
#define SERVICE_KEYS(type, field, metrics_default)                                                 \
    DBCONN_URL_KEY(type, field.database_url),                                                      \
        CONFIG_TEXT(type, field.run_dir, "DUNGHEN_RUN_DIR", "var/run",                             \
                    "Directory of the services' sockets."),                                        \
        CONFIG_TEXT(type, field.log_level, "DUNGHEN_LOG", "info",                                  \
                    "Lowest level that is logged: debug, info, warn or error."),                   \
        CONFIG_TEXT(type, field.timezone, "DUNGHEN_TIMEZONE", "Asia/Ho_Chi_Minh",                  \
                    "Time zone of the city, as in the tz database."),                              \
        CONFIG_RULED(type, field.metrics_listen, "DUNGHEN_METRICS_LISTEN", &config_listen,         \
                     metrics_default, "Where /metrics, /healthz and /readyz are served.")
/* NOLINTEND(bugprone-macro-parentheses) */

/* A row for the address of a socket on the bus; see service_endpoint. */
#define SERVICE_ENDPOINT(type, field, name, help)                                                  \
    CONFIG_RULED(type, field, name, &config_endpoint, "",                                          \
                 help " Empty: an ipc socket in DUNGHEN_RUN_DIR.")

/* Reads the settings and makes the process ready: log, TZ, libsodium, the run
 * directory (mode 0700). *done: --help or the like was served, exit with 0.
 * Call first in main. */
int service_start(const struct config_program *program, const struct config_key keys[],
                  void *settings, struct service *service, char **argv, bool *done,
                  struct err *e) CHECKED;

/* Puts "ipc://<run_dir>/<name>.ipc" in place of an endpoint that is empty. */
int service_endpoint(const struct service *service, const char *name, char **endpoint,
                     struct err *e) CHECKED;

#endif
