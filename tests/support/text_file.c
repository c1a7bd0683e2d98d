/* SPDX-License-Identifier: Apache-2.0 */
#include "text_file.h"

#include <stdio.h>

#include "unit.h"

void text_file_read(const char *path, struct strbuf *out)
{
    char part[4096];
    FILE *file = fopen(path, "re");

    if (file == NULL)
        fail_msg("could not open %s", path);
    for (size_t len; (len = fread(part, 1, sizeof(part), file)) > 0;)
        strbuf_add(out, part, len);
    fclose(file);
    assert_false(out->failed);
}
