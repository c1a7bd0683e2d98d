/* SPDX-License-Identifier: Apache-2.0 */
/* inbox - commands as they arrive: decoded once, kept in order, bounded, answered together.
 *
 * A message asks for several things; its answer goes out when the last of
 * them is decided and committed. */
#ifndef INBOX_H
#define INBOX_H

#include "bus.h"
#include "messages.h"
#include "transitions.h"

enum command_kind { COMMAND_RECORD, COMMAND_VERB };

struct ask;

struct command {
    struct ask *ask;
    int index; /* of its item in the ask */
    struct command *next;
    enum command_kind kind;
    int64_t look;                /* at the catalogue, for which it was put aside; 0: it was not */
    struct json_store stores[2]; /* what the texts below are borrowed from */
    struct case_head head;       /* COMMAND_RECORD */
    struct case_route route;     /* COMMAND_RECORD */
    struct case_command command; /* COMMAND_VERB */
    enum verb verb;              /* COMMAND_VERB */
    int content_frame;           /* of the ask's message: content, or the verb's body */
    int contact_frame;           /* COMMAND_RECORD */
};

struct inbox {
    struct bus_server *server;
    struct command *first, *last;
    size_t count;
    struct command *aside, *aside_last; /* those that wait for a look, in its order */
    size_t aside_count;
    bool paused;
    bool stopped; /* paused for good */
};

/* A bus_request_fn: ctx is the inbox. What is malformed is refused at once. */
void inbox_take(void *ctx, const struct bus_address *from, struct bus_message *m);

/* From now on nothing is taken; what waits is still to be answered. */
void inbox_stop(struct inbox *inbox);

/* The oldest command, now the caller's, or NULL. */
struct command *inbox_next(struct inbox *inbox);
void inbox_put_back(struct inbox *inbox, struct command *command); /* as the oldest */

/* The command waits for that look at the catalogue, as the last of those that wait for one. */
void inbox_put_aside(struct inbox *inbox, struct command *command, int64_t look);
/* Whoever has waited for that look or an earlier one comes in again, as if it were new. */
void inbox_resume(struct inbox *inbox, int64_t look);

/* The id under which it is known when it is said again; nil: it has none. */
const struct uuid *command_key(const struct command *command);
const char *command_content(const struct command *command, size_t *len);
const char *command_contact(const struct command *command, size_t *len);
zmq_msg_t *command_content_frame(const struct command *command);

/* Answers a command with an answer's JSON, and frees it. */
void inbox_answer(struct inbox *inbox, struct command *command, const struct strbuf *json);
void inbox_refuse(struct inbox *inbox, struct command *command, const struct err *e);
/* Frees everything that waits, unanswered. */
void inbox_clear(struct inbox *inbox);

#endif
