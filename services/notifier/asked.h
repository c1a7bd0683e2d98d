/* SPDX-License-Identifier: Apache-2.0 */
/* asked - what others ask of notifier over the bus. Only who leads answers. */
#ifndef ASKED_H
#define ASKED_H

#include "json.h"
#include "notifier.h"

enum { ASKED_BYTES = 1000 }; /* of an answer */

/* Somebody who waits for an answer to one item. */
struct asker {
    struct notifier *n;
    struct bus_address from;
    enum channel channel; /* of a choice */
    struct asker *prev, *next;
};
struct asker *asker_new(struct notifier *n, const struct bus_address *from);
void asker_free(struct asker *asker);

void asked_answer(struct notifier *n, const struct bus_address *to, const struct strbuf *text);
void asked_refuse(struct notifier *n, const struct bus_address *to, const struct err *e);
/* The database did not do what was asked: never the fault of who asks, who is told to ask again or
 * that something failed here; the words of a refusal go to the log alone. */
void asked_failed(struct notifier *n, const struct bus_address *to, const struct err *e);

/* Takes one item: answers later, or -1, and the caller refuses. */
typedef int asked_fn(struct notifier *n, const struct bus_address *from, const json_t *document,
                     struct err *e) CHECKED;
asked_fn prefer_keep, prefer_resend;      /* prefer.c */
asked_fn subscribe_put, subscribe_remove; /* subscribe.c */

#endif
