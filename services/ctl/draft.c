/* SPDX-License-Identifier: Apache-2.0 */
#include "draft.h"

#include "csv.h"
#include "files.h"
#include "json.h"
#include "mem.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static struct place line_of(const struct rowset *t, size_t line)
{
    return (struct place){t->spec->file, line};
}

/* ---- CSV ---- */

static size_t column_count(const struct rowset *t)
{
    size_t n = 0;

    while (t->spec->columns[n].name != NULL)
        n++;
    return n;
}

static bool is_header(const struct rowset *t, const struct csv_row *row)
{
    size_t columns = column_count(t);

    for (size_t i = 0; i < columns && i < row->count; i++)
        if (row->cells[i].len != strlen(t->spec->columns[i].name) ||
            memcmp(row->cells[i].text, t->spec->columns[i].name, row->cells[i].len) != 0)
            return false;
    return row->count == columns;
}

static void wrong_header(const struct rowset *t, struct findings *f)
{
    AUTO(strbuf_free) struct strbuf names = STRBUF(1000);

    for (const struct column *c = t->spec->columns; c->name != NULL; c++)
        strbuf_addf(&names, "%s%s", names.len > 0 ? "," : "", c->name);
    findings_add(f, line_of(t, 1), "csv-header", "the first line is not %s", strbuf_text(&names));
}

static bool read_row(struct rowset *t, const struct csv_row *row, struct findings *f)
{
    if (row->count != column_count(t)) {
        findings_add(f, line_of(t, row->line), "csv-columns", "%zu cells instead of %zu",
                     row->count, column_count(t));
        return false;
    }
    struct row *to = rowset_add(t, row->line);
    for (size_t i = 0; i < row->count; i++) {
        struct cell cell = {&t->spec->columns[i], row->cells[i].text, row->cells[i].len};
        rowset_set(t, to, &cell, f);
    }
    rowset_finish(t, to);
    return true;
}

static void read_rows(struct rowset *t, struct csv *csv, struct findings *f)
{
    struct csv_row row;
    struct err e = {0};
    int got;

    while ((got = csv_next(csv, &row, &e)) == 1) {
        if (t->count == t->spec->max_rows) {
            findings_add(f, line_of(t, row.line), "file-size", "more than %zu rows",
                         t->spec->max_rows);
            t->partial = true;
            return;
        }
        if (!read_row(t, &row, f))
            t->partial = true;
    }
    if (got == 0)
        return;
    findings_add(f, line_of(t, row.line), "csv-syntax", "%s", e.text);
    t->partial = true;
}

static void read_csv(struct draft *d, struct rowset *t, const char *bytes, size_t len)
{
    AUTO(csv_close) struct csv *csv = NULL;
    struct csv_row header;
    struct err e = {0};

    csv_open(&csv, bytes, len);
    int got = csv_next(csv, &header, &e);
    if (got == 1 && is_header(t, &header)) {
        read_rows(t, csv, &d->findings);
        return;
    }
    t->partial = true;
    if (got < 0)
        findings_add(&d->findings, line_of(t, header.line), "csv-syntax", "%s", e.text);
    else
        wrong_header(t, &d->findings);
}

/* ---- catalogue.json ---- */

static const struct column *column_named(const struct rowset *t, const char *name)
{
    const struct column *c = t->spec->columns;

    while (c->name != NULL && strcmp(c->name, name) != 0)
        c++;
    return c->name != NULL ? c : NULL;
}

static void set_key(struct draft *d, struct row *row, const struct column *c, const json_t *value)
{
    struct rowset *t = &d->parts[DRAFT_CITY];
    struct cell cell = {c, "", 0};

    if (json_is_string(value))
        cell = (struct cell){c, json_string_value(value), json_string_length(value)};
    if (value == NULL || json_is_string(value))
        rowset_set(t, row, &cell, &d->findings);
    else
        findings_add(&d->findings, line_of(t, 1), "value-type", "%s is not a string", c->name);
}

static void read_city(struct draft *d, struct rowset *t, const char *bytes, size_t len)
{
    AUTO(json_release) json_t *root = NULL;
    json_error_t why;
    const char *key;
    json_t *value;

    root = json_load(bytes, len, &why);
    if (!json_is_object(root)) {
        findings_add(&d->findings, line_of(t, root == NULL && why.line > 0 ? (size_t)why.line : 1),
                     "json-syntax", "%s", root == NULL ? why.text : "not one object");
        return;
    }
    json_object_foreach(root, key, value)
    {
        if (column_named(t, key) == NULL)
            findings_add(&d->findings, line_of(t, 1), "json-syntax", "unknown key \"%.100s\"", key);
    }
    struct row *row = rowset_add(t, 1);
    for (const struct column *c = t->spec->columns; c->name != NULL; c++)
        set_key(d, row, c, json_object_get(root, c->name));
    rowset_finish(t, row);
}

/* ---- the directory ---- */

static void read_areas(struct draft *d, struct rowset *t, const char *bytes, size_t len)
{
    (void)t;
    draft_read_areas(d, bytes, len);
}

static void read_part(struct draft *d, struct rowset *t, const char *dir)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf bytes = STRBUF(t->spec->max_bytes);
    struct err e = {0};
    const char *ending = strrchr(t->spec->file, '.');

    strbuf_addf(&path, "%s/%s", dir, t->spec->file);
    if (strbuf_text(&path) == NULL) {
        findings_add(&d->findings, line_of(t, 1), "file-missing", "its path is too long");
        t->partial = true;
        return;
    }
    if (files_read(strbuf_text(&path), &bytes, &e) < 0) {
        findings_add(&d->findings, line_of(t, 1),
                     e.kind == ERR_INPUT ? "file-size" : "file-missing", "%s", e.text);
        t->partial = true;
        return;
    }
    static const struct {
        const char *ending;
        void (*read)(struct draft *d, struct rowset *t, const char *bytes, size_t len);
    } readers[] = {{".csv", read_csv}, {".json", read_city}, {".geojson", read_areas}};
    for (size_t i = 0; i < COUNT(readers); i++)
        if (strcmp(ending, readers[i].ending) == 0)
            readers[i].read(d, t, strbuf_text(&bytes), bytes.len);
}

/* Whether a file of this name is likely a part with a misspelt name. */
static bool is_stray(const char *name)
{
    static const char *const endings[] = {".csv", ".json", ".geojson"};
    const char *ending = strrchr(name, '.');
    bool ours = false;

    for (size_t i = 0; ending != NULL && i < COUNT(endings); i++)
        ours = ours || strcmp(ending, endings[i]) == 0;
    for (size_t i = 0; i < DRAFT_PARTS; i++)
        ours = ours && strcmp(name, draft_specs[i].file) != 0;
    return ours;
}

static void close_dir(DIR **dir)
{
    if (*dir != NULL)
        closedir(*dir);
}

static void find_strays(struct draft *d, const char *path)
{
    AUTO(close_dir) DIR *dir = opendir(path);
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (is_stray(entry->d_name))
            findings_add(&d->findings, (struct place){"catalogue.json", 1}, "file-name",
                         "\"%s\" is not a file of a catalogue", entry->d_name);
}

void draft_open(struct draft **out, const char *dir)
{
    struct draft *d = mem_new(1, sizeof(*d));

    for (size_t i = 0; i < DRAFT_PARTS; i++) {
        struct rowset *t = &d->parts[i];
        rowset_init(t, &draft_specs[i]);
        read_part(d, t, dir);
        rowset_index(t, &d->findings);
    }
    find_strays(d, dir);
    *out = d;
}

void draft_close(struct draft **d)
{
    if (*d == NULL)
        return;
    for (size_t i = 0; i < DRAFT_PARTS; i++)
        rowset_free(&(*d)->parts[i]);
    findings_free(&(*d)->findings);
    free(*d);
    *d = NULL;
}
