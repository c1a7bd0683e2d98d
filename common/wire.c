/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include "attachment.h"
#include "code.h"
#include "messages.h"
#include "text.h"

#include <string.h>

static const struct {
    const char *name;
    const char *command;
} verbs[WIRE_VERBS] = {
    [WIRE_HELLO] = {"HELLO", NULL},
    [WIRE_WELCOME] = {"WELCOME", NULL},
    [WIRE_TASK] = {"TASK", NULL},
    [WIRE_ACCEPT] = {"ACCEPT", "accept"},
    [WIRE_DONE] = {"DONE", "done"},
    [WIRE_RETURN] = {"RETURN", "return"},
    [WIRE_OK] = {"OK", NULL},
    [WIRE_REFUSED] = {"REFUSED", NULL},
    [WIRE_HEARTBEAT] = {"HEARTBEAT", NULL},
    [WIRE_BYE] = {"BYE", NULL},
    [WIRE_ERROR] = {"ERROR", NULL},
    [WIRE_NEWS] = {"NEWS", NULL},
};

enum { TASK_MIN = 38, TEXT = 4000 }; /* characters */
#define MAX_COUNT 9007199254740991.0 /* 2^53 - 1: what JSON carries exactly */

const struct json_field wire_hello_fields[] = {
    JSON_INT(struct wire_hello, protocol, true, 1, MAX_COUNT),
    JSON_TEXT(struct wire_hello, name, true, 1, 64),
    JSON_INT(struct wire_hello, credit, true, 0, WIRE_MAX_ITEMS),
    JSON_ANY(struct wire_hello, units, false),
    JSON_BOOL(struct wire_hello, news, false),
    {0},
};

const struct json_field wire_welcome_fields[] = {
    JSON_INT(struct wire_welcome, heartbeat_s, true, 1, 3600),
    JSON_INT(struct wire_welcome, lease_s, true, 1, MAX_COUNT),
    JSON_ANY(struct wire_welcome, units, true),
    {0},
};

const struct json_field wire_task_fields[] = {
    JSON_TEXT(struct wire_task, task, true, TASK_MIN, WIRE_TASK_ID_SIZE - 1),
    JSON_INT(struct wire_task, epoch, true, 1, MAX_COUNT),
    JSON_TEXT(struct wire_task, reference, true, 11, 11),
    JSON_TEXT(struct wire_task, service, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct wire_task, unit, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct wire_task, due_at, true, 20, 40),
    JSON_INT(struct wire_task, attempt, true, 1, MAX_COUNT),
    JSON_INT(struct wire_task, followers, false, 0, MAX_COUNT),
    JSON_ANY(struct wire_task, content, true),
    {0},
};

const struct json_field wire_news_fields[] = {
    JSON_TEXT(struct wire_news, task, true, TASK_MIN, WIRE_TASK_ID_SIZE - 1),
    JSON_INT(struct wire_news, epoch, true, 1, MAX_COUNT),
    JSON_INT(struct wire_news, followers, true, 0, MAX_COUNT),
    {0},
};

const struct json_field wire_item_fields[] = {
    JSON_TEXT(struct wire_item, task, true, TASK_MIN, WIRE_TASK_ID_SIZE - 1),
    JSON_INT(struct wire_item, epoch, true, 1, MAX_COUNT),
    JSON_TEXT(struct wire_item, unit, false, 1, CODE_SAID_MOST),
    JSON_ANY(struct wire_item, answer, false),
    JSON_TEXT(struct wire_item, reason, false, 1, CODE_SAID_MOST),
    JSON_PROSE(struct wire_item, text, false, 1, TEXT),
    {0},
};

const struct json_field wire_item_name_fields[] = {
    JSON_TEXT(struct wire_item, task, true, TASK_MIN, WIRE_TASK_ID_SIZE - 1),
    JSON_INT(struct wire_item, epoch, true, 1, MAX_COUNT),
    {0},
};

const struct json_field wire_file_fields[] = {
    JSON_TEXT(struct wire_file, id, true, 1, ATTACHMENT_ID_SIZE - 1),
    JSON_TEXT(struct wire_file, name, false, 1, ATTACHMENT_NAME_SIZE - 1),
    JSON_TEXT(struct wire_file, type, false, 1, CODE_SAID_MOST),
    JSON_INT(struct wire_file, bytes, false, 0, MAX_COUNT),
    JSON_INT(struct wire_file, width, false, 0, MAX_COUNT),
    JSON_INT(struct wire_file, height, false, 0, MAX_COUNT),
    {0},
};

const struct json_field wire_result_fields[] = {
    JSON_TEXT(struct wire_result, task, true, TASK_MIN, WIRE_TASK_ID_SIZE - 1),
    JSON_INT(struct wire_result, epoch, true, 1, MAX_COUNT),
    JSON_TEXT(struct wire_result, verb, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct wire_result, state, false, 1, CODE_SAID_MOST),
    JSON_TEXT(struct wire_result, refused, false, 1, CODE_SAID_MOST),
    JSON_TEXT(struct wire_result, text, false, 1, 240),
    {0},
};

const struct json_field wire_error_fields[] = {
    JSON_TEXT(struct wire_error, error, true, 1, CODE_SAID_MOST),
    JSON_TEXT(struct wire_error, text, true, 1, 240),
    {0},
};

const char *wire_verb_name(enum wire_verb verb)
{
    return verbs[verb].name;
}

const char *wire_command_name(enum wire_verb verb)
{
    return verbs[verb].command;
}

int wire_verb_read(const char *frame, size_t len, enum wire_verb *out, struct err *e)
{
    for (size_t i = 0; i < COUNT(verbs); i++)
        if (strlen(verbs[i].name) == len && memcmp(verbs[i].name, frame, len) == 0) {
            *out = (enum wire_verb)i;
            return 0;
        }
    return err_set(e, ERR_INPUT, "the verb is not known");
}

const char *wire_task_id_text(const struct wire_task_id *id, char out[WIRE_TASK_ID_SIZE])
{
    uuid_text(&id->case_id, out);
    snprintf(out + UUID_TEXT_SIZE - 1, WIRE_TASK_ID_SIZE - UUID_TEXT_SIZE + 1, ":%u",
             (unsigned)id->number & INT16_MAX);
    return out;
}

int wire_task_id_read(const char *text, struct wire_task_id *out, struct err *e)
{
    char uuid[UUID_TEXT_SIZE];
    struct wire_task_id id = {0};
    int64_t number;

    if (strlen(text) < TASK_MIN || text[UUID_TEXT_SIZE - 1] != ':')
        return err_set(e, ERR_INPUT, "task: must be the id and number that came with it");
    memcpy(uuid, text, UUID_TEXT_SIZE - 1);
    uuid[UUID_TEXT_SIZE - 1] = '\0';
    if (uuid_read(uuid, &id.case_id, e) < 0 ||
        text_int64(text + UUID_TEXT_SIZE, "task", 1, INT16_MAX, &number, e) < 0)
        return err_set(e, ERR_INPUT, "task: must be the id and number that came with it");
    id.number = (int16_t)number;
    *out = id;
    return 0;
}

int wire_batch_read(const char *frame, size_t len, json_t **out, struct err *e)
{
    json_error_t error;
    AUTO(json_release) json_t *array = json_load_unclean(frame, len, &error);

    if (array == NULL)
        return err_set(e, ERR_INPUT, "malformed JSON at line %d, column %d", error.line,
                       error.column);
    size_t count = json_array_size(array);
    if (count == 0 || count > WIRE_MAX_ITEMS)
        return err_set(e, ERR_INPUT, "must be an array of 1 to %d items", WIRE_MAX_ITEMS);
    *out = array;
    array = NULL;
    return 0;
}

static int write_answer(const struct wire_item *item, struct strbuf *body, struct err *e)
{
    struct case_answer answer = {0};

    if (!json_is_object(item->answer))
        return err_set(e, ERR_INPUT, "answer: must be an object");
    if (json_read(case_answer_fields, item->answer, false, &answer, e) < 0)
        return err_in(e, "answer");
    json_write(case_answer_fields, &answer, body);
    return 0;
}

static int write_return(const struct wire_item *item, struct strbuf *body, struct err *e)
{
    struct case_return why = {item->reason, item->text};

    if (why.reason == NULL)
        return err_set(e, ERR_INPUT, "reason: is missing");
    json_write(case_return_fields, &why, body);
    return 0;
}

int wire_body_write(enum wire_verb verb, const struct wire_item *item, struct strbuf *body,
                    struct err *e)
{
    if (verb == WIRE_DONE)
        return write_answer(item, body, e);
    if (verb == WIRE_RETURN)
        return write_return(item, body, e);
    return 0;
}
