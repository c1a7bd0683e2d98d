/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "blobs.h"
#include "crypto.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { SECRET_BYTES = 4096, PART = 65536 };

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

static int read_file(const char *path, bool is_private, struct strbuf *out, struct err *e)
{
    AUTO(close_file) FILE *file = fopen(path, "re");
    struct stat status;
    char part[PART];

    if (file == NULL || fstat(fileno(file), &status) < 0)
        return err_set(e, ERR_SYSTEM, "could not read \"%s\": %s", path, strerror(errno));
    if (is_private && (status.st_mode & 077) != 0)
        return err_set(e, ERR_SYSTEM, "others may read \"%s\" (mode %03o instead of 600)", path,
                       (unsigned)status.st_mode & 0777);
    for (size_t len; (len = fread(part, 1, sizeof(part), file)) > 0;)
        strbuf_add(out, part, len);
    if (ferror(file) || strbuf_text(out) == NULL)
        return err_set(e, ERR_SYSTEM, "could not read \"%s\": too long, or %s", path,
                       strerror(errno));
    return 0;
}

static int read_secret(const char *dir, const char *name, json_t *data, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf text = STRBUF(SECRET_BYTES);
    char key[80];

    strbuf_addf(&path, "%s/gateways/%s", dir, name);
    if (strbuf_text(&path) == NULL)
        return err_set(e, ERR_SYSTEM, "DUNGHEN_KEYS_DIR is too long");
    if (read_file(strbuf_text(&path), true, &text, e) < 0)
        return -1;
    if (text.len > 0 && text.data[text.len - 1] == '\n')
        text.len--;
    (void)snprintf(key, sizeof(key), "secret_%s", name);
    if (json_object_set_new(data, key, json_stringn(text.data, text.len)) < 0)
        return err_set(e, ERR_SYSTEM, "\"%s\" is not UTF-8", strbuf_text(&path));
    return 0;
}

int files_read_secrets(const char *dir, const char *const *names, json_t *data, struct err *e)
{
    for (; names != NULL && *names != NULL; names++)
        if (read_secret(dir, *names, data, e) < 0)
            return -1;
    return 0;
}

int files_read_letter(const char *dir, const uint8_t *hash, struct strbuf *out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf name = STRBUF(BLOBS_NAME_SIZE - 1);
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    uint8_t its[CRYPTO_HASH_BYTES];

    strbuf_add_hex(&name, hash, CRYPTO_HASH_BYTES);
    strbuf_addf(&name, ".pdf");
    if (!blobs_path(&path, dir, strbuf_text(&name)) || strbuf_text(&path) == NULL)
        return err_set(e, ERR_SYSTEM, "DUNGHEN_LETTERS_DIR is too long");
    if (read_file(strbuf_text(&path), false, out, e) < 0)
        return -1;
    crypto_hash_pieces(&(struct crypto_piece){out->data, out->len}, 1, its);
    if (memcmp(its, hash, sizeof(its)) != 0)
        return err_set(e, ERR_SYSTEM, "the letter \"%s\" has been changed", strbuf_text(&path));
    return 0;
}
