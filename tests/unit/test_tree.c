/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "tree.h"

#include "clock.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "unit.h"

static void write_sample(bool json, struct strbuf *out)
{
    struct tree tree;

    tree_init(&tree, json, out);
    tree_list(&tree, "requests");
    tree_record(&tree, "request");
    tree_text(&tree, "text", "a \"<b>\" & c");
    tree_text(&tree, "none", NULL);
    tree_bool(&tree, "yes", true);
    tree_int(&tree, "order", -3);
    tree_float(&tree, "lat", 10.5);
    tree_float(&tree, "long", (double)NAN);
    tree_time(&tree, "at", 1795424400 * (int64_t)CLOCK_US_PER_S);
    tree_time(&tree, "never", INT64_MIN);
    tree_list(&tree, "values");
    tree_text(&tree, "value", "x");
    tree_text(&tree, "value", "y");
    tree_end(&tree);
    tree_end(&tree);
    tree_record(&tree, "request");
    tree_end(&tree);
    tree_end(&tree);
}

static void json_has_typed_values_and_no_wrapper(void **state)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(10000);

    (void)state;
    write_sample(true, &out);
    assert_string_equal(strbuf_text(&out),
                        "[{\"text\":\"a \\\"<b>\\\" & c\",\"none\":null,\"yes\":true,\"order\":-3,"
                        "\"lat\":10.5,\"long\":null,\"at\":\"2026-11-23T16:00:00+07:00\","
                        "\"never\":null,\"values\":[\"x\",\"y\"]},{}]");
}

static void xml_has_an_element_for_each(void **state)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(10000);

    (void)state;
    write_sample(false, &out);
    assert_string_equal(
        strbuf_text(&out),
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<requests><request><text>a &quot;&lt;b&gt;&quot; &amp; c</text><none/><yes>true</yes>"
        "<order>-3</order><lat>10.5</lat><long/><at>2026-11-23T16:00:00+07:00</at><never/>"
        "<values><value>x</value><value>y</value></values></request><request></request>"
        "</requests>");
}

static void writing_again_empties_the_buffer(void **state)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(10000);
    struct tree tree;

    (void)state;
    write_sample(false, &out);
    tree_init(&tree, true, &out);
    tree_record(&tree, "x");
    tree_end(&tree);
    assert_string_equal(strbuf_text(&out), "{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_typed_values_and_no_wrapper),
        cmocka_unit_test(xml_has_an_element_for_each),
        cmocka_unit_test(writing_again_empties_the_buffer),
    };

    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
