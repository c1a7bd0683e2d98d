/* SPDX-License-Identifier: Apache-2.0 */
#include "channel.h"

#include <string.h>

static const char *const names[CHANNELS] = {"mail", "sms", "zalo", "webhook", "georeport"};

const char *channel_name(enum channel channel)
{
    return names[channel];
}

bool channel_is_front(enum channel channel)
{
    return channel == CHANNEL_WEBHOOK || channel == CHANNEL_GEOREPORT;
}

bool channel_read(const char *name, enum channel *out)
{
    size_t len = strcspn(name, ":");

    for (size_t i = 0; i < CHANNELS; i++)
        if (strlen(names[i]) == len && strncmp(names[i], name, len) == 0) {
            *out = (enum channel)i;
            return true;
        }
    return false;
}
