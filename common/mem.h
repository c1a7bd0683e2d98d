/* SPDX-License-Identifier: Apache-2.0 */
/* mem - allocation that cannot fail: out of memory ends the process. */
#ifndef MEM_H
#define MEM_H

#include "base.h"

void *mem_new(size_t count, size_t size) CHECKED; /* zeroed */
void *mem_resize(void *p, size_t size) CHECKED;
char *mem_text(const char *s) CHECKED;

#endif
