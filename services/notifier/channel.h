/* SPDX-License-Identifier: Apache-2.0 */
/* channel - the ways by which somebody is told. */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "base.h"

/* The numbers stand in unsubscribe links: they do not change. */
enum channel {
    CHANNEL_MAIL,
    CHANNEL_SMS,
    CHANNEL_ZALO,
    CHANNEL_WEBHOOK,
    CHANNEL_GEOREPORT,
    CHANNELS
};

/* Whether it leads to a front end, and not to a person. */
bool channel_is_front(enum channel channel);

/* "mail", "sms", "zalo", "webhook", "georeport": as tables, templates and metrics name it. */
const char *channel_name(enum channel channel);
/* Whether name (up to its end or a ':') is one; *out only then. */
bool channel_read(const char *name, enum channel *out);

#endif
