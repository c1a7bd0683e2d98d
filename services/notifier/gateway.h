/* SPDX-License-Identifier: Apache-2.0 */
/* gateway - the request to an SMS or Zalo gateway from its row in the catalogue, and what its
 * answer means. Pure. */
#ifndef GATEWAY_H
#define GATEWAY_H

#include "catalogue.h"
#include "json.h"

enum { GATEWAY_HEADERS = 16, GATEWAY_BYTES = 64 * 1024 };

struct gateway_request {
    struct strbuf url, body, lines; /* lines: the headers, each NUL-terminated */
    const char *headers[GATEWAY_HEADERS + 1];
};
void gateway_request_free(struct gateway_request *request);

/* Fills the row's templates from data. ERR_INPUT names the column and what is wrong. */
int gateway_write(const struct catalogue_gateway *gateway, const json_t *data,
                  struct gateway_request *out, struct err *e) CHECKED;

enum gateway_verdict { GATEWAY_TAKEN, GATEWAY_REFUSED, GATEWAY_FAILED };

/* The meaning of an answer; refused: trying again is of no use. */
enum gateway_verdict gateway_judge(const struct catalogue_gateway *gateway, int status,
                                   const char *answer, size_t len);
/* Of the status alone, as any HTTP service means it. */
enum gateway_verdict gateway_judge_status(int status);

#endif
