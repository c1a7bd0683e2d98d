/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_report - any fields of a report's pages, a line "name=value" each: what is kept is text,
 * within its limits, and what is accepted keeps the rules of a submission. */
/* links: intake */
#include "fuzz.h"

#include "door_catalogue.h"
#include "mem.h"
#include "report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Gives each line to the form as its decoder would: NUL-terminated copies. */
static void read_fields(struct report *r, char *text, size_t size)
{
    char *end = text + size;

    while (text < end) {
        char *line_end = memchr(text, '\n', (size_t)(end - text));
        if (line_end == NULL)
            line_end = end;
        *line_end = '\0';
        char *equals = memchr(text, '=', (size_t)(line_end - text));
        if (equals != NULL) {
            *equals = '\0';
            report_read_field(r, text, equals + 1, (size_t)(line_end - equals - 1));
        }
        text = line_end + 1;
    }
}

static void check(const struct report *r)
{
    AUTO(submission_free) struct submission s;
    struct faults faults = {0};
    char *said = report_said(r);

    assert(json_object_size(r->values) <= REPORT_VALUES_MAX);
    assert(text_is_clean(said, strlen(said)));
    free(said);
    submission_init(&s);
    report_submission(r, &door_catalogue, &s, &faults);
    if (submission_check(&s, &door_catalogue, &faults) == 0)
        assert(s.anonymous || s.phone != NULL || s.email != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(report_free) struct report r;
    char *text = mem_new(size + 1, 1);

    memcpy(text, data, size);
    report_init(&r, catalogue_service(&door_catalogue, "ANY"));
    read_fields(&r, text, size);
    check(&r);
    free(text);
    return 0;
}
