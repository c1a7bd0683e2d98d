/* SPDX-License-Identifier: Apache-2.0 */
/* wire - the frames of the worker protocol, for both of its ends.
 *
 * A message is a verb and, for most, one frame of JSON. What they mean is in
 * schemas/worker-protocol.md; keep the tables in step with it. */
#ifndef WIRE_H
#define WIRE_H

#include "json.h"

enum {
    WIRE_PROTOCOL = 1,
    WIRE_MAX_ITEMS = 1000,    /* of a batch; the most credit a worker may have */
    WIRE_MAX_BYTES = 1 << 20, /* of a frame */
    WIRE_CURVE_BYTES = 33,    /* what CURVE's MESSAGE puts around it (ZeroMQ RFC 26) */
    WIRE_HEARTBEAT_S = 1,
    WIRE_DEAD_S = 3, /* without a word */
};

enum wire_verb {
    WIRE_HELLO,
    WIRE_WELCOME,
    WIRE_TASK,
    WIRE_ACCEPT,
    WIRE_DONE,
    WIRE_RETURN,
    WIRE_OK,
    WIRE_REFUSED,
    WIRE_HEARTBEAT,
    WIRE_BYE,
    WIRE_ERROR,
    WIRE_NEWS,
    WIRE_VERBS,
};

const char *wire_verb_name(enum wire_verb verb); /* "ACCEPT" */
int wire_verb_read(const char *frame, size_t len, enum wire_verb *out, struct err *e) CHECKED;
/* As commands and answers name it: "accept", "done", "return"; NULL for other verbs. */
const char *wire_command_name(enum wire_verb verb);

/* A task's name in the protocol: "<case's id>:<number>". No padding inside: it is a hash key. */
struct wire_task_id {
    struct uuid case_id;
    int16_t number;
};
enum { WIRE_TASK_ID_SIZE = UUID_TEXT_SIZE + 6 };
const char *wire_task_id_text(const struct wire_task_id *id, char out[WIRE_TASK_ID_SIZE]);
int wire_task_id_read(const char *text, struct wire_task_id *out, struct err *e) CHECKED;

struct wire_hello {
    int64_t protocol;
    const char *name; /* of the program, for the logs */
    int64_t credit;   /* 0: no tasks, only to see whether it would work */
    json_t *units;    /* array of codes, or NULL: all of the key's */
    bool news;        /* it understands NEWS */
};
extern const struct json_field wire_hello_fields[];

struct wire_welcome {
    int64_t heartbeat_s, lease_s;
    json_t *units;
};
extern const struct json_field wire_welcome_fields[];

/* An item of TASK. */
struct wire_task {
    const char *task;
    int64_t epoch;
    const char *reference, *service, *unit;
    const char *due_at; /* "2026-11-23T09:00:00Z" */
    int64_t attempt;    /* 1, 2, ... since dispatch started */
    int64_t followers;  /* others that wait for the same answer */
    json_t *content;
};
extern const struct json_field wire_task_fields[];

/* An item of NEWS. */
struct wire_news {
    const char *task;
    int64_t epoch;
    int64_t followers;
};
extern const struct json_field wire_news_fields[];

/* An item of ACCEPT, DONE, RETURN. */
struct wire_item {
    const char *task;
    int64_t epoch;
    const char *unit;          /* or NULL */
    json_t *answer;            /* of DONE: struct case_answer */
    const char *reason, *text; /* of RETURN: struct case_return */
};
extern const struct json_field wire_item_fields[];
extern const struct json_field wire_item_name_fields[]; /* of these, task and epoch alone */

/* A file of DONE's answer: an upload's id, and what else its upload was answered with. */
struct wire_file {
    const char *id;
    const char *name, *type;      /* or NULL */
    int64_t bytes, width, height; /* or 0 */
};
extern const struct json_field wire_file_fields[];

/* An item of OK (state) and REFUSED (refused, text). */
struct wire_result {
    const char *task;
    int64_t epoch;
    const char *verb;
    const char *state;
    const char *refused, *text;
};
extern const struct json_field wire_result_fields[];

struct wire_error {
    const char *error; /* "hello", "message", "revoked" */
    const char *text;
};
extern const struct json_field wire_error_fields[];

/* A frame that is an array of 1 to WIRE_MAX_ITEMS values: each is looked at by itself. */
int wire_batch_read(const char *frame, size_t len, json_t **out, struct err *e) CHECKED;

/* What tracker is told along with an item's verb, appended to body: checked
 * here, so that what is malformed goes no further. */
int wire_body_write(enum wire_verb verb, const struct wire_item *item, struct strbuf *body,
                    struct err *e) CHECKED;

#endif
