/* SPDX-License-Identifier: Apache-2.0 */
/* problem - refusals of the JSON API: RFC 9457 problem details in the asker's language. */
#ifndef PROBLEM_H
#define PROBLEM_H

#include "faults.h"
#include "http.h"

enum problem {
    PROBLEM_INVALID,      /* 400: fields break rules; they are listed */
    PROBLEM_MALFORMED,    /* 400: not a JSON object */
    PROBLEM_REFUSED,      /* 400: router or tracker refused it */
    PROBLEM_BAD_KEY,      /* 400: Idempotency-Key is not one */
    PROBLEM_KEY_MISSING,  /* 401 */
    PROBLEM_KEY_UNKNOWN,  /* 403 */
    PROBLEM_ORIGIN,       /* 403 */
    PROBLEM_KEY_WEBHOOKS, /* 403: the key may not subscribe */
    PROBLEM_NOT_FOUND,    /* no such case */
    PROBLEM_NO_SUCH,      /* 404: of something else */
    PROBLEM_NO_PATH,      /* 404: nothing is at this address */
    PROBLEM_METHOD,       /* 405 */
    PROBLEM_TOO_LARGE,    /* 413; problem_reply_too_large */
    PROBLEM_RULE,         /* 409: a rule of the ledger forbids it; problem_reply_rule */
    PROBLEM_MEDIA_TYPE,
    PROBLEM_CLOSED, /* 422: the service is not taken here */
    PROBLEM_KEY_USED,
    /* 422: Idempotency-Key said something else before */ PROBLEM_QUOTA, /* 429: of a key */
    PROBLEM_TOO_MANY, /* 429: from an address, or of a contact */
    PROBLEM_INTERNAL, /* 500 with Retry-After */
    PROBLEM_BUSY,     /* 503 likewise */
    PROBLEMS,
};

/* In how many seconds an answer asks to be asked again: soon when it is busy, later when somebody
 * has to mend something first. NULL: what was said is not to be said again. */
const char *problem_retry_after(unsigned status);

/* detail and faults may be NULL. */
void problem_reply(struct http_request *request, enum problem problem, enum language language,
                   const char *detail, const struct faults *faults);

/* With the rule's stable name, as the member "rule", and the rule in words. */
void problem_reply_rule(struct http_request *request, enum problem problem, enum language language,
                        const char *rule, const char *detail);

/* With how many bytes it may have, as the member "limit" and in words. */
void problem_reply_too_large(struct http_request *request, enum language language, uint64_t limit);

/* As the kind of e says; its text is the detail, except for what went wrong inside. */
void problem_reply_err(struct http_request *request, enum language language, const struct err *e);

#endif
