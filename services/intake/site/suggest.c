/* SPDX-License-Identifier: Apache-2.0 */
#include "suggest.h"

#include "json.h"
#include "mem.h"
#include "text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 16 * 1024 };
enum { WEIGHT_TEXT = 1, WEIGHT_NAME = 2 };
/* In step with static/app.js: points of each word of several together, those below which nothing
 * fits, and letters from which on the text's last word may be the beginning of a word. */
enum { PHRASE_POINTS = 20, LEAST_POINTS = 4, BEGINNING_BYTES = 2 };

struct suggest {
    size_t count;
    json_t **terms; /* of each service: its points by term; empty for one that is retired */
};

/* ---- words ---- */

/* Bytes of a mark between words: of ASCII one, of general punctuation (“ – …) three. */
static size_t mark_len(const char *at)
{
    const unsigned char *bytes = (const unsigned char *)at;

    if (bytes[0] == 0xe2 && (bytes[1] == 0x80 || bytes[1] == 0x81) && bytes[2] != '\0')
        return 3;
    return bytes[0] < 0x80 && !isalnum(bytes[0]) ? 1 : 0;
}

/* Adds the words as they are compared, with one space before each. */
static void add_words(struct strbuf *out, const char *text, size_t len)
{
    char *folded = text_fold(text, len);
    bool gap = true;

    for (const char *at = folded; at != NULL && *at != '\0';) {
        size_t mark = mark_len(at);
        if (mark > 0) {
            gap = true;
            at += mark;
            continue;
        }
        if (gap)
            strbuf_add(out, " ", 1);
        gap = false;
        strbuf_add(out, at++, 1);
    }
    free(folded);
}

/* ---- terms ---- */

/* The words of a text, each with the greatest weight that it has had. */
static void weigh_words(json_t *words, const char *text, size_t len, int weight)
{
    AUTO(strbuf_free) struct strbuf spaced = STRBUF(TEXT_BYTES);

    add_words(&spaced, text, len);
    for (const char *at = strbuf_text(&spaced); at != NULL && *at != '\0';) {
        size_t size = strcspn(++at, " ");
        const json_t *before = json_object_getn(words, at, size);
        if (json_integer_value(before) < weight)
            json_object_setn_new(words, at, size, json_integer(weight));
        at += size;
    }
}

/* A list with commas, of which each part is a name. */
static void add_names(json_t *words, json_t *phrases, const char *names)
{
    while (*names != '\0') {
        AUTO(strbuf_free) struct strbuf phrase = STRBUF(TEXT_BYTES);
        size_t len = strcspn(names, ",");
        json_int_t count = 0;

        weigh_words(words, names, len, WEIGHT_NAME);
        add_words(&phrase, names, len);
        for (size_t i = 0; i < phrase.len; i++)
            count += phrase.data[i] == ' ';
        if (count > 1)
            json_object_set_new(phrases, phrase.data + 1, json_integer(count * PHRASE_POINTS));
        names += len + (names[len] == ',');
    }
}

/* The words of a service with their weights; phrases gets its names of several words. */
static json_t *words_of(const struct catalogue_service *service, json_t *phrases)
{
    const char *const names[] = {service->name_vi, service->name_en};
    const char *const texts[] = {service->description_vi, service->description_en,
                                 service->group_vi, service->group_en};
    json_t *words = json_object();

    for (size_t i = 0; i < COUNT(names); i++)
        add_names(words, phrases, names[i]);
    for (const char *const *word = service->keywords; *word != NULL; word++)
        add_names(words, phrases, *word);
    for (size_t i = 0; i < COUNT(texts); i++)
        weigh_words(words, texts[i], strlen(texts[i]), WEIGHT_TEXT);
    return words;
}

/* By how many services each word is used. */
static json_t *count_uses(json_t *const words[], size_t count)
{
    json_t *uses = json_object(), *weight;
    const char *word;

    for (size_t i = 0; i < count; i++)
        json_object_foreach(words[i], word, weight)
        {
            json_int_t before = json_integer_value(json_object_get(uses, word));
            json_object_set_new(uses, word, json_integer(before + 1));
        }
    return uses;
}

/* Weights become points: more for a word that few services use. */
static json_t *points_of(json_t *words, const json_t *uses, size_t services)
{
    json_t *points = json_object(), *weight;
    const char *word;

    json_object_foreach(words, word, weight)
    {
        double used = (double)json_integer_value(json_object_get(uses, word));
        json_int_t rarity = lround(2 * log2((double)services / used));
        if (rarity > 0)
            json_object_set_new(points, word, json_integer(json_integer_value(weight) * rarity));
    }
    return points;
}

struct suggest *suggest_new(const struct catalogue *c)
{
    struct suggest *s = mem_new(1, sizeof(*s));
    json_t **words = mem_new(c->service_count + 1, sizeof(json_t *));
    json_t **phrases = mem_new(c->service_count + 1, sizeof(json_t *));
    size_t open = 0;

    s->count = c->service_count;
    s->terms = mem_new(c->service_count + 1, sizeof(json_t *));
    for (size_t i = 0; i < s->count; i++) {
        bool is_retired = c->services[i].retired;
        phrases[i] = json_object();
        words[i] = is_retired ? json_object() : words_of(&c->services[i], phrases[i]);
        open += !is_retired;
    }
    json_t *uses = count_uses(words, s->count);
    for (size_t i = 0; i < s->count; i++) {
        s->terms[i] = points_of(words[i], uses, open);
        json_object_update(s->terms[i], phrases[i]);
        json_decref(words[i]);
        json_decref(phrases[i]);
    }
    json_decref(uses);
    free(words);
    free(phrases);
    return s;
}

void suggest_free(struct suggest **suggest)
{
    if (*suggest == NULL)
        return;
    for (size_t i = 0; i < (*suggest)->count; i++)
        json_decref((*suggest)->terms[i]);
    free((*suggest)->terms);
    free(*suggest);
    *suggest = NULL;
}

void suggest_write(const struct suggest *suggest, size_t service, struct strbuf *out)
{
    const char *term, *comma = "";
    json_t *points;

    json_object_foreach(suggest->terms[service], term, points)
    {
        strbuf_addf(out, "%s%" JSON_INTEGER_FORMAT " %s", comma, json_integer_value(points), term);
        comma = ",";
    }
}

/* ---- what fits ---- */

/* Whether text, which ends with a space, has the term between two spaces. */
static bool holds(const char *text, const char *term)
{
    size_t len = strlen(term);

    for (const char *at = text; (at = strstr(at, term)) != NULL; at++)
        if (at > text && at[-1] == ' ' && at[len] == ' ')
            return true;
    return false;
}

/* Whether the text's last word, which may not be at its end yet, begins that word. */
static bool is_begun(const char *last, const char *word)
{
    size_t len = strcspn(last, " ");

    return len >= BEGINNING_BYTES && strncmp(word, last, len) == 0 && strchr(word, ' ') == NULL;
}

static json_int_t score(json_t *terms, const char *text, const char *last)
{
    json_int_t sum = 0;
    const char *term;
    json_t *points;

    json_object_foreach(terms, term, points)
    {
        if (holds(text, term))
            sum += json_integer_value(points);
        else if (is_begun(last, term))
            sum += json_integer_value(points) / 2;
    }
    return sum;
}

size_t suggest_find(const struct suggest *suggest, const char *text, size_t out[SUGGEST_MAX])
{
    AUTO(strbuf_free) struct strbuf words = STRBUF(TEXT_BYTES);
    json_int_t best[SUGGEST_MAX];
    size_t count = 0;

    add_words(&words, text, strlen(text));
    if (words.len == 0 || strbuf_text(&words) == NULL)
        return 0;
    const char *last = strrchr(words.data, ' ') + 1;
    size_t begins = (size_t)(last - words.data);
    strbuf_add(&words, " ", 1);
    for (size_t i = 0; i < suggest->count; i++) {
        json_int_t points = score(suggest->terms[i], words.data, words.data + begins);
        size_t at = count;
        if (points < LEAST_POINTS || (count == SUGGEST_MAX && points <= best[count - 1]))
            continue;
        if (count < SUGGEST_MAX)
            count++;
        else
            at--;
        for (; at > 0 && best[at - 1] < points; at--) {
            best[at] = best[at - 1];
            out[at] = out[at - 1];
        }
        best[at] = points;
        out[at] = i;
    }
    while (count > 0 && best[count - 1] * 2 < best[0])
        count--;
    return count;
}
