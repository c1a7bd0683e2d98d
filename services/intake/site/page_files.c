/* SPDX-License-Identifier: Apache-2.0 */
#include "page_files.h"

#include "attachment.h"
#include "clock.h"
#include "text.h"
#include "uploads.h"

#include <stdio.h>
#include <string.h>

enum { LINK_BYTES = 256, TEXT_BYTES = 512, KEY_SIZE = 32, KB = 1000, MB = 1000 * KB };

struct shown {
    const char *name; /* NULL: it has none, and is left out */
    const char *id;   /* NULL: it is a case's */
    int64_t bytes;
    bool is_public, of_unit;
};

struct gathering {
    const struct intake *intake;
    enum language language;
    json_t *photos, *papers;
};

static void set_link(const struct gathering *g, const struct shown *file, bool thumb,
                     const char *name, json_t *row)
{
    AUTO(strbuf_free) struct strbuf link = STRBUF(LINK_BYTES);

    attachment_link("", file->is_public ? NULL : g->intake->ring, file->name, thumb, &link);
    json_object_set_new(row, name, json_string(strbuf_text(&link)));
}

static bool is_there(const json_t *rows, const char *name)
{
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "file")), name) == 0)
            return true;
    }
    return false;
}

/* "Tài liệu PDF (120 kB)" */
static json_t *paper_text(const struct gathering *g, const struct shown *file,
                          enum attachment_kind kind)
{
    AUTO(json_release)
    json_t *hole = json_pack("{s:I}", "kb", (json_int_t)((file->bytes + KB - 1) / KB));
    char key[KEY_SIZE];

    (void)snprintf(key, sizeof(key), "file.%s", attachment_kind_name(kind));
    return page_text_filled(g->intake, g->language, key, hole);
}

static void gather(struct gathering *g, const struct shown *file)
{
    enum attachment_type type;

    if (file->name == NULL || !attachment_name_read(file->name, &type, NULL))
        return;
    enum attachment_kind kind = attachment_kind_of(type);
    json_t *rows = kind == ATTACHMENT_PHOTO ? g->photos : g->papers;
    if (is_there(rows, file->name))
        return; /* the same photo twice is one */
    json_t *row = json_pack("{s:s, s:b, s:I}", "file", file->name, "of_unit", file->of_unit,
                            "number", (json_int_t)json_array_size(rows) + 1);
    set_link(g, file, false, "whole", row);
    if (kind == ATTACHMENT_PHOTO)
        set_link(g, file, true, "small", row);
    else
        json_object_set_new(row, "paper", paper_text(g, file, kind));
    if (file->id != NULL)
        json_object_set_new(row, "id", json_string(file->id));
    json_array_append_new(rows, row);
}

static struct gathering begin(const struct intake *intake, enum language language)
{
    return (struct gathering){intake, language, json_array(), json_array()};
}

static void end(const struct gathering *g, json_t *data)
{
    json_object_set_new(
        data, "has_files",
        json_boolean(json_array_size(g->photos) > 0 || json_array_size(g->papers) > 0));
    json_object_set_new(data, "photos", g->photos);
    json_object_set_new(data, "papers", g->papers);
}

void page_files_add(const struct intake *intake, const PGresult *rows, int64_t seq,
                    enum language language, json_t *data)
{
    struct gathering g = begin(intake, language);

    for (int i = 0; i < PQntuples(rows); i++) {
        if (seq != PAGE_FILES_ALL && db_int(rows, i, 7) != seq)
            continue;
        const char *giver = db_text(rows, i, 4);
        gather(&g, &(struct shown){.name = db_text(rows, i, 0),
                                   .bytes = db_int(rows, i, 1),
                                   .is_public = db_int(rows, i, 6) != 0,
                                   .of_unit = giver != NULL && strcmp(giver, "unit") == 0});
    }
    end(&g, data);
}

void page_files_add_answer(const struct intake *intake, const json_t *list, enum language language,
                           json_t *data)
{
    struct gathering g = begin(intake, language);
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
        gather(&g, &(struct shown){.name = json_string_value(json_object_get(item, "name")),
                                   .bytes = json_integer_value(json_object_get(item, "bytes")),
                                   .of_unit = true});
    end(&g, data);
}

void page_files_add_named(const struct intake *intake, const json_t *ids, enum language language,
                          json_t *data)
{
    struct gathering g = begin(intake, language);
    const json_t *id;
    size_t i;

    json_array_foreach(ids, i, id)
    {
        const char *text = json_string_value(id);
        struct attachment file;
        if (text != NULL && attachment_id_read(intake->ring, text, clock_now_us(), &file))
            gather(&g, &(struct shown){.name = file.name, .id = text, .bytes = file.bytes});
    }
    end(&g, data);
}

int page_files_note(struct intake *intake, const struct http_request *request, json_t *ids,
                    struct faults *faults, struct err *e)
{
    struct uploads_result result;
    char id[ATTACHMENT_ID_SIZE];

    if (uploads_result(request, &result, faults, e) < 0)
        return -1;
    for (size_t i = 0; i < result.count; i++) {
        attachment_id(intake->ring, &result.files[i], clock_now_us(), id);
        json_array_append_new(ids, json_string(id));
    }
    return 0;
}

/* "/photos/0" of a form's files, "/attachments/0" of those named by an id. */
bool page_files_blamed(const struct fault *fault)
{
    static const char *const parents[] = {"/photos/", "/files", "/attachments"};

    for (size_t i = 0; i < COUNT(parents); i++)
        if (strncmp(fault->pointer, parents[i], strlen(parents[i])) == 0)
            return true;
    return false;
}

/* Which one it was: "/photos/1" is the second. 0: it is not said of one alone. */
static int number_of(const struct fault *fault)
{
    static const char photos[] = "/photos/";
    const char *index = fault->pointer + sizeof(photos) - 1;
    struct err ignored;
    int64_t n;

    if (strncmp(fault->pointer, photos, sizeof(photos) - 1) != 0 ||
        text_int64(index, photos, 0, ATTACHMENTS_MOST, &n, &ignored) < 0)
        return 0;
    return (int)n + 1;
}

void page_files_add_problem(const struct intake *intake, const struct fault *fault,
                            enum language language, json_t *rows, json_t *data)
{
    const char *before = json_string_value(json_object_get(data, "error_photos"));
    AUTO(strbuf_free) struct strbuf why = STRBUF(TEXT_BYTES);
    AUTO(strbuf_free) struct strbuf all = STRBUF(TEXT_BYTES * FAULTS_MAX);

    fault_describe(fault, language, &why);
    AUTO(json_release)
    json_t *holes = json_pack("{s:i, s:s}", "n", number_of(fault), "why", why.data);
    json_t *text = number_of(fault) > 0
                       ? page_text_filled(intake, language, "details.photos.wrong", holes)
                       : json_string(why.data);
    strbuf_addf(&all, "%s%s%s", before != NULL ? before : "", before != NULL ? "\n" : "",
                json_string_value(text));
    json_array_append_new(rows, json_pack("{s:s, s:o}", "field", "photos", "text", text));
    json_object_set_new(data, "error_photos", json_string(all.data));
}

void page_files_add_limit(const struct intake *intake, enum language language, json_t *data)
{
    const struct catalogue_attachment *most =
        attachment_limit(catalogue_now(intake->watch), ATTACHMENT_PHOTO);
    AUTO(json_release)
    json_t *holes =
        json_pack("{s:i, s:I}", "n", most->max_count, "mb", (json_int_t)(most->max_bytes / MB));

    json_object_set_new(data, "takes_photos", json_boolean(most->max_count > 0));
    json_object_set_new(data, "photos_limit",
                        page_text_filled(intake, language, "details.photos.limit", holes));
}
