/* SPDX-License-Identifier: Apache-2.0 */
/* page_cases - GET /city/cases: what everybody may know of the city's cases, as a list that can
 * be narrowed by field, ward and state; scripts add the map. */
#include "bookmark.h"
#include "lists.h"
#include "open311_type.h"
#include "page.h"
#include "page_time.h"
#include "template.h"
#include "text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The field takes 100 characters, of up to 4 bytes. */
enum { WORDS_MAX = 400, PAGE_ROWS = 20, TEXT_BYTES = 2048, KEY_SIZE = 64 };

/* What the page asks for; codes of the list's catalogue, "" where nothing is asked. */
struct choice {
    const char *service, *area, *status, *words;
    json_t *rows; /* owned until the answer */
};

/* ---- rows ---- */

static void set_text(json_t *row, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        json_object_set_new(row, name, json_string(text));
}

static void set_moment(const struct list *list, json_t *row, const char *name, int64_t us)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(TEXT_BYTES);

    if (us == INT64_MIN)
        return;
    page_time_moment(list->intake->pages, list->language, us, &text);
    set_text(row, name, text.data);
}

/* Whether the promise holds, in a word: "kept", "broken", "waiting", "late"; NULL: it ended without
 * an answer. */
static const char *promise_of(const struct list *list, const struct listing_case *c)
{
    bool is_late = listing_case_is_late(c, list->now);

    if (c->open)
        return is_late ? "late" : "waiting";
    if (c->answered_at == INT64_MIN)
        return NULL;
    return is_late ? "broken" : "kept";
}

static void row(struct list *list, const struct listing_case *c)
{
    struct choice *choice = list->door_data;
    const struct intake *intake = list->intake;
    const char *promise = promise_of(list, c);
    char key[KEY_SIZE];
    json_t *row = json_object();

    set_text(row, "reference", c->reference);
    set_text(row, "service", service_name(intake, c->service, list->language));
    set_text(row, "unit", unit_name(intake, c->unit, list->language));
    json_object_set_new(row, "area", json_null());
    if (c->area != NULL)
        set_text(row, "area", unit_name(intake, c->area, list->language));
    (void)snprintf(key, sizeof(key), "state.%s", c->state);
    set_text(row, "state", page_set_text(intake->pages, list->language, key));
    set_moment(list, row, "received", c->received_at);
    set_moment(list, row, "due", c->due_at);
    if (promise != NULL) {
        (void)snprintf(key, sizeof(key), "cases.%s", promise);
        set_text(row, "promise", page_text(intake, list->language, key));
        set_text(row, "promise_class", promise);
    }
    set_text(row, "description", c->description);
    set_text(row, "answer", c->answer);
    json_array_append_new(choice->rows, row);
}

/* ---- what can be chosen ---- */

static json_t *services_of(const struct catalogue *c, const struct choice *choice,
                           enum language language)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < c->service_count; i++) {
        const struct catalogue_service *s = &c->services[i];
        if (!s->retired && open311_type(s) != OPEN311_BLACKBOX)
            json_array_append_new(rows,
                                  json_pack("{s:s, s:s, s:b}", "code", s->code, "service_name",
                                            IN_LANGUAGE(language, s, name), "selected",
                                            strcmp(s->code, choice->service) == 0));
    }
    return rows;
}

static json_t *areas_of(const struct intake *intake, const struct catalogue *c,
                        const struct choice *choice, enum language language)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < c->area_count; i++) {
        const struct catalogue_area *a = &c->areas[i];
        json_array_append_new(rows,
                              json_pack("{s:s, s:s, s:s, s:b}", "code", a->code, "unit", a->unit,
                                        "unit_name", unit_name(intake, a->unit, language),
                                        "selected", strcmp(a->code, choice->area) == 0));
    }
    return rows;
}

/* The page's address with what was chosen, to which "name=value" can be added. */
static void add_address(const struct choice *choice, struct strbuf *out)
{
    AUTO(json_release)
    json_t *data = json_pack("{s:s, s:s, s:s, s:s}", "service", choice->service, "area",
                             choice->area, "status", choice->status, "words", choice->words);
    struct err e;

    int rc = template_render(
        "/city/cases?service={{service}}&area={{area}}&status={{status}}&"
        "q={{words}}&",
        data, TEMPLATE_URL, out, &e);
    assert(rc == 0);
}

static void add_choices(const struct list *list, json_t *data)
{
    const struct catalogue *c = list->catalogue;
    const struct choice *choice = list->door_data;
    char cursor[BOOKMARK_SIZE];
    AUTO(strbuf_free) struct strbuf next = STRBUF(TEXT_BYTES);

    json_object_set_new(data, "services", services_of(c, choice, list->language));
    json_object_set_new(data, "areas", areas_of(list->intake, c, choice, list->language));
    json_object_set_new(data, "only_open", json_boolean(strcmp(choice->status, "open") == 0));
    json_object_set_new(data, "only_closed", json_boolean(strcmp(choice->status, "closed") == 0));
    json_object_set_new(data, "is_first", json_boolean(!list->filter.has_cursor));
    json_object_set_new(data, "chosen_service", json_string(choice->service));
    json_object_set_new(data, "chosen_area", json_string(choice->area));
    json_object_set_new(data, "chosen_status", json_string(choice->status));
    json_object_set_new(data, "words", json_string(choice->words));
    if (!list->has_more)
        return;
    bookmark_write(list->intake->ring, &list->last, cursor);
    add_address(choice, &next);
    strbuf_addf(&next, "cursor=%s&lang=%s", cursor, language_codes[list->language]);
    json_object_set_new(data, "next", json_string(next.data));
}

/* ---- the door ---- */

static void begin(struct list *list)
{
    struct choice *choice = list->door_data;

    choice->rows = json_array();
}

static bool end(struct list *list)
{
    struct intake *intake = list->intake;
    struct choice *choice = list->door_data;
    AUTO(strbuf_free) struct strbuf self = STRBUF(TEXT_BYTES);
    json_t *data = json_object();

    json_object_set_new(data, "cases", choice->rows);
    choice->rows = NULL;
    json_object_set_new(data, "none", json_boolean(list->shown == 0));
    add_choices(list, data);
    add_address(choice, &self);
    strbuf_addf(&self, "lang=");
    page_reply(intake, list->request,
               &(struct page){.name = "cases.html",
                              .status = 200,
                              .language = list->language,
                              .title = page_text(intake, list->language, "cases.title"),
                              .self = self.data},
               data);
    return true;
}

static void failed(struct list *list, const struct err *e)
{
    struct choice *choice = list->door_data;

    json_release(&choice->rows);
    page_reply_err(list->intake, list->request, list->language, e);
}

/* ---- asking ---- */

static void only(struct listing_codes *codes, const char *code)
{
    if (code[0] != '\0')
        codes->items[codes->count++] = code;
}

/* What the catalogue does not know is not asked for. */
static void read_choice(struct list *list)
{
    const struct catalogue *c = list->catalogue;
    struct choice *choice = list->door_data;
    const char *service = http_query(list->request, "service");
    const char *area = http_query(list->request, "area");
    const char *status = http_query(list->request, "status");
    const char *cursor = http_query(list->request, "cursor");
    const char *words = http_query(list->request, "q");
    const struct query q = list_query(list);

    choice->service = choice->area = choice->status = choice->words = "";
    if (service != NULL && catalogue_service(c, service) != NULL)
        choice->service = catalogue_service(c, service)->code;
    if (area != NULL && catalogue_area(c, area) != NULL)
        choice->area = catalogue_area(c, area)->code;
    if (status != NULL && strcmp(status, "open") == 0)
        choice->status = "open";
    else if (status != NULL && strcmp(status, "closed") == 0)
        choice->status = "closed";
    listing_filter_init(&list->filter, PAGE_ROWS);
    only(&list->filter.services, choice->service);
    only(&list->filter.areas, choice->area);
    if (words != NULL && strlen(words) <= WORDS_MAX && text_is_clean(words, strlen(words)) &&
        query_words(&q, "q", &list->filter.text))
        choice->words = arena_text(list->arena, words, strlen(words));
    if (choice->status[0] != '\0')
        list->filter.status = choice->status[0] == 'o' ? LISTING_OPEN : LISTING_CLOSED;
    list->filter.has_cursor =
        cursor != NULL && bookmark_read(list->intake->ring, cursor, &list->filter.cursor);
}

void page_cases_get(void *ctx, struct http_request *request)
{
    static const struct list_door door = {begin, row, end, failed, LISTING_LOOK_ROWS, 0};
    struct intake *intake = ctx;

    if (!page_admits(intake, request))
        return;
    if (catalogue_now(intake->watch) == NULL) {
        page_reply_error(intake, request, 503, page_language(request), NULL);
        return;
    }
    struct list *list = list_new(intake, request, &door);
    list->language = page_language(request);
    list->door_data = arena_alloc(list->arena, 1, sizeof(struct choice));
    read_choice(list);
    list_start(list);
}
