/* SPDX-License-Identifier: Apache-2.0 */
#include "status.h"

#include "clock.h"
#include "commands.h"
#include "shown.h"

struct status_options {
    const char *services;
    bool json;
};

const struct option status_options[] = {
    OPTION_A_TEXT(struct status_options, services, "--services", "NAME=ADDRESS:PORT,...",
                  "Where their probes are. Default: DUNGHEN_PROBES, else the ports from "
                  "DUNGHEN_METRICS_LISTEN on."),
    OPTION_A_SWITCH(struct status_options, json, "--json", "As one JSON object."),
    {0},
};

static bool all_ready(const json_t *services)
{
    size_t i;
    json_t *service;

    json_array_foreach(services, i, service)
    {
        if (!json_is_true(json_object_get(service, "ready")))
            return false;
    }
    return true;
}

static void print(const struct ctl *ctl, const json_t *status, bool json)
{
    if (!json) {
        status_print(status, ctl->out);
        return;
    }
    json_dumpf(status, ctl->out, JSON_INDENT(2));
    ctl_say(ctl, "\n");
}

/* Whatever is down, the rest is shown. */
int status_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(json_release) json_t *status = json_object();
    struct status_options options = {0};
    json_t *services;
    struct err trouble;
    char at[SHOWN_SIZE];

    if (options_read(status_options, args, &options, e) < 0 ||
        status_read_services(ctl, options.services, &services, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    json_object_set_new(status, "at", json_string(shown_moment(clock_now_us(), at)));
    json_object_set_new(status, "services", services);
    bool reached = status_read_database(ctl, status, &trouble) == 0;
    if (!reached)
        json_object_set_new(status, "trouble", json_string(trouble.text));
    print(ctl, status, options.json);
    if (!reached)
        return err_set(e, trouble.kind, "%s", trouble.text);
    return all_ready(services) ? 0 : err_set(e, ERR_BUSY, "not every service is ready");
}
