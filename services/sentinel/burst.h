/* SPDX-License-Identifier: Apache-2.0 */
/* burst - finds that many reports of the last minutes are of one incident.
 *
 * Reports count together that are about the same service, fell to the same unit and lie within some
 * metres of one of them. When there are enough, the oldest of these that is still open leads, and
 * the others within reach of it are to be merged into it, as is each that comes until none has come
 * for as long as the rule looks back. It goes by the times at which reports were received and reads
 * no clock, so that the same reports again give the same answer; lack of memory it meets by
 * forgetting the oldest. */
#ifndef BURST_H
#define BURST_H

#include "ids.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bursts;

struct burst_rule {
    int64_t reports;   /* so many make an incident, at least 2 */
    int64_t window_us; /* when they come within that time */
    double metres;     /* and so near to one of them */
};

enum burst_standing {
    BURST_OPEN,  /* may be merged, and may lead */
    BURST_APART, /* may lead: somebody has said that it is not the same as others */
    BURST_OVER,  /* counts, and no more: merged, or ended */
};

struct burst_report {
    struct uuid id;
    const char *service, *unit; /* as it was received */
    double lat, lon;
    int64_t received_at;
    enum burst_standing standing;
    struct burst_rule rule; /* of the service, as it is now */
};

/* The case is to be merged into the other one. */
typedef void burst_merge_fn(void *ctx, const struct uuid *id, const struct uuid *into);

/* Keeps so many reports at most. */
struct bursts *bursts_new(size_t most, burst_merge_fn *merge, void *ctx);
void bursts_free(struct bursts **bursts);
void bursts_clear(struct bursts *bursts);

/* A report has come in; one that is known counts once. */
void bursts_add(struct bursts *bursts, const struct burst_report *report);
/* What has become of a report, if it is known. */
void bursts_set(struct bursts *bursts, const struct uuid *id, enum burst_standing standing);
/* It was not merged when that was asked for; with another lead it is asked again. */
void bursts_refused(struct bursts *bursts, const struct uuid *id);
/* One that was received then is merged into this one, as are so many others. From that many on, it
 * leads an incident, also one that began before anybody counted. */
void bursts_follow(struct bursts *bursts, const struct burst_report *lead, int64_t received_at,
                   int64_t merged);
/* Forgets what is too old by then. */
void bursts_pass(struct bursts *bursts, int64_t now_us);

size_t bursts_reports(const struct bursts *bursts);    /* that are kept */
size_t bursts_incidents(const struct bursts *bursts);  /* that take more reports */
int64_t bursts_forgotten(const struct bursts *bursts); /* reports, for lack of room */

#endif
