/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_load_answer - bytes as an HTTP answer; what is found lies within them. */
/* links: ctl */
#include "fuzz.h"

#include "load_answer.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    struct load_answer a;

    if (load_answer_read(bytes, size, &a) != LOAD_WHOLE)
        return 0;
    assert(a.status >= 200 && a.status <= 599);
    assert(a.total <= size && a.body + a.len == bytes + a.total);
    assert(load_answer_read(bytes, a.total, &a) == LOAD_WHOLE);
    assert(load_answer_read(bytes, a.total - 1, &a) != LOAD_WHOLE);
    const char *text = load_answer_text(&a, "reference", 11);
    assert(text == NULL || (text > a.body && text + 11 < a.body + a.len));
    return 0;
}
