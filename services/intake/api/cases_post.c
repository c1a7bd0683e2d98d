/* SPDX-License-Identifier: Apache-2.0 */
/* cases_post - POST /api/v1/cases: 201 once the ledger has the case. */
#include "api.h"

#include "files.h"
#include "problem.h"
#include "uploads.h"

#include <string.h>

struct form_case {
    struct submission *submission;
    struct faults *faults;
    size_t count; /* of fields "case" */
    bool failed;
    struct err why;
};

static void read_case(void *ctx, const char *name, const char *value, size_t len)
{
    struct form_case *form = ctx;

    if (strcmp(name, "case") != 0)
        return;
    form->count++;
    if (form->count == 2)
        faults_add(form->faults, "", name, RULE_ONCE);
    if (form->count == 1)
        form->failed =
            submission_read_json(form->submission, value, len, form->faults, &form->why) < 0;
}

/* The same JSON as a field of a form, which has files as well. */
static int read_form(struct http_request *request, struct submission *s, struct faults *faults,
                     struct err *e)
{
    struct form_case form = {.submission = s, .faults = faults};

    if (http_form(request, read_case, &form, e) < 0)
        return -1;
    if (form.count == 0)
        return err_set(e, ERR_INPUT, "the form has no field \"case\"");
    if (form.failed)
        *e = form.why;
    return form.failed ? -1 : 0;
}

/* Answers the request, perhaps later, unless the submission may go on. */
static bool is_good(struct intake *intake, struct http_request *request, struct submission *s,
                    const struct catalogue *catalogue)
{
    size_t len;
    const char *body = http_body(request, &len);
    struct err e;

    bool read = (api_is_json(request) ? submission_read_json(s, body, len, &intake->faults, &e)
                                      : read_form(request, s, &intake->faults, &e)) == 0;
    if (!read && intake->faults.count == 0) {
        problem_reply(request, PROBLEM_MALFORMED, s->answer_language, e.text, NULL);
        return false;
    }
    if (read && files_take(intake, request, s, &e) < 0) {
        problem_reply_err(request, s->answer_language, &e);
        return false;
    }
    if (read)
        (void)!submission_check(s, catalogue, intake->city, &intake->faults);
    return earlier_admits(intake, &api_door, request, s, api_refuse_case);
}

void cases_post(void *ctx, struct http_request *request)
{
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    AUTO(submission_free) struct submission s;
    struct intake *intake = ctx;
    const struct catalogue *catalogue;
    struct err e;

    submission_init(&s);
    s.answer_language = language;
    if (!uploads_resumed(request) && !api_admit(intake, request))
        return;
    s.via = api_via(intake, request);
    if (!api_is_json(request) && !http_is_multipart(request))
        problem_reply(request, PROBLEM_MEDIA_TYPE, language, NULL, NULL);
    else if (submit_begin(intake, &catalogue, &e) < 0)
        problem_reply(request, PROBLEM_BUSY, language, NULL, NULL);
    else if (files_settled(intake, request, cases_post) &&
             is_good(intake, request, &s, catalogue) &&
             submit(intake, &api_door, request, &s, &e) < 0)
        problem_reply(request, PROBLEM_BAD_KEY, s.answer_language, e.text, NULL);
}
