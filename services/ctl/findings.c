/* SPDX-License-Identifier: Apache-2.0 */
#include "findings.h"

#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void findings_add(struct findings *f, struct place at, const char *rule, const char *fmt, ...)
{
    char text[400]; /* longer ones are cut: they quote a cell */
    va_list ap;

    f->count++;
    if (f->kept == FINDINGS_MAX)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    f->items[f->kept++] = (struct finding){at, rule, mem_text(text)};
}

static int compare(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int files = strcmp(x->at.file, y->at.file);

    if (files != 0)
        return files;
    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    int rules = strcmp(x->rule, y->rule);
    return rules != 0 ? rules : strcmp(x->text, y->text);
}

void findings_sort(struct findings *f)
{
    qsort(f->items, f->kept, sizeof(f->items[0]), compare);
}

void findings_free(struct findings *f)
{
    for (size_t i = 0; i < f->kept; i++)
        free(f->items[i].text);
    f->kept = f->count = 0;
}
