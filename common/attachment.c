/* SPDX-License-Identifier: Apache-2.0 */
#include "attachment.h"

#include "base64.h"
#include "blobs.h"
#include "clock.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS = 2 * CRYPTO_HASH_BYTES, LIST_BYTES = 16 * 1024 };

static const char thumb_suffix[] = ".thumb.jpg";

static const char *const kinds[ATTACHMENT_KINDS] = {
    [ATTACHMENT_PHOTO] = "photo",
    [ATTACHMENT_DOCUMENT] = "document",
    [ATTACHMENT_VIDEO] = "video",
    [ATTACHMENT_SOUND] = "sound",
};

static const struct {
    const char *suffix, *mime;
    enum attachment_kind kind;
} types[ATTACHMENT_TYPES] = {
    [ATTACHMENT_JPG] = {".jpg", "image/jpeg", ATTACHMENT_PHOTO},
    [ATTACHMENT_PDF] = {".pdf", "application/pdf", ATTACHMENT_DOCUMENT},
    [ATTACHMENT_MP4] = {".mp4", "video/mp4", ATTACHMENT_VIDEO},
    [ATTACHMENT_MOV] = {".mov", "video/quicktime", ATTACHMENT_VIDEO},
    [ATTACHMENT_3GP] = {".3gp", "video/3gpp", ATTACHMENT_VIDEO},
    [ATTACHMENT_M4A] = {".m4a", "audio/mp4", ATTACHMENT_SOUND},
    [ATTACHMENT_MP3] = {".mp3", "audio/mpeg", ATTACHMENT_SOUND},
    [ATTACHMENT_OGG] = {".ogg", "audio/ogg", ATTACHMENT_SOUND},
};

const char *attachment_kind_name(enum attachment_kind kind)
{
    return kinds[kind];
}

enum attachment_kind attachment_kind_of(enum attachment_type type)
{
    return types[type].kind;
}

const char *attachment_suffix(enum attachment_type type)
{
    return types[type].suffix;
}

const char *attachment_mime(enum attachment_type type)
{
    return types[type].mime;
}

enum attachment_type attachment_type_of(const char *suffix)
{
    size_t type = 0;

    while (type < ATTACHMENT_TYPES && strcmp(types[type].suffix, suffix) != 0)
        type++;
    return (enum attachment_type)type;
}

bool attachment_name_read(const char *name, enum attachment_type *type, bool *thumb)
{
    uint8_t ignored[CRYPTO_HASH_BYTES];

    if (!blobs_name_hash(name, ignored))
        return false;
    bool small = strcmp(name + DIGITS, thumb_suffix) == 0;
    *type = small ? ATTACHMENT_JPG : attachment_type_of(name + DIGITS);
    if (thumb != NULL)
        *thumb = small;
    return *type != ATTACHMENT_TYPES && (thumb != NULL || !small);
}

bool attachment_name_small(const char *name, char out[ATTACHMENT_SMALL_SIZE])
{
    enum attachment_type type;

    if (!attachment_name_read(name, &type, NULL) || attachment_kind_of(type) != ATTACHMENT_PHOTO)
        return false;
    (void)snprintf(out, ATTACHMENT_SMALL_SIZE, "%.*s%s", DIGITS, name, thumb_suffix);
    return true;
}

const struct catalogue_attachment *attachment_limit(const struct catalogue *c,
                                                    enum attachment_kind kind)
{
    static const struct catalogue_attachment nothing = {0};
    const struct catalogue_attachment *limit =
        c != NULL ? catalogue_attachment(c, kinds[kind]) : NULL;

    return limit != NULL ? limit : &nothing;
}

/* ---- ids and keys ---- */

static void seal(const struct crypto_ring *ring, const char *purpose, const char *text,
                 struct strbuf *out)
{
    uint8_t index[CRYPTO_INDEX_BYTES];

    crypto_index(ring, purpose, text, index);
    base64_add_url(out, index, sizeof(index));
}

void attachment_id(const struct crypto_ring *ring, const struct attachment *a, int64_t now,
                   char out[ATTACHMENT_ID_SIZE])
{
    AUTO(strbuf_free) struct strbuf id = STRBUF(ATTACHMENT_ID_SIZE - 1);

    strbuf_addf(&id, "%s~%" PRId64 "~%u~%u~%" PRId64, a->name, a->bytes, a->width, a->height,
                now / CLOCK_US_PER_S);
    AUTO(strbuf_free) struct strbuf key = STRBUF(ATTACHMENT_KEY_SIZE);
    seal(ring, "attachment", strbuf_text(&id), &key);
    strbuf_addf(&id, "~%s", strbuf_text(&key));
    memcpy(out, strbuf_text(&id), id.len + 1);
}

/* A number of one part of an id; false for anything else. */
static bool take_number(const char **at, int64_t *out)
{
    size_t len = strcspn(*at, "~");
    char digits[24];
    struct err ignored;

    if (len == 0 || len >= sizeof(digits) || (*at)[len] != '~')
        return false;
    memcpy(digits, *at, len);
    digits[len] = '\0';
    *at += len + 1;
    return text_int64(digits, "number", 0, INT64_MAX / CLOCK_US_PER_S, out, &ignored) == 0;
}

static bool is_sealed(const struct crypto_ring *ring, const char *id, const char *said)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(ATTACHMENT_ID_SIZE);
    AUTO(strbuf_free) struct strbuf key = STRBUF(ATTACHMENT_KEY_SIZE);

    strbuf_add(&text, id, (size_t)(said - 1 - id));
    seal(ring, "attachment", strbuf_text(&text), &key);
    return strlen(said) == key.len && crypto_equal(said, key.data, key.len);
}

enum attachment_id_state attachment_id_judge(const struct crypto_ring *ring, const char *id,
                                             int64_t now, struct attachment *out)
{
    const char *at = id + strcspn(id, "~");
    size_t name_len = (size_t)(at - id);
    int64_t width, height, at_s;
    enum attachment_type ignored;

    if (strnlen(id, ATTACHMENT_ID_SIZE) == ATTACHMENT_ID_SIZE || *at != '~' ||
        name_len >= ATTACHMENT_NAME_SIZE)
        return ATTACHMENT_ID_STRANGE;
    *out = (struct attachment){0};
    memcpy(out->name, id, name_len);
    at++;
    if (!take_number(&at, &out->bytes) || !take_number(&at, &width) || !take_number(&at, &height) ||
        !take_number(&at, &at_s) || !is_sealed(ring, id, at) ||
        !attachment_name_read(out->name, &ignored, NULL))
        return ATTACHMENT_ID_STRANGE;
    out->width = (uint32_t)width;
    out->height = (uint32_t)height;
    return at_s > now / CLOCK_US_PER_S - (int64_t)ATTACHMENT_HOURS * 3600 ? ATTACHMENT_ID_GOOD
                                                                          : ATTACHMENT_ID_OLD;
}

bool attachment_id_read(const struct crypto_ring *ring, const char *id, int64_t now,
                        struct attachment *out)
{
    return attachment_id_judge(ring, id, now, out) == ATTACHMENT_ID_GOOD;
}

void attachment_key(const struct crypto_ring *ring, const char *name, char out[ATTACHMENT_KEY_SIZE])
{
    AUTO(strbuf_free) struct strbuf key = STRBUF(ATTACHMENT_KEY_SIZE - 1);
    char own[ATTACHMENT_NAME_SIZE];

    /* The small picture has its photo's key: up to the first dot the names are the same. */
    (void)snprintf(own, sizeof(own), "%.*s", DIGITS, name);
    seal(ring, "media", own, &key);
    memcpy(out, strbuf_text(&key), key.len + 1);
}

void attachment_link(const char *public_url, const struct crypto_ring *ring, const char *name,
                     bool thumb, struct strbuf *out)
{
    char key[ATTACHMENT_KEY_SIZE];

    strbuf_addf(out, "%s/media/%.*s%s", public_url, DIGITS, name,
                thumb ? thumb_suffix : name + DIGITS);
    if (ring == NULL)
        return;
    attachment_key(ring, name, key);
    strbuf_addf(out, "?k=%s", key);
}

void attachments_write(const struct attachment *list, size_t count, const struct crypto_ring *ring,
                       struct strbuf *out)
{
    for (size_t i = 0; i < count; i++) {
        strbuf_addf(out, "%s{\"name\":\"%s\",\"bytes\":%" PRId64, i == 0 ? "[" : ",", list[i].name,
                    list[i].bytes);
        if (list[i].width > 0)
            strbuf_addf(out, ",\"width\":%u,\"height\":%u", list[i].width, list[i].height);
        if (ring != NULL) {
            char key[ATTACHMENT_KEY_SIZE];
            attachment_key(ring, list[i].name, key);
            strbuf_addf(out, ",\"key\":\"%s\"", key);
        }
        strbuf_add(out, "}", 1);
    }
    strbuf_add(out, count > 0 ? "]" : "[]", count > 0 ? 1 : 2);
}

json_t *attachments_list(const struct attachment *list, size_t count)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(LIST_BYTES);

    if (count == 0)
        return NULL;
    attachments_write(list, count, NULL, &text);
    return json_loadb(text.data, text.len, 0, NULL);
}
