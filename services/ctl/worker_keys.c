/* SPDX-License-Identifier: Apache-2.0 */
#include "worker_keys.h"

#include "files.h"
#include "strbuf.h"

#include <string.h>

static int read_key(const char *text, const char *word, char out[CRYPTO_CURVE_SIZE])
{
    for (const char *line = text; line != NULL;
         line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL) {
        size_t len = strlen(word);
        if (strncmp(line, word, len) != 0 || line[len] != ' ' ||
            strcspn(line + len + 1, "\r\n") != CRYPTO_CURVE_SIZE - 1)
            continue;
        memcpy(out, line + len + 1, CRYPTO_CURVE_SIZE - 1);
        out[CRYPTO_CURVE_SIZE - 1] = '\0';
        return 0;
    }
    return -1;
}

int worker_keys_read(const char *path, struct worker_keys *out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(1024);

    if (files_read(path, &text, e) < 0)
        return -1;
    if (strbuf_text(&text) == NULL || read_key(text.data, "public", out->public_key) < 0 ||
        read_key(text.data, "secret", out->secret_key) < 0 ||
        read_key(text.data, "server", out->server_key) < 0)
        return err_set(e, ERR_INPUT,
                       "\"%s\" is not a worker's key file: it must have the lines "
                       "public, secret and server, each with 40 characters",
                       path);
    return 0;
}
