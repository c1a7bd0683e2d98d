/* SPDX-License-Identifier: Apache-2.0 */
#include "cell.h"

#include "clock.h"
#include "code.h"
#include "mem.h"
#include "strbuf.h"
#include "text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_CHARACTERS = 200, TEXT_MAX_CHARACTERS = 4000 };

/* What a cell is judged and stored with. */
struct setting {
    const struct column *column;
    const char *text;
    void *field;
    struct findings *findings;
    struct place at;
};

static bool wrong(const struct setting *s, const char *rule, const char *why)
{
    findings_add(s->findings, s->at, rule, "%s \"%.100s\" %s", s->column->name, s->text, why);
    return false;
}

bool cell_is_code(const char *text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strspn(text, letters);

    return text[len] == '\0' && len >= 1 && len <= CODE_MOST && isalnum((unsigned char)text[0]);
}

bool column_has_word(const struct column *column, const char *word)
{
    for (const char *const *w = column->words; w != NULL && *w != NULL; w++)
        if (strcmp(*w, word) == 0)
            return true;
    return false;
}

static bool has_length(const struct setting *s, size_t max)
{
    char why[60];

    if (text_length(s->text, strlen(s->text)) <= max)
        return true;
    snprintf(why, sizeof(why), "is longer than %zu characters", max);
    return wrong(s, "text-length", why);
}

static bool good_code(const struct setting *s)
{
    if (column_has_word(s->column, s->text))
        return true;
    if (!has_length(s, CODE_MOST))
        return false;
    return cell_is_code(s->text) || wrong(s, "value-type", "is not a code (A-Z a-z 0-9 . _ -)");
}

static bool good_name(const struct setting *s)
{
    if (strchr(s->text, '\n') != NULL)
        return wrong(s, "text-utf8", "has more than one line");
    return has_length(s, NAME_MAX_CHARACTERS);
}

static bool keep_text(const struct setting *s, bool good)
{
    if (good)
        *(char **)s->field = mem_text(s->text);
    return good;
}

static bool set_code(const struct setting *s)
{
    return keep_text(s, good_code(s));
}

static bool set_name(const struct setting *s)
{
    return keep_text(s, good_name(s));
}

static bool set_text(const struct setting *s)
{
    return keep_text(s, has_length(s, TEXT_MAX_CHARACTERS));
}

static bool set_choice(const struct setting *s)
{
    AUTO(strbuf_free) struct strbuf why = STRBUF(300);

    if (column_has_word(s->column, s->text))
        return keep_text(s, true);
    strbuf_addf(&why, "is none of");
    for (const char *const *w = s->column->words; *w != NULL; w++)
        strbuf_addf(&why, " %s", *w);
    return wrong(s, "value-type", strbuf_text(&why));
}

static bool set_shape(const struct setting *s)
{
    return keep_text(s, true);
}

static bool has_outer_space(const char *text)
{
    static const char *const spaces[] = {" ", "\t", "\n", "\xC2\xA0", "\xE3\x80\x80"};
    size_t len = strlen(text);

    for (size_t i = 0; i < COUNT(spaces); i++) {
        size_t n = strlen(spaces[i]);
        if (len >= n &&
            (memcmp(text, spaces[i], n) == 0 || memcmp(text + len - n, spaces[i], n) == 0))
            return true;
    }
    return false;
}

static bool add_item(const struct setting *s, bool (*good)(const struct setting *))
{
    struct list *list = s->field;

    if (s->text[0] == '\0')
        return wrong(s, "value-type", "is an empty item of a list");
    if (has_outer_space(s->text))
        return wrong(s, "text-space", "begins or ends with white space");
    if (!good(s))
        return false;
    list->items = mem_resize(list->items, (list->count + 1) * sizeof(*list->items));
    list->items[list->count++] = mem_text(s->text);
    return true;
}

static void free_text(char **text)
{
    free(*text);
}

static bool set_list(const struct setting *s, char separator, bool (*good)(const struct setting *))
{
    AUTO(free_text) char *copy = mem_text(s->text);
    struct setting item = *s;
    bool all = true;

    for (char *at = copy, *next; at != NULL; at = next) {
        next = strchr(at, separator);
        if (next != NULL)
            *next++ = '\0';
        item.text = at;
        all = add_item(&item, good) && all;
    }
    return all;
}

static bool set_codes(const struct setting *s)
{
    return set_list(s, ';', good_code);
}

static bool set_names(const struct setting *s)
{
    return set_list(s, ',', good_name);
}

static bool set_int(const struct setting *s)
{
    struct err e;
    size_t digits = strspn(s->text, "0123456789");
    bool plain = s->text[digits] == '\0' && (s->text[0] != '0' || digits == 1);

    if (plain &&
        text_int64(s->text, s->column->name, s->column->min, s->column->max, s->field, &e) == 0)
        return true;
    char why[80];
    snprintf(why, sizeof(why), "is not a whole number from %" PRId64 " to %" PRId64, s->column->min,
             s->column->max);
    return wrong(s, "value-type", why);
}

/* The number that len digits at text say; -1 when they are not digits. */
static int64_t digits_at(const char *text, int len)
{
    int64_t n = 0;

    for (int i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        n = n * 10 + (text[i] - '0');
    }
    return n;
}

static bool set_time(const struct setting *s)
{
    bool shaped = strlen(s->text) == 5 && s->text[2] == ':';
    int64_t hours = shaped ? digits_at(s->text, 2) : -1;
    int64_t minutes = shaped ? digits_at(s->text + 3, 2) : -1;
    int64_t total = (hours * 60 + minutes) * 60;

    if (hours < 0 || minutes < 0 || minutes > 59 || total > s->column->max)
        return wrong(s, "value-type", "is not a time HH:MM of one day");
    *(int64_t *)s->field = total;
    return true;
}

static bool set_date(const struct setting *s)
{
    bool shaped = strlen(s->text) == 10 && s->text[4] == '-' && s->text[7] == '-';
    int64_t year = shaped ? digits_at(s->text, 4) : -1;
    int64_t month = shaped ? digits_at(s->text + 5, 2) : -1;
    int64_t day = shaped ? digits_at(s->text + 8, 2) : -1;

    if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 ||
        day > clock_month_days(year, month))
        return wrong(s, "value-type", "is not a date YYYY-MM-DD from 1900 to 2200");
    *(int64_t *)s->field = (year * 100 + month) * 100 + day;
    return true;
}

static bool set_yes(const struct setting *s)
{
    bool yes = strcmp(s->text, "yes") == 0;

    if (!yes && strcmp(s->text, "no") != 0)
        return wrong(s, "value-type", "is neither yes nor no");
    *(int64_t *)s->field = yes;
    return true;
}

static const struct {
    bool (*set)(const struct setting *s);
    enum cell_storage storage;
} types[] = {
    [COLUMN_CODE] = {set_code, CELL_IS_TEXT},   [COLUMN_NAME] = {set_name, CELL_IS_TEXT},
    [COLUMN_TEXT] = {set_text, CELL_IS_TEXT},   [COLUMN_CHOICE] = {set_choice, CELL_IS_TEXT},
    [COLUMN_WORD] = {set_code, CELL_IS_TEXT},   [COLUMN_SHAPE] = {set_shape, CELL_IS_TEXT},
    [COLUMN_CODES] = {set_codes, CELL_IS_LIST}, [COLUMN_WORDS] = {set_codes, CELL_IS_LIST},
    [COLUMN_NAMES] = {set_names, CELL_IS_LIST}, [COLUMN_INT] = {set_int, CELL_IS_INT},
    [COLUMN_TIME] = {set_time, CELL_IS_INT},    [COLUMN_DATE] = {set_date, CELL_IS_INT},
    [COLUMN_YES] = {set_yes, CELL_IS_INT},
};

/* Line feeds are judged by the type. */
static bool has_control(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\n') || c == 0x7f)
            return true;
        if (c == 0xC2 && i + 1 < len && (unsigned char)text[i + 1] < 0xA0) /* U+0080 to U+009F */
            return true;
    }
    return false;
}

static bool is_clean(const struct setting *s, size_t len)
{
    if (has_control(s->text, len) || !text_is_clean(s->text, len)) {
        findings_add(s->findings, s->at, "text-utf8", "%s is not UTF-8 without control characters",
                     s->column->name);
        return false;
    }
    AUTO(free_text) char *nfc = text_nfc(s->text, len);
    if (nfc == NULL || strcmp(nfc, s->text) != 0)
        return wrong(s, "text-utf8", "is not in the normal form NFC");
    if (has_outer_space(s->text))
        return wrong(s, "text-space", "begins or ends with white space");
    return true;
}

enum cell_storage cell_storage(enum column_type type)
{
    return types[type].storage;
}

void cell_set(const struct cell *cell, void *field, struct place at, struct findings *f)
{
    struct setting s = {cell->column, cell->text, field, f, at};

    if (cell->len > 0 && is_clean(&s, cell->len))
        (void)types[cell->column->type].set(&s);
    if (cell->len == 0 && (cell->column->flags & (COLUMN_KEY | COLUMN_REQUIRED)) != 0)
        findings_add(f, at, "value-missing", "%s is empty", cell->column->name);
}
