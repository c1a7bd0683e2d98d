/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "attachment.h"
#include "wire.h"

#include <inttypes.h>
#include <string.h>

/* What a worker says beside the id may be left out, and is not to be something else. */
static int compare(const struct wire_file *said, const struct attachment *kept, struct err *e)
{
    enum attachment_type type = ATTACHMENT_JPG;
    const struct {
        const char *field;
        int64_t said, kept;
    } sizes[] = {{"bytes", said->bytes, kept->bytes},
                 {"width", said->width, kept->width},
                 {"height", said->height, kept->height}};

    (void)attachment_name_read(kept->name, &type, NULL); /* as it was when it was sealed */
    if (said->name != NULL && strcmp(said->name, kept->name) != 0)
        return err_set(e, ERR_INPUT, "name: is \"%s\" of this upload", kept->name);
    if (said->type != NULL && strcmp(said->type, attachment_mime(type)) != 0)
        return err_set(e, ERR_INPUT, "type: is \"%s\" of this upload", attachment_mime(type));
    for (size_t i = 0; i < COUNT(sizes); i++)
        if (sizes[i].said != 0 && sizes[i].said != sizes[i].kept)
            return err_set(e, ERR_INPUT, "%s: is %" PRId64 " of this upload", sizes[i].field,
                           sizes[i].kept);
    return 0;
}

static int read_one(const struct crypto_ring *ring, const json_t *item, int64_t now,
                    struct attachment *out, struct err *e)
{
    struct wire_file said = {0};

    if (!json_is_object(item))
        return err_set(e, ERR_INPUT, "must be an object");
    if (json_read(wire_file_fields, item, false, &said, e) < 0)
        return -1;
    if (!attachment_id_read(ring, said.id, now, out))
        return err_set(e, ERR_INPUT, "id: is not one that an upload got within the last %d hours",
                       ATTACHMENT_HOURS);
    return compare(&said, out, e);
}

static bool is_among(const struct attachment files[], size_t count, const struct attachment *file)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(files[i].name, file->name) == 0)
            return true;
    return false;
}

/* The same file twice is one, as it is in what citizens send. */
static int read_all(const struct crypto_ring *ring, const json_t *list, int64_t now,
                    struct attachment out[ATTACHMENTS_MOST], size_t *count, struct err *e)
{
    const json_t *item;
    size_t i;

    if (!json_is_array(list))
        return err_set(e, ERR_INPUT, "attachments: must be an array");
    if (json_array_size(list) > ATTACHMENTS_MOST)
        return err_set(e, ERR_INPUT, "attachments: has more than %d items", ATTACHMENTS_MOST);
    json_array_foreach(list, i, item)
    {
        AUTO(strbuf_free) struct strbuf where = STRBUF(32);
        strbuf_addf(&where, "attachments/%zu", i);
        if (read_one(ring, item, now, &out[*count], e) < 0)
            return err_in(e, strbuf_text(&where));
        if (!is_among(out, *count, &out[*count]))
            ++*count;
    }
    return 0;
}

int files_take(const struct crypto_ring *ring, json_t *answer, int64_t now, struct err *e)
{
    struct attachment files[ATTACHMENTS_MOST];
    const json_t *list = json_object_get(answer, "attachments");
    size_t count = 0;

    if (list == NULL || json_is_null(list))
        return 0;
    if (read_all(ring, list, now, files, &count, e) < 0)
        return err_in(e, "answer");
    if (count == 0)
        json_object_del(answer, "attachments");
    else
        json_object_set_new(answer, "attachments", attachments_list(files, count));
    return 0;
}
