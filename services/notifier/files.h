/* SPDX-License-Identifier: Apache-2.0 */
/* files - the gateways' secrets and the rendered letters: small local files. */
#ifndef FILES_H
#define FILES_H

#include "json.h"

/* Sets data's key "secret_NAME" for each name (ended by NULL; NULL: none) from the file
 * DIR/gateways/NAME, without its last newline. ERR_SYSTEM names the file that cannot be read or
 * that others may read. */
int files_read_secrets(const char *dir, const char *const *names, json_t *data,
                       struct err *e) CHECKED;

/* Appends the file that the service letters has kept in dir under that hash (CRYPTO_HASH_BYTES;
 * blobs.h), and checks that it is what it was. ERR_SYSTEM when it cannot be read or is another. */
int files_read_letter(const char *dir, const uint8_t *hash, struct strbuf *out,
                      struct err *e) CHECKED;

#endif
