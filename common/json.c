/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include "json_rules.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_release(json_t **document)
{
    json_decref(*document);
    *document = NULL;
}

/* As jansson tells of a byte that it takes for no JSON. */
static void tell_zero(const char *bytes, const char *zero, json_error_t *error)
{
    const char *line = bytes;

    error->line = 1;
    for (const char *p = bytes; p < zero; p++) {
        if (*p != '\n')
            continue;
        error->line++;
        line = p + 1;
    }
    error->column = (int)(zero - line) + 1;
    error->position = (int)(zero - bytes) + 1;
    (void)snprintf(error->text, sizeof(error->text), "invalid token: a zero byte");
    error->text[sizeof(error->text) - 1] = (char)json_error_invalid_syntax; /* json_error_code */
}

json_t *json_load(const char *bytes, size_t len, json_error_t *error)
{
    json_t *document = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, error);
    const char *zero = document != NULL ? memchr(bytes, '\0', len) : NULL;

    if (zero == NULL)
        return document;
    json_decref(document);
    tell_zero(bytes, zero, error);
    return NULL;
}

int json_parse(const char *bytes, size_t len, json_t **out, struct err *e)
{
    json_error_t error;
    json_t *document = json_load(bytes, len, &error);

    if (document == NULL)
        return err_set(e, ERR_INPUT, "malformed JSON at line %d, column %d", error.line,
                       error.column);
    if (!json_is_object(document)) {
        json_decref(document);
        return err_set(e, ERR_INPUT, "the JSON document is not an object");
    }
    *out = document;
    return 0;
}

/* ---- from jansson's values ---- */

static int read_text(const struct json_field *f, const json_t *value, void *to, struct err *e)
{
    if (!json_is_string(value))
        return err_set(e, ERR_INPUT, "%s: must be a text", f->name);
    return json_rule_text(f, json_string_value(value), json_string_length(value), to, e);
}

static int read_int(const struct json_field *f, const json_t *value, void *to, struct err *e)
{
    if (!json_is_integer(value))
        return err_set(e, ERR_INPUT, "%s: must be a whole number", f->name);
    return json_rule_int(f, json_integer_value(value), to, e);
}

static int read_float(const struct json_field *f, const json_t *value, void *to, struct err *e)
{
    if (!json_is_number(value))
        return err_set(e, ERR_INPUT, "%s: must be a number", f->name);
    return json_rule_float(f, json_number_value(value), to, e);
}

static int read_bool(const struct json_field *f, const json_t *value, void *to, struct err *e)
{
    if (!json_is_boolean(value))
        return err_set(e, ERR_INPUT, "%s: must be true or false", f->name);
    *(bool *)to = json_is_true(value);
    return 0;
}

static int read_uuid(const struct json_field *f, const json_t *value, void *to, struct err *e)
{
    return json_rule_uuid(f, json_is_string(value) ? json_string_value(value) : "", to, e);
}

static int read_any(const struct json_field *f, const json_t *value, void *to, struct err *e)
{
    (void)f;
    (void)e;
    memcpy(to, &value, sizeof(value));
    return 0;
}

static int read_skipped(const struct json_field *f, const json_t *value, void *to, struct err *e)
{
    (void)f;
    (void)value;
    (void)to;
    (void)e;
    return 0;
}

/* ---- writing ---- */

static void write_text(const void *from, struct strbuf *out)
{
    const char *text = *(const char *const *)from;

    json_write_text(out, text, strlen(text));
}

static void write_int(const void *from, struct strbuf *out)
{
    strbuf_add_int(out, *(const int64_t *)from);
}

static void write_float(const void *from, struct strbuf *out)
{
    strbuf_add_decimal(out, *(const double *)from);
}

static void write_bool(const void *from, struct strbuf *out)
{
    bool yes = *(const bool *)from;

    strbuf_add(out, yes ? "true" : "false", yes ? 4 : 5);
}

static void write_uuid(const void *from, struct strbuf *out)
{
    char text[UUID_TEXT_SIZE];

    uuid_text(from, text);
    strbuf_add(out, "\"", 1);
    strbuf_add(out, text, UUID_TEXT_SIZE - 1);
    strbuf_add(out, "\"", 1);
}

static void write_any(const void *from, struct strbuf *out)
{
    char *text = json_dumps(*(json_t *const *)from, JSON_COMPACT | JSON_ENCODE_ANY);

    strbuf_add(out, text, strlen(text));
    free(text);
}

static bool no_text(const void *from)
{
    return *(const char *const *)from == NULL;
}

static bool no_int(const void *from)
{
    return *(const int64_t *)from == 0;
}

static bool no_float(const void *from)
{
    return isnan(*(const double *)from);
}

static bool no_bool(const void *from)
{
    return !*(const bool *)from;
}

static bool no_uuid(const void *from)
{
    static const struct uuid nil;

    return uuid_equal(from, &nil);
}

static bool no_any(const void *from)
{
    return *(json_t *const *)from == NULL;
}

static void write_skipped(const void *from, struct strbuf *out)
{
    (void)from;
    strbuf_add(out, "null", 4);
}

static bool no_skipped(const void *from)
{
    (void)from;
    return true;
}

/* What can be done with a field, by enum json_type. */
static const struct {
    int (*read)(const struct json_field *f, const json_t *value, void *to, struct err *e);
    void (*write)(const void *from, struct strbuf *out);
    bool (*absent)(const void *from);
} types[] = {
    [JSON_IS_TEXT] = {read_text, write_text, no_text},
    [JSON_IS_INT] = {read_int, write_int, no_int},
    [JSON_IS_FLOAT] = {read_float, write_float, no_float},
    [JSON_IS_BOOL] = {read_bool, write_bool, no_bool},
    [JSON_IS_UUID] = {read_uuid, write_uuid, no_uuid},
    [JSON_IS_ANY] = {read_any, write_any, no_any},
    [JSON_IS_SKIPPED] = {read_skipped, write_skipped, no_skipped},
    [JSON_IS_PROSE] = {read_text, write_text, no_text},
};

static int refuse_unknown(const struct json_field fields[], const json_t *object, struct err *e)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const struct json_field *f = fields;
        while (f->name != NULL && strcmp(f->name, key) != 0)
            f++;
        if (f->name == NULL)
            return err_set(e, ERR_INPUT, "%s: is not a known field", key);
    }
    return 0;
}

int json_read(const struct json_field fields[], const json_t *object, bool strict, void *out,
              struct err *e)
{
    size_t found = 0;

    for (const struct json_field *f = fields; f->name != NULL; f++) {
        const json_t *value = json_object_get(object, f->name);
        void *to = (char *)out + f->offset;
        found += value != NULL;
        if (value == NULL || json_is_null(value)) {
            if (f->required)
                return err_set(e, ERR_INPUT, "%s: is missing", f->name);
            if (f->type == JSON_IS_FLOAT)
                *(double *)to = (double)NAN; /* a float in C */
            continue;
        }
        if (types[f->type].read(f, value, to, e) < 0)
            return -1;
    }
    if (strict && found < json_object_size(object))
        return refuse_unknown(fields, object, e);
    return 0;
}

void json_write(const struct json_field fields[], const void *in, struct strbuf *out)
{
    const char *separator = "{\"";

    for (const struct json_field *f = fields; f->name != NULL; f++) {
        const void *from = (const char *)in + f->offset;
        if (!f->required && types[f->type].absent(from))
            continue;
        strbuf_add(out, separator, 2);
        strbuf_add(out, f->name, strlen(f->name));
        strbuf_add(out, "\":", 2);
        types[f->type].write(from, out);
        separator = ",\"";
    }
    strbuf_add(out, separator[0] == '{' ? "{}" : "}", separator[0] == '{' ? 2 : 1);
}

/* Whether one of the eight bytes may need an escape: it is below a space, a quote or a backslash.
 * Never false when one does; true now and then when none does. */
static bool may_need_escape(const char *eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    uint64_t x;

    memcpy(&x, eight, sizeof(x));
    uint64_t quote = x ^ ones * '"', backslash = x ^ ones * '\\';
    uint64_t low = (x - ones * ' ') & ~x;
    return ((low | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & highs) != 0;
}

static bool needs_escape(unsigned char c)
{
    return c < ' ' || c == '"' || c == '\\';
}

/* Where the next byte that needs an escape is, from at on. */
static size_t find_escape(const char *text, size_t at, size_t len)
{
    while (at + 8 <= len && !may_need_escape(text + at))
        at += 8;
    while (at < len && !needs_escape((unsigned char)text[at]))
        at++;
    return at;
}

void json_write_text(struct strbuf *out, const char *text, size_t len)
{
    size_t start = 0, at;

    strbuf_add(out, "\"", 1);
    while ((at = find_escape(text, start, len)) < len) {
        unsigned char c = (unsigned char)text[at];
        strbuf_add(out, text + start, at - start);
        if (c < ' ')
            strbuf_addf(out, "\\u%04x", c);
        else
            strbuf_addf(out, "\\%c", c);
        start = at + 1;
    }
    strbuf_add(out, text + start, len - start);
    strbuf_add(out, "\"", 1);
}

void json_add_step(struct strbuf *out, const char *key)
{
    strbuf_add(out, "/", 1);
    for (; *key != '\0'; key++) {
        if (*key == '~' || *key == '/')
            strbuf_add(out, *key == '~' ? "~0" : "~1", 2);
        else
            strbuf_add(out, key, 1);
    }
}
