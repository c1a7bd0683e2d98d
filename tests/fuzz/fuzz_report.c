/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_report - any fields of a report's pages, a line "name=value" each: what is kept is text,
 * within its limits, and what is accepted keeps the rules of a submission. */
/* links: intake */
#include "fuzz.h"

#include "door_catalogue.h"
#include "fuzz_fields.h"
#include "mem.h"
#include "report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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
    if (submission_check(&s, &door_catalogue, NULL, &faults) == 0)
        assert(s.anonymous || s.phone != NULL || s.email != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(report_free) struct report r;
    char *text = mem_new(size + 1, 1);

    memcpy(text, data, size);
    report_init(&r, catalogue_service(&door_catalogue, "ANY"));
    fuzz_fields(text, size, report_read_field, &r);
    check(&r);
    free(text);
    return 0;
}
