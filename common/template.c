/* SPDX-License-Identifier: Apache-2.0 */
#include "template.h"

#include "json.h"
#include "xml.h"

#include <string.h>

enum { MAX_DEPTH = 8, NAME_SIZE = 65 };

/* Where names are looked up: an item, and what is around it. */
struct scope {
    const json_t *value;
    const struct scope *outer;
};

struct tag {
    char kind; /* '#', '^', '/' or 'v' for a variable */
    char name[NAME_SIZE];
    const char *text_end; /* of the text before the tag */
    const char *next;     /* where the text goes on */
};

struct render {
    const char *text, *at;
    enum template_escape escape;
    struct strbuf *out;       /* NULL: what is read is not shown */
    template_known_fn *known; /* NULL: any name may stand there */
    const void *known_ctx;
    struct err *e;
    int depth;
};

static int fail(const struct render *r, const char *at, const char *what, const char *name)
{
    int line = 1;

    for (const char *p = r->text; p < at; p++)
        line += *p == '\n';
    return err_set(r->e, ERR_INPUT, "line %d: %s \"%s\"", line, what, name);
}

/* ---- reading ---- */

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

/* A section's tag that is alone on its line takes the line with it. */
static void take_line(const struct render *r, const char *open, struct tag *tag)
{
    const char *begin = open, *end = skip_blanks(tag->next);

    while (begin > r->at && (begin[-1] == ' ' || begin[-1] == '\t'))
        begin--;
    if ((begin == r->text || begin[-1] == '\n') && (*end == '\n' || *end == '\0')) {
        tag->text_end = begin;
        tag->next = *end == '\n' ? end + 1 : end;
    }
}

/* The next tag from r->at on; false when there is none, tag->text_end being the text's end. */
static int next_tag(const struct render *r, struct tag *tag, bool *found)
{
    const char *open = strstr(r->at, "{{");
    size_t len = 0;

    *tag = (struct tag){.kind = 'v', .text_end = open};
    *found = open != NULL;
    if (open == NULL) {
        tag->text_end = r->at + strlen(r->at);
        return 0;
    }
    const char *p = skip_blanks(open + 2);
    if (*p == '#' || *p == '^' || *p == '/')
        tag->kind = *p++;
    p = skip_blanks(p);
    while (p[len] != '\0' && is_name(p[len]) && len < NAME_SIZE - 1)
        len++;
    if (len == 0 && *p == '.')
        len = 1;
    memcpy(tag->name, p, len);
    p = skip_blanks(p + len);
    if (len == 0 || strncmp(p, "}}", 2) != 0)
        return fail(r, open, "a tag is not closed or has a bad name:", tag->name);
    tag->next = p + 2;
    if (tag->kind != 'v')
        take_line(r, open, tag);
    return 0;
}

/* ---- looking up ---- */

static const json_t *find(const struct scope *scope, const char *name)
{
    if (strcmp(name, ".") == 0)
        return scope->value;
    for (; scope != NULL; scope = scope->outer) {
        const json_t *value = json_object_get(scope->value, name);
        if (value != NULL)
            return value;
    }
    return NULL;
}

static bool is_there(const json_t *value)
{
    return value != NULL && !json_is_null(value) && !json_is_false(value) &&
           !(json_is_string(value) && json_string_length(value) == 0) &&
           !(json_is_array(value) && json_array_size(value) == 0);
}

/* ---- writing ---- */

static void add_text(const struct render *r, const char *text)
{
    switch (r->escape) {
    case TEMPLATE_PLAIN:
        strbuf_add(r->out, text, strlen(text));
        break;
    case TEMPLATE_XML:
        xml_escape(r->out, text);
        break;
    case TEMPLATE_JSON:
        json_write_text(r->out, text, strlen(text));
        break;
    case TEMPLATE_URL:
        strbuf_add_url(r->out, text);
        break;
    }
}

static int add_variable(const struct render *r, const struct scope *scope, const struct tag *tag)
{
    const json_t *value = find(scope, tag->name);

    if (json_is_string(value))
        add_text(r, json_string_value(value));
    else if (json_is_integer(value))
        strbuf_addf(r->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        strbuf_add_decimal(r->out, json_real_value(value));
    else if (json_is_boolean(value))
        strbuf_addf(r->out, "%s", json_is_true(value) ? "true" : "false");
    else
        return fail(r, tag->text_end, "there is no value for", tag->name);
    return 0;
}

/* ---- blocks ---- */

static int add_block(struct render *r, const struct scope *scope, const char *section);

/* Reads a block without showing it. */
static int skip_block(struct render *r, const struct scope *scope, const char *section)
{
    struct strbuf *out = r->out;

    r->out = NULL;
    int rc = add_block(r, scope, section);
    r->out = out;
    return rc;
}

static int add_items(struct render *r, const struct scope *scope, const char *section,
                     const json_t *items)
{
    const char *begin = r->at;
    size_t i;
    const json_t *item;

    json_array_foreach(items, i, item)
    {
        const struct scope inner = {item, scope};
        if (r->out->failed)
            break; /* what is nested multiplies: no work for what is thrown away */
        r->at = begin;
        if (add_block(r, &inner, section) < 0)
            return -1;
    }
    return 0;
}

static int add_section(struct render *r, const struct scope *scope, const struct tag *tag)
{
    const json_t *value = r->out != NULL ? find(scope, tag->name) : NULL;

    if (r->out == NULL || is_there(value) != (tag->kind == '#'))
        return skip_block(r, scope, tag->name);
    if (tag->kind == '#' && json_is_array(value))
        return add_items(r, scope, tag->name, value);
    const struct scope inner = {value, scope};
    return add_block(r, json_is_object(value) ? &inner : scope, tag->name);
}

static int take_tag(struct render *r, const struct scope *scope, const struct tag *tag)
{
    if (r->known != NULL && !r->known(r->known_ctx, tag->name, tag->kind == 'v'))
        return fail(r, tag->text_end, "there is never a value for", tag->name);
    if (tag->kind == 'v')
        return r->out != NULL ? add_variable(r, scope, tag) : 0;
    if (r->depth == MAX_DEPTH)
        return fail(r, tag->text_end, "sections are nested too deeply at", tag->name);
    r->depth++;
    int rc = add_section(r, scope, tag);
    r->depth--;
    return rc;
}

/* From r->at to the end of the section, or of the text when section is NULL. */
static int add_block(struct render *r, const struct scope *scope, const char *section)
{
    for (;;) {
        struct tag tag;
        bool found;
        if (next_tag(r, &tag, &found) < 0)
            return -1;
        if (r->out != NULL)
            strbuf_add(r->out, r->at, (size_t)(tag.text_end - r->at));
        const char *from = r->at;
        r->at = found ? tag.next : tag.text_end;
        if (!found)
            return section == NULL ? 0 : fail(r, from, "a section is not closed:", section);
        if (tag.kind != '/') {
            if (take_tag(r, scope, &tag) < 0)
                return -1;
        } else if (section == NULL || strcmp(section, tag.name) != 0) {
            return fail(r, tag.text_end, "a section is closed that is not open:", tag.name);
        } else {
            return 0;
        }
    }
}

int template_check_names(const char *text, template_known_fn *known, const void *ctx, struct err *e)
{
    struct render r = {.text = text, .at = text, .known = known, .known_ctx = ctx, .e = e};
    const struct scope none = {0};

    return add_block(&r, &none, NULL);
}

int template_check(const char *text, struct err *e)
{
    return template_check_names(text, NULL, NULL, e);
}

int template_render(const char *text, const json_t *data, enum template_escape escape,
                    struct strbuf *out, struct err *e)
{
    struct render r = {.text = text, .at = text, .escape = escape, .out = out, .e = e};
    const struct scope whole = {data, NULL};

    if (add_block(&r, &whole, NULL) < 0)
        return -1;
    if (out->failed)
        return err_set(e, ERR_INPUT, "the text is longer than %zu bytes", out->limit);
    return 0;
}
