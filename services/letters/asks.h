/* SPDX-License-Identifier: Apache-2.0 */
/* asks - letter.render.v1: who wants a letter's file now, and waits for it. */
#ifndef ASKS_H
#define ASKS_H

#include "bus.h"
#include "jobs.h"

struct asks;

struct asks *asks_new(void);
void asks_free(struct asks **asks);

/* What was asked of a server, whose answers go out through it. Letters are given to jobs. */
void asks_take(struct asks *asks, struct bus_server *server, struct jobs *jobs,
               const struct bus_address *from, const struct bus_message *m);
/* As job_done_fn: answers those who wait for the letter. */
void asks_done(struct asks *asks, const struct uuid *letter, const struct letter_file *file,
               const struct err *e);
/* Nobody is answered: who asked will ask the next leader. */
void asks_clear(struct asks *asks);

#endif
