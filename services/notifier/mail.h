/* SPDX-License-Identifier: Apache-2.0 */
/* mail - one message as RFC 5322 and MIME have it: text, the same as HTML, and a letter. */
#ifndef MAIL_H
#define MAIL_H

#include "ids.h"
#include "strbuf.h"

struct mail {
    const char *from_name, *from; /* from: an address (text_is_email), as to */
    const char *to_name, *to;     /* to_name: or NULL */
    const char *subject, *text;   /* UTF-8, lines ended by LF */
    const char *language;
    const struct uuid *id;      /* of the delivery: the same in every attempt */
    const struct uuid *case_id; /* mails of a case are shown together */
    int64_t at_us;
    const char *unsubscribe; /* URL for one click (RFC 8058), or NULL */
    const void *letter;      /* a PDF, or NULL */
    size_t letter_len;
    const char *letter_name; /* of the file */
};

/* out must have room for one and a half times the letter. */
void mail_write(const struct mail *mail, struct strbuf *out);

#endif
