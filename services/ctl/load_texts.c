/* SPDX-License-Identifier: Apache-2.0 */
#include "load_texts.h"

#include "texts_ctl.h" /* generated from texts/ */

#include "chance.h"
#include "mem.h"
#include "text.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { MAX_PHRASES = 64, MAX_THEMES = 16, SHORT_TEXT = 400, LONG_TEXT = 4 * LOAD_MAX_LENGTH };
enum { FIRST_SENTENCE_BELOW = 120 }; /* characters: such a short text has no opening */

enum kind {
    STREET,
    WARD,
    FAMILY,
    MIDDLE,
    GIVEN,
    OPENING,
    DETAIL,
    EFFECT,
    REQUEST,
    CLOSING,
    THEME, /* the last: every theme is a section of this kind */
};

static const char *const kind_names[] = {
    [STREET] = "street",   [WARD] = "ward",       [FAMILY] = "family", [MIDDLE] = "middle",
    [GIVEN] = "given",     [OPENING] = "opening", [DETAIL] = "detail", [EFFECT] = "effect",
    [REQUEST] = "request", [CLOSING] = "closing", [THEME] = "theme",
};

/* In this order a description grows, as far as its length goes. */
static const enum kind order[] = {
    THEME,  DETAIL, EFFECT, THEME,  REQUEST, DETAIL, THEME,  EFFECT,  DETAIL, THEME,
    EFFECT, DETAIL, THEME,  EFFECT, REQUEST, DETAIL, THEME,  EFFECT,  DETAIL, REQUEST,
    EFFECT, DETAIL, THEME,  DETAIL, EFFECT,  THEME,  DETAIL, CLOSING,
};

struct phrases {
    const char *codes; /* of a theme, each followed by a space; "": any */
    const char *lines[MAX_PHRASES];
    size_t count;
};

struct load_texts {
    char *file; /* cut into lines */
    struct phrases sections[THEME + MAX_THEMES];
    size_t section_count;
};

/* ---- the phrase file ---- */

/* "[theme HT01 HT02]" without its brackets, which the caller has checked. */
static struct phrases *begin_section(struct load_texts *t, char *head)
{
    size_t name_len = strcspn(head, " ]");
    size_t kind = 0;

    while (kind < THEME && strncmp(kind_names[kind], head, name_len) != 0)
        kind++;
    struct phrases *section = &t->sections[kind < THEME ? kind : t->section_count++];
    assert(t->section_count <= COUNT(t->sections));
    section->codes = head + name_len + (head[name_len] == ' ');
    head[strlen(head) - 1] = ' ';
    return section;
}

struct load_texts *load_texts_open(void)
{
    struct load_texts *t = mem_new(1, sizeof(*t));
    struct phrases *section = NULL;

    t->file = mem_text(text_complaints);
    t->section_count = THEME;
    for (char *line = t->file, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (*line == '[')
            section = begin_section(t, line + 1);
        else if (*line != '\0' && *line != '#' && section != NULL && section->count < MAX_PHRASES)
            section->lines[section->count++] = line;
    }
    return t;
}

void load_texts_close(struct load_texts **texts)
{
    if (*texts == NULL)
        return;
    free((*texts)->file);
    free(*texts);
    *texts = NULL;
}

/* ---- composing ---- */

struct writer {
    const struct load_texts *texts;
    const struct phrases *theme;
    struct chance chance;
    size_t begun[THEME + 1], used[THEME + 1]; /* where a kind's phrases began, how many are used */
};

static const struct phrases *phrases_of(const struct writer *w, enum kind kind)
{
    return kind == THEME ? w->theme : &w->texts->sections[kind];
}

static const char *any(struct writer *w, enum kind kind)
{
    const struct phrases *from = phrases_of(w, kind);

    return from->lines[chance_between(&w->chance, 0, (int64_t)from->count - 1)];
}

/* The next phrase of a kind that this text has not had yet, or NULL. */
static const char *fresh(struct writer *w, enum kind kind)
{
    const struct phrases *from = phrases_of(w, kind);

    if (w->used[kind] == from->count)
        return NULL;
    if (w->used[kind] == 0)
        w->begun[kind] = chance_bits(&w->chance) % from->count;
    return from->lines[(w->begun[kind] + w->used[kind]++) % from->count];
}

/* Appends a phrase with its places filled in. */
static void add_phrase(struct writer *w, struct strbuf *out, const char *phrase)
{
    for (;;) {
        size_t plain = strcspn(phrase, "{");
        strbuf_add(out, phrase, plain);
        phrase += plain;
        if (*phrase == '\0')
            return;
        if (strncmp(phrase, "{street}", 8) == 0)
            strbuf_addf(out, "%s", any(w, STREET));
        else if (strncmp(phrase, "{days}", 6) == 0)
            strbuf_addf(out, "%" PRId64, chance_between(&w->chance, 3, 20));
        else
            strbuf_addf(out, "%" PRId64, chance_between(&w->chance, 2, 480));
        phrase += strcspn(phrase, "}") + 1;
    }
}

/* Appends a sentence if *length stays within limit. */
static bool add_sentence(struct writer *w, struct strbuf *out, const char *phrase, size_t limit)
{
    AUTO(strbuf_free) struct strbuf sentence = STRBUF(SHORT_TEXT * 4);

    add_phrase(w, &sentence, phrase);
    size_t length = text_length(sentence.data, sentence.len) + 1;
    size_t before = out->len > 0 ? text_length(out->data, out->len) : 0;
    if (before + length > limit)
        return false;
    bool greets = sentence.data[sentence.len - 1] == ',';
    strbuf_addf(out, "%s%c", sentence.data, greets ? '\n' : ' ');
    return true;
}

static const struct phrases *theme_of(const struct load_texts *t, const char *service)
{
    const struct phrases *any_theme = NULL;
    size_t len = strlen(service);

    for (size_t i = THEME; i < t->section_count; i++) {
        const struct phrases *theme = &t->sections[i];
        const char *at = strstr(theme->codes, service);
        if (at != NULL && at[len] == ' ')
            return theme;
        if (theme->codes[0] == '\0' || theme->codes[0] == ' ')
            any_theme = theme;
    }
    return any_theme;
}

/* Lengths are spread evenly over their logarithm: many short, few long. */
static size_t choose_length(struct writer *w)
{
    double share = (double)chance_between(&w->chance, 0, 1000) / 1000;

    return (size_t)(LOAD_MIN_LENGTH * pow((double)LOAD_MAX_LENGTH / LOAD_MIN_LENGTH, share));
}

static void describe(struct writer *w, const struct load_plan *plan, int64_t n, struct strbuf *out)
{
    AUTO(strbuf_free) struct strbuf mark = STRBUF(SHORT_TEXT);

    strbuf_addf(&mark, "Phản ánh số %09" PRId64 "-%0*" PRId64 ".", plan->run, LOAD_NUMBER_DIGITS,
                n);
    size_t room = LOAD_MAX_LENGTH - text_length(mark.data, mark.len);
    size_t wanted = choose_length(w);
    if (wanted > FIRST_SENTENCE_BELOW)
        add_sentence(w, out, any(w, OPENING), room);
    add_sentence(w, out, fresh(w, THEME), room);
    for (size_t i = 1; i < COUNT(order) && text_length(out->data, out->len) < wanted; i++) {
        const char *phrase = fresh(w, order[i]);
        if (phrase == NULL)
            continue;
        if (!add_sentence(w, out, phrase, room))
            break;
    }
    strbuf_add(out, mark.data, mark.len);
}

static void write_contact(struct writer *w, struct load_case *out)
{
    strbuf_addf(&out->address, "%" PRId64 " %s, %s", chance_between(&w->chance, 1, 999),
                any(w, STREET), any(w, WARD));
    strbuf_addf(&out->name, "%s %s %s", any(w, FAMILY), any(w, MIDDLE), any(w, GIVEN));
    /* A block of few subscribers, lest a trial reach somebody. */
    strbuf_addf(&out->phone, "09000%05" PRId64, chance_between(&w->chance, 0, 99999));
}

/* ---- cases ---- */

void load_plan_free(struct load_plan *plan)
{
    for (size_t i = 0; i < plan->service_count; i++)
        free(plan->services[i]);
    plan->service_count = 0;
}

void load_case_init(struct load_case *c)
{
    *c = (struct load_case){.description = STRBUF(LONG_TEXT),
                            .address = STRBUF(SHORT_TEXT),
                            .name = STRBUF(SHORT_TEXT),
                            .phone = STRBUF(SHORT_TEXT)};
}

void load_case_free(struct load_case *c)
{
    strbuf_free(&c->description);
    strbuf_free(&c->address);
    strbuf_free(&c->name);
    strbuf_free(&c->phone);
}

void load_texts_make(const struct load_texts *texts, const struct load_plan *plan, int64_t n,
                     struct load_case *out)
{
    int64_t text = n % LOAD_TEXTS;
    struct writer w = {.texts = texts, .chance = {(uint64_t)(plan->run * LOAD_TEXTS + text)}};

    load_case_free(out);
    out->service = plan->services[chance_bits(&w.chance) % plan->service_count];
    w.theme = theme_of(texts, out->service);
    out->lat = chance_between(&w.chance, plan->box.south, plan->box.north);
    out->lon = chance_between(&w.chance, plan->box.west, plan->box.east);
    write_contact(&w, out);
    describe(&w, plan, n, &out->description);
}
