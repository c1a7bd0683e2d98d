/* SPDX-License-Identifier: Apache-2.0 */
/* json_blame - the parser tells after how many bytes it has given up: behind the text, name or
 * number that it did not like, or within a text. Up to there the brackets, commas and texts are
 * such as it has taken, so that they alone say what is open. */
#include "json_blame.h"

#include "json.h"
#include "text.h"

#include <string.h>

enum { DEEPEST = 16, STEP_BYTES = 200 };

/* Bytes of the text that is looked at. */
struct piece {
    const char *data; /* NULL: none */
    size_t len;
};

/* An object or list that is open. */
struct level {
    bool is_list;
    size_t index;      /* of the item at hand */
    struct piece name; /* of the member at hand, in its quotes */
};

struct scan {
    const char *bytes;
    size_t at, end; /* the next byte, and where the parser has given up */
    struct level levels[DEEPEST];
    size_t depth; /* of those beyond DEEPEST the number alone is known */
    bool wants_name;
    struct piece text; /* the last, from its first quote on */
    bool is_whole;     /* it has its last quote, too */
};

/* ---- what is open ---- */

static struct level *innermost(struct scan *s)
{
    return s->depth > 0 && s->depth <= DEEPEST ? &s->levels[s->depth - 1] : NULL;
}

static void take_text(struct scan *s)
{
    struct level *level = innermost(s);
    size_t from = s->at++;

    while (s->at < s->end && s->bytes[s->at] != '"')
        s->at += s->bytes[s->at] == '\\' ? 2 : 1;
    s->is_whole = s->at < s->end;
    s->at = s->is_whole ? s->at + 1 : s->end;
    s->text = (struct piece){s->bytes + from, s->at - from};
    if (level != NULL && s->wants_name && s->is_whole)
        level->name = s->text;
    s->wants_name = false;
}

static void open_level(struct scan *s, bool is_list)
{
    s->depth++;
    s->wants_name = !is_list;
    if (innermost(s) != NULL)
        *innermost(s) = (struct level){.is_list = is_list};
}

static void close_level(struct scan *s)
{
    s->depth -= s->depth > 0 ? 1 : 0;
    s->wants_name = false;
}

static void go_on(struct scan *s)
{
    struct level *level = innermost(s);

    if (level == NULL)
        return;
    level->index++;
    level->name = (struct piece){0};
    s->wants_name = !level->is_list;
}

static void scan(struct scan *s)
{
    while (s->at < s->end) {
        char c = s->bytes[s->at];
        if (c == '"') {
            take_text(s);
            continue;
        }
        s->at++;
        if (c == '{' || c == '[')
            open_level(s, c == '[');
        else if (c == '}' || c == ']')
            close_level(s);
        else if (c == ',')
            go_on(s);
    }
}

/* ---- what is wrong ---- */

/* As a text alone; NULL: it is none. Yours to drop. */
static json_t *read_text(const struct piece *text)
{
    return text->data != NULL ? json_loadb(text->data, text->len, JSON_DECODE_ANY, NULL) : NULL;
}

/* Of what the parser calls a matter of syntax. A whole text that is none by itself has half a
 * surrogate pair or ends in half an escape: anything else is found before its end. */
static bool is_unclean(const struct scan *s, size_t len)
{
    if (s->text.data == NULL || s->text.data + s->text.len != s->bytes + s->end)
        return false;
    if (!s->is_whole)
        return s->end < len && (unsigned char)s->bytes[s->end] < ' ';
    AUTO(json_release) json_t *text = read_text(&s->text);
    return text == NULL;
}

static enum json_wrong judge(const struct scan *s, size_t len, enum json_error_code code)
{
    if (code == json_error_duplicate_key)
        return JSON_TWICE;
    if (code == json_error_numeric_overflow)
        return JSON_BEYOND;
    if (code == json_error_null_character || code == json_error_null_byte_in_key ||
        code == json_error_invalid_utf8 || is_unclean(s, len))
        return JSON_UNCLEAN;
    return JSON_MALFORMED;
}

/* ---- where ---- */

static bool add_name(const struct piece *name, struct strbuf *step)
{
    AUTO(json_release) json_t *value = read_text(name);
    bool is_clean =
        value != NULL && text_is_clean(json_string_value(value), json_string_length(value));

    if (is_clean)
        json_add_step(step, json_string_value(value));
    return is_clean;
}

static void point(const struct scan *s, struct strbuf *pointer)
{
    for (size_t i = 0; i < s->depth && i < DEEPEST; i++) {
        const struct level *level = &s->levels[i];
        AUTO(strbuf_free) struct strbuf step = STRBUF(STEP_BYTES);
        if (level->is_list)
            strbuf_addf(&step, "/%zu", level->index);
        else if (!add_name(&level->name, &step))
            return;
        if (strbuf_text(&step) == NULL || pointer->len + step.len > pointer->limit)
            return;
        strbuf_add(pointer, step.data, step.len);
    }
}

enum json_wrong json_blame(const char *bytes, size_t len, struct strbuf *pointer)
{
    json_error_t error;
    json_t *document = json_load(bytes, len, &error);
    struct scan s = {.bytes = bytes};

    if (document != NULL) {
        json_decref(document);
        return JSON_GOOD;
    }
    s.end = error.position > 0 ? (size_t)error.position : 0;
    s.end = s.end < len ? s.end : len;
    scan(&s);
    enum json_wrong wrong = judge(&s, len, json_error_code(&error));
    if (wrong != JSON_MALFORMED)
        point(&s, pointer);
    return wrong;
}
