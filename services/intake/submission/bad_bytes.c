/* SPDX-License-Identifier: Apache-2.0 */
/* bad_bytes - a parser refuses the whole body without saying where it would
 * have stood. So each bad byte is replaced by a character that no text has,
 * and the texts that hold one after parsing are the culprits. What else a
 * parser refuses is found one at a time (json_blame.h). */
#include "bad_bytes.h"

#include "json.h"
#include "json_blame.h"

#include <string.h>
#include <utf8proc.h>

static const char mark[] = "\xEF\xBF\xBE"; /* U+FFFE, which is not a character */
enum { MARK_BYTES = sizeof(mark) - 1, DEPTH_MAX = 3, BODY_BYTES = 1024 * 1024 };

static bool replace(const char *body, size_t len, struct strbuf *out)
{
    bool found = false;
    utf8proc_int32_t ignored;

    for (size_t i = 0; i < len;) {
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)body + i,
                                              (utf8proc_ssize_t)(len - i), &ignored);
        found = found || n <= 0;
        strbuf_add(out, n > 0 ? body + i : mark, n > 0 ? (size_t)n : MARK_BYTES);
        i += n > 0 ? (size_t)n : 1;
    }
    return found;
}

/* Where walking stands: parent's pointer is "" at the top. */
struct walk {
    struct faults *faults;
    const char *parent;
    int depth;
};

static void walk_value(const struct walk *w, const char *key, json_t *value);

static void walk_object(const struct walk *w, const char *key, json_t *object)
{
    AUTO(strbuf_free) struct strbuf pointer = STRBUF(FAULT_POINTER_BYTES - 1);
    const char *name;
    json_t *value;

    faults_pointer(&pointer, w->parent, key);
    const struct walk inside = {w->faults, strbuf_text(&pointer), w->depth + 1};
    if (inside.parent == NULL || inside.depth == DEPTH_MAX)
        return;
    json_object_foreach(object, name, value) walk_value(&inside, name, value);
}

static void walk_value(const struct walk *w, const char *key, json_t *value)
{
    json_t *item;
    size_t i;

    if (json_is_string(value) && strstr(json_string_value(value), mark) != NULL)
        faults_add(w->faults, w->parent, key, RULE_CLEAN);
    if (json_is_object(value))
        walk_object(w, key, value);
    json_array_foreach(value, i, item)
    {
        if (json_is_string(item))
            walk_value(w, key, item);
    }
}

/* The one value that is no text, name or number as they can be kept. */
static void blame_value(const char *body, size_t len, struct faults *faults)
{
    static const enum rule rules[] = {
        [JSON_UNCLEAN] = RULE_CLEAN, [JSON_TWICE] = RULE_ONCE, [JSON_BEYOND] = RULE_RANGE};
    AUTO(strbuf_free) struct strbuf pointer = STRBUF(FAULT_POINTER_BYTES - 1);
    enum json_wrong wrong = json_blame(body, len, &pointer);

    if (wrong != JSON_GOOD && wrong != JSON_MALFORMED)
        faults_add(faults, pointer.len > 0 ? pointer.data : "", NULL, rules[wrong]);
}

void bad_bytes_blame(const char *body, size_t len, struct faults *faults)
{
    AUTO(strbuf_free) struct strbuf marked = STRBUF(BODY_BYTES);
    AUTO(json_release) json_t *document = NULL;
    const struct walk top = {faults, "", 0};
    const char *key;
    json_t *value;
    struct err ignored;

    if (!replace(body, len, &marked)) {
        blame_value(body, len, faults);
        return;
    }
    if (json_parse(marked.data, marked.len, &document, &ignored) == 0)
        json_object_foreach(document, key, value) walk_value(&top, key, value);
    if (faults->count == 0)
        faults_add(faults, "", NULL, RULE_CLEAN);
}
