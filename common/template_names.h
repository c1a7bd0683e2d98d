/* SPDX-License-Identifier: Apache-2.0 */
/* template_names - what the catalogue's templates may name: for who checks them and who tests that
 * they are filled. Described in schemas/catalogue.md (templates.csv, gateways.csv) and
 * schemas/letters.md. */
#ifndef TEMPLATE_NAMES_H
#define TEMPLATE_NAMES_H

#include "template.h"

/* Values that every message has, "" where there is nothing to tell; ended by NULL. */
extern const char *const template_message_values[];

/* Of "mail.NAME" and "sms.NAME": those, and as sections the signs that a message may have. ctx is
 * not used. */
template_known_fn template_message_knows;

/* Of the letter whose template ctx names, "letter.receipt". */
template_known_fn template_letter_knows;

#endif
