/* SPDX-License-Identifier: Apache-2.0 */
/* certificate - a key with a certificate that only itself vouches for, to sign letters with until
 * a certification authority has given a real one. The command line's only use of OpenSSL. */
#ifndef CERTIFICATE_H
#define CERTIFICATE_H

#include "err.h"
#include "strbuf.h"

enum { CERTIFICATE_YEARS = 5, CERTIFICATE_PEM_MAX = 8192 };

/* RSA with 2048 bits, SHA-256, for signing documents; name is the common name of both sides, cut to
 * the 64 characters that it has room for. Both come as PEM. */
int certificate_make(const char *name, struct strbuf *key, struct strbuf *certificate,
                     struct err *e) CHECKED;

#endif
