/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl.h"

#include "config_rules.h"
#include "dbconn.h"
#include "strbuf.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const struct config_key ctl_keys[] = {
    DBCONN_URL_KEY(struct ctl, database_url),
    CONFIG_TEXT(struct ctl, run_dir, "DUNGHEN_RUN_DIR", "var/run", "Sockets and pid files."),
    CONFIG_TEXT(struct ctl, keys_dir, "DUNGHEN_KEYS_DIR", "var/keys",
                "The keys of contacts, workers and letters."),
    CONFIG_TEXT(struct ctl, attachments_dir, "DUNGHEN_ATTACHMENTS_DIR", "var/attachments",
                "The files of cases."),
    CONFIG_TEXT(struct ctl, letters_dir, "DUNGHEN_LETTERS_DIR", "var/letters",
                "The rendered letters."),
    CONFIG_TEXT(struct ctl, timezone, "DUNGHEN_TIMEZONE", "Asia/Ho_Chi_Minh",
                "IANA name of the zone whose days and office hours count."),
    CONFIG_RULED(struct ctl, intake_listen, "DUNGHEN_INTAKE_LISTEN", &config_address,
                 "127.0.0.1:8080", "Where intake is."),
    CONFIG_RULED(struct ctl, worker_endpoint, "DUNGHEN_WORKER_ENDPOINT", &config_endpoint,
                 "tcp://127.0.0.1:5570", "Where dispatch is."),
    CONFIG_RULED(struct ctl, tracker_endpoint, "DUNGHEN_TRACKER_ENDPOINT", &config_endpoint, "",
                 "Where tracker is. Empty: an ipc socket in DUNGHEN_RUN_DIR."),
    CONFIG_RULED(struct ctl, metrics_listen, "DUNGHEN_METRICS_LISTEN", &config_address,
                 "127.0.0.1:9101",
                 "Where the probes of intake are; the other services' ports follow."),
    CONFIG_RULED(struct ctl, notifier_endpoint, "DUNGHEN_NOTIFIER_ENDPOINT", &config_endpoint, "",
                 "Where notifier is asked. Empty: an ipc socket in DUNGHEN_RUN_DIR."),
    CONFIG_TEXT(struct ctl, probes, "DUNGHEN_PROBES", "",
                "Where the services' probes are instead: NAME=ADDRESS:PORT,..."),
    {0},
};

bool ctl_zone_exists(const char *zone)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(200);

    if (zone[0] == '\0' || zone[0] == '/' || zone[0] == ':' || strstr(zone, "..") != NULL)
        return false;
    strbuf_addf(&path, "/usr/share/zoneinfo/%s", zone);
    return strbuf_text(&path) != NULL && access(strbuf_text(&path), R_OK) == 0;
}

int ctl_open(struct ctl *ctl, struct err *e)
{
    if (config_read(ctl_keys, ctl, e) < 0)
        return -1;
    if (!ctl_zone_exists(ctl->timezone))
        return err_set(e, ERR_INPUT, "DUNGHEN_TIMEZONE = \"%s\" is not a time zone of this system",
                       ctl->timezone);
    setenv("TZ", ctl->timezone, 1);
    tzset();
    return 0;
}

void ctl_free(struct ctl *ctl)
{
    config_free(ctl_keys, ctl);
}

void ctl_say(const struct ctl *ctl, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vfprintf(ctl->out, fmt, ap);
    va_end(ap);
}
