/* SPDX-License-Identifier: Apache-2.0 */
#include "files_write.h"

static void write_link(struct tree *tree, const struct intake *intake,
                       const struct files_shown *file, bool thumb)
{
    AUTO(strbuf_free) struct strbuf url = STRBUF(INTAKE_BODY_BYTES);

    attachment_link(intake->settings.public_url, file->is_public ? NULL : intake->ring, file->name,
                    thumb, &url);
    tree_text(tree, thumb ? "thumb_url" : "url", strbuf_text(&url));
}

void files_write_one(struct tree *tree, const struct intake *intake, const struct files_shown *file)
{
    enum attachment_type type = ATTACHMENT_JPG;

    (void)attachment_name_read(file->name, &type, NULL);
    tree_text(tree, "name", file->name);
    tree_text(tree, "type", attachment_mime(type));
    tree_int(tree, "bytes", file->bytes);
    if (file->width > 0) {
        tree_int(tree, "width", file->width);
        tree_int(tree, "height", file->height);
    }
    write_link(tree, intake, file, false);
    if (file->width > 0)
        write_link(tree, intake, file, true);
}

/* Begins a record; false, and nothing, for a file of a type that is not known here. */
static bool begin_file(struct tree *tree, const struct intake *intake,
                       const struct files_shown *file)
{
    enum attachment_type ignored;

    if (file->name == NULL || !attachment_name_read(file->name, &ignored, NULL))
        return false;
    tree_record(tree, "attachment");
    files_write_one(tree, intake, file);
    return true;
}

void files_write(struct tree *tree, const struct intake *intake, const PGresult *rows)
{
    tree_list(tree, "attachments");
    for (int i = 0; i < PQntuples(rows); i++) {
        const struct files_shown file = {
            db_text(rows, i, FILE_NAME), db_int(rows, i, FILE_BYTES),
            db_is_null(rows, i, FILE_WIDTH) ? 0 : db_int(rows, i, FILE_WIDTH),
            db_is_null(rows, i, FILE_HEIGHT) ? 0 : db_int(rows, i, FILE_HEIGHT),
            db_int(rows, i, FILE_PUBLIC) != 0};
        if (!begin_file(tree, intake, &file))
            continue;
        tree_text(tree, "given_by", db_text(rows, i, FILE_GIVEN_BY));
        tree_time(tree, "added_at", db_time(rows, i, FILE_ADDED_AT));
        tree_end(tree);
    }
    tree_end(tree);
}

static int64_t number_of(const json_t *item, const char *key)
{
    return json_integer_value(json_object_get(item, key));
}

void files_write_answer(struct tree *tree, const struct intake *intake, const json_t *list)
{
    const json_t *item;
    size_t i;

    tree_list(tree, "attachments");
    json_array_foreach(list, i, item)
    {
        const struct files_shown file = {json_string_value(json_object_get(item, "name")),
                                         number_of(item, "bytes"), number_of(item, "width"),
                                         number_of(item, "height"), false};
        if (begin_file(tree, intake, &file))
            tree_end(tree);
    }
    tree_end(tree);
}
