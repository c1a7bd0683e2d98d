/* SPDX-License-Identifier: Apache-2.0 */
#include "xml.h"

#include "unit.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"

static void writes_nested_elements(void **state)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(1000);
    struct xml xml;

    (void)state;
    xml_init(&xml, &out);
    xml_open(&xml, "services");
    xml_open(&xml, "service");
    xml_text(&xml, "service_name", "Đèn đường");
    xml_text(&xml, "keywords", NULL);
    xml_text(&xml, "group", "");
    xml_close(&xml, "service");
    xml_close(&xml, "services");
    assert_string_equal(strbuf_text(&out), DECLARATION
                        "<services><service><service_name>Đèn đường</service_name>"
                        "<keywords/><group></group></service></services>");
}

static void assert_text(const char *value, const char *expected)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(1000);
    AUTO(strbuf_free) struct strbuf whole = STRBUF(1000);
    struct xml xml;

    xml_init(&xml, &out);
    xml_text(&xml, "a", value);
    strbuf_addf(&whole, DECLARATION "<a>%s</a>", expected);
    assert_string_equal(strbuf_text(&out), strbuf_text(&whole));
}

static void escapes_markup(void **state)
{
    (void)state;
    assert_text("a & b <c> \"d\" 'e'", "a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos;");
    assert_text("]]>", "]]&gt;");
}

static void keeps_line_ends(void **state)
{
    (void)state;
    assert_text("a\r\nb\tc", "a&#13;\nb\tc");
}

static void drops_what_xml_forbids(void **state)
{
    (void)state;
    assert_text("a\x01\x08\x1f\uFFFE\uFFFF\uFFFD", "a\uFFFD");
}

static void drops_bytes_that_are_not_utf8(void **state)
{
    (void)state;
    assert_text("a\xff<\xc3", "a&lt;");
    assert_text("\xed\xa0\x80", "");
}

static void fails_with_its_buffer(void **state)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(50);
    struct xml xml;

    (void)state;
    xml_init(&xml, &out);
    xml_text(&xml, "a", "0123456789");
    assert_null(strbuf_text(&out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_nested_elements),
        cmocka_unit_test(escapes_markup),
        cmocka_unit_test(keeps_line_ends),
        cmocka_unit_test(drops_what_xml_forbids),
        cmocka_unit_test(drops_bytes_that_are_not_utf8),
        cmocka_unit_test(fails_with_its_buffer),
    };

    return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
