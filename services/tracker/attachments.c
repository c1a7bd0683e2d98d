/* SPDX-License-Identifier: Apache-2.0 */
#include "attachments.h"

#include "attachment.h"
#include "blobs.h"

#include <inttypes.h>
#include <string.h>

/* The type of a file's name, "jpg"; NULL when it is none. */
static const char *type_of(const char *name)
{
    enum attachment_type type;

    return name != NULL && attachment_name_read(name, &type, NULL) ? attachment_suffix(type) + 1
                                                                   : NULL;
}

static int64_t number_of(const json_t *item, const char *key)
{
    return json_integer_value(json_object_get(item, key));
}

static bool is_size(int64_t n)
{
    return n >= 0 && n <= INT32_MAX;
}

static bool is_good(const json_t *item)
{
    int64_t width = number_of(item, "width"), height = number_of(item, "height");

    return type_of(json_string_value(json_object_get(item, "name"))) != NULL &&
           number_of(item, "bytes") > 0 && is_size(width) && is_size(height) &&
           (width > 0) == (height > 0);
}

static int check_list(const json_t *list, const char *field, struct err *e)
{
    if (list != NULL && !json_is_array(list))
        return err_set(e, ERR_INPUT, "%s: must be an array", field);
    if (json_array_size(list) > ATTACHMENTS_MOST) /* as schemas/bus/case.head.v1.json has it */
        return err_set(e, ERR_INPUT, "%s: has more than %d items", field, ATTACHMENTS_MOST);
    return 0;
}

int attachments_check(const json_t *list, struct err *e)
{
    const json_t *item;
    size_t i;

    if (check_list(list, "attachments", e) < 0)
        return -1;
    json_array_foreach(list, i, item)
    {
        if (!is_good(item))
            return err_set(e, ERR_INPUT, "attachments/%zu: is not a file's name and size", i);
    }
    return 0;
}

static enum attachment_kind kind_of(const json_t *item)
{
    enum attachment_type type = ATTACHMENT_JPG;

    (void)attachment_name_read(json_string_value(json_object_get(item, "name")), &type, NULL);
    return attachment_kind_of(type);
}

int attachments_check_limits(const struct catalogue *catalogue, const json_t *list, struct err *e)
{
    int counts[ATTACHMENT_KINDS] = {0};
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        enum attachment_kind kind = kind_of(item);
        const struct catalogue_attachment *limit = attachment_limit(catalogue, kind);
        if (++counts[kind] > limit->max_count)
            return err_set(e, ERR_INPUT, "attachments: has more than %d of the kind \"%s\"",
                           limit->max_count, attachment_kind_name(kind));
        if (number_of(item, "bytes") > limit->max_bytes)
            return err_set(e, ERR_INPUT,
                           "attachments/%zu: has more than %" PRId64 " bytes, the most of a \"%s\"",
                           i, limit->max_bytes, attachment_kind_name(kind));
    }
    return 0;
}

int attachments_check_names(const struct workset *set, const struct case_row *c,
                            const json_t *names, struct err *e)
{
    const json_t *item;
    size_t i;

    if (check_list(names, "photos", e) < 0)
        return -1;
    json_array_foreach(names, i, item)
    {
        uint8_t hash[CRYPTO_HASH_BYTES];
        const char *name = json_string_value(item), *type = type_of(name);
        if (type == NULL || !blobs_name_hash(name, hash))
            return err_set(e, ERR_INPUT, "photos/%zu: is not a file's name", i);
        if (!workset_has_file(set, &c->id, hash, type))
            return err_set(e, ERR_INPUT, "photos/%zu: \"%s\" is not a file of the case", i, name);
    }
    return 0;
}

void attachments_add(struct workset *set, const struct case_row *c, int64_t seq, const json_t *list,
                     const char *given_by)
{
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        const char *name = json_string_value(json_object_get(item, "name"));
        struct attachment_row row = {.case_id = c->id,
                                     .seq = seq,
                                     .number = (int)i + 1,
                                     .type = type_of(name),
                                     .bytes = number_of(item, "bytes"),
                                     .width = (int32_t)number_of(item, "width"),
                                     .height = (int32_t)number_of(item, "height"),
                                     .given_by = given_by};
        if (blobs_name_hash(name, row.hash)) /* as it was when it was checked */
            workset_attach(set, &row);
    }
}

void attachments_tell(const json_t *list, struct strbuf *out)
{
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        const char *name = json_string_value(json_object_get(item, "name"));
        strbuf_add(out, i == 0 ? "[" : ",", 1);
        json_write_text(out, name, strlen(name));
    }
    strbuf_add(out, "]", 1);
}
