/* SPDX-License-Identifier: Apache-2.0 */
/* cases_get - GET /api/v1/cases/{reference}: how a case stands. */
#include "api.h"
#include "files_write.h"

#include "citizen_command.h"
#include "letters.h"

#include <string.h>

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* The answers are as they were accepted: JSON, that is written as it is. */
static void add_attributes(struct tree *tree, const json_t *content)
{
    const char *code;
    const json_t *value, *item;
    size_t i;

    tree_record(tree, "attributes");
    json_object_foreach(json_object_get(content, "attributes"), code, value)
    {
        if (json_is_string(value))
            tree_text(tree, code, json_string_value(value));
        else if (json_is_number(value))
            tree_float(tree, code, json_number_value(value));
        if (!json_is_array(value))
            continue;
        tree_list(tree, code);
        json_array_foreach(value, i, item) tree_text(tree, code, json_string_value(item));
        tree_end(tree);
    }
    tree_end(tree);
}

/* How it came in, and what was after the older ones that are left out. */
static void add_events(struct tree *tree, const PGresult *events, int left_out)
{
    tree_list(tree, "events");
    for (int i = 0; i < PQntuples(events); i++) {
        if (i > 0 && i <= left_out)
            continue;
        tree_record(tree, "event");
        tree_text(tree, "type", db_text(events, i, EVENT_TYPE));
        tree_time(tree, "at", db_time(events, i, EVENT_AT));
        tree_text(tree, "unit", db_text(events, i, EVENT_UNIT));
        tree_text(tree, "text", db_text(events, i, EVENT_TEXT));
        if (!db_is_null(events, i, EVENT_DUE_US))
            tree_time(tree, "due_at", db_int(events, i, EVENT_DUE_US));
        tree_end(tree);
    }
    tree_end(tree);
}

/* The last answer: its text, and of outcome, which may be NULL, what else it has. */
static void add_answer(struct tree *tree, const struct intake *intake, const struct case_view *view,
                       const char *text, const json_t *outcome)
{
    tree_record(tree, "answer");
    tree_time(tree, "at", view->outcome_at);
    tree_text(tree, "result", member(outcome, "result"));
    tree_text(tree, "text", text);
    files_write_answer(tree, intake, json_object_get(outcome, "attachments"));
    tree_end(tree);
}

/* What everybody may read of what only the holder of the tracking link sees in full. */
static void add_published(struct tree *tree, const struct intake *intake,
                          const struct case_view *view)
{
    tree_text(tree, "description", view->published_description);
    if (view->published_answer != NULL)
        add_answer(tree, intake, view, view->published_answer, NULL);
    else
        tree_text(tree, "answer", NULL);
}

static void add_letters(struct tree *tree, const struct intake *intake,
                        const struct case_view *view, enum language language)
{
    tree_list(tree, "letters");
    for (int i = 0; i < PQntuples(view->letters); i++) {
        AUTO(strbuf_free) struct strbuf url = STRBUF(INTAKE_BODY_BYTES);
        struct letter letter;
        letter_read(intake, view->letters, i, &letter);
        if (letter.bytes > 0)
            letter_link(intake, intake->settings.public_url, view, &letter, &url);
        tree_record(tree, "letter");
        tree_text(tree, "form", letter.form);
        tree_text(tree, "number", letter.number);
        tree_time(tree, "issued_at", letter.issued_at);
        api_named(tree, "unit", letter.unit, unit_name(intake, letter.unit, language));
        tree_text(tree, "language", letter.language);
        tree_text(tree, "url", letter.bytes > 0 ? strbuf_text(&url) : NULL);
        tree_end(tree);
    }
    tree_end(tree);
}

/* What the citizen may say now. */
static void add_actions(struct tree *tree, const struct case_view *view)
{
    tree_list(tree, "actions");
    for (int i = 0; i < CITIZEN_ACTIONS; i++)
        if (citizen_may((enum citizen_action)i, view))
            tree_text(tree, "action", citizen_action_names[i]);
    tree_end(tree);
}

/* What only the holder of the tracking link sees. */
static void add_private(struct tree *tree, const struct intake *intake,
                        const struct case_view *view, enum language language, int left_out)
{
    tree_text(tree, "description", member(view->content, "description"));
    tree_text(tree, "address", member(view->content, "address"));
    tree_float(tree, "lat", view->lat);
    tree_float(tree, "lon", view->lon);
    add_attributes(tree, view->content);
    tree_text(tree, "media_url", member(view->content, "media_url"));
    if (view->outcome != NULL)
        add_answer(tree, intake, view, member(view->outcome, "text"), view->outcome);
    else
        tree_text(tree, "answer", NULL);
    add_events(tree, view->events, left_out);
    add_letters(tree, intake, view, language);
    add_actions(tree, view);
}

static void add_public(struct tree *tree, const struct intake *intake, const struct case_view *view,
                       enum language language)
{
    tree_text(tree, "reference", view->reference);
    api_named(tree, "service", view->service, service_name(intake, view->service, language));
    api_named(tree, "unit", view->unit, unit_name(intake, view->unit, language));
    tree_text(tree, "state", view->state);
    tree_time(tree, "received_at", view->received_at);
    tree_time(tree, "due_at", view->due_at);
    tree_time(tree, "answered_at", view->answered_at);
    tree_bool(tree, "overdue", view->overdue);
    tree_int(tree, "followers", view->followers);
    files_write(tree, intake, view->files);
}

static void write_view(struct tree *tree, struct intake *intake, const struct case_view *view,
                       enum language language, int left_out)
{
    tree_init(tree, true, &intake->answer);
    tree_record(tree, "case");
    add_public(tree, intake, view, language);
    if (view->with_secret)
        add_private(tree, intake, view, language, left_out);
    else
        add_published(tree, intake, view);
    tree_end(tree);
}

/* Who has written very much about a case still reads how it stands: the older half of the steps is
 * left out until the rest fits. */
static void write_what_fits(struct tree *tree, struct intake *intake, const struct case_view *view,
                            enum language language)
{
    int count = view->with_secret ? PQntuples(view->events) : 0, left_out = 0;

    write_view(tree, intake, view, language, left_out);
    while (strbuf_text(tree->out) == NULL && left_out < count) {
        left_out += (count - left_out + 1) / 2;
        write_view(tree, intake, view, language, left_out);
    }
}

static void on_view(struct intake *intake, struct http_request *request,
                    const struct case_view *view, const struct err *e)
{
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    struct tree tree;

    if (view == NULL && e->kind == ERR_INPUT) {
        problem_reply(request, PROBLEM_NOT_FOUND, language, NULL, NULL);
        return;
    }
    if (view == NULL) {
        problem_reply_err(request, language, e);
        return;
    }
    write_what_fits(&tree, intake, view, language);
    if (view->with_secret)
        reply_tree(request, 200, &tree);
    else
        reply_public(request, &tree, NULL);
}

void cases_get(void *ctx, struct http_request *request)
{
    if (api_begin(ctx, request))
        case_read(ctx, request, http_part(request, "reference"), on_view);
}
