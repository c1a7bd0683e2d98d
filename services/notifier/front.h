/* SPDX-License-Identifier: Apache-2.0 */
/* front - a front end that is told of cases: what it has asked for, and how it is reached. */
#ifndef FRONT_H
#define FRONT_H

#include "catalogue.h"
#include "channel.h"
#include "crypto.h"
#include "db_rows.h"
#include "webhook.h"

/* Codes of one kind; none: all. */
struct front_codes {
    char **items;
    size_t count;
};

/* Texts are the front's; start with {0}. */
struct front {
    enum channel channel; /* CHANNEL_WEBHOOK or CHANNEL_GEOREPORT */
    char *url;
    char *owner; /* who holds the key by which it has subscribed; NULL: an operator's */
    char *language;
    char *jurisdiction, *api_key; /* that it is given; NULL: not */
    bool own;                     /* only what came by the owner's key */
    struct front_codes types, services, units;
    struct webhook_key key; /* that signs */
};

/* A row of sql/select_webhooks.sql; its column of the name is the caller's. ERR_INPUT for what is
 * altered, ERR_SYSTEM when its key is missing (crypto_unseal). */
enum { FRONT_NAME };
int front_read(const PGresult *rows, int row, struct crypto_ring *ring, struct front *out,
               struct err *e) CHECKED;
void front_free(struct front *front);

/* What there is to tell. */
struct front_event {
    const char *type, *service, *unit; /* unit: that leads the case */
    const char *via;                   /* by whose key the case came, or NULL */
    bool is_hidden; /* of a case whose id nobody is told, or of a unit that only takes part */
};
/* Whether it is told of that. Who has subscribed itself, and who is told as Open311 has it, hear
 * what everybody may know and no more. */
bool front_wants(const struct front *front, const struct front_event *event);

#endif
