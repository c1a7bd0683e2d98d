/* SPDX-License-Identifier: Apache-2.0 */
/* georeport - an update of a request as Open311 clients take it pushed, and what they answer. Pure.
 *
 * The extension servicerequestupdates of GeoReport v2, as FixMyStreet and others serve it: the id,
 * the state and the words of an update are those that our own GET servicerequestupdates has. */
#ifndef GEOREPORT_H
#define GEOREPORT_H

#include "gateway.h"
#include "open311_steps.h"
#include "strbuf.h"

struct georeport_update {
    int64_t id;            /* of the event */
    const char *reference; /* service_request_id */
    int64_t at_us;
    const struct open311_step *step;
    const char *answer; /* the unit's published words, or NULL */
    bool in_english;
    const char *jurisdiction, *api_key; /* NULL: not asked for */
};

/* Appends the form's body. */
void georeport_write(const struct georeport_update *update, struct strbuf *out);
/* "https://host/open311/v2" or with a final slash: its servicerequestupdates.json. */
void georeport_url(const char *base, struct strbuf *out);

/* What an answer means. That the update is there already (400, 409 or 422 in words) is as good as
 * taken. What the client may just not know yet, so that it is worth trying again, has *works set:
 * the client itself is well. */
enum gateway_verdict georeport_judge(int status, const char *answer,
                                     const struct open311_step *step, bool *works);

#endif
