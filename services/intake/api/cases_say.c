/* SPDX-License-Identifier: Apache-2.0 */
/* cases_say - POST /api/v1/cases/{reference}/{action}?k=SECRET: what a citizen says about a case of
 * his own. 200 once the ledger has it. */
#include "api.h"

#include "bad_bytes.h"
#include "citizen_command.h"
#include "files.h"
#include "link.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Somebody who waits. */
struct saying {
    struct intake *intake;
    struct http_request *request;
    enum language language;
};

/* ---- what is said ---- */

static void read_text(const json_t *value, struct citizen_says *says, struct faults *faults)
{
    if (json_is_string(value))
        says->text = json_string_value(value);
    else
        faults_add(faults, "", "text", RULE_TEXT);
}

static void read_score(const json_t *value, struct citizen_says *says, struct faults *faults)
{
    double score = json_number_value(value);

    /* 4.0 is an integer too: JSON has one kind of number. */
    if (!json_is_number(value) || score > floor(score))
        faults_add(faults, "", "score", RULE_NUMBER);
    else if (score < 1 || score > CITIZEN_SCORE_MAX)
        faults_add(faults, "", "score", RULE_RANGE);
    else
        says->score = (int64_t)score;
}

/* {"text": "...", "score": 5, "attachments": ["..."]}; texts are borrowed from it. */
static void read_document(const struct intake *intake, json_t *document, struct citizen_says *says,
                          struct faults *faults)
{
    const char *name;
    json_t *value;

    json_object_foreach(document, name, value)
    {
        bool is_text = strcmp(name, "text") == 0;
        if (strcmp(name, "attachments") == 0 && says->action != CITIZEN_RATE)
            files_read_ids(intake, value, says->files, &says->file_count, faults);
        else if (!is_text && strcmp(name, "score") != 0)
            faults_add(faults, "", name, RULE_UNKNOWN);
        else if (!json_is_null(value))
            (is_text ? read_text : read_score)(value, says, faults);
    }
}

/* Answers the request unless what is said is good. No body says nothing. */
static bool read_said(struct intake *intake, const struct saying *s, struct citizen_says *says,
                      json_t **document)
{
    struct faults *faults = &intake->faults;
    size_t len;
    const char *body = http_body(s->request, &len);
    struct err e;

    faults->count = 0;
    if (len > 0 && !api_is_json(s->request)) {
        problem_reply(s->request, PROBLEM_MEDIA_TYPE, s->language, NULL, NULL);
        return false;
    }
    if (len > 0 && json_parse(body, len, document, &e) < 0) {
        bad_bytes_blame(body, len, faults);
        problem_reply(s->request, PROBLEM_MALFORMED, s->language, e.text, faults);
        return false;
    }
    read_document(intake, *document, says, faults);
    if (says->file_count > 0 && (says->text == NULL || says->text[0] == '\0'))
        faults_add(faults, "", "text", RULE_MISSING);
    citizen_check(says, faults);
    if (citizen_admits(says, faults))
        return true;
    problem_reply(s->request, PROBLEM_INVALID, s->language, NULL, faults);
    return false;
}

/* ---- what becomes of it ---- */

static void reply_refusal(const struct saying *s, const struct err *e)
{
    char rule[CITIZEN_RULE_SIZE];

    if (e->kind == ERR_INPUT) {
        problem_reply(s->request, PROBLEM_NOT_FOUND, s->language, NULL, NULL);
        return;
    }
    if (e->kind != ERR_CONFLICT) {
        problem_reply_err(s->request, s->language, e);
        return;
    }
    const char *words = citizen_rule(e, s->language, rule);
    bool is_key = strcmp(rule, "id") == 0;
    problem_reply_rule(s->request, is_key ? PROBLEM_KEY_USED : PROBLEM_RULE, s->language, rule,
                       words);
}

static void reply_outcome(const struct saying *s, const struct case_outcome *outcome)
{
    char reference[REFERENCE_SIZE];
    struct tree tree;
    struct err e;

    if (reference_read(http_part(s->request, "reference"), reference, &e) < 0) {
        reply_refusal(s, &e);
        return;
    }
    tree_init(&tree, true, &s->intake->answer);
    tree_record(&tree, "case");
    tree_text(&tree, "reference", reference);
    tree_text(&tree, "state", outcome->state);
    tree_end(&tree);
    reply_tree(s->request, 200, &tree);
}

static void on_answer(void *ctx, const struct case_outcome *outcome, const struct err *e)
{
    struct saying *s = ctx;

    if (outcome != NULL)
        reply_outcome(s, outcome);
    else if (e != NULL)
        reply_refusal(s, e);
    else
        problem_reply(s->request, PROBLEM_INVALID, s->language, NULL, &s->intake->faults);
    free(s);
}

void cases_say(void *ctx, struct http_request *request)
{
    struct saying saying = {ctx, request,
                            language_accepted(http_header(request, "Accept-Language"))};
    struct citizen_says says = {.reference = http_part(request, "reference"),
                                .secret = link_secret(request),
                                .key = http_header(request, "Idempotency-Key")};
    AUTO(json_release) json_t *document = NULL;
    struct err e;

    if (!api_admit(ctx, request))
        return;
    if (!citizen_action_read(http_part(request, "action"), &says.action)) {
        problem_reply(request, PROBLEM_NO_SUCH, saying.language, NULL, NULL);
        return;
    }
    if (says.key != NULL && encode_key_check(says.key, &e) < 0) {
        problem_reply(request, PROBLEM_BAD_KEY, saying.language, e.text, NULL);
        return;
    }
    if (!read_said(ctx, &saying, &says, &document))
        return;
    struct saying *s = mem_new(1, sizeof(*s));
    *s = saying;
    if (citizen_command(ctx, &says, on_answer, s, &e) == 0)
        return;
    reply_refusal(s, &e);
    free(s);
}
