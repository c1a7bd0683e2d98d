/* SPDX-License-Identifier: Apache-2.0 */
/* api_door - what is answered to whoever sends a case: 201 with its receipt, or why not. */
#include "api.h"

#include "clock.h"
#include "results.h"

#include <stdio.h>
#include <string.h>

static void add_text(struct strbuf *out, const char *before, const char *text)
{
    strbuf_add(out, before, strlen(before));
    json_write_text(out, text, strlen(text));
}

static void add_time(struct strbuf *out, const char *before, int64_t us)
{
    char text[CLOCK_TEXT_SIZE];

    add_text(out, before, clock_text_local(us, text));
}

static void write_receipt(const struct intake *intake, enum language language,
                          const struct case_receipt *receipt, struct strbuf *out)
{
    add_text(out, "{\"reference\":", receipt->reference);
    add_text(out, ",\"unit\":{\"code\":", receipt->unit);
    add_text(out, ",\"name\":", unit_name(intake, receipt->unit, language));
    add_time(out, "},\"received_at\":", receipt->received_at);
    add_time(out, ",\"due_at\":", receipt->due_at);
    /* Neither a URL nor the names in it have anything to escape. */
    strbuf_addf(out, ",\"tracking_url\":\"");
    receipt_url(intake, receipt, out);
    strbuf_addf(out, "\"");
    AUTO(strbuf_free) struct strbuf text = STRBUF(INTAKE_ANSWER_BYTES);
    receipt_text(intake, receipt, language, &text);
    add_text(out, ",\"receipt\":{\"text\":", text.data);
    add_text(out, ",\"language\":", language_codes[language]);
    strbuf_add(out, "}}", 2);
}

static void on_accepted(void *ctx, const struct outbox_item *item,
                        const struct case_receipt *receipt)
{
    struct intake *intake = ctx;
    char location[64];
    const struct http_header headers[] = {{"Location", location}, {0}};

    (void)snprintf(location, sizeof(location), "/api/v1/cases/%s", receipt->reference);
    results_count(201);
    strbuf_clear(&intake->answer);
    write_receipt(intake, item->language, receipt, &intake->answer);
    http_reply(item->request, &(struct http_answer){.status = 201,
                                                    .type = "application/json; charset=utf-8",
                                                    .body = intake->answer.data,
                                                    .len = intake->answer.len,
                                                    .headers = headers});
}

static void on_refused(void *ctx, const struct outbox_item *item, const struct err *e)
{
    (void)ctx;
    problem_reply_err(item->request, item->language, e);
}

const struct door api_door = {"api", on_accepted, on_refused};

void api_refuse_case(struct intake *intake, struct http_request *request, enum language language,
                     const struct earlier_refusal *refusal)
{
    (void)intake;
    if (refusal->notice != NULL)
        problem_reply(request, PROBLEM_CLOSED, language, refusal->notice, NULL);
    else if (refusal->too_many)
        problem_reply(request, PROBLEM_TOO_MANY, language, NULL, NULL);
    else
        problem_reply(request, PROBLEM_INVALID, language, NULL, refusal->faults);
}
