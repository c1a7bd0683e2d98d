/* SPDX-License-Identifier: Apache-2.0 */
/* contact - how who has sent a case is reached: sealed at the door, opened again where somebody is
 * told something. */
#ifndef CONTACT_H
#define CONTACT_H

#include "crypto.h"
#include "json.h"

/* As JSON: {"name","phone","email"}, each where it was given. */
enum { CONTACT_BYTES = 2048 };

/* What was sealed for the case, opened; yours to release. ERR_INPUT when it is altered or too
 * long, ERR_SYSTEM when its key is missing (crypto_unseal). */
int contact_open(struct crypto_ring *ring, const struct uuid *case_id,
                 const struct crypto_piece *sealed, json_t **out, struct err *e) CHECKED;

#endif
