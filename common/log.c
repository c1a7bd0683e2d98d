/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include "clock.h"
#include "strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

enum {
    LINE_LIMIT_BYTES = 64 * 1024,
    VALUE_LIMIT_BYTES = 1024, /* longer values are cut, so that some pairs always fit a line */
    EXIT_CONFIG = 78,         /* EX_CONFIG of sysexits */
};

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARN] = "warn",
    [LOG_ERROR] = "error",
};

static const char *service_name = "dunghen";
static enum log_level lowest_level = LOG_INFO;

void log_open(const char *service, enum log_level lowest)
{
    service_name = service;
    lowest_level = lowest;
}

int log_level_read(const char *text, enum log_level *out, struct err *e)
{
    for (size_t i = 0; i < COUNT(level_names); i++) {
        if (strcmp(text, level_names[i]) == 0) {
            *out = (enum log_level)i;
            return 0;
        }
    }
    return err_set(e, ERR_INPUT, "unknown log level \"%s\": expected debug, info, warn or error",
                   text);
}

/* One character, escaped where JSON asks for it. */
static void add_character(struct strbuf *line, const char *bytes, size_t len)
{
    unsigned char first = (unsigned char)bytes[0];

    if (first == '"' || first == '\\')
        strbuf_addf(line, "\\%c", first);
    else if (first < 0x20)
        strbuf_addf(line, "\\u%04x", first);
    else
        strbuf_add(line, bytes, len);
}

static void add_value(struct strbuf *line, const char *value)
{
    size_t len = strlen(value);
    size_t end = len < VALUE_LIMIT_BYTES ? len : VALUE_LIMIT_BYTES;
    utf8proc_int32_t code;

    for (size_t i = 0; i < end;) {
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)value + i,
                                              (utf8proc_ssize_t)(len - i), &code);
        if (n > 0)
            add_character(line, value + i, (size_t)n);
        else
            strbuf_addf(line, "\\ufffd");
        i += n > 0 ? (size_t)n : 1;
    }
    if (end < len)
        strbuf_addf(line, "...");
}

static void add_pair(struct strbuf *line, const char *key, const char *value)
{
    strbuf_addf(line, "%s\"", line->len == 0 ? "{" : ",");
    add_value(line, key);
    strbuf_addf(line, "\":\"");
    add_value(line, value);
    strbuf_addf(line, "\"");
}

void log_event(enum log_level level, const char *event, ...)
{
    AUTO(strbuf_free) struct strbuf line = STRBUF(LINE_LIMIT_BYTES);
    char now[CLOCK_TEXT_SIZE];
    const char *key;
    const char *value;
    va_list ap;

    if (level < lowest_level)
        return;
    add_pair(&line, "ts", clock_text_utc(clock_now_us(), now));
    add_pair(&line, "level", level_names[level]);
    add_pair(&line, "service", service_name);
    add_pair(&line, "event", event);
    va_start(ap, event);
    while ((key = va_arg(ap, const char *)) != NULL && (value = va_arg(ap, const char *)) != NULL)
        add_pair(&line, key, value);
    va_end(ap);
    strbuf_addf(&line, "}\n");

    if (strbuf_text(&line) == NULL)
        return;
    fwrite(line.data, 1, line.len, stdout);
    fflush(stdout); /* a whole line with each write: others may share the pipe */
}

int log_exit(const struct err *e)
{
    log_event(LOG_ERROR, "stopped", "why", e->text, NULL);
    return e->kind == ERR_INPUT ? EXIT_CONFIG : 1;
}
