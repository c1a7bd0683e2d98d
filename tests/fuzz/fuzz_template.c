/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_template - any text as a template: what is well formed renders, but for values that are
 * not there, and a value never leaves its place. */
#include "fuzz.h"

#include "json.h"
#include "mem.h"
#include "template.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { OUT_BYTES = 100000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum template_escape ways[] = {TEMPLATE_PLAIN, TEMPLATE_XML, TEMPLATE_JSON,
                                                TEMPLATE_URL};
    json_t *values = json_pack("{s:s, s:[i,i,[s]], s:{s:s, s:n}, s:b, s:f}", "x", "\x01<\"'&", "l",
                               1, 2, "in", "o", "x", "inner", "n", "b", 1, "r", 1.5);
    char *text = mem_new(size + 1, 1);

    memcpy(text, data, size);
    for (size_t i = 0; i < COUNT(ways); i++) {
        AUTO(strbuf_free) struct strbuf out = STRBUF(OUT_BYTES);
        struct err checked, rendered;
        int is_good = template_check(text, &checked);
        int rc = template_render(text, values, ways[i], &out, &rendered);
        assert(rc == 0 || rendered.text[0] != '\0');
        assert(rc < 0 || is_good == 0);
        if (strstr(text, "{{") == NULL)
            assert(is_good == 0 && rc == 0 && out.len == strlen(text));
        if (rc == 0 && ways[i] == TEMPLATE_XML && strpbrk(text, "<\"'") == NULL && out.len > 0)
            assert(strpbrk(strbuf_text(&out), "<\"'") == NULL);
    }
    free(text);
    json_decref(values);
    return 0;
}
