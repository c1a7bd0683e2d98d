/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_gateway - what a gateway answers: an answer without the right word is never taken for a
 * success, whatever else it says. */
/* links: notifier */
#include "fuzz.h"

#include "gateway.h"
#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct catalogue_gateway gateway = {
    .channel = "sms", .success = "/result/code=100|101", .refusal = "/result/code=99"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_new(size + 1, 1);

    if (size > 0)
        memcpy(text, data, size);
    enum gateway_verdict verdict = gateway_judge(&gateway, 200, text, size);
    if (verdict == GATEWAY_TAKEN)
        assert(strstr(text, "100") != NULL || strstr(text, "101") != NULL ||
               strchr(text, '\\') != NULL);
    assert(gateway_judge(&gateway, 500, text, size) == GATEWAY_FAILED);
    free(text);
    return 0;
}
