/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_areas - any bytes as areas.geojson: every row is judged or has a shape. */
/* links: ctl */
#include "fuzz.h"

#include "draft.h"
#include "mem.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct draft *d = mem_new(1, sizeof(*d));

    for (size_t i = 0; i < DRAFT_PARTS; i++)
        rowset_init(&d->parts[i], &draft_specs[i]);
    struct rowset *areas = &d->parts[DRAFT_AREAS];
    draft_read_areas(d, (const char *)data, size);
    rowset_index(areas, &d->findings);
    for (size_t i = 0; i < areas->count; i++) {
        const struct draft_area *area = rowset_row(areas, i);
        assert(area->shape != NULL || d->findings.count > 0);
    }
    draft_close(&d);
    return 0;
}
