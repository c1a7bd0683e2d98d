/* SPDX-License-Identifier: Apache-2.0 */
#include "load_notes.h"

#include "clock.h"
#include "json.h"
#include "load_requests.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BUFFER_BYTES = 1 << 20, PLAN_BYTES = 64 * 1024, MAX_RUN = 999999999 };

static const int64_t max_number = 9999999999;

struct load_notes {
    FILE *file;
    int64_t run;
    bool keys;
};

/* ---- writing ---- */

static void write_plan(FILE *file, const struct load_plan *plan)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(PLAN_BYTES);

    strbuf_addf(&text,
                "{\"run\":%" PRId64 ",\"box\":[%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
                "],\"services\":[",
                plan->run, plan->box.south, plan->box.west, plan->box.north, plan->box.east);
    for (size_t i = 0; i < plan->service_count; i++) {
        strbuf_addf(&text, i > 0 ? "," : "");
        json_write_text(&text, plan->services[i], strlen(plan->services[i]));
    }
    fprintf(file, "%s]}\n", text.data);
}

int load_notes_create(struct load_notes **out, const char *path, const struct load_plan *plan,
                      bool keys, struct err *e)
{
    FILE *file = fopen(path, "we");

    if (file == NULL)
        return err_set(e, ERR_INPUT, "could not write \"%s\": %s", path, strerror(errno));
    setvbuf(file, NULL, _IOFBF, BUFFER_BYTES);
    write_plan(file, plan);
    *out = mem_new(1, sizeof(**out));
    **out = (struct load_notes){.file = file, .run = plan->run, .keys = keys};
    return load_notes_flush(*out, e);
}

void load_notes_close(struct load_notes **notes)
{
    if (*notes == NULL)
        return;
    (void)fclose((*notes)->file);
    free(*notes);
    *notes = NULL;
}

void load_notes_add(struct load_notes *notes, const char *reference, int64_t n)
{
    char key[LOAD_KEY_SIZE];

    fprintf(notes->file, "%.*s %" PRId64 " %s %" PRId64 "\n", REFERENCE_SIZE - 1, reference, n,
            notes->keys ? load_requests_key(notes->run, n, key) : "-", clock_now_us());
}

int load_notes_flush(struct load_notes *notes, struct err *e)
{
    if (fflush(notes->file) != 0 || ferror(notes->file))
        return err_set(e, ERR_SYSTEM, "could not write the notes: %s", strerror(errno));
    return 0;
}

/* ---- reading ---- */

static void close_file(FILE **file)
{
    if (*file != NULL)
        (void)fclose(*file);
}

static void free_text(char **text)
{
    free(*text);
}

/* What every line is read into. */
struct reader {
    FILE *file;
    char *line; /* getline's */
    size_t room;
    size_t number;
};

/* False at the end, or at a line that was cut off. */
static bool next_line(struct reader *r)
{
    ssize_t len = getline(&r->line, &r->room, r->file);

    if (len <= 0 || r->line[len - 1] != '\n')
        return false;
    r->line[len - 1] = '\0';
    r->number++;
    return true;
}

static int read_services(const json_t *names, struct load_plan *plan, struct err *e)
{
    size_t i;
    const json_t *name;

    if (json_array_size(names) == 0 || json_array_size(names) > LOAD_MAX_SERVICES)
        return err_set(e, ERR_INPUT, "the plan has no services or too many");
    json_array_foreach(names, i, name)
    {
        if (!json_is_string(name))
            return err_set(e, ERR_INPUT, "a service of the plan is not a text");
        plan->services[plan->service_count++] = mem_text(json_string_value(name));
    }
    return 0;
}

static int read_plan(const char *line, struct load_plan *plan, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    json_t *services = NULL;
    json_int_t run = 0, south = 0, west = 0, north = 0, east = 0;

    if (json_parse(line, strlen(line), &document, e) < 0)
        return -1;
    if (json_unpack(document, "{s:I,s:[IIII!],s:o}", "run", &run, "box", &south, &west, &north,
                    &east, "services", &services) < 0 ||
        run < 1 || run > MAX_RUN || south > north || west > east)
        return err_set(e, ERR_INPUT, "the first line is not the plan of a run");
    plan->run = run;
    plan->box = (struct load_box){south, west, north, east};
    return read_services(services, plan, e);
}

/* "7K2QM-4XRTB 17 load-000000042-0000000017 1763878500000000" */
static int read_note(char *line, struct load_note *note, struct err *e)
{
    char *rest = strchr(line, ' ');
    char *end = rest != NULL ? strchr(rest + 1, ' ') : NULL;

    if (end == NULL)
        return err_set(e, ERR_INPUT, "not a reference, a number and a key");
    *rest = '\0';
    *end = '\0';
    if (reference_read(line, note->reference, e) < 0 ||
        text_int64(rest + 1, "the number", 0, max_number, &note->n, e) < 0)
        return -1;
    return 0;
}

static int read_lines(struct reader *r, struct load_notebook *book, struct err *e)
{
    size_t room = 0;

    if (!next_line(r))
        return err_set(e, ERR_INPUT, "the file is empty");
    if (read_plan(r->line, &book->plan, e) < 0)
        return -1;
    while (next_line(r)) {
        if (book->count == room) {
            room = 2 * room + 1024;
            book->notes = mem_resize(book->notes, room * sizeof(*book->notes));
        }
        if (read_note(r->line, &book->notes[book->count], e) < 0)
            return -1;
        book->count++;
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct load_note *x = a, *y = b;

    return strcmp(x->reference, y->reference);
}

int load_notebook_read(struct load_notebook *out, const char *path, struct err *e)
{
    AUTO(close_file) FILE *file = fopen(path, "re");
    AUTO(load_notebook_free) struct load_notebook book = {0};
    struct reader r = {.file = file};
    AUTO(strbuf_free) struct strbuf where = STRBUF(sizeof(e->text));

    if (file == NULL)
        return err_set(e, ERR_INPUT, "could not read \"%s\": %s", path, strerror(errno));
    int failed = read_lines(&r, &book, e);
    free_text(&r.line);
    if (failed < 0) {
        strbuf_addf(&where, "%s:%zu", path, r.number);
        return err_in(e, where.data);
    }
    if (book.count > 0)
        qsort(book.notes, book.count, sizeof(*book.notes), compare);
    *out = book;
    book = (struct load_notebook){0};
    return 0;
}

void load_notebook_free(struct load_notebook *book)
{
    load_plan_free(&book->plan);
    free(book->notes);
    book->notes = NULL;
    book->count = 0;
}
