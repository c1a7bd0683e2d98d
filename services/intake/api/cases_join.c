/* SPDX-License-Identifier: Apache-2.0 */
/* cases_join - POST /api/v1/cases/{reference}/followers: "me too"; see join.h. */
#include "api.h"

#include "citizen_command.h"
#include "files.h"
#include "join.h"

static void refuse_over(struct intake *intake, struct http_request *request, enum language language,
                        const struct earlier_refusal *refusal)
{
    char rule[CITIZEN_RULE_SIZE];
    struct err closed;

    (void)intake;
    (void)refusal;
    err_set(&closed, ERR_CONFLICT, "state: the case is over");
    const char *words = citizen_rule(&closed, language, rule);
    problem_reply_rule(request, PROBLEM_RULE, language, rule, words);
}

static void submit_own(struct intake *intake, struct http_request *request,
                       const struct submission *s, const struct join_target *target)
{
    struct encode_request said;
    struct err e;

    submit_said(request, &said);
    const struct submit_key under = {http_header(request, "Idempotency-Key"), &said, NULL};
    if (join_submit(intake, &api_door, request, s, &under, target, &e) < 0)
        problem_reply(request, PROBLEM_BAD_KEY, s->answer_language, e.text, NULL);
}

static void read_own(struct intake *intake, struct http_request *request, enum language language,
                     const struct join_target *target)
{
    AUTO(submission_free) struct submission s;
    const struct catalogue *c;
    size_t len;
    const char *body = http_body(request, &len);
    struct err e;

    submission_init(&s);
    s.answer_language = language;
    s.joins = true;
    if (submit_begin(intake, &c, &e) < 0) {
        problem_reply(request, PROBLEM_BUSY, language, NULL, NULL);
        return;
    }
    bool read = submission_read_json(&s, body, len, &intake->faults, &e) == 0;
    if (!read && intake->faults.count == 0) {
        problem_reply(request, PROBLEM_MALFORMED, language, e.text, NULL);
        return;
    }
    if (read && files_take(intake, request, &s, &e) < 0) {
        problem_reply_err(request, language, &e);
        return;
    }
    if (read) {
        join_take_place(&s, c, target);
        s.via = api_via(intake, request);
        (void)!submission_check(&s, c, intake->city, &intake->faults);
    }
    if (earlier_admits(intake, &api_door, request, &s, api_refuse_case))
        submit_own(intake, request, &s, target);
}

static void on_target(struct intake *intake, struct http_request *request,
                      const struct join_target *target, const struct err *e)
{
    enum language language = language_accepted(http_header(request, "Accept-Language"));

    if (target == NULL && e->kind == ERR_INPUT)
        problem_reply(request, PROBLEM_NOT_FOUND, language, NULL, NULL);
    else if (target == NULL)
        problem_reply_err(request, language, e);
    else if (target->is_open)
        read_own(intake, request, language, target);
    else
        earlier_or_refuse(
            intake, &api_door,
            &(struct earlier_said){request, language, .via = api_via(intake, request)},
            &(struct earlier_refusal){0}, refuse_over);
}

void cases_join(void *ctx, struct http_request *request)
{
    enum language language = language_accepted(http_header(request, "Accept-Language"));

    if (!api_admit(ctx, request))
        return;
    if (api_is_json(request))
        join_find(ctx, request, http_part(request, "reference"), on_target);
    else
        problem_reply(request, PROBLEM_MEDIA_TYPE, language, NULL, NULL);
}
