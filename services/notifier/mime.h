/* SPDX-License-Identifier: Apache-2.0 */
/* mime - the small pieces of an Internet message: headers and encodings.
 *
 * What is put in is UTF-8 and may hold anything; what comes out is ASCII in
 * lines of at most 76 characters, ended by CR LF, and no value can begin a
 * header of its own. */
#ifndef MIME_H
#define MIME_H

#include "strbuf.h"

/* "Name: value": as it is when it is short ASCII, else as encoded words (RFC 2047), each of whole
 * characters. */
void mime_add_header(struct strbuf *out, const char *name, const char *value);
/* "Name: display name <address>"; name may be NULL. The address must be one (text_is_email). */
void mime_add_address(struct strbuf *out, const char *header, const char *name,
                      const char *address);
/* "Date: Wed, 25 Nov 2026 22:02:17 +0700", in the process's time zone. */
void mime_add_date(struct strbuf *out, int64_t us);
/* "Content-Disposition: attachment" with the file's name (RFC 2231). */
void mime_add_attachment(struct strbuf *out, const char *file_name);

/* text as quoted-printable (RFC 2045); LF becomes CR LF, and the last line is ended. */
void mime_add_quoted(struct strbuf *out, const char *text);
/* text as HTML: paragraphs where a line is empty, links where "http://" or "https://" begins. */
void mime_add_html(struct strbuf *out, const char *text);

#endif
