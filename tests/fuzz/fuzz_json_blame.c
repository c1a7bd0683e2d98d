/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_json_blame - whatever a parser refuses: what it takes is good, of that nothing is named, and
 * what is named is a pointer by the rules. */
#include "fuzz.h"

#include "json.h"
#include "json_blame.h"
#include "text.h"

#include <assert.h>
#include <string.h>

enum { LIMIT = 191 };

/* Steps of "/", in which "~" escapes. */
static void check_pointer(const struct strbuf *pointer)
{
    const char *text = pointer->len > 0 ? strbuf_text(pointer) : "";

    assert(text != NULL && pointer->len <= LIMIT && text_is_clean(text, strlen(text)));
    assert(*text == '\0' || *text == '/');
    for (; *text != '\0'; text++)
        assert(*text != '~' || text[1] == '0' || text[1] == '1');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(strbuf_free) struct strbuf pointer = STRBUF(LIMIT);
    const char *bytes = (const char *)data;
    json_error_t ignored;
    AUTO(json_release) json_t *document = json_load(bytes, size, &ignored);
    enum json_wrong wrong = json_blame(bytes, size, &pointer);

    assert((wrong == JSON_GOOD) == (document != NULL));
    assert(pointer.len == 0 || (wrong != JSON_GOOD && wrong != JSON_MALFORMED));
    check_pointer(&pointer);
    return 0;
}
