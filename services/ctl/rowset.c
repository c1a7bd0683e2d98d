/* SPDX-License-Identifier: Apache-2.0 */
#include "rowset.h"

#include "mem.h"
#include "strbuf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 1000 };
#define KEY_SEPARATOR "\x1f" /* in no cell: control characters are refused */

static void free_text(char **text)
{
    free(*text);
}

void rowset_init(struct rowset *t, const struct rowset_spec *spec)
{
    *t = (struct rowset){.spec = spec};
}

static void free_field(const struct column *c, struct row *row)
{
    void *field = (char *)row + c->offset;
    struct list *list = field;

    if (cell_storage(c->type) == CELL_IS_TEXT)
        free(*(char **)field);
    if (cell_storage(c->type) != CELL_IS_LIST)
        return;
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
}

static struct row *row_at(const struct rowset *t, size_t i)
{
    return (struct row *)(void *)(t->rows + i * t->spec->row_size);
}

void rowset_free(struct rowset *t)
{
    for (size_t i = 0; i < t->count; i++) {
        struct row *row = row_at(t, i);
        for (const struct column *c = t->spec->columns; c->name != NULL; c++)
            free_field(c, row);
        free(row->key);
    }
    free(t->rows);
    free(t->index);
    *t = (struct rowset){0};
}

struct row *rowset_add(struct rowset *t, size_t line)
{
    if (t->count == t->room) {
        t->room = 2 * t->room + 16;
        t->rows = mem_resize(t->rows, t->room * t->spec->row_size);
    }
    struct row *row = row_at(t, t->count++);
    memset(row, 0, t->spec->row_size);
    row->line = line;
    for (const struct column *c = t->spec->columns; c->name != NULL; c++)
        if (cell_storage(c->type) == CELL_IS_INT)
            *(int64_t *)(void *)((char *)row + c->offset) = CELL_ABSENT;
    return row;
}

const void *rowset_row(const struct rowset *t, size_t i)
{
    return row_at(t, i);
}

char *const *rowset_text_field(const struct column *column, const struct row *row)
{
    return cell_storage(column->type) == CELL_IS_TEXT
               ? (char *const *)(const void *)((const char *)row + column->offset)
               : NULL;
}

const int64_t *rowset_int_field(const struct column *column, const struct row *row)
{
    return cell_storage(column->type) == CELL_IS_INT
               ? (const int64_t *)(const void *)((const char *)row + column->offset)
               : NULL;
}

const struct list *rowset_list_field(const struct column *column, const struct row *row)
{
    return cell_storage(column->type) == CELL_IS_LIST
               ? (const struct list *)(const void *)((const char *)row + column->offset)
               : NULL;
}

void rowset_set(struct rowset *t, struct row *row, const struct cell *cell, struct findings *f)
{
    cell_set(cell, (char *)row + cell->column->offset, (struct place){t->spec->file, row->line}, f);
}

/* ---- keys ---- */

/* False when the field is absent. No key is a list. */
static bool add_to_key(struct strbuf *key, const struct column *c, const struct row *row)
{
    char *const *text = rowset_text_field(c, row);
    const int64_t *number = rowset_int_field(c, row);

    if (key->len > 0)
        strbuf_addf(key, KEY_SEPARATOR);
    if (text != NULL && *text != NULL)
        strbuf_addf(key, "%s", *text);
    if (number != NULL && *number != CELL_ABSENT)
        strbuf_addf(key, "%010" PRId64, *number); /* sorts like the number */
    return (text != NULL && *text != NULL) || (number != NULL && *number != CELL_ABSENT);
}

void rowset_finish(struct rowset *t, struct row *row)
{
    AUTO(strbuf_free) struct strbuf key = STRBUF(KEY_MAX);
    bool whole = true;

    for (const struct column *c = t->spec->columns; c->name != NULL; c++)
        if ((c->flags & (COLUMN_KEY | COLUMN_OPEN_KEY)) != 0)
            whole = (add_to_key(&key, c, row) || (c->flags & COLUMN_OPEN_KEY) != 0) && whole;
    if (whole)
        row->key = mem_text(strbuf_text(&key));
    else
        t->partial = true;
}

static int compare(const void *a, const void *b)
{
    const struct row *x = ((const struct rowset_entry *)a)->row;
    const struct row *y = ((const struct rowset_entry *)b)->row;
    int keys = strcmp(x->key, y->key);

    return keys != 0 ? keys : (x->line > y->line) - (x->line < y->line);
}

static void find_twins(const struct rowset *t, struct findings *f)
{
    for (size_t i = 1; i < t->indexed; i++) {
        if (strcmp(t->index[i].row->key, t->index[i - 1].row->key) != 0)
            continue;
        AUTO(free_text) char *shown = mem_text(t->index[i].row->key);
        for (char *c = shown; *c != '\0'; c++)
            if (*c == KEY_SEPARATOR[0])
                *c = ' ';
        findings_add(f, (struct place){t->spec->file, t->index[i].row->line}, "key-unique",
                     "\"%s\" is also in line %zu", shown, t->index[i - 1].row->line);
    }
}

void rowset_index(struct rowset *t, struct findings *f)
{
    free(t->index);
    t->index = mem_new(t->count + 1, sizeof(*t->index));
    t->indexed = 0;
    for (size_t i = 0; i < t->count; i++)
        if (row_at(t, i)->key != NULL)
            t->index[t->indexed++] = (struct rowset_entry){row_at(t, i)};
    qsort(t->index, t->indexed, sizeof(*t->index), compare);
    if (!t->spec->repeats)
        find_twins(t, f);
}

static int compare_key(const void *key, const void *item)
{
    return strcmp(key, ((const struct rowset_entry *)item)->row->key);
}

const void *rowset_find(const struct rowset *t, const char *key)
{
    const struct rowset_entry *found =
        bsearch(key, t->index, t->indexed, sizeof(*t->index), compare_key);

    return found != NULL ? found->row : NULL;
}

const void *rowset_find2(const struct rowset *t, const char *first, const char *second)
{
    AUTO(strbuf_free) struct strbuf key = STRBUF(KEY_MAX);

    strbuf_addf(&key, "%s" KEY_SEPARATOR "%s", first, second);
    return rowset_find(t, strbuf_text(&key));
}

/* ---- JSON ---- */

static json_t *list_json(const struct list *list)
{
    json_t *array = json_array();

    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(list->items[i]));
    return array;
}

static json_t *date_json(int64_t date)
{
    return json_sprintf("%04d-%02d-%02d", (int)(date / 10000), (int)(date / 100 % 100),
                        (int)(date % 100));
}

static json_t *field_json(const struct column *c, const struct row *row)
{
    char *const *text = rowset_text_field(c, row);
    const struct list *list = rowset_list_field(c, row);
    const int64_t *number = rowset_int_field(c, row);

    if (text != NULL)
        return *text != NULL ? json_string(*text) : json_null();
    if (list != NULL)
        return list_json(list);
    if (*number == CELL_ABSENT)
        return json_null();
    if (c->type == COLUMN_DATE)
        return date_json(*number);
    return c->type == COLUMN_YES ? json_boolean(*number) : json_integer(*number);
}

json_t *rowset_json(const struct rowset *t)
{
    json_t *array = json_array();

    for (size_t i = 0; i < t->count; i++) {
        const struct row *row = row_at(t, i);
        json_t *object = json_pack("{s:I}", "line", (json_int_t)row->line);
        for (const struct column *c = t->spec->columns; c->name != NULL; c++)
            json_object_set_new(object, c->name, field_json(c, row));
        json_array_append_new(array, object);
    }
    return array;
}
