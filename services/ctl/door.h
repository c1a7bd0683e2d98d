/* SPDX-License-Identifier: Apache-2.0 */
/* door - intake's HTTP API as a citizen's program uses it, one request after another. */
#ifndef DOOR_H
#define DOOR_H

#include "ctl.h"
#include "http_client.h"
#include "json.h"
#include "load_city.h"

struct door {
    char host[CLIENT_HOST_SIZE];
    unsigned port;
};

/* Where DUNGHEN_INTAKE_LISTEN says; connects to nothing yet. */
int door_open(const struct ctl *ctl, struct door *out, struct err *e) CHECKED;

/* The body of an answer with a status of 2xx. Else -1 with the words of the problem: ERR_BUSY
 * for 5xx, ERR_INPUT for 4xx. */
int door_get(const struct door *door, const char *path, json_t **out, struct err *e) CHECKED;
int door_post(const struct door *door, const char *path, const struct strbuf *body, json_t **out,
              struct err *e) CHECKED;

/* Where there are places in the city (load_city.h). */
int door_city_box(const struct door *door, struct load_box *out, struct err *e) CHECKED;

/* Whether a service of /api/v1/services can be reported: it is open, and requires no answers. */
bool door_takes(const json_t *service);

#endif
