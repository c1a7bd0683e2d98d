/* SPDX-License-Identifier: Apache-2.0 */
/* load_drive - sends the cases of a run over many connections and measures the answers.
 *
 * One thread on epoll. Closed loop: each connection sends its next case when
 * the last is answered. Open loop (rate > 0): case i is due i/rate seconds
 * after the start whatever the server does; its latency counts from that
 * moment, so a slow server cannot slow its own measurement. It looks at what
 * is due and what has come every half millisecond at most. */
#ifndef LOAD_DRIVE_H
#define LOAD_DRIVE_H

#include "load_latency.h"
#include "load_notes.h"
#include "load_requests.h"

struct load_drive_settings {
    const struct load_target *target;
    const struct load_requests *requests;
    struct load_notes *notes; /* NULL: nobody asks later */
    int64_t connections;
    int64_t rate;      /* cases a second; 0: closed loop */
    int64_t seconds;   /* 0: until count */
    int64_t count;     /* 0: until seconds */
    bool keys;         /* what broke or was answered 5xx is sent again */
    int64_t give_up_s; /* this long */
};

enum { LOAD_REFUSAL_SIZE = 240 };

struct load_result {
    int64_t sent;     /* cases */
    int64_t accepted; /* answered 201 */
    int64_t refused;  /* answered otherwise */
    int64_t errors;   /* not answered, or not understandably */
    int64_t retries;  /* times that a case was sent again */
    int64_t accepted_in_time;
    int64_t elapsed_us;              /* in which accepted_in_time were */
    struct load_latency latency;     /* of the accepted */
    char refusal[LOAD_REFUSAL_SIZE]; /* the first, for people; "" */
};

/* Ends early, with what it has, on SIGINT and SIGTERM. ERR_BUSY when nobody
 * can be reached for give_up_s. */
int load_drive(const struct load_drive_settings *settings, struct load_result *out,
               struct err *e) CHECKED;

#endif
