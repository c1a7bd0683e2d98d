/* SPDX-License-Identifier: Apache-2.0 */
/* page_what - GET /report: what it is about; services by group, or those that fit some words. */
#include "mem.h"
#include "page.h"
#include "template.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    SELF_BYTES = 1024,
    HREF_BYTES = 256,
    TEXT_BYTES = 16 * 1024,
    WORDS_MAX = 8,
    QUERY_MAX = 200
};
enum { SCORE_PHRASE = 100, SCORE_NAME = 10, SCORE_TEXT = 1 };

/* A search: its words as they are compared, without diacritics. */
struct search {
    char *phrase; /* owned; NULL: everything is shown */
    char *words[WORDS_MAX];
    size_t count;
};

static void search_free(struct search *s)
{
    free(s->phrase);
    free(s->words[0]); /* the others lie in the same copy */
}

static void search_init(struct search *s, const char *query)
{
    *s = (struct search){0};
    if (query == NULL || strlen(query) > QUERY_MAX)
        return;
    s->phrase = text_fold(query, strlen(query));
    if (s->phrase == NULL || s->phrase[0] == '\0')
        return;
    char *at = mem_text(s->phrase);
    while (at != NULL && s->count < WORDS_MAX) {
        s->words[s->count++] = at;
        at = strchr(at, ' ');
        if (at != NULL)
            *at++ = '\0';
    }
}

/* Whether a word of text begins with word. */
static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = text; (at = strstr(at, word)) != NULL; at += len)
        if (at == text || at[-1] == ' ')
            return true;
    return false;
}

static void add_folded(struct strbuf *out, const char *text)
{
    char *folded = text_fold(text, strlen(text));

    if (folded != NULL)
        strbuf_addf(out, " %s", folded);
    free(folded);
}

/* 0: does not fit. Names and keywords count more than descriptions. */
static int score(const struct search *s, const struct catalogue_service *service)
{
    AUTO(strbuf_free) struct strbuf names = STRBUF(TEXT_BYTES);
    AUTO(strbuf_free) struct strbuf texts = STRBUF(TEXT_BYTES);
    int sum = 0;

    add_folded(&names, service->name_vi);
    add_folded(&names, service->name_en);
    for (const char *const *word = service->keywords; *word != NULL; word++)
        add_folded(&names, *word);
    add_folded(&texts, service->description_vi);
    add_folded(&texts, service->description_en);
    add_folded(&texts, service->group_vi);
    add_folded(&texts, service->group_en);
    if (has_word(names.data, s->phrase))
        sum += SCORE_PHRASE;
    for (size_t i = 0; i < s->count; i++) {
        if (has_word(names.data, s->words[i]))
            sum += SCORE_NAME;
        else if (has_word(texts.data, s->words[i]))
            sum += SCORE_TEXT;
        else
            return 0;
    }
    return sum;
}

static json_t *row_of(const struct catalogue_service *service, enum language language)
{
    AUTO(strbuf_free) struct strbuf words = STRBUF(TEXT_BYTES);
    AUTO(strbuf_free) struct strbuf href = STRBUF(HREF_BYTES);

    for (const char *const *word = service->keywords; *word != NULL; word++)
        strbuf_addf(&words, "%s%s", words.len > 0 ? ", " : "", *word);
    strbuf_addf(&href, "/report/%s?lang=%s", service->code, language_codes[language]);
    return json_pack("{s:s, s:s, s:s, s:s}", "name", IN_LANGUAGE(language, service, name),
                     "description", IN_LANGUAGE(language, service, description), "words",
                     words.len > 0 ? words.data : "", "href", href.data);
}

/* The group's rows; made when it comes for the first time. */
static json_t *group_of(json_t *groups, const char *name)
{
    size_t i;
    json_t *group;

    json_array_foreach(groups, i, group)
    {
        if (strcmp(json_string_value(json_object_get(group, "group")), name) == 0)
            return json_object_get(group, "services");
    }
    json_array_append_new(groups, json_pack("{s:s, s:[]}", "group", name, "services"));
    return json_object_get(json_array_get(groups, json_array_size(groups) - 1), "services");
}

static json_t *all_by_group(const struct catalogue *c, enum language language)
{
    json_t *groups = json_array();

    for (size_t i = 0; i < c->service_count; i++) {
        const struct catalogue_service *service = &c->services[i];
        if (!service->retired)
            json_array_append_new(group_of(groups, IN_LANGUAGE(language, service, group)),
                                  row_of(service, language));
    }
    return groups;
}

/* The services that fit, the best first, as one group without a name. */
static json_t *those_that_fit(const struct catalogue *c, const struct search *s,
                              enum language language)
{
    json_t *rows = json_array(), *scores = json_array();

    for (size_t i = 0; i < c->service_count; i++) {
        int points = c->services[i].retired ? 0 : score(s, &c->services[i]);
        size_t at = 0;
        if (points == 0)
            continue;
        while (at < json_array_size(scores) &&
               json_integer_value(json_array_get(scores, at)) >= points)
            at++;
        json_array_insert_new(scores, at, json_integer(points));
        json_array_insert_new(rows, at, row_of(&c->services[i], language));
    }
    json_decref(scores);
    if (json_array_size(rows) > 0)
        return json_pack("[{s:n, s:o}]", "group", "services", rows);
    json_decref(rows);
    return json_array();
}

/* The page's own address with what was searched for. */
static void add_self(const char *query, struct strbuf *out)
{
    AUTO(json_release) json_t *data = json_object();
    struct err e;

    if (query != NULL && strlen(query) <= QUERY_MAX && text_is_clean(query, strlen(query)))
        json_object_set_new(data, "q", json_string(query));
    int rc = template_render("/report?{{#q}}q={{q}}&{{/q}}lang=", data, TEMPLATE_URL, out, &e);
    assert(rc == 0);
}

void page_what_get(void *ctx, struct http_request *request)
{
    struct intake *intake = ctx;
    enum language language = page_language(request);
    const struct catalogue *c = catalogue_now(intake->watch);
    AUTO(search_free) struct search search = {0};
    AUTO(strbuf_free) struct strbuf self = STRBUF(SELF_BYTES);
    const char *query = http_query(request, "q");

    if (c == NULL) {
        page_reply_error(intake, request, 503, language, NULL);
        return;
    }
    search_init(&search, query);
    bool searched = search.count > 0;
    json_t *groups = searched ? those_that_fit(c, &search, language) : all_by_group(c, language);
    bool found = json_array_size(groups) > 0;
    if (!found) {
        json_decref(groups);
        groups = all_by_group(c, language);
    }
    add_self(query, &self);
    page_reply(intake, request,
               &(struct page){.name = "what.html",
                              .status = 200,
                              .language = language,
                              .title = page_text(intake, language, "what.title"),
                              .self = self.data},
               json_pack("{s:o, s:s, s:b, s:b}", "groups", groups, "query",
                         searched && text_is_clean(query, strlen(query)) ? query : "", "nothing",
                         searched && !found, "searched", searched && found));
}
