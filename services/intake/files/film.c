/* SPDX-License-Identifier: Apache-2.0 */
#include "film.h"

enum { BOX_HEAD = 8, BOX_LARGE = 16, DEPTH_MOST = 4, BOXES_MOST = 10000, ZIP_TAIL = 65557 };

static bool fail(enum rule *why, enum rule rule)
{
    *why = rule;
    return false;
}

/* An archive is found by its end, whatever it stands behind. */
static bool ends_as_archive(struct bytes file)
{
    return bytes_hold(bytes_part(file, file.len > ZIP_TAIL ? file.len - ZIP_TAIL : 0, ZIP_TAIL),
                      "PK\5\6", 4);
}

/* ---- ISO base media ---- */

struct walk {
    film_patch_fn *patch;
    void *ctx;
    struct bytes file;
    int boxes;
    bool has_movie;
};

static bool is_one_of(struct bytes file, size_t at, const char *names)
{
    for (; *names != '\0'; names += 4)
        if (bytes_say(file, at, names, 4))
            return true;
    return false;
}

/* The length of the box there, its head included; 0 when it has none that fits. The last of a file
 * may say 0: it goes to the end (ISO 14496-12, 4.2). */
static size_t box_length(struct bytes file, size_t at, size_t end, size_t *head)
{
    uint64_t len = bytes_be32(file, at);

    *head = BOX_HEAD;
    if (len == 0 && end == file.len)
        len = end - at;
    if (len == 1) {
        len = (uint64_t)bytes_be32(file, at + 8) << 32 | bytes_be32(file, at + 12);
        *head = BOX_LARGE;
    }
    return len >= *head && len <= end - at ? (size_t)len : 0;
}

/* Makes it a box of free space, so that whatever counts from the file's beginning stays right. */
static bool blank_box(const struct walk *w, size_t at, size_t head, size_t len)
{
    return w->patch(w->ctx, at + 4, "free", 4) && w->patch(w->ctx, at + head, NULL, len - head);
}

static bool walk_boxes(struct walk *w, size_t at, size_t end, int depth, enum rule *why)
{
    static const char inner[] = "moovtrakmdiaedts", private[] = "udtametauuidXMP_";

    while (at < end) {
        size_t head;
        if (end - at < BOX_HEAD || ++w->boxes > BOXES_MOST)
            return fail(why, RULE_FILE_TRUNCATED);
        size_t len = box_length(w->file, at, end, &head);
        if (len == 0)
            return fail(why, RULE_FILE_TRUNCATED);
        w->has_movie = w->has_movie || is_one_of(w->file, at + 4, "moov");
        if (is_one_of(w->file, at + 4, private) && !blank_box(w, at, head, len))
            return fail(why, RULE_FILE_DAMAGED);
        if (depth < DEPTH_MOST && is_one_of(w->file, at + 4, inner) &&
            !walk_boxes(w, at + head, at + len, depth + 1, why))
            return false;
        at += len;
    }
    return true;
}

static const char *suffix_of(struct bytes file)
{
    if (is_one_of(file, 8, "M4A M4B "))
        return ".m4a";
    if (is_one_of(file, 8, "qt  "))
        return ".mov";
    if (bytes_say(file, 8, "3gp", 3) || bytes_say(file, 8, "3g2", 3))
        return ".3gp";
    return ".mp4";
}

bool film_check(struct bytes file, film_patch_fn *patch, void *ctx, const char **suffix,
                enum rule *why)
{
    struct walk w = {.patch = patch, .ctx = ctx, .file = file};

    if (!bytes_say(file, 4, "ftyp", 4))
        return fail(why, RULE_FILE_TYPE);
    if (!walk_boxes(&w, 0, file.len, 0, why))
        return false;
    if (ends_as_archive(file))
        return fail(why, RULE_FILE_MIXED);
    *suffix = suffix_of(file);
    return w.has_movie || fail(why, RULE_FILE_TRUNCATED);
}

/* ---- MPEG audio ---- */

enum { ID3_HEAD = 10, MP3_HEAD = 4, FRAMES_NEEDED = 3 };

/* Bytes of the frame of layer III there; 0: there is none. */
static size_t mp3_frame(struct bytes file, size_t at)
{
    static const unsigned kbits[2][16] = {
        {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
        {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
    };
    static const unsigned rates[4] = {44100, 48000, 32000, 0};
    uint32_t head = bytes_be32(file, at);
    unsigned version = head >> 19 & 3, layer = head >> 17 & 3, rate = rates[head >> 10 & 3];
    bool first = version == 3;

    if (head >> 21 != 0x7FF || version == 1 || layer != 1 || rate == 0)
        return 0;
    unsigned shift = first ? 0 : (version == 2 ? 1 : 2);
    unsigned bits = kbits[first ? 1 : 0][head >> 12 & 15] * 1000;
    return bits == 0 ? 0 : (first ? 144U : 72U) * bits / (rate >> shift) + (head >> 9 & 1);
}

static size_t id3_length(struct bytes file)
{
    size_t len = 0;

    if (!bytes_say(file, 0, "ID3", 3) || !bytes_have(file, 0, ID3_HEAD))
        return 0;
    for (size_t i = 6; i < ID3_HEAD; i++)
        len = len << 7 | (file.at[i] & 0x7F);
    return ID3_HEAD + len;
}

bool film_check_mp3(struct bytes file, film_patch_fn *patch, void *ctx, enum rule *why)
{
    size_t at = id3_length(file);
    int frames = 0;

    if (at > file.len)
        return fail(why, RULE_FILE_TRUNCATED);
    if (at > ID3_HEAD && !patch(ctx, ID3_HEAD, NULL, at - ID3_HEAD))
        return fail(why, RULE_FILE_DAMAGED);
    for (size_t len; frames < FRAMES_NEEDED && (len = mp3_frame(file, at)) > 0; frames++)
        at += len;
    return frames == FRAMES_NEEDED || fail(why, RULE_FILE_DAMAGED);
}

/* ---- Ogg ---- */

enum { OGG_HEAD = 27 };

bool film_check_ogg(struct bytes file, enum rule *why)
{
    size_t at = 0;

    while (at < file.len) {
        if (!bytes_have(file, at, OGG_HEAD))
            return fail(why, RULE_FILE_TRUNCATED);
        if (!bytes_say(file, at, "OggS", 5)) /* with the version, 0 */
            return fail(why, RULE_FILE_MIXED);
        size_t segments = file.at[at + OGG_HEAD - 1], len = OGG_HEAD + segments;
        if (!bytes_have(file, at, len))
            return fail(why, RULE_FILE_TRUNCATED);
        for (size_t i = 0; i < segments; i++)
            len += file.at[at + OGG_HEAD + i];
        if (!bytes_have(file, at, len))
            return fail(why, RULE_FILE_TRUNCATED);
        at += len;
    }
    return true;
}

/* ---- PDF ---- */

enum { PDF_HEAD = 1024, PDF_TAIL = 2048 };

static bool holds_any(struct bytes part, const char *const texts[])
{
    for (; *texts != NULL; texts++)
        if (bytes_hold(part, *texts, strlen(*texts)))
            return true;
    return false;
}

bool film_check_pdf(struct bytes file, enum rule *why)
{
    static const char *const pages[] = {"<html", "<script", "<!doctype", "<?php", "<svg", NULL};
    static const char *const active[] = {"/JavaScript", "/Launch", "/EmbeddedFile", "/RichMedia",
                                         NULL};
    struct bytes tail = bytes_part(file, file.len > PDF_TAIL ? file.len - PDF_TAIL : 0, PDF_TAIL);

    if (!bytes_say(file, 0, "%PDF-", 5))
        return fail(why, RULE_FILE_TYPE);
    if (!bytes_hold(tail, "%%EOF", 5) || !bytes_hold(tail, "startxref", 9))
        return fail(why, RULE_FILE_TRUNCATED);
    if (holds_any(bytes_part(file, 0, PDF_HEAD), pages) || ends_as_archive(file) ||
        holds_any(file, active))
        return fail(why, RULE_FILE_MIXED);
    return true;
}
