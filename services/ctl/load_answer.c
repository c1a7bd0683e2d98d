/* SPDX-License-Identifier: Apache-2.0 */
#include "load_answer.h"

#include <string.h>
#include <strings.h>

enum { MAX_HEAD = 8192, MAX_BODY = 16 * 1024 * 1024, STATUS_AT = 9, STATUS_END = 12 };

static const int64_t none = -1;

/* Digits after optional spaces, to the end of the line; none if it is anything else. */
static int64_t read_number(const char *at, const char *end)
{
    int64_t number = 0;

    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if (at == end || end - at > 12)
        return none;
    for (; at < end; at++) {
        if (*at < '0' || *at > '9')
            return none;
        number = 10 * number + (*at - '0');
    }
    return number;
}

/* The value of a header line when it has this name, else NULL. */
static const char *value_of(const char *line, const char *end, const char *name)
{
    size_t len = strlen(name);

    if ((size_t)(end - line) <= len || strncasecmp(line, name, len) != 0 || line[len] != ':')
        return NULL;
    return line + len + 1;
}

static bool holds(const char *at, const char *end, const char *word)
{
    size_t len = strlen(word);

    for (; (size_t)(end - at) >= len; at++)
        if (strncasecmp(at, word, len) == 0)
            return true;
    return false;
}

/* One header line; *body_len is none until Content-Length comes. */
static bool read_header(const char *line, const char *end, struct load_answer *out,
                        int64_t *body_len)
{
    const char *value = value_of(line, end, "Content-Length");

    if (value != NULL) {
        *body_len = read_number(value, end);
        return *body_len >= 0 && *body_len <= MAX_BODY;
    }
    value = value_of(line, end, "Connection");
    if (value != NULL)
        out->closes = holds(value, end, "close");
    value = value_of(line, end, "Retry-After");
    if (value != NULL)
        out->retry_after_s = read_number(value, end);
    return value_of(line, end, "Transfer-Encoding") == NULL;
}

/* "HTTP/1.1 201 Created" */
static bool read_status(const char *line, const char *end, struct load_answer *out)
{
    if (end - line < STATUS_END || memcmp(line, "HTTP/1.1 ", STATUS_AT) != 0)
        return false;
    int64_t status = read_number(line + STATUS_AT, line + STATUS_END);
    out->status = (unsigned)status;
    return status >= 200 && status <= 599 && (end == line + STATUS_END || line[STATUS_END] == ' ');
}

static enum load_progress read_head(const char *bytes, const char *end, struct load_answer *out,
                                    int64_t *body_len)
{
    const char *line = memmem(bytes, (size_t)(end - bytes), "\r\n", 2);

    if (!read_status(bytes, line, out))
        return LOAD_WRONG;
    for (line += 2; line < end; line += 2) {
        const char *stop = memmem(line, (size_t)(end - line), "\r\n", 2);
        if (!read_header(line, stop, out, body_len))
            return LOAD_WRONG;
        line = stop;
    }
    return LOAD_WHOLE;
}

enum load_progress load_answer_read(const char *bytes, size_t len, struct load_answer *out)
{
    const char *head_end = memmem(bytes, len < MAX_HEAD ? len : MAX_HEAD, "\r\n\r\n", 4);
    struct load_answer answer = {.retry_after_s = none};
    int64_t body_len = none;

    if (head_end == NULL)
        return len < MAX_HEAD ? LOAD_MORE : LOAD_WRONG;
    if (read_head(bytes, head_end + 2, &answer, &body_len) != LOAD_WHOLE)
        return LOAD_WRONG;
    if (body_len == none && (answer.status == 204 || answer.status == 304))
        body_len = 0;
    if (body_len == none)
        return LOAD_WRONG;
    answer.body = head_end + 4;
    answer.len = (size_t)body_len;
    answer.total = (size_t)(answer.body - bytes) + answer.len;
    if (len < answer.total)
        return LOAD_MORE;
    *out = answer;
    return LOAD_WHOLE;
}

/* Where the value of a member begins whose name ends at at, or NULL: it is no member's name. */
static const char *value_after(const char *at, const char *end)
{
    if (at == end || *at++ != '"')
        return NULL;
    while (at < end && *at == ' ')
        at++;
    if (at == end || *at++ != ':')
        return NULL;
    while (at < end && *at == ' ')
        at++;
    return at;
}

const char *load_answer_text(const struct load_answer *answer, const char *name, size_t len)
{
    const char *end = answer->body + answer->len, *at = answer->body;
    size_t name_len = strlen(name);

    while ((at = memmem(at, (size_t)(end - at), name, name_len)) != NULL) {
        bool begins = at > answer->body && at[-1] == '"';
        at += name_len;
        const char *value = begins ? value_after(at, end) : NULL;
        if (value == NULL)
            continue;
        bool fits = (size_t)(end - value) >= len + 2 && value[0] == '"' && value[len + 1] == '"' &&
                    memchr(value + 1, '"', len) == NULL && memchr(value + 1, '\\', len) == NULL;
        return fits ? value + 1 : NULL;
    }
    return NULL;
}
