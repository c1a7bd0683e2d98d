/* SPDX-License-Identifier: Apache-2.0 */
/* transfer - mails and HTTP requests on their way, by libcurl inside the loop. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include "loop.h"
#include "strbuf.h"

enum { TRANSFER_ANSWER_BYTES = 64 * 1024 };

struct transfers;

int transfers_open(struct transfers **out, struct loop *loop, struct err *e) CHECKED;
/* Does not call back for what is still on its way. */
void transfers_close(struct transfers **transfers);

enum transfer_end {
    TRANSFER_ANSWERED,  /* status says what */
    TRANSFER_UNREACHED, /* nothing has been handed over */
    TRANSFER_UNKNOWN,   /* it may have arrived, or not */
};

struct transfer_result {
    enum transfer_end end;
    int status;            /* HTTP's or SMTP's, when answered; of login and greeting as well */
    bool shut_out;         /* SMTP: it was our login that was refused, or our encryption */
    int64_t retry_after_s; /* asked for; 0: not */
    const char *answer;    /* HTTP's body, NUL-terminated, cut at TRANSFER_ANSWER_BYTES */
    size_t len;
    const char *problem; /* in a few words, without an address; of what was not answered */
};
/* Everything is borrowed for the call. Called once, later, never from within. */
typedef void transfer_fn(void *ctx, const struct transfer_result *result);

struct transfer_mail {
    const char *url;             /* "smtp://host:587", "smtps://host:465" */
    const char *user, *password; /* "": no login */
    const char *ca_file;         /* "": the system's */
    bool plain;                  /* smtp:// without STARTTLS */
    const char *from, *to;       /* addresses */
    struct strbuf *message;      /* taken over: emptied */
    int64_t timeout_ms;
};
int transfer_mail(struct transfers *transfers, const struct transfer_mail *mail, transfer_fn *fn,
                  void *ctx, struct err *e) CHECKED;

struct transfer_http {
    const char *url, *method;
    const char *const *headers; /* "Name: value", ended by NULL */
    const char *ca_file;        /* "": the system's */
    struct strbuf *body;        /* taken over: emptied */
    int64_t timeout_ms;
    bool public_only; /* no connection to an address that is not the internet's, and no proxy */
};
int transfer_http(struct transfers *transfers, const struct transfer_http *http, transfer_fn *fn,
                  void *ctx, struct err *e) CHECKED;

#endif
