/* SPDX-License-Identifier: Apache-2.0 */
/* story_print - a case's story for people: a head, then what happened, line by line. */
#include "clock.h"
#include "sheet.h"
#include "shown.h"
#include "story.h"

#include <string.h>

enum { PHRASE_SIZE = 80 }; /* "type.reason" */

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

static int64_t number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* "2026-11-23T14:05:09.123+07:00" without its T and zone; "" for none. */
static const char *moment_of(const json_t *object, const char *key, char out[SHOWN_SIZE])
{
    const char *text = text_of(object, key);

    if (strlen(text) < 23) {
        out[0] = '\0';
        return out;
    }
    snprintf(out, SHOWN_SIZE, "%.10s %.12s", text, text + 11);
    return out;
}

static const char *span_of(const json_t *object, const char *key, const char *part,
                           char out[SHOWN_SIZE])
{
    const json_t *span = json_object_get(object, key);

    out[0] = '\0';
    return json_object_get(span, part) != NULL ? shown_span(number_of(span, part), out) : out;
}

static bool is_late(const json_t *object)
{
    return number_of(json_object_get(object, "left"), "clock_us") < 0;
}

/* ---- the head ---- */

static void print_named(const json_t *story, const char *key, FILE *out)
{
    const json_t *thing = json_object_get(story, key);

    fprintf(out, "%s  %s", text_of(thing, "code"), text_of(thing, "name_en"));
    if (text_of(thing, "name_vi")[0] != '\0')
        fprintf(out, " (%s)", text_of(thing, "name_vi"));
    fputc('\n', out);
}

static void print_promise(const json_t *story, FILE *out)
{
    static const struct {
        const char *clock, *words;
        int64_t unit;
    } clocks[] = {
        {"clock_hours", "hours round the clock", 3600},
        {"working_hours", "working hours", 3600},
        {"working_days", "working days", 1},
        {"calendar_days", "calendar days", 1},
    };
    const json_t *promise = json_object_get(story, "promise");

    for (size_t i = 0; i < COUNT(clocks); i++)
        if (strcmp(clocks[i].clock, text_of(promise, "clock")) == 0)
            fprintf(out, "promised %g %s",
                    (double)number_of(promise, "amount") / (double)clocks[i].unit, clocks[i].words);
    fprintf(out, ", calendar %s\n", text_of(promise, "calendar"));
}

/* "after 3 h 05 min (1 h 10 min worked), 2 d 4 h before it was due" */
static void print_lasted(const json_t *story, FILE *out)
{
    bool open = json_is_true(json_object_get(story, "open"));
    char lasted[SHOWN_SIZE], worked[SHOWN_SIZE], left[SHOWN_SIZE], at[SHOWN_SIZE];

    if (open)
        fprintf(out, "  %-10s", "open");
    else if (moment_of(story, "answered_at", at)[0] != '\0')
        fprintf(out, "  %-10s%s  after ", "answered", at);
    else
        fprintf(out, "  %-10s%s  after ", "closed", moment_of(story, "closed_at", at));
    fputs(span_of(story, "lasted", "clock_us", lasted), out);
    if (span_of(story, "lasted", "worked_us", worked)[0] != '\0')
        fprintf(out, " (%s of office hours)", worked);
    fprintf(out, ", %s %s\n", span_of(story, "left", "clock_us", left),
            is_late(story) ? "LATE"
            : open         ? "left"
                           : "before it was due");
}

static void print_head(const json_t *story, FILE *out)
{
    char at[SHOWN_SIZE];

    fprintf(out, "%s  %s\n", text_of(story, "reference"), text_of(story, "state"));
    fprintf(out, "  %-10s", "service");
    print_named(story, "service", out);
    fprintf(out, "  %-10s", "unit");
    print_named(story, "unit", out);
    fprintf(out, "  %-10s%s  by %s, language %s, name %s, priority %d", "received",
            moment_of(story, "received_at", at), text_of(story, "channel"),
            text_of(story, "language"), text_of(story, "name"), (int)number_of(story, "priority"));
    fprintf(out, "%s%s\n", text_of(story, "area")[0] != '\0' ? ", area " : "",
            text_of(story, "area"));
    fprintf(out, "  %-10s%s  ", "due", moment_of(story, "due_at", at));
    print_promise(story, out);
    print_lasted(story, out);
}

/* ---- what happened ---- */

/* In words: a fixed phrase, then what the detail has under key. Some reasons have a phrase of their
 * own, "type.reason". */
static const struct phrase {
    const char *type, *phrase, *key;
} phrases[] = {
    {"received", "received, route", "rule"},
    {"assigned", "given to", "unit"},
    {"accepted", "accepted", NULL},
    {"answered", "answered:", "result"},
    {"coordinated", "part done:", "result"},
    {"returned", "returned:", "reason"},
    {"cancelled", "cancelled: nobody needs it any more", NULL},
    {"drafted", "drafted:", "result"},
    {"approved", "approved", NULL},
    {"sent_back", "the draft is sent back", NULL},
    {"transferred", "passed on to", "unit"},
    {"transferred.succession", "the unit has ended: moved to its successor", "unit"},
    {"transferred.no_successor", "the unit has ended, and its successor cannot be told: to",
     "unit"},
    {"info_requested", "the citizen is asked: the clock stands", NULL},
    {"info_given", "the citizen has answered: the clock goes on", NULL},
    {"suspended", "suspended by decision", "decision"},
    {"resumed", "goes on", NULL},
    {"extended", "extended:", "reason_code"},
    {"due_moved", "another date by a changed calendar", NULL},
    {"apology_drafted", "an apology is drafted", NULL},
    {"apologised", "apologised:", "reason_code"},
    {"letter_issued", "letter issued:", "form"},
    {"reject_proposed", "a refusal is proposed:", "reason_code"},
    {"reject_objected", "the refusal is objected to", NULL},
    {"rejected", "refused:", "reason_code"},
    {"merged", "merged into", "into"},
    {"split", "taken out of", "from"},
    {"merged_answered", "answered with", "into"},
    {"followed", "others that wait for its answer:", "count"},
    {"forwarded_out", "forwarded to", "to"},
    {"withdrawn", "withdrawn by the citizen", NULL},
    {"reopened", "NOT SOLVED: reopened, time", "count"},
    {"rated", "rated", "score"},
    {"closed", "closed:", "why"},
    {"noted", "the citizen has added a note", NULL},
    {"follower_noted", "who follows it has added a note:", "from"},
    {"updated", "news were given", NULL},
    {"published", "published", NULL},
    {"summarised", "the summary is written", NULL},
    {"due_soon_half", "half of the time is gone", NULL},
    {"due_soon_day", "one working day is left", NULL},
    {"overdue", "OVERDUE", NULL},
    {"escalated_head", "escalated to the head of the unit", NULL},
    {"escalated_city", "one working day late: escalated to the city office", NULL},
    {"forward", "DUTY: not passed on in time", NULL},
    {"accept", "DUTY: not accepted in time", NULL},
    {"apology", "DUTY: the apology is owed", NULL},
    {"update", "DUTY: news are owed", NULL},
    {"publish", "DUTY: not published in time", NULL},
    {"summary", "DUTY: the summary is owed", NULL},
    {"escalated_leader", "five working days late: escalated to the city's leader", NULL},
};

static const struct phrase *find_phrase(const char *type)
{
    for (size_t i = 0; i < COUNT(phrases); i++)
        if (strcmp(phrases[i].type, type) == 0)
            return &phrases[i];
    return NULL;
}

static void add_words(const json_t *event, struct sheet *sheet)
{
    const char *type = text_of(event, "type");
    const json_t *detail = json_object_get(event, "detail");
    char with_reason[PHRASE_SIZE];

    (void)snprintf(with_reason, sizeof(with_reason), "%s.%s", type, text_of(detail, "reason"));
    const struct phrase *p = find_phrase(with_reason);
    if (p == NULL)
        p = find_phrase(type);
    if (p == NULL) {
        sheet_cell(sheet, "%s", type);
        return;
    }
    const json_t *value = p->key != NULL ? json_object_get(detail, p->key) : NULL;
    if (json_is_integer(value))
        sheet_cell(sheet, "%s %lld", p->phrase, (long long)json_integer_value(value));
    else
        sheet_cell(sheet, "%s%s%s", p->phrase, value != NULL ? " " : "",
                   value != NULL ? json_string_value(value) : "");
}

static void print_events(const json_t *events, FILE *out)
{
    static const struct sheet_column columns[] = {
        {"seq", true},   {"time", false},  {"after", true}, {"office hours", true}, {"task", true},
        {"unit", false}, {"actor", false}, {"what", false}, {NULL, false},
    };
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    char at[SHOWN_SIZE], after[SHOWN_SIZE], worked[SHOWN_SIZE];
    size_t i;
    const json_t *event;

    json_array_foreach(events, i, event)
    {
        sheet_row(sheet);
        sheet_cell(sheet, "%lld", (long long)number_of(event, "seq"));
        sheet_cell(sheet, "%s", moment_of(event, "at", at));
        sheet_cell(sheet, "%s", span_of(event, "after", "clock_us", after));
        sheet_cell(sheet, "%s", span_of(event, "after", "worked_us", worked));
        sheet_cell(sheet, "%d", (int)number_of(event, "task"));
        sheet_cell(sheet, "%s", text_of(event, "unit"));
        sheet_cell(sheet, "%s", text_of(event, "actor"));
        add_words(event, sheet);
    }
    fprintf(out, "\nEvents\n");
    sheet_print(sheet, 2, out);
}

static void print_tasks(const json_t *tasks, FILE *out)
{
    static const struct sheet_column columns[] = {
        {"task", true},   {"unit", false},    {"role", false},   {"state", false},
        {"given", false}, {"waited", true},   {"handled", true}, {"worker", false},
        {"due", false},   {"on time", false}, {NULL, false},
    };
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    char at[SHOWN_SIZE], span[SHOWN_SIZE];
    size_t i;
    const json_t *task;

    json_array_foreach(tasks, i, task)
    {
        bool open = json_is_null(json_object_get(task, "finished_at"));
        sheet_row(sheet);
        sheet_cell(sheet, "%d", (int)number_of(task, "task"));
        sheet_cell(sheet, "%s", text_of(task, "unit"));
        sheet_cell(sheet, "%s", text_of(task, "role"));
        sheet_cell(sheet, "%s", text_of(task, "state"));
        sheet_cell(sheet, "%s", moment_of(task, "assigned_at", at));
        sheet_cell(sheet, "%s", span_of(task, "waited", "clock_us", span));
        sheet_cell(sheet, "%s", span_of(task, "handled", "clock_us", span));
        sheet_cell(sheet, "%s", text_of(task, "worker"));
        sheet_cell(sheet, "%s", moment_of(task, "due_at", at));
        span_of(task, "left", "clock_us", span);
        sheet_cell(sheet, "%s%s", span, is_late(task) ? " LATE" : open ? " left" : " early");
    }
    fprintf(out, "\nTasks\n");
    sheet_print(sheet, 2, out);
}

/* A unit's row, or when the clock stood. */
static void add_segment(struct sheet *sheet, const json_t *segment)
{
    static const struct {
        const char *kind, *words;
    } pauses[] = {{"info", "waiting for the citizen"}, {"suspend", "suspended"}};
    const char *kind = text_of(segment, "kind");
    char at[SHOWN_SIZE], span[SHOWN_SIZE];

    sheet_row(sheet);
    for (size_t i = 0; i < COUNT(pauses); i++)
        if (strcmp(pauses[i].kind, kind) == 0) {
            sheet_cell(sheet, "%s", "");
            sheet_cell(sheet, "%s", pauses[i].words);
            sheet_cell(sheet, "%s", moment_of(segment, "since", at));
            sheet_cell(sheet, "%s", "");
            sheet_cell(sheet, "%s", moment_of(segment, "until", at));
            return;
        }
    sheet_cell(sheet, "%s", text_of(segment, "from"));
    sheet_cell(sheet, "%s%s", text_of(segment, "unit"),
               strcmp(kind, "lead") == 0 ? "" : " takes part");
    sheet_cell(sheet, "%s", moment_of(segment, "since", at));
    sheet_cell(sheet, "%s", moment_of(segment, "received_at", at));
    sheet_cell(sheet, "%s", moment_of(segment, "until", at));
    sheet_cell(sheet, "%s", text_of(segment, "in_time"));
    sheet_cell(sheet, "%s", shown_span(number_of(segment, "worked_us"), span));
    if (number_of(segment, "late_us") > 0)
        sheet_cell(sheet, "%s", shown_span(number_of(segment, "late_us"), span));
}

static void print_segments(const json_t *story, FILE *out)
{
    static const struct sheet_column columns[] = {
        {"from", false},     {"to", false},        {"given", false},
        {"received", false}, {"done", false},      {"in time", false},
        {"worked", true},    {"of it late", true}, {NULL, false},
    };
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    const json_t *lateness = json_object_get(story, "lateness"), *segment;
    char late[SHOWN_SIZE];
    size_t i;

    json_array_foreach(json_object_get(story, "segments"), i, segment)
    {
        add_segment(sheet, segment);
    }
    if (sheet_rows(sheet) == 0)
        return;
    fprintf(out, "\nControl sheet\n");
    sheet_print(sheet, 2, out);
    if (number_of(lateness, "late_us") > 0)
        fprintf(out, "  %s of office hours late, for which %s answers\n",
                shown_span(number_of(lateness, "late_us"), late), text_of(lateness, "unit"));
}

static void print_flags(const json_t *flags, FILE *out)
{
    static const struct sheet_column columns[] = {
        {"task", true}, {"level", false},   {"moment", false}, {"raised", false},
        {"lag", true},  {"cleared", false}, {NULL, false},
    };
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    char at[SHOWN_SIZE], lag[SHOWN_SIZE];
    size_t i;
    const json_t *flag;

    json_array_foreach(flags, i, flag)
    {
        sheet_row(sheet);
        sheet_cell(sheet, "%d", (int)number_of(flag, "task"));
        sheet_cell(sheet, "%s", text_of(flag, "level"));
        sheet_cell(sheet, "%s", moment_of(flag, "moment", at));
        sheet_cell(sheet, "%s", moment_of(flag, "raised_at", at));
        sheet_cell(sheet, "%s", span_of(flag, "lag", "clock_us", lag));
        sheet_cell(sheet, "%s", moment_of(flag, "cleared_at", at));
    }
    if (sheet_rows(sheet) == 0)
        return;
    fprintf(out, "\nFlags\n");
    sheet_print(sheet, 2, out);
}

static void print_files(const json_t *files, FILE *out)
{
    static const struct sheet_column columns[] = {
        {"added", false}, {"by", false}, {"bytes", true}, {"name", false}, {NULL, false}};
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    char at[SHOWN_SIZE];
    size_t i;
    const json_t *file;

    json_array_foreach(files, i, file)
    {
        sheet_row(sheet);
        sheet_cell(sheet, "%s", moment_of(file, "added_at", at));
        sheet_cell(sheet, "%s", text_of(file, "given_by"));
        sheet_cell(sheet, "%d", (int)number_of(file, "bytes"));
        sheet_cell(sheet, "%s", text_of(file, "name"));
    }
    if (sheet_rows(sheet) == 0)
        return;
    fprintf(out, "\nFiles\n");
    sheet_print(sheet, 2, out);
}

/* ---- what was said, when it is asked for ---- */

static void print_json(const char *title, const json_t *value, FILE *out)
{
    fprintf(out, "\n%s\n", title);
    json_dumpf(value, out, JSON_INDENT(2) | JSON_ENCODE_ANY);
    fputc('\n', out);
}

static void print_words(const json_t *story, FILE *out)
{
    const json_t *content = json_object_get(story, "content"), *task, *outcome;
    char title[40];
    size_t i;

    if (content == NULL)
        return;
    print_json("Content", content, out);
    json_array_foreach(json_object_get(story, "tasks"), i, task)
    {
        outcome = json_object_get(task, "outcome");
        snprintf(title, sizeof(title), "Outcome of task %d", (int)number_of(task, "task"));
        if (!json_is_null(outcome))
            print_json(title, outcome, out);
    }
}

void story_print(const json_t *story, FILE *out)
{
    print_head(story, out);
    print_events(json_object_get(story, "events"), out);
    print_tasks(json_object_get(story, "tasks"), out);
    print_segments(story, out);
    print_flags(json_object_get(story, "flags"), out);
    print_files(json_object_get(story, "files"), out);
    print_words(story, out);
}
