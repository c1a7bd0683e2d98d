/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_multipart - the first line is a Content-Type, the rest a body: what is handed over lies
 * within the body, and no field has the delimiter in it. */
#include "fuzz.h"

#include "http_multipart.h"
#include "strbuf.h"

#include <assert.h>
#include <string.h>

enum { TYPE_MAX = 200 };

struct seen {
    size_t total, len;
    const char *boundary;
};

static void check_field(void *ctx, const char *name, const char *value, size_t len)
{
    AUTO(strbuf_free) struct strbuf delimiter = STRBUF(HTTP_BOUNDARY_SIZE + 4);
    struct seen *seen = ctx;

    seen->total += strlen(name) + len;
    assert(seen->total <= seen->len && value[len] == '\0');
    strbuf_addf(&delimiter, "\r\n--%s", seen->boundary);
    assert(memmem(value, len, delimiter.data, delimiter.len) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t type_len = end != NULL ? (size_t)(end - data) : TYPE_MAX;
    char type[TYPE_MAX], boundary[HTTP_BOUNDARY_SIZE];
    struct err e;

    if (end == NULL || type_len >= TYPE_MAX)
        return 0;
    memcpy(type, data, type_len);
    type[type_len] = '\0';
    if (!http_multipart_boundary(type, boundary))
        return 0;
    assert(strlen(boundary) >= 1 && strlen(boundary) < HTTP_BOUNDARY_SIZE);
    struct seen seen = {0, size - type_len - 1, boundary};
    if (http_multipart_read(boundary, (const char *)end + 1, seen.len, check_field, &seen, &e) < 0)
        assert(e.kind == ERR_INPUT);
    return 0;
}
