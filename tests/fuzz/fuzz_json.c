/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_json - json_take against jansson: what the scanner reads, jansson reads alike; the answer of
 * both together is jansson's in every case. */
#include "fuzz.h"

#include "json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct form {
    const char *name, *note;
    int64_t count;
    double height;
    bool wet;
    struct uuid id;
    json_t *rest;
};

static const struct json_field fields[] = {
    JSON_TEXT(struct form, name, true, 2, 5),
    JSON_TEXT(struct form, note, false, 0, 1000),
    JSON_INT(struct form, count, false, -5, 9007199254740991.0),
    JSON_FLOAT(struct form, height, false, -1e300, 1e300),
    JSON_BOOL(struct form, wet, false),
    JSON_UUID(struct form, id, false),
    JSON_ANY(struct form, rest, false),
    {0},
};

static void same_text(const char *a, const char *b)
{
    assert((a == NULL) == (b == NULL));
    assert(a == NULL || strcmp(a, b) == 0);
}

static void same(const struct form *a, const struct form *b)
{
    same_text(a->name, b->name);
    same_text(a->note, b->note);
    assert(a->count == b->count && a->wet == b->wet && uuid_equal(&a->id, &b->id));
    assert(memcmp(&a->height, &b->height, sizeof(a->height)) == 0 ||
           (isnan(a->height) && isnan(b->height)));
    assert((a->rest == NULL) == (b->rest == NULL));
    assert(a->rest == NULL || json_equal(a->rest, b->rest));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(json_store_free) struct json_store store = {0}, plain_store = {0};
    AUTO(json_release) json_t *document = NULL;
    struct form taken = {0}, plain = {0}, read = {0};
    struct err e = {0}, why = {0};
    const char *bytes = (const char *)data;

    int parsed = json_parse(bytes, size, &document, &e);
    int good = parsed < 0 ? -1 : json_read(fields, document, false, &read, &e);
    int took = json_take(fields, bytes, size, &store, &taken, &why);
    assert(good == took);
    assert(good == 0 || (e.kind == why.kind && strcmp(e.text, why.text) == 0));
    if (good == 0)
        same(&taken, &read);
    if (json_take_plain(fields, bytes, size, &plain_store, &plain)) {
        assert(good == 0);
        same(&plain, &read);
    }
    return 0;
}
