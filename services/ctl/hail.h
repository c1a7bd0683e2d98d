/* SPDX-License-Identifier: Apache-2.0 */
/* hail - one question to a service over the bus, and its answer, waited for. */
#ifndef HAIL_H
#define HAIL_H

#include "ctl.h"
#include "json.h"

struct hail {
    const char *endpoint; /* "": the ipc socket of that name in DUNGHEN_RUN_DIR */
    const char *service;  /* "notifier" */
    const char *topic;
    const char *body;                /* JSON of the one item */
    const struct json_field *answer; /* its fields */
};

/* Fills *out, whose texts live in *store. The service's refusal is *e; ERR_BUSY when nobody
 * answers within ten seconds. */
int hail(const struct ctl *ctl, const struct hail *question, struct json_store *store, void *out,
         struct err *e) CHECKED;

#endif
