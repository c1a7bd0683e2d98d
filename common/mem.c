/* SPDX-License-Identifier: Apache-2.0 */
#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void out_of_memory(void)
{
    static const char text[] = "out of memory\n";

    (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
    abort();
}

void *mem_new(size_t count, size_t size)
{
    void *p = calloc(count, size);

    if (p == NULL)
        out_of_memory();
    return p;
}

void *mem_resize(void *p, size_t size)
{
    void *q = realloc(p, size);

    if (q == NULL)
        out_of_memory();
    return q;
}

char *mem_text(const char *s)
{
    size_t n = strlen(s) + 1;

    return memcpy(mem_new(1, n), s, n);
}
