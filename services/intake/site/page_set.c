/* SPDX-License-Identifier: Apache-2.0 */
#include "page_set.h"

#include "json.h"
#include "mem.h"
#include "template.h"
#include "xml.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TEMPLATE_BYTES = 256 * 1024, MARK_SIZE = 64, DEPTH_MAX = 4, HOLES_MAX = 16 };

static const char static_folder[] = "static/";

struct page_template {
    const char *name; /* of the file: "start.html" */
    char *texts[LANGUAGES];
};

struct page_set {
    const struct embedded_file *files;
    json_t *texts[LANGUAGES];
    struct page_template *templates;
    size_t template_count;
};

/* A template that is being filled in. */
struct filling {
    const struct page_set *set;
    enum language language;
    struct strbuf *out;
    int depth;
};

/* ---- addresses of static files ---- */

/* "style.css" is served as "style.0123456789ab.css". */
static void add_address(const struct embedded_file *file, struct strbuf *out)
{
    const char *name = file->name + sizeof(static_folder) - 1;
    const char *dot = strrchr(name, '.');

    assert(dot != NULL);
    strbuf_addf(out, "%.*s.%s%s", (int)(dot - name), name, file->hash, dot);
}

static bool is_static(const struct embedded_file *file)
{
    return strncmp(file->name, static_folder, sizeof(static_folder) - 1) == 0;
}

const struct embedded_file *page_set_static(const struct page_set *set, const char *address)
{
    AUTO(strbuf_free) struct strbuf name = STRBUF(MARK_SIZE * 2);

    for (const struct embedded_file *file = set->files; file->name != NULL; file++) {
        if (!is_static(file))
            continue;
        strbuf_clear(&name);
        add_address(file, &name);
        if (strcmp(name.data, address) == 0)
            return file;
    }
    return NULL;
}

bool page_set_draws(const struct page_set *set, const char *picture)
{
    AUTO(strbuf_free) struct strbuf id = STRBUF(MARK_SIZE * 2);
    const struct embedded_file *file = embedded_find(set->files, "static/groups.svg");

    strbuf_addf(&id, " id=\"%s\"", picture);
    return file != NULL && strbuf_text(&id) != NULL &&
           memmem(file->data, file->len, id.data, id.len) != NULL;
}

/* ---- filling in the marks ---- */

static int fill(struct filling *f, const char *text, struct err *e);

static int add_static(const struct filling *f, const char *name, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(MARK_SIZE * 2);

    strbuf_addf(&path, "%s%s", static_folder, name);
    const struct embedded_file *file = embedded_find(f->set->files, path.data);
    if (file == NULL)
        return err_set(e, ERR_INPUT, "there is no file \"%s\"", path.data);
    strbuf_add(f->out, "/static/", 8);
    add_address(file, f->out);
    return 0;
}

static int add_template(struct filling *f, const char *name, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(MARK_SIZE * 2);

    strbuf_addf(&path, "%s.html", name);
    const struct embedded_file *file = embedded_find(f->set->files, path.data);
    if (file == NULL)
        return err_set(e, ERR_INPUT, "there is no template \"%s\"", path.data);
    if (f->depth == DEPTH_MAX)
        return err_set(e, ERR_INPUT, "templates are nested too deeply at \"%s\"", path.data);
    f->depth++;
    int rc = fill(f, (const char *)file->data, e);
    f->depth--;
    return rc;
}

static int add_text(const struct filling *f, const char *key, struct err *e)
{
    const char *text = page_set_text(f->set, f->language, key);

    if (text == NULL)
        return err_set(e, ERR_INPUT, "there is no text \"%s\"", key);
    xml_escape(f->out, text);
    return 0;
}

static int add_mark(struct filling *f, const char *mark, struct err *e)
{
    if (strncmp(mark, "> ", 2) == 0)
        return add_template(f, mark + 2, e);
    if (strncmp(mark, "@ ", 2) == 0)
        return add_static(f, mark + 2, e);
    return add_text(f, mark, e);
}

static int fill(struct filling *f, const char *text, struct err *e)
{
    const char *open;

    while ((open = strstr(text, "[[")) != NULL) {
        const char *close = strstr(open, "]]");
        char mark[MARK_SIZE];
        size_t len = close != NULL ? (size_t)(close - open) - 2 : 0;
        if (len == 0 || len >= sizeof(mark))
            return err_set(e, ERR_INPUT, "a mark is not closed: \"%.40s\"", open);
        memcpy(mark, open + 2, len);
        mark[len] = '\0';
        strbuf_add(f->out, text, (size_t)(open - text));
        if (add_mark(f, mark, e) < 0)
            return -1;
        text = close + 2;
    }
    strbuf_add(f->out, text, strlen(text));
    return 0;
}

/* ---- texts ---- */

static int read_texts(struct page_set *set, enum language language, struct err *e)
{
    AUTO(strbuf_free) struct strbuf name = STRBUF(MARK_SIZE);

    strbuf_addf(&name, "%s.json", language_codes[language]);
    const struct embedded_file *file = embedded_find(set->files, name.data);
    if (file == NULL)
        return err_set(e, ERR_INPUT, "there is no file \"%s\"", name.data);
    if (json_parse((const char *)file->data, file->len, &set->texts[language], e) < 0)
        return err_in(e, name.data);
    return 0;
}

/* The names in {{...}} of a text; the first HOLES_MAX of them. */
static size_t find_holes(const char *text, const char *holes[HOLES_MAX], size_t lens[HOLES_MAX])
{
    size_t count = 0;

    while (count < HOLES_MAX && (text = strstr(text, "{{")) != NULL) {
        const char *end = strstr(text, "}}");
        if (end == NULL)
            break;
        holes[count] = text;
        lens[count++] = (size_t)(end - text);
        text = end;
    }
    return count;
}

/* Whether each hole of text is one of other, too. */
static bool has_holes_of(const char *text, const char *other)
{
    const char *mine[HOLES_MAX], *others[HOLES_MAX];
    size_t my_lens[HOLES_MAX], other_lens[HOLES_MAX];
    size_t count = find_holes(text, mine, my_lens);
    size_t other_count = find_holes(other, others, other_lens);

    for (size_t i = 0; i < count; i++) {
        size_t j = 0;
        while (j < other_count &&
               (my_lens[i] != other_lens[j] || memcmp(mine[i], others[j], my_lens[i]) != 0))
            j++;
        if (j == other_count)
            return false;
    }
    return true;
}

/* Each text of one language has its twin in the other. */
static int compare_texts(const struct page_set *set, enum language language, enum language other,
                         struct err *e)
{
    const char *key;
    json_t *value;

    json_object_foreach(set->texts[language], key, value)
    {
        const char *text = json_string_value(value);
        const char *twin = page_set_text(set, other, key);
        if (text == NULL || text[0] == '\0')
            return err_set(e, ERR_INPUT, "%s.json: \"%s\" is not a text", language_codes[language],
                           key);
        if (twin == NULL)
            return err_set(e, ERR_INPUT, "%s.json: there is no \"%s\"", language_codes[other], key);
        if (!has_holes_of(text, twin))
            return err_set(e, ERR_INPUT, "%s.json: \"%s\" has not the holes that it has in %s.json",
                           language_codes[other], key, language_codes[language]);
    }
    return 0;
}

const char *page_set_text(const struct page_set *set, enum language language, const char *key)
{
    return json_string_value(json_object_get(set->texts[language], key));
}

/* ---- the set ---- */

static bool is_template(const struct embedded_file *file)
{
    const char *dot = strrchr(file->name, '.');

    return !is_static(file) && dot != NULL && strcmp(dot, ".json") != 0;
}

static int make_template(struct page_set *set, const struct embedded_file *file, struct err *e)
{
    struct page_template *template = &set->templates[set->template_count++];

    template->name = file->name;
    for (int i = 0; i < LANGUAGES; i++) {
        AUTO(strbuf_free) struct strbuf out = STRBUF(TEMPLATE_BYTES);
        struct filling f = {.set = set, .language = (enum language)i, .out = &out};
        if (fill(&f, (const char *)file->data, e) < 0)
            return err_in(e, file->name);
        if (strbuf_text(&out) == NULL)
            return err_set(e, ERR_INPUT, "%s: is too long", file->name);
        template->texts[i] = mem_text(out.data);
    }
    return 0;
}

/* Partial templates need not be whole on their own: only what is shown is checked. */
static int check_template(const struct page_template *template, struct err *e)
{
    for (int i = 0; i < LANGUAGES; i++)
        if (template_check(template->texts[i], e) < 0)
            return err_in(e, template->name);
    return 0;
}

int page_set_open(struct page_set **out, const struct embedded_file files[], struct err *e)
{
    AUTO(page_set_close) struct page_set *set = mem_new(1, sizeof(*set));
    size_t count = 0;

    set->files = files;
    while (files[count].name != NULL)
        count++;
    set->templates = mem_new(count + 1, sizeof(*set->templates));
    if (read_texts(set, LANGUAGE_VI, e) < 0 || read_texts(set, LANGUAGE_EN, e) < 0 ||
        compare_texts(set, LANGUAGE_VI, LANGUAGE_EN, e) < 0 ||
        compare_texts(set, LANGUAGE_EN, LANGUAGE_VI, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (is_template(&files[i]) &&
            (make_template(set, &files[i], e) < 0 ||
             check_template(&set->templates[set->template_count - 1], e) < 0))
            return -1;
    *out = set;
    set = NULL;
    return 0;
}

void page_set_close(struct page_set **set)
{
    struct page_set *s = *set;

    if (s == NULL)
        return;
    for (size_t i = 0; i < s->template_count; i++)
        for (int j = 0; j < LANGUAGES; j++)
            free(s->templates[i].texts[j]);
    free(s->templates);
    for (int i = 0; i < LANGUAGES; i++)
        json_release(&s->texts[i]);
    free(s);
    *set = NULL;
}

const char *page_set_template(const struct page_set *set, enum language language, const char *name)
{
    size_t i = 0;

    while (i < set->template_count && strcmp(set->templates[i].name, name) != 0)
        i++;
    assert(i < set->template_count);
    return set->templates[i].texts[language];
}
