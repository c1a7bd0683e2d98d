/* SPDX-License-Identifier: Apache-2.0 */
#include "page_case.h"

#include "clock.h"
#include "letters.h"
#include "page_files.h"
#include "page_say.h"
#include "page_time.h"

#include <stdio.h>
#include <string.h>

enum {
    TEXT_BYTES = 1024,
    KEY_SIZE = 64,
    MINUTE_US = 60 * CLOCK_US_PER_S,
    SOON_SHARE = 4,
    KB = 1000
};

static void set_text(json_t *data, const char *name, const char *text)
{
    json_object_set_new(data, name, text != NULL ? json_string(text) : json_null());
}

static void set_moment(const struct intake *intake, enum language language, json_t *data,
                       const char *name, int64_t us)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(TEXT_BYTES);

    if (us == INT64_MIN)
        return;
    page_time_moment(intake->pages, language, us, &text);
    set_text(data, name, text.data);
}

/* "<what>.<name>", or NULL where there is no such text. */
static const char *text_of(const struct intake *intake, enum language language, const char *what,
                           const char *name)
{
    char key[KEY_SIZE];

    (void)snprintf(key, sizeof(key), "%s.%s", what, name);
    return page_set_text(intake->pages, language, key);
}

const char *page_case_state(const struct intake *intake, enum language language, const char *state,
                            bool is_own)
{
    char key[KEY_SIZE];

    (void)snprintf(key, sizeof(key), "state.%s.public", state);
    const char *to_others = is_own ? NULL : page_set_text(intake->pages, language, key);
    return to_others != NULL ? to_others : text_of(intake, language, "state", state);
}

/* ---- the promise ---- */

struct promise {
    const struct worktime *calendar;
    enum worktime_kind kind;
    int64_t from, due, until; /* until: now, or when it ended */
};

static struct promise promise_of(const struct intake *intake, const struct case_view *view)
{
    const struct catalogue *c = catalogue_now(intake->watch);
    const struct catalogue_service *service =
        c != NULL ? catalogue_service(c, view->service) : NULL;
    const struct catalogue_unit *unit = c != NULL ? catalogue_unit(c, view->unit) : NULL;
    int64_t ended = view->answered_at != INT64_MIN ? view->answered_at : view->closed_at;
    struct promise p = {.kind = WORKTIME_CLOCK_HOURS,
                        .from = view->received_at,
                        .due = view->due_at,
                        .until = view->waits ? clock_now_us() : ended};

    if (service != NULL && unit != NULL && unit->calendar != NULL) {
        p.kind = service->policy.kind;
        p.calendar = unit->calendar;
    }
    return p;
}

static void set_span(const struct intake *intake, enum language language, json_t *data,
                     const char *name, const struct page_span *span)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(TEXT_BYTES);

    page_time_span(intake->pages, language, span, &text);
    set_text(data, name, text.data);
}

static bool asks(const struct case_view *view)
{
    return strcmp(view->state, "NEED_INFO") == 0;
}

/* Whether the clock stands. */
static bool stands(const struct case_view *view)
{
    return asks(view) || strcmp(view->state, "SUSPENDED") == 0;
}

/* How much is left, or how late it is, in words and as a bar. */
static void add_promise(const struct intake *intake, const struct case_view *view,
                        enum language language, json_t *data)
{
    struct promise p = promise_of(intake, view);
    int64_t from = view->overdue ? p.due : p.until, to = view->overdue ? p.until : p.due;
    struct page_span span = page_time_between(p.calendar, p.kind, from, to);
    struct page_span whole = page_time_between(p.calendar, p.kind, p.from, p.due);
    AUTO(json_release) json_t *hole = json_object();
    const char *how = view->waits ? (view->overdue ? "promise.late" : "promise.left")
                                  : (view->overdue ? "promise.was_late" : "promise.was_on_time");

    set_span(intake, language, hole, "span", &span);
    if (span.is_working && span.days > 0 && view->waits && !view->overdue) {
        struct page_span hours = {.is_working = true, .minutes = span.minutes};
        set_span(intake, language, data, "promise_hours", &hours);
    }
    if (view->answered_at == INT64_MIN && !view->waits)
        return; /* it ended without an answer */
    if (stands(view)) {
        set_text(data, "promise_text", page_text(intake, language, "promise.paused"));
        set_text(data, "paused",
                 page_text(intake, language,
                           !asks(view)         ? "case.paused"
                           : view->with_secret ? "case.paused.info"
                                               : "case.paused.info.public"));
        return;
    }
    json_object_set_new(data, "promise_text", page_text_filled(intake, language, how, hole));
    json_object_set_new(data, "late", json_boolean(view->overdue));
    json_object_set_new(
        data, "soon",
        json_boolean(view->waits && !view->overdue && span.minutes * SOON_SHARE <= whole.minutes));
    if (!view->waits || view->overdue || whole.minutes <= 0)
        return;
    json_object_set_new(data, "bar_max", json_integer(whole.minutes));
    json_object_set_new(data, "bar", json_integer(whole.minutes - span.minutes));
}

/* ---- what only the holder of the link sees ---- */

static const struct catalogue_attribute *question(const struct catalogue_service *service,
                                                  const char *code)
{
    for (size_t i = 0; service != NULL && i < service->attribute_count; i++)
        if (strcmp(service->attributes[i].code, code) == 0)
            return &service->attributes[i];
    return NULL;
}

/* An answer's key as its name in the catalogue; anything else as it is. */
static const char *value_name(const struct catalogue_attribute *a, const char *key,
                              enum language language)
{
    for (size_t i = 0; a != NULL && i < a->value_count; i++)
        if (strcmp(a->values[i].key, key) == 0)
            return IN_LANGUAGE(language, &a->values[i], name);
    return key;
}

static void add_value(const struct catalogue_attribute *a, const json_t *value,
                      enum language language, struct strbuf *out)
{
    if (out->len > 0)
        strbuf_add(out, ", ", 2);
    if (json_is_string(value)) {
        const char *name = value_name(a, json_string_value(value), language);
        strbuf_add(out, name, strlen(name));
    } else if (json_is_number(value)) {
        strbuf_add_decimal(out, json_number_value(value));
    }
}

static json_t *answers_of(const struct intake *intake, const struct case_view *view,
                          enum language language)
{
    const struct catalogue *c = catalogue_now(intake->watch);
    const struct catalogue_service *service =
        c != NULL ? catalogue_service(c, view->service) : NULL;
    json_t *rows = json_array();
    const char *code;
    json_t *value, *item;
    size_t i;

    json_object_foreach(json_object_get(view->content, "attributes"), code, value)
    {
        const struct catalogue_attribute *a = question(service, code);
        AUTO(strbuf_free) struct strbuf text = STRBUF(INTAKE_BODY_BYTES);
        if (!json_is_array(value))
            add_value(a, value, language, &text);
        json_array_foreach(value, i, item) add_value(a, item, language, &text);
        const char *said = strbuf_text(&text);
        json_array_append_new(rows,
                              json_pack("{s:s, s:s}", "label",
                                        a != NULL ? IN_LANGUAGE(language, a, description) : code,
                                        "value", said != NULL ? said : ""));
    }
    return rows;
}

static void set_score(const struct intake *intake, enum language language, json_t *row,
                      int64_t score)
{
    char number[2] = {(char)('0' + score % 10), '\0'};

    set_text(row, "score", text_of(intake, language, "score", number));
}

/* The last event of that type; -1: there was none. */
static int last_event(const PGresult *events, const char *type)
{
    int i = PQntuples(events) - 1;

    while (i >= 0 && strcmp(db_text(events, i, EVENT_TYPE), type) != 0)
        i--;
    return i;
}

/* What was said with it; NULL: nothing. */
static const char *last_text(const PGresult *events, const char *type)
{
    int i = last_event(events, type);

    return i >= 0 ? db_text(events, i, EVENT_TEXT) : NULL;
}

/* The report's files stand with the report, an answer's with the answer. */
static bool has_files_of_its_own(const PGresult *events, int i)
{
    return i > 0 && strcmp(db_text(events, i, EVENT_TYPE), "answered") != 0;
}

/* Under which name the text of a step stands, "event.<type>": with ".help" of a unit that only
 * takes part, with its reason where that has words of its own. False: it says nothing to a citizen.
 */
static bool find_step_text(const struct intake *intake, enum language language,
                           const PGresult *events, int i, char key[KEY_SIZE])
{
    const char *type = db_text(events, i, EVENT_TYPE), *role = db_text(events, i, EVENT_ROLE);
    const char *why = db_text(events, i, EVENT_WHY);
    bool is_help = role != NULL && strcmp(role, "coordinate") == 0;

    if (!is_help && why != NULL) {
        (void)snprintf(key, KEY_SIZE, "event.%s.%s", type, why);
        if (page_set_text(intake->pages, language, key) != NULL)
            return true;
    }
    (void)snprintf(key, KEY_SIZE, "event.%s%s", type, is_help ? ".help" : "");
    return page_set_text(intake->pages, language, key) != NULL;
}

/* Whom a step names: who did it, but who has the case from then on when it was passed on. */
static const char *unit_of_step(const PGresult *events, int i)
{
    bool passed_on = strcmp(db_text(events, i, EVENT_TYPE), "transferred") == 0;

    return db_text(events, i, passed_on ? EVENT_TO : EVENT_UNIT);
}

/* The steps that say something to a citizen: those that have a text. */
static json_t *way_of(const struct intake *intake, const struct case_view *view,
                      enum language language)
{
    const PGresult *events = view->events;
    json_t *rows = json_array();

    for (int i = 0; i < PQntuples(events); i++) {
        const char *unit = unit_of_step(events, i);
        char key[KEY_SIZE];
        if (!find_step_text(intake, language, events, i, key))
            continue;
        AUTO(json_release) json_t *hole = json_object();
        set_text(hole, "unit", unit != NULL ? unit_name(intake, unit, language) : "");
        set_text(hole, "to", db_text(events, i, EVENT_TO));
        if (!db_is_null(events, i, EVENT_DUE_US))
            set_moment(intake, language, hole, "due", db_int(events, i, EVENT_DUE_US));
        json_t *row = json_object();
        json_object_set_new(row, "what", page_text_filled(intake, language, key, hole));
        set_moment(intake, language, row, "at", db_time(events, i, EVENT_AT));
        set_text(row, "text", db_text(events, i, EVENT_TEXT));
        if (!db_is_null(events, i, EVENT_SCORE))
            set_score(intake, language, row, db_int(events, i, EVENT_SCORE));
        json_object_set_new(row, "is_added", json_true());
        if (has_files_of_its_own(events, i))
            page_files_add(intake, view->files, db_int(events, i, EVENT_SEQ), language, row);
        else
            page_files_add_named(intake, NULL, language, row);
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *letters_of(const struct intake *intake, const struct case_view *view,
                          enum language language)
{
    json_t *rows = json_array();

    for (int i = 0; i < PQntuples(view->letters); i++) {
        AUTO(strbuf_free) struct strbuf link = STRBUF(TEXT_BYTES);
        struct letter letter;
        letter_read(intake, view->letters, i, &letter);
        json_t *row = json_object();
        set_text(row, "form", text_of(intake, language, "case.letter", letter.form));
        set_text(row, "letter_number", letter.number);
        set_text(row, "sender", unit_name(intake, letter.unit, language));
        set_moment(intake, language, row, "issued", letter.issued_at);
        set_text(row, "letter_lang", letter.language);
        if (letter.bytes > 0) {
            letter_link(intake, "", view, &letter, &link);
            set_text(row, "href", strbuf_text(&link));
            json_object_set_new(row, "kb", json_integer((letter.bytes + KB - 1) / KB));
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

/* The date that was told last beside the promise: by an apology, or of the case that this one
 * follows. */
static void add_new_date(const struct intake *intake, const struct case_view *view,
                         enum language language, json_t *data)
{
    int said = last_event(view->events, "apologised");
    int follows = view->joined != NULL ? last_event(view->events, "merged_moved") : -1;
    int moved = follows > said ? follows : -1; /* an apology of its own has the last word */
    const char *why = moved >= 0 ? db_text(view->events, moved, EVENT_WHY) : NULL;
    bool is_sorry = moved < 0 || (why != NULL && strcmp(why, "apologised") == 0);
    int64_t promised = moved >= 0 ? db_int(view->events, moved, EVENT_DUE_US) : view->promised_at;

    if (promised == INT64_MIN || !view->waits)
        return;
    set_moment(intake, language, data, "promised", promised);
    json_object_set_new(data, "is_sorry", json_boolean(is_sorry));
    if (moved < 0)
        set_text(data, "apology", last_text(view->events, "apologised"));
}

/* The last answer: its text, and of outcome, which may be NULL, what else it has. After it the case
 * may have been opened again. */
static json_t *answer_of(const struct intake *intake, const struct case_view *view,
                         enum language language, const char *text, const json_t *outcome)
{
    const char *result = json_string_value(json_object_get(outcome, "result"));
    json_t *answer = json_object();

    set_text(answer, "text", text);
    set_text(answer, "result", result != NULL ? text_of(intake, language, "result", result) : NULL);
    set_moment(intake, language, answer, "given", view->outcome_at);
    json_object_set_new(
        answer, "is_earlier",
        json_boolean(view->answered_at == INT64_MIN && view->outcome_at != INT64_MIN));
    page_files_add_answer(intake, json_object_get(outcome, "attachments"), language, answer);
    return answer;
}

/* What everybody may read. */
static void add_published(const struct intake *intake, const struct case_view *view,
                          enum language language, json_t *data)
{
    const char *description = view->published_description, *answer = view->published_answer;

    set_text(data, "published_description", description);
    json_object_set_new(data, "is_published", json_boolean(description != NULL || answer != NULL));
    if (answer != NULL)
        json_object_set_new(data, "answer", answer_of(intake, view, language, answer, NULL));
}

static void add_private(const struct intake *intake, const struct case_view *view,
                        enum language language, json_t *data)
{
    const json_t *outcome = view->outcome;

    set_text(data, "description", json_string_value(json_object_get(view->content, "description")));
    set_text(data, "address", json_string_value(json_object_get(view->content, "address")));
    json_object_set_new(data, "answers", answers_of(intake, view, language));
    json_object_set_new(data, "way", way_of(intake, view, language));
    json_object_set_new(data, "letters", letters_of(intake, view, language));
    json_object_set_new(data, "has_letters", json_boolean(PQntuples(view->letters) > 0));
    json_object_set_new(data, "rejected", json_boolean(strcmp(view->state, "REJECTED") == 0));
    if (asks(view))
        set_text(data, "question", last_text(view->events, "info_requested"));
    add_new_date(intake, view, language, data);
    page_say_add(intake, view, language, data);
    if (outcome != NULL)
        json_object_set_new(data, "answer",
                            answer_of(intake, view, language,
                                      json_string_value(json_object_get(outcome, "text")),
                                      outcome));
}

/* What came later is shown where it came; others see what is public of all. */
static int64_t first_step(const struct case_view *view)
{
    bool knows = view->with_secret && PQntuples(view->events) > 0;

    return knows ? db_int(view->events, 0, EVENT_SEQ) : PAGE_FILES_ALL;
}

json_t *page_case_data(const struct intake *intake, const struct case_view *view,
                       enum language language)
{
    json_t *data = json_object();

    set_text(data, "reference", view->reference);
    set_text(data, "service", service_name(intake, view->service, language));
    set_text(data, "unit", unit_name(intake, view->unit, language));
    set_text(data, "state", page_case_state(intake, language, view->state, view->with_secret));
    set_text(data, "joined", view->joined);
    json_object_set_new(data, "waits", json_boolean(view->waits));
    set_moment(intake, language, data, "received", view->received_at);
    set_moment(intake, language, data, "due", view->due_at);
    set_moment(intake, language, data, "answered", view->answered_at);
    json_object_set_new(data, "at_desk", json_boolean(strcmp(view->state, "SCREENING") == 0));
    add_promise(intake, view, language, data);
    json_object_set_new(data, "with_secret", json_boolean(view->with_secret));
    page_files_add(intake, view->files, first_step(view), language, data);
    if (view->with_secret)
        add_private(intake, view, language, data);
    else
        add_published(intake, view, language, data);
    return data;
}
