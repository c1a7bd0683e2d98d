/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_open311_form - any fields of an Open311 POST, a line "name=value" each: what is
 * accepted has its texts clean and its answers among the service's questions. */
/* links: intake */
#include "fuzz.h"

#include "answers.h"
#include "door_catalogue.h"
#include "fuzz_fields.h"
#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { OUT_BYTES = 1024 * 1024 };

static void check_text(const char *text)
{
    assert(text == NULL || text_is_clean(text, strlen(text)));
}

static void check_accepted(const struct submission *s)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(OUT_BYTES);
    AUTO(json_release) json_t *document = NULL;
    struct err e;

    check_text(s->description);
    check_text(s->address);
    check_text(s->name);
    assert(s->anonymous || s->phone != NULL || s->email != NULL);
    answers_write(s, &out);
    int failed = json_parse(strbuf_text(&out), out.len, &document, &e);
    assert(failed == 0 && json_object_size(document) <= s->service->attribute_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(submission_free) struct submission s;
    struct faults faults = {0};
    struct submission_form form = {.submission = &s, .faults = &faults};
    char *text = mem_new(size + 1, 1);

    memcpy(text, data, size);
    submission_init(&s);
    fuzz_fields(text, size, submission_read_field, &form);
    submission_end_form(&form);
    if (submission_check(&s, &door_catalogue, NULL, &faults) == 0 &&
        s.service->closed_notice_vi == NULL)
        check_accepted(&s);
    free(text);
    return 0;
}
