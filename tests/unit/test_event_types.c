/* SPDX-License-Identifier: Apache-2.0 */
#include "event_types.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 4096, LEAST = 40 };

/* "| `a`, `b` | ...": of the first column each name is asked about, and counted. */
static size_t names_of(char *row)
{
    char *end = strchr(row + 1, '|'), *at = NULL;
    size_t count = 0;

    assert_non_null(end);
    *end = '\0';
    strtok_r(row, "`", &at);
    for (char *name; (name = strtok_r(NULL, "`", &at)) != NULL; count++) {
        if (!event_type_is_known(name))
            fail_msg("%s is described, and not known", name);
        strtok_r(NULL, "`", &at);
    }
    return count;
}

/* The other way round: tracker writes no type that is not known. */
static void what_is_described_can_be_asked_for(void **state)
{
    FILE *text = fopen(SOURCE_DIR "/schemas/events.md", "re");
    char line[LINE_BYTES];
    size_t count = 0;

    (void)state;
    assert_non_null(text);
    while (fgets(line, sizeof(line), text) != NULL)
        if (strncmp(line, "| `", 3) == 0)
            count += names_of(line);
    fclose(text);
    assert_true(count > LEAST);
    assert_false(event_type_is_known("arrived"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_described_can_be_asked_for)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
