/* SPDX-License-Identifier: Apache-2.0 */
/* json_take - from bytes to a struct by a table of fields, without a tree in between. */
#include "json_rules.h"
#include "json_scan.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPARE_BYTES = 64 }; /* the next one may be a little longer */

/* What json_take is about. */
struct taking {
    const struct json_field *fields;
    struct json_scan scan;
    struct json_store *store;
    void *out;
    uint64_t seen; /* bit set of the fields that were there */
};

static bool scan_text(struct taking *t, const struct json_field *f, void *to)
{
    const char *text;
    size_t len;
    struct err e;

    return json_scan_text(&t->scan, &text, &len) && json_rule_text(f, text, len, to, &e) == 0;
}

static bool scan_int(struct taking *t, const struct json_field *f, void *to)
{
    int64_t n;
    struct err e;

    return json_scan_int(&t->scan, &n) && json_rule_int(f, n, to, &e) == 0;
}

static bool scan_float(struct taking *t, const struct json_field *f, void *to)
{
    double n;
    struct err e;

    return json_scan_float(&t->scan, &n) && json_rule_float(f, n, to, &e) == 0;
}

static bool scan_bool(struct taking *t, const struct json_field *f, void *to)
{
    (void)f;
    return json_scan_bool(&t->scan, to);
}

static bool scan_uuid(struct taking *t, const struct json_field *f, void *to)
{
    const char *text;
    size_t len;
    struct err e;

    return json_scan_text(&t->scan, &text, &len) && json_rule_uuid(f, text, to, &e) == 0;
}

/* jansson's. A zero byte behind a number it passes over without counting it, so that it would stop
 * one byte early: the whole text is left to it, which is refused for that (json_load). */
static bool scan_any(struct taking *t, const struct json_field *f, void *to)
{
    struct json_scan *s = &t->scan;
    json_error_t error;

    (void)f;
    json_t *value =
        json_loadb(s->at, (size_t)(s->end - s->at),
                   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &error);
    if (value == NULL)
        return false;
    if (t->store->tree == NULL)
        t->store->tree = json_array();
    json_array_append_new(t->store->tree, value);
    if (json_is_null(value))
        return false;
    size_t left = (size_t)(s->end - s->at), passed = (size_t)error.position;
    if (memchr(s->at, '\0', passed < left ? passed + 1 : left) != NULL)
        return false;
    s->at += passed;
    memcpy(to, &value, sizeof(value));
    return true;
}

static bool scan_skipped(struct taking *t, const struct json_field *f, void *to)
{
    (void)f;
    (void)to;
    return json_scan_skip(&t->scan);
}

/* What can be done with a field, by enum json_type. */
static bool (*const scanners[])(struct taking *t, const struct json_field *f, void *to) = {
    [JSON_IS_TEXT] = scan_text,       [JSON_IS_INT] = scan_int,    [JSON_IS_FLOAT] = scan_float,
    [JSON_IS_BOOL] = scan_bool,       [JSON_IS_UUID] = scan_uuid,  [JSON_IS_ANY] = scan_any,
    [JSON_IS_SKIPPED] = scan_skipped, [JSON_IS_PROSE] = scan_text,
};

void json_store_free(struct json_store *store)
{
    json_decref(store->tree);
    free(store->texts);
    *store = (struct json_store){0};
}

static void make_room(struct json_store *store, size_t len)
{
    json_decref(store->tree);
    store->tree = NULL;
    if (store->room >= len && store->texts != NULL)
        return;
    free(store->texts);
    store->room = len + SPARE_BYTES;
    store->texts = mem_resize(NULL, store->room);
}

/* The field that the next key names; programs write them in the table's order, so the search
 * begins at guess. NULL: none, or it was there before. */
static const struct json_field *scan_key(struct taking *t, size_t guess)
{
    char *begin = t->scan.texts;
    const char *key;
    size_t len, count = 0;

    if (!json_scan_text(&t->scan, &key, &len) || !json_scan_char(&t->scan, ':'))
        return NULL;
    t->scan.texts = begin; /* it is compared, and not kept */
    while (t->fields[count].name != NULL)
        count++;
    for (size_t i = 0; i < count; i++) {
        size_t at = guess + i < count ? guess + i : (guess + i) % count;
        uint64_t bit = UINT64_C(1) << at;
        if (strcmp(t->fields[at].name, key) != 0)
            continue;
        bool again = (t->seen & bit) != 0;
        t->seen |= bit;
        return again ? NULL : &t->fields[at];
    }
    return NULL;
}

/* What absence means; false when it is a fault. */
static bool settle_absent(const struct taking *t)
{
    for (const struct json_field *f = t->fields; f->name != NULL; f++) {
        void *to = (char *)t->out + f->offset;
        if ((t->seen & UINT64_C(1) << (f - t->fields)) != 0)
            continue;
        if (f->required)
            return false;
        if (f->type == JSON_IS_FLOAT)
            *(double *)to = (double)NAN; /* a float in C */
    }
    return true;
}

static bool scan_fields(struct taking *t)
{
    size_t guess = 0;

    if (!json_scan_char(&t->scan, '{'))
        return false;
    do {
        const struct json_field *f = scan_key(t, guess);
        if (f == NULL || !scanners[f->type](t, f, (char *)t->out + f->offset))
            return false;
        guess = (size_t)(f - t->fields) + 1;
    } while (json_scan_char(&t->scan, ','));
    return json_scan_char(&t->scan, '}') && settle_absent(t);
}

bool json_take_plain(const struct json_field fields[], const char *bytes, size_t len,
                     struct json_store *store, void *out)
{
    make_room(store, len);
    struct taking t = {
        .fields = fields, .scan = {bytes, bytes + len, store->texts}, .store = store, .out = out};

    return scan_fields(&t) && json_scan_end(&t.scan);
}

bool json_take_list(const struct json_field fields[], const struct json_bytes *bytes,
                    struct json_store *store, const struct json_list *list, size_t *count)
{
    size_t n = 0;

    make_room(store, bytes->len);
    struct taking t = {.fields = fields,
                       .scan = {bytes->data, bytes->data + bytes->len, store->texts},
                       .store = store};
    if (!json_scan_char(&t.scan, '['))
        return false;
    do {
        if (n == list->max)
            return false;
        t.out = (char *)list->items + n++ * list->size;
        t.seen = 0;
        memset(t.out, 0, list->size);
        if (!scan_fields(&t))
            return false;
    } while (json_scan_char(&t.scan, ','));
    *count = n;
    return json_scan_char(&t.scan, ']') && json_scan_end(&t.scan);
}

int json_take(const struct json_field fields[], const char *bytes, size_t len,
              struct json_store *store, void *out, struct err *e)
{
    if (json_take_plain(fields, bytes, len, store, out))
        return 0;
    json_decref(store->tree);
    store->tree = NULL;
    if (json_parse(bytes, len, &store->tree, e) < 0)
        return -1;
    return json_read(fields, store->tree, false, out, e);
}
