/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_worker_frames - what a worker may send: a line with the verb, then the JSON of any bytes.
 * An item that is taken has a body that tracker can read; nobody guesses the id of an upload. */
/* links: dispatch */
#include "fuzz.h"

#include "files.h"
#include "messages.h"
#include "ring.h"
#include "wire.h"

#include <assert.h>
#include <string.h>

static void check_body(enum wire_verb verb, const struct strbuf *body)
{
    AUTO(json_release) json_t *document = NULL;
    struct case_answer answer = {0};
    struct case_return why = {0};
    struct err e;

    if (verb == WIRE_ACCEPT) {
        assert(body->len == 0);
        return;
    }
    int rc = json_parse(body->data, body->len, &document, &e);
    assert(rc == 0);
    rc = verb == WIRE_DONE ? json_read(case_answer_fields, document, true, &answer, &e)
                           : json_read(case_return_fields, document, true, &why, &e);
    assert(rc == 0);
}

static void take_item(enum wire_verb verb, const json_t *json)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(64 * 1024);
    struct wire_item item = {0};
    struct wire_task_id id, again;
    char text[WIRE_TASK_ID_SIZE];
    struct err e;

    if (json_read(wire_item_fields, json, false, &item, &e) < 0 ||
        wire_task_id_read(item.task, &id, &e) < 0)
        return;
    if (files_take(ring_of_a_test(), item.answer, 0, &e) == 0)
        assert(json_array_size(json_object_get(item.answer, "attachments")) == 0);
    int rc = wire_task_id_read(wire_task_id_text(&id, text), &again, &e);
    assert(rc == 0 && memcmp(&id, &again, sizeof(id)) == 0);
    if (wire_body_write(verb, &item, &body, &e) == 0 && !body.failed)
        check_body(verb, &body);
}

/* What is read without a tree is what is in the tree. */
static void check_list(const json_t *items, const char *json, size_t len)
{
    static struct wire_item taken[WIRE_MAX_ITEMS];
    AUTO(json_store_free) struct json_store store = {0};
    const struct json_list list = {taken, sizeof(taken[0]), COUNT(taken)};
    size_t count = 0;

    if (!json_take_list(wire_item_fields, &(struct json_bytes){json, len}, &store, &list, &count))
        return;
    assert(items != NULL && json_array_size(items) == count);
    for (size_t i = 0; i < count; i++) {
        AUTO(strbuf_free) struct strbuf a = STRBUF(1 << 20), b = STRBUF(1 << 20);
        struct wire_item item = {0};
        struct err e;
        int rc = json_read(wire_item_fields, json_array_get(items, i), false, &item, &e);
        assert(rc == 0);
        json_write(wire_item_fields, &item, &a);
        json_write(wire_item_fields, &taken[i], &b);
        assert(strcmp(strbuf_text(&a), strbuf_text(&b)) == 0);
    }
}

static void take_items(enum wire_verb verb, const char *json, size_t len)
{
    AUTO(json_release) json_t *items = NULL;
    struct err e;
    size_t i;
    const json_t *item;

    int rc = wire_batch_read(json, len, &items, &e);
    check_list(items, json, len);
    if (rc < 0)
        return;
    assert(json_array_size(items) <= WIRE_MAX_ITEMS);
    json_array_foreach(items, i, item)
    {
        take_item(verb, item);
    }
}

static void take_hello(const char *json, size_t len)
{
    AUTO(json_release) json_t *document = NULL;
    struct wire_hello hello = {0};
    struct err e;

    if (json_parse(json, len, &document, &e) == 0 &&
        json_read(wire_hello_fields, document, false, &hello, &e) == 0)
        assert(hello.credit >= 0 && hello.credit <= WIRE_MAX_ITEMS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = size > 0 ? memchr(text, '\n', size) : NULL;
    enum wire_verb verb;
    struct err e;

    if (end == NULL || wire_verb_read(text, (size_t)(end - text), &verb, &e) < 0)
        return 0;
    size_t len = size - (size_t)(end - text) - 1;
    if (verb == WIRE_HELLO)
        take_hello(end + 1, len);
    else if (wire_command_name(verb) != NULL)
        take_items(verb, end + 1, len);
    return 0;
}
