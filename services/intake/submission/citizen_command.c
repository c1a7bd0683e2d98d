/* SPDX-License-Identifier: Apache-2.0 */
#include "citizen_command.h"

#include "mem.h"
#include "sql_intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ACTOR_SIZE = 80,
    HEAD_BYTES = 1000,
    BODY_BYTES = 64 * 1024,
    KEY_BYTES = 4 * ENCODE_KEY_MAX + 200 /* any characters, a reference, and whose it is */
};

const char *const citizen_action_names[CITIZEN_ACTIONS] = {
    [CITIZEN_INFO] = "answer",       [CITIZEN_NOTE] = "notes",          [CITIZEN_RATE] = "rating",
    [CITIZEN_REOPEN] = "not-solved", [CITIZEN_WITHDRAW] = "withdrawal",
};

static const struct {
    const char *verb;
    bool needs_text, has_score;
    const char *states[10]; /* in which it is worth offering; ended by NULL */
} actions[CITIZEN_ACTIONS] = {
    [CITIZEN_INFO] = {"info", true, false, {"NEED_INFO"}},
    [CITIZEN_NOTE] = {"note",
                      true,
                      false,
                      {"SCREENING", "ASSIGNED", "IN_PROGRESS", "DRAFTED", "APPROVED", "RETURNED",
                       "SUSPENDED", "REOPENED"}},
    [CITIZEN_RATE] = {"rate", false, true, {"ANSWERED"}},
    [CITIZEN_REOPEN] = {"reopen", false, false, {"ANSWERED", "CLOSED"}},
    [CITIZEN_WITHDRAW] = {"withdraw",
                          false,
                          false,
                          {"SCREENING", "ASSIGNED", "IN_PROGRESS", "NEED_INFO", "DRAFTED",
                           "APPROVED", "RETURNED", "SUSPENDED", "REOPENED"}},
};

bool citizen_action_read(const char *name, enum citizen_action *out)
{
    for (int i = 0; i < CITIZEN_ACTIONS; i++) {
        if (strcmp(citizen_action_names[i], name) != 0)
            continue;
        *out = (enum citizen_action)i;
        return true;
    }
    return false;
}

bool citizen_may_while(enum citizen_action action, const char *state)
{
    for (const char *const *s = actions[action].states; *s != NULL; s++)
        if (strcmp(*s, state) == 0)
            return true;
    return false;
}

/* Whose case was merged into another may add to it and leave until there is an answer, which is the
 * same for all, and then judges it. */
static bool follower_may(enum citizen_action action, const struct case_view *view)
{
    bool is_answered = view->answered_at != INT64_MIN;

    switch (action) {
    case CITIZEN_NOTE:
    case CITIZEN_WITHDRAW:
        return !is_answered;
    case CITIZEN_RATE:
        return is_answered && !view->is_rated;
    case CITIZEN_REOPEN:
        return is_answered;
    case CITIZEN_INFO:
    case CITIZEN_ACTIONS:
        break;
    }
    return false;
}

bool citizen_may(enum citizen_action action, const struct case_view *view)
{
    return strcmp(view->state, "MERGED") == 0 ? follower_may(action, view)
                                              : citizen_may_while(action, view->state);
}

bool citizen_takes_files(enum citizen_action action)
{
    return action == CITIZEN_INFO || action == CITIZEN_NOTE || action == CITIZEN_REOPEN;
}

/* ---- checking ---- */

static bool is_said(const char *text)
{
    return text != NULL && !text_is_blank(text, strlen(text));
}

void citizen_check(const struct citizen_says *says, struct faults *faults)
{
    bool has_score = actions[says->action].has_score;

    if (!is_said(says->text)) {
        if (actions[says->action].needs_text)
            faults_add(faults, "", "text", RULE_MISSING);
    } else if (!text_is_clean(says->text, strlen(says->text))) {
        faults_add(faults, "", "text", RULE_CLEAN);
    } else if (text_length(says->text, strlen(says->text)) > CITIZEN_TEXT) {
        faults_add_length(faults, "", "text", CITIZEN_TEXT);
    }
    if (!has_score && says->score != 0)
        faults_add(faults, "", "score", RULE_UNKNOWN);
    else if (has_score && says->score == 0)
        faults_add(faults, "", "score", RULE_MISSING);
    else if (says->score < 0 || says->score > CITIZEN_SCORE_MAX)
        faults_add(faults, "", "score", RULE_RANGE);
}

/* What the rules of another day may have taken. */
static bool depends_on_the_day(enum rule rule)
{
    return rule == RULE_ATTACHMENT || rule == RULE_FILE_COUNT;
}

bool citizen_admits(struct citizen_says *says, const struct faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        if (says->key == NULL || !depends_on_the_day(faults->rows[i].rule))
            return false;
    says->refusal = faults->count > 0 ? faults : NULL;
    return true;
}

/* ---- saying ---- */

/* Somebody who waits for the ledger's word. */
struct saying {
    struct intake *intake;
    citizen_answer_fn *fn;
    void *ctx;
    struct case_command command;
    char actor[ACTOR_SIZE];
    char secret[CRYPTO_SECRET_SIZE]; /* "": cannot be right */
    bool is_trusted, note_may_answer;
    struct strbuf body;
    struct faults *refusal; /* a copy; NULL: there is none */
};

static void saying_free(struct saying *s)
{
    strbuf_free(&s->body);
    free(s->refusal);
    free(s);
}

static void finish(struct saying *s, const struct case_outcome *outcome, const struct err *e)
{
    s->fn(s->ctx, outcome, e);
    saying_free(s);
}

static void finish_refused(struct saying *s)
{
    s->intake->faults = *s->refusal;
    finish(s, NULL, NULL);
}

static int send_command(struct saying *s, struct err *e);

/* A note is an answer while the unit waits for one. What was said once is what it was then,
 * whatever the case waits for by now: under an id that the ledger knows nothing new is done.
 * Whether it is asked once more; what stands in its way then takes the place of *why. */
static bool try_other_verb(struct saying *s, struct err *why)
{
    const char *note = actions[CITIZEN_NOTE].verb, *info = actions[CITIZEN_INFO].verb;

    if (!s->note_may_answer || why->kind != ERR_CONFLICT || strncmp(why->text, "id:", 3) != 0)
        return false;
    s->note_may_answer = false;
    s->command.verb = strcmp(s->command.verb, note) == 0 ? info : note;
    return send_command(s, why) == 0;
}

static void on_answer(void *ctx, const struct bus_message *answer, const struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct case_outcome outcome = {0};
    struct saying *s = ctx;
    struct err why = {0};

    if (e != NULL)
        why = *e;
    else if (answer->count < 2)
        err_set(&why, ERR_SYSTEM, "tracker answers without an item");
    else if (answer_read(case_outcome_fields, bus_data(answer, 1), bus_len(answer, 1), &store,
                         &outcome, &why) < 0 &&
             why.kind == ERR_INPUT)
        why.kind = ERR_SYSTEM; /* it was checked here: we disagree about the rules */
    else if (why.kind == ERR_CONFLICT && strncmp(why.text, "into:", 5) == 0)
        why.kind = ERR_BUSY; /* it was merged, or taken out, since we looked */
    if (!try_other_verb(s, &why))
        finish(s, why.kind == ERR_NONE ? &outcome : NULL, why.kind == ERR_NONE ? NULL : &why);
}

static int send_command(struct saying *s, struct err *e)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    AUTO(strbuf_free) struct strbuf head = STRBUF(HEAD_BYTES);

    json_write(case_command_fields, &s->command, &head);
    bus_add(&m, TOPIC_COMMAND, strlen(TOPIC_COMMAND));
    bus_add(&m, head.data, head.len);
    bus_add(&m, s->body.len > 0 ? s->body.data : "", s->body.len);
    return bus_call(s->intake->tracker, &m, on_answer, s, e);
}

static bool may_speak(const struct saying *s)
{
    return s->is_trusted || crypto_secret_matches(s->intake->ring, &s->command.case_id, s->secret);
}

/* An unknown reference and a wrong secret are answered alike. */
static void on_case(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct saying *s = ctx;
    struct err why;

    if (e != NULL) {
        finish(s, NULL, e);
        return;
    }
    bool found = PQntuples(rows[0]) == 1;
    if (found)
        s->command.case_id = db_uuid(rows[0], 0, 0);
    if (found && !db_is_null(rows[0], 0, 2))
        s->command.into = db_uuid(rows[0], 0, 2);
    if (found && s->note_may_answer && strcmp(db_text(rows[0], 0, 1), "NEED_INFO") == 0)
        s->command.verb = actions[CITIZEN_INFO].verb;
    if (!found || !may_speak(s)) {
        err_set(&why, ERR_INPUT, "no such case");
        finish(s, NULL, &why);
    } else if (s->refusal != NULL && PQntuples(rows[1]) == 0) {
        finish_refused(s);
    } else if (send_command(s, &why) < 0) {
        finish(s, NULL, &why);
    }
}

/* A key counts for its case alone, so that nobody can find out about another's, and each front end
 * counts its own. */
static void choose_id(const struct intake *intake, const struct citizen_says *says,
                      const char *reference, struct uuid *out)
{
    AUTO(strbuf_free) struct strbuf scoped = STRBUF(KEY_BYTES);

    if (says->via != NULL)
        strbuf_addf(&scoped, "%s\n", says->via);
    strbuf_addf(&scoped, "%s %s", reference, says->key != NULL ? says->key : "");
    if (says->key != NULL && strbuf_text(&scoped) != NULL)
        encode_command(intake->ring, scoped.data, out);
    else
        *out = uuid_new();
}

static void write_body(const struct citizen_says *says, struct strbuf *out)
{
    char *text = is_said(says->text) ? text_nfc(says->text, strlen(says->text)) : NULL;
    const struct case_rating rating = {says->score, text};
    AUTO(json_release) json_t *files = attachments_list(says->files, says->file_count);
    const struct case_note note = {text, files};

    if (actions[says->action].has_score)
        json_write(case_rating_fields, &rating, out);
    else if (text != NULL)
        json_write(case_note_fields, &note, out);
    free(text);
}

static int ask(struct saying *s, const char *reference, struct err *e)
{
    AUTO(db_args_free) struct db_args of_case = {0};
    AUTO(db_args_free) struct db_args of_command = {0};
    const struct db_step steps[] = {{&sql_read_case_id, &of_case},
                                    {&sql_read_command, &of_command}};

    db_arg_text(&of_case, reference, strlen(reference));
    db_arg_uuid(&of_command, &s->command.id);
    return readers_send(s->intake->readers, steps, s->refusal != NULL ? 2 : 1, on_case, s, e);
}

int citizen_command(struct intake *intake, const struct citizen_says *says, citizen_answer_fn *fn,
                    void *ctx, struct err *e)
{
    char reference[REFERENCE_SIZE];

    if (reference_read(says->reference, reference, e) < 0)
        return -1;
    struct saying *s = mem_new(1, sizeof(*s));
    *s = (struct saying){intake, fn, ctx, .body = STRBUF(BODY_BYTES)};
    s->is_trusted = says->via != NULL;
    s->note_may_answer = says->note_may_answer && says->action == CITIZEN_NOTE;
    (void)snprintf(s->actor, sizeof(s->actor), "citizen%s%s", says->via != NULL ? ":" : "",
                   says->via != NULL ? says->via : "");
    s->command = (struct case_command){
        .verb = actions[says->action].verb, .actor = s->actor, .role = "citizen"};
    choose_id(intake, says, reference, &s->command.id);
    if (says->id != NULL)
        *says->id = s->command.id;
    if (says->secret != NULL && strlen(says->secret) < sizeof(s->secret))
        memcpy(s->secret, says->secret, strlen(says->secret));
    write_body(says, &s->body);
    if (says->refusal != NULL) {
        s->refusal = mem_new(1, sizeof(*s->refusal));
        *s->refusal = *says->refusal;
    }
    if (ask(s, reference, e) == 0)
        return 0;
    saying_free(s);
    return -1;
}

/* ---- refusals ---- */

static const struct {
    const char *name;
    const char *texts[LANGUAGES];
} rules[] = {
    {"state",
     {"Phản ánh đang ở bước không cho phép việc này.",
      "The case is at a step that does not allow this."}},
    {"confirm",
     {"Đã hết thời hạn để báo \"chưa giải quyết xong\".",
      "The time to say \"not solved\" is over."}},
    {"answered",
     {"Phản ánh đã đóng mà không có câu trả lời.", "The case was closed without an answer."}},
    {"waits",
     {"Chưa có câu trả lời chung cho việc này.", "There is no answer to this matter yet."}},
    {"window", {"Đã hết thời hạn đánh giá.", "The time to rate the answer is over."}},
    {"rated", {"Mỗi phản ánh chỉ được đánh giá một lần.", "A case is rated once."}},
    {"id",
     {"Mã gửi này đã dùng cho nội dung khác.", "This key was used for something else before."}},
};

const char *citizen_rule(const struct err *e, enum language language, char out[CITIZEN_RULE_SIZE])
{
    size_t len = strcspn(e->text, ":");

    (void)snprintf(out, CITIZEN_RULE_SIZE, "%.*s", e->text[len] == ':' ? (int)len : 0, e->text);
    for (size_t i = 0; i < COUNT(rules); i++)
        if (strcmp(rules[i].name, out) == 0)
            return rules[i].texts[language];
    return e->text;
}
