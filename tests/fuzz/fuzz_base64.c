/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_base64 - tokens and secrets as somebody sends them: what is read is written as the same
 * text, so that no two texts mean the same bytes. */
#include "fuzz.h"

#include "base64.h"
#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 4096, TOKEN_BYTES = 33 };

static void check_standard(const char *text)
{
    AUTO(strbuf_free) struct strbuf again = STRBUF(2 * LARGEST);
    uint8_t bytes[LARGEST];
    size_t len;
    struct err e;

    if (base64_read(text, bytes, sizeof(bytes), &len, &e) < 0)
        return;
    base64_add(&again, bytes, len);
    assert(strcmp(again.len > 0 ? strbuf_text(&again) : "", text) == 0);
}

static void check_token(const char *text)
{
    AUTO(strbuf_free) struct strbuf again = STRBUF(2 * LARGEST);
    uint8_t bytes[TOKEN_BYTES];
    struct err e;

    if (base64_read_url(text, bytes, sizeof(bytes), &e) < 0)
        return;
    base64_add_url(&again, bytes, sizeof(bytes));
    assert(strcmp(strbuf_text(&again), text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_new(size + 1, 1);

    if (size > 0)
        memcpy(text, data, size);
    check_standard(text);
    check_token(text);
    free(text);
    return 0;
}
