/* SPDX-License-Identifier: Apache-2.0 */
/* hail - one question to a service over the bus, and its answer, waited for. */
#ifndef HAIL_H
#define HAIL_H

#include "ctl.h"
#include "json.h"
#include "strbuf.h"

struct hail {
    const char *endpoint; /* "": the ipc socket of that name in DUNGHEN_RUN_DIR */
    const char *service;  /* "notifier" */
    const char *topic;
    const char *body;                /* JSON of the one item: its first frame */
    const struct strbuf *more;       /* its second frame; NULL: it has none */
    int patience_s;                  /* 0: ten */
    const struct json_field *answer; /* its fields */
};

/* Fills *out, whose texts live in *store. The service's refusal is *e; ERR_BUSY when nobody
 * answers within the patience. */
int hail(const struct ctl *ctl, const struct hail *question, struct json_store *store, void *out,
         struct err *e) CHECKED;

#endif
