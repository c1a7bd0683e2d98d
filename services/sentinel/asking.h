/* SPDX-License-Identifier: Apache-2.0 */
/* asking - commands for the tracker that nobody waits for: a few at a time, in their order, with a
 * rest (pace.h) after each few. What is answered busy, or not at all, is asked for again. */
#ifndef ASKING_H
#define ASKING_H

#include "bus.h"
#include "messages.h"

struct asking;

struct asking_settings {
    struct loop *loop;
    struct bus_client *tracker; /* for ASKING_MAX_CALLS calls at least */
    const char *what;           /* is asked for, in the log: "merges" */
    size_t item_bytes;
    /* Adds the frames of an item's command, COMMAND_FRAMES of them. */
    void (*write)(const void *item, struct bus_message *m);
    /* What became of an item. */
    void (*done)(void *ctx, const void *item, const struct case_outcome *outcome);
    void (*refused)(void *ctx, const void *item, const struct err *e);
    void (*idle)(void *ctx); /* nothing is left, and the rest is over; or NULL */
    void *ctx;
};

enum {
    ASKING_MAX_CALLS = 1,
    ASKING_AT_ONCE = 8, /* what is in a hurry is written together with them */
};

struct asking *asking_new(const struct asking_settings *settings);
/* After the tracker's client was closed. */
void asking_free(struct asking **asking);

/* Puts a copy behind what waits; asking_go_on sends it. */
void asking_add(struct asking *asking, const void *item);
/* Sends the first few, unless an answer or the end of a rest is to come: then they go by
 * themselves. */
void asking_go_on(struct asking *asking);
/* Those that wait or are on their way. */
size_t asking_count(const struct asking *asking);
/* Nothing waits, is on its way or rests. */
bool asking_is_idle(const struct asking *asking);
/* Drops what waits. What is on its way is answered yet, and not asked for again. */
void asking_forget(struct asking *asking);

#endif
