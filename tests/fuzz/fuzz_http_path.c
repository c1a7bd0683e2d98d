/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_http_path - any path against the kinds of patterns there are. */
#include "fuzz.h"

#include "http_path.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const patterns[] = {"/a", "/a/{x}", "/{x}/{y}", "/a/{x}.{y}",
                                           "/{x}.json/{y}/{z}"};
    char path[HTTP_PATH_SIZE];
    struct http_path match;

    if (size >= sizeof(path))
        return 0;
    memcpy(path, data, size);
    path[size] = '\0';
    for (size_t i = 0; i < COUNT(patterns); i++) {
        if (!http_path_match(patterns[i], path, &match))
            continue;
        assert(match.used <= strlen(path));
        for (size_t part = 0; part < match.part_count; part++)
            assert(match.parts[part].value[0] != '\0');
    }
    return 0;
}
