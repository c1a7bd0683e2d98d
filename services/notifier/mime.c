/* SPDX-License-Identifier: Apache-2.0 */
#include "mime.h"

#include "base64.h"
#include "clock.h"

#include <string.h>
#include <time.h>

enum {
    LINE = 76,
    WORD = 75,       /* of an encoded word */
    WORD_FRAME = 12, /* "=?UTF-8?B?" and "?=" */
    SEGMENT = 54,    /* of a parameter that is continued */
    CHARACTER = 4,   /* bytes, at most */
};

static bool is_follower(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* The most bytes of text, whole characters, that are not more than most (at least four). What is
 * not UTF-8 is cut anywhere. */
static size_t whole(const char *text, size_t most)
{
    size_t len = strnlen(text, most + 1);

    if (len <= most)
        return len;
    for (len = most; len > 0 && is_follower(text[len]); len--) {
    }
    return len > 0 ? len : most;
}

/* ---- headers ---- */

static bool is_plain(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            return false;
    return strstr(text, "=?") == NULL;
}

/* column: characters of the line that are there already. The column afterwards. */
static size_t add_words(struct strbuf *out, size_t column, const char *text)
{
    while (*text != '\0') {
        size_t room = LINE - column < WORD ? LINE - column : WORD;
        size_t most = room > WORD_FRAME ? (room - WORD_FRAME) / 4 * 3 : 0;
        if (most < CHARACTER) {
            strbuf_addf(out, "\r\n ");
            column = 1;
            continue;
        }
        size_t len = whole(text, most), before = out->len;
        strbuf_addf(out, "=?UTF-8?B?");
        base64_add(out, text, len);
        strbuf_addf(out, "?=");
        column += out->len - before;
        text += len;
        if (*text != '\0') {
            strbuf_addf(out, "\r\n ");
            column = 1;
        }
    }
    return column;
}

void mime_add_header(struct strbuf *out, const char *name, const char *value)
{
    size_t column = strlen(name) + 2;

    strbuf_addf(out, "%s: ", name);
    if (is_plain(value) && column + strlen(value) <= LINE)
        strbuf_addf(out, "%s", value);
    else
        add_words(out, column, value);
    strbuf_addf(out, "\r\n");
}

void mime_add_address(struct strbuf *out, const char *header, const char *name, const char *address)
{
    size_t column = strlen(header) + 2;

    strbuf_addf(out, "%s: ", header);
    if (name != NULL && *name != '\0') {
        if (is_plain(name) && strpbrk(name, "\"\\") == NULL && column + strlen(name) + 3 <= LINE) {
            strbuf_addf(out, "\"%s\"", name);
            column += strlen(name) + 2;
        } else {
            column = add_words(out, column, name);
        }
        bool fits = column + strlen(address) + 3 <= LINE;
        strbuf_addf(out, fits ? " " : "\r\n ");
    }
    strbuf_addf(out, "<%s>\r\n", address);
}

void mime_add_date(struct strbuf *out, int64_t us)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t s = us / CLOCK_US_PER_S;
    struct tm t;

    localtime_r(&s, &t);
    long minutes = t.tm_gmtoff / 60;
    strbuf_addf(out, "Date: %s, %d %s %d %02d:%02d:%02d %c%02ld%02ld\r\n", days[t.tm_wday],
                t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec,
                minutes < 0 ? '-' : '+', (minutes < 0 ? -minutes : minutes) / 60,
                (minutes < 0 ? -minutes : minutes) % 60);
}

/* ---- parameters ---- */

static bool is_attribute_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

static void add_percent(struct strbuf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (is_attribute_char(text[i]))
            strbuf_add(out, text + i, 1);
        else
            strbuf_addf(out, "%%%02X", (unsigned char)text[i]);
    }
}

void mime_add_attachment(struct strbuf *out, const char *file_name)
{
    const size_t most = SEGMENT / 3; /* bytes, each of which may take three characters */
    bool is_short = strlen(file_name) <= most;

    strbuf_addf(out, "Content-Disposition: attachment");
    for (unsigned part = 0; *file_name != '\0'; part++) {
        size_t len = whole(file_name, most);
        if (is_short)
            strbuf_addf(out, ";\r\n filename*=UTF-8''");
        else
            strbuf_addf(out, ";\r\n filename*%u*=%s", part, part == 0 ? "UTF-8''" : "");
        add_percent(out, file_name, len);
        file_name += len;
    }
    strbuf_addf(out, "\r\n");
}

/* ---- bodies ---- */

/* One character c; next is the one after it. How many characters it takes. */
static size_t quoted(char c, char next, char text[4])
{
    static const char hex[] = "0123456789ABCDEF";
    bool is_space = (c == ' ' || c == '\t') && next != '\n' && next != '\0';

    if ((c > ' ' && c <= '~' && c != '=') || is_space) {
        text[0] = c;
        return 1;
    }
    text[0] = '=';
    text[1] = hex[(unsigned char)c >> 4];
    text[2] = hex[(unsigned char)c & 15];
    return 3;
}

void mime_add_quoted(struct strbuf *out, const char *text)
{
    size_t column = 0;
    char one[4];

    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            strbuf_addf(out, "\r\n");
            column = 0;
            continue;
        }
        size_t len = quoted(*text, text[1], one);
        if (column + len > LINE - 1) { /* one is for the "=" of a soft end */
            strbuf_addf(out, "=\r\n");
            column = 0;
        }
        strbuf_add(out, one, len);
        column += len;
    }
    if (column > 0)
        strbuf_addf(out, "\r\n");
}

static void add_escaped(struct strbuf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&':
            strbuf_addf(out, "&amp;");
            break;
        case '<':
            strbuf_addf(out, "&lt;");
            break;
        case '>':
            strbuf_addf(out, "&gt;");
            break;
        case '"':
            strbuf_addf(out, "&quot;");
            break;
        default:
            strbuf_add(out, text + i, 1);
        }
    }
}

/* The length of the link that text begins with, or 0; what ends a sentence is not part of it. */
static size_t link_length(const char *text)
{
    if (strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0)
        return 0;
    size_t len = strcspn(text, " \t\n<>\"");
    while (len > 0 && strchr(".,;:!?)", text[len - 1]) != NULL)
        len--;
    return len;
}

void mime_add_html(struct strbuf *out, const char *text)
{
    strbuf_addf(out, "<p>");
    while (*text != '\0') {
        size_t breaks = strspn(text, "\n"), link = link_length(text);
        if (breaks > 0) {
            text += breaks;
            if (*text != '\0')
                strbuf_addf(out, breaks > 1 ? "</p>\n<p>" : "<br>\n");
        } else if (link > 0) {
            strbuf_addf(out, "<a href=\"");
            add_escaped(out, text, link);
            strbuf_addf(out, "\">");
            add_escaped(out, text, link);
            strbuf_addf(out, "</a>");
            text += link;
        } else {
            add_escaped(out, text++, 1);
        }
    }
    strbuf_addf(out, "</p>\n");
}
