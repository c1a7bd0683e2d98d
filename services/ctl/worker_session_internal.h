/* SPDX-License-Identifier: Apache-2.0 */
/* worker_session_internal - what the files of worker_session share. */
#ifndef WORKER_SESSION_INTERNAL_H
#define WORKER_SESSION_INTERNAL_H

#include "worker_session.h"

#include "strbuf.h"

#include <zmq.h>

enum { WORKER_FRAMES = 2 }; /* of a message */

/* Items of one verb that wait for the turn's end. */
struct batch {
    struct strbuf text;
    int count;
};

struct worker_session {
    struct worker_session_settings settings;
    struct loop *loop;
    void *zmq, *socket, *monitor;
    struct loop_timer *beat; /* heartbeats, silence */
    struct loop_timer *send; /* what has gathered */
    struct batch batches[WIRE_VERBS];
    bool welcome;
    bool secure;      /* the handshake has succeeded */
    bool refused;     /* it has failed, and it was said why */
    int64_t heard_us; /* monotonic; before a welcome: since when it is hoped for */
    char trouble[200];
};

/* ---- worker_session.c: what is said ---- */

/* One message at once, before what has gathered; len 0: the verb alone. */
void worker_say(struct worker_session *s, enum wire_verb verb, const char *json, size_t len);
void worker_say_hello(struct worker_session *s);
/* What was to be said to the session before is not for the next one. */
void worker_drop_batches(struct worker_session *s);
/* There is no session, and why. */
void worker_report(struct worker_session *s, const char *why);

/* ---- worker_hearing.c ---- */

/* One message of the server. */
void worker_hear(struct worker_session *s, zmq_msg_t frames[WORKER_FRAMES], int count);

/* ---- worker_line.c: the socket and its monitor ---- */

int worker_connect(struct worker_session *s, struct err *e) CHECKED;
void worker_disconnect(struct worker_session *s);

#endif
