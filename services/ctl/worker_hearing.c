/* SPDX-License-Identifier: Apache-2.0 */
/* worker_hearing - what the server says to a worker. */
#include "worker_session_internal.h"

#include "clock.h"
#include "code.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

static void hear_welcome(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_release) json_t *document = NULL;
    struct wire_welcome welcome = {0};
    struct err e;

    if (json_parse(json, len, &document, &e) < 0 ||
        json_read(wire_welcome_fields, document, false, &welcome, &e) < 0) {
        worker_report(s, "the server's WELCOME is not understood");
        return;
    }
    s->welcome = true;
    s->trouble[0] = '\0';
    if (s->settings.on_welcome != NULL)
        s->settings.on_welcome(s->settings.ctx, &welcome);
}

/* wire_task_fields, for who does not look at contents. */
static const struct json_field bare_task_fields[] = {
    JSON_TEXT(struct wire_task, task, true, 1, WIRE_TASK_ID_SIZE - 1),
    JSON_INT(struct wire_task, epoch, true, 1, 9007199254740991.0),
    JSON_TEXT(struct wire_task, reference, true, 1, 40),
    JSON_TEXT(struct wire_task, service, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct wire_task, unit, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct wire_task, due_at, true, 1, 40),
    JSON_INT(struct wire_task, attempt, true, 1, 9007199254740991.0),
    JSON_INT(struct wire_task, followers, false, 0, 9007199254740991.0),
    JSON_SKIPPED("content", true),
    {0},
};

static bool hear_bare_tasks(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct wire_task *tasks = mem_new(WIRE_MAX_ITEMS, sizeof(*tasks));
    const struct json_list list = {tasks, sizeof(*tasks), WIRE_MAX_ITEMS};
    size_t count = 0;
    bool good =
        json_take_list(bare_task_fields, &(struct json_bytes){json, len}, &store, &list, &count);

    for (size_t i = 0; good && i < count; i++)
        s->settings.on_task(s->settings.ctx, &tasks[i]);
    free(tasks);
    return good;
}

static void hear_tasks(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_release) json_t *items = NULL;
    struct err e;
    size_t i;
    const json_t *item;

    if (s->settings.no_content && hear_bare_tasks(s, json, len))
        return;
    if (wire_batch_read(json, len, &items, &e) < 0)
        return; /* they come again to somebody */
    json_array_foreach(items, i, item)
    {
        struct wire_task task = {0};
        if (json_read(wire_task_fields, item, false, &task, &e) == 0)
            s->settings.on_task(s->settings.ctx, &task);
    }
}

static bool hear_plain_results(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct wire_result *results = mem_new(WIRE_MAX_ITEMS, sizeof(*results));
    const struct json_list list = {results, sizeof(*results), WIRE_MAX_ITEMS};
    size_t count = 0;
    bool good =
        json_take_list(wire_result_fields, &(struct json_bytes){json, len}, &store, &list, &count);

    for (size_t i = 0; good && i < count; i++)
        s->settings.on_result(s->settings.ctx, &results[i]);
    free(results);
    return good;
}

static void hear_results(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_release) json_t *items = NULL;
    struct err e;
    size_t i;
    const json_t *item;

    if (s->settings.on_result == NULL || hear_plain_results(s, json, len))
        return;
    if (wire_batch_read(json, len, &items, &e) < 0)
        return;
    json_array_foreach(items, i, item)
    {
        struct wire_result result = {0};
        if (json_read(wire_result_fields, item, false, &result, &e) == 0)
            s->settings.on_result(s->settings.ctx, &result);
    }
}

static void hear_news(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_release) json_t *items = NULL;
    struct err e;
    size_t i;
    const json_t *item;

    if (s->settings.on_news == NULL || wire_batch_read(json, len, &items, &e) < 0)
        return;
    json_array_foreach(items, i, item)
    {
        struct wire_news news = {0};
        if (json_read(wire_news_fields, item, false, &news, &e) == 0)
            s->settings.on_news(s->settings.ctx, &news);
    }
}

/* A server that was restarted does not know us: that is mended by saying HELLO. */
static void hear_error(struct worker_session *s, const char *json, size_t len)
{
    AUTO(json_release) json_t *document = NULL;
    struct wire_error words = {0};
    bool was_welcome = s->welcome;
    struct err e;

    if (json_parse(json, len, &document, &e) < 0 ||
        json_read(wire_error_fields, document, false, &words, &e) < 0)
        return;
    if (strcmp(words.error, "message") != 0)
        worker_drop_batches(s);
    worker_report(s, words.text);
    if (was_welcome && strcmp(words.error, "hello") == 0)
        worker_say_hello(s);
    else if (strcmp(words.error, "message") == 0)
        s->welcome = was_welcome;
}

void worker_hear(struct worker_session *s, zmq_msg_t frames[WORKER_FRAMES], int count)
{
    static void (*const hearers[WIRE_VERBS])(struct worker_session * s, const char *json,
                                             size_t len) = {
        [WIRE_WELCOME] = hear_welcome, [WIRE_TASK] = hear_tasks,  [WIRE_OK] = hear_results,
        [WIRE_REFUSED] = hear_results, [WIRE_ERROR] = hear_error, [WIRE_NEWS] = hear_news,
    };
    enum wire_verb verb;
    struct err e;

    s->heard_us = clock_mono_us();
    if (wire_verb_read(zmq_msg_data(&frames[0]), zmq_msg_size(&frames[0]), &verb, &e) < 0 ||
        hearers[verb] == NULL)
        return;
    hearers[verb](s, count > 1 ? zmq_msg_data(&frames[1]) : "",
                  count > 1 ? zmq_msg_size(&frames[1]) : 0);
}
