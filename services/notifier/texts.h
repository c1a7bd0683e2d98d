/* SPDX-License-Identifier: Apache-2.0 */
/* texts - what a message says: the catalogue's templates and the values for their holes.
 *
 * The names of the values are part of the catalogue's format:
 * schemas/catalogue.md, templates.csv. */
#ifndef TEXTS_H
#define TEXTS_H

#include "catalogue.h"
#include "channel.h"
#include "claimed.h"
#include "json.h"

/* "mail.MESSAGE" or "sms.MESSAGE" (Zalo: its own, else that of SMS) in the language, else in
 * Vietnamese; NULL: the message does not go by that channel. */
const struct catalogue_template *texts_template(const struct catalogue *catalogue,
                                                enum channel channel, const char *message,
                                                const char *language);

struct texts_person {
    const char *name;        /* of who is written to; NULL: not known */
    const char *link;        /* where the citizen follows the case; NULL: none */
    const char *unsubscribe; /* where the citizen refuses such messages; NULL: none */
};

/* Every name that a template may use, for this delivery in its language; a new reference. */
json_t *texts_data(const struct catalogue *catalogue, const struct claimed *delivery,
                   const struct texts_person *person);

/* What front ends are told of the event: one JSON object without personal data. */
void texts_webhook(const struct claimed *delivery, struct strbuf *out);

/* The name of the letter's file: "Thư xin lỗi 12-PXL-SXD-2026.pdf". */
void texts_letter_name(const struct catalogue *catalogue, const struct claimed *delivery,
                       struct strbuf *out);

#endif
