/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "door_catalogue.h"
#include "mem.h"
#include "submission.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define CONTACT "'contact':{'name':'An','phone':'0903123456'}"
#define GOOD(rest) "{'service_code':'ANY','description':'x'," CONTACT rest "}"
#define ANSWER(answers) GOOD(",'attributes':{" answers "}")

/* The texts above are JSON with ' for ". */
static char *json_of(const char *text)
{
    char *json = mem_text(text);

    for (char *c = json; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    return json;
}

/* Any place will do while there is none. */
static struct area_map *city;

static int judge(struct submission *s, const char *text, struct faults *faults)
{
    char *json = json_of(text);
    struct err e;

    submission_init(s);
    faults->count = 0;
    int failed = submission_read_json(s, json, strlen(json), faults, &e);
    assert_int_equal(failed, 0);
    failed = submission_check(s, &door_catalogue, city, faults);
    assert_int_equal(failed<0, faults->count> 0);
    free(json);
    return failed;
}

static void assert_good(const char *text)
{
    AUTO(submission_free) struct submission s;
    struct faults faults;

    if (judge(&s, text, &faults) < 0)
        fail_msg("%s: %s at %s", text, fault_rule(&faults.rows[0]), faults.rows[0].pointer);
}

/* Just this is wrong with it. */
static void assert_bad(const char *text, const char *pointer, const char *rule)
{
    AUTO(submission_free) struct submission s;
    struct faults faults;

    if (judge(&s, text, &faults) == 0)
        fail_msg("nothing was wrong with %s", text);
    if (faults.count != 1 || strcmp(faults.rows[0].pointer, pointer) != 0 ||
        strcmp(fault_rule(&faults.rows[0]), rule) != 0)
        fail_msg("%s: %zu faults, the first is %s at %s, not %s at %s", text, faults.count,
                 fault_rule(&faults.rows[0]), faults.rows[0].pointer, rule, pointer);
}

static void every_rule_names_its_field(void **state)
{
    static const struct {
        const char *text, *pointer, *rule;
    } rows[] = {
        {"{'description':'x'," CONTACT "}", "/service_code", "missing"},
        {"{'service_code':'NONE','description':'x'," CONTACT "}", "/service_code", "service"},
        {"{'service_code':'OLD','description':'x'," CONTACT "}", "/service_code", "service"},
        {"{'service_code':'ANY'," CONTACT "}", "/description", "missing"},
        {"{'service_code':'ANY','description':''," CONTACT "}", "/description", "missing"},
        {"{'service_code':'ANY','description':' \\t\\n'," CONTACT "}", "/description", "missing"},
        {"{'service_code':'ANY','description':'a\\u0007'," CONTACT "}", "/description", "utf-8"},
        {"{'service_code':5,'description':'x'," CONTACT "}", "/service_code", "text"},
        {"{'service_code':'ANY','description':'x','lat':'10','lon':106," CONTACT "}", "/lat",
         "number"},
        {"{'service_code':'ANY','description':'\u00a0\u200b\u2003'," CONTACT "}", "/description",
         "missing"},
        {"{'service_code':'ANY','description':'x','contact':{'name':'\u200b','phone':'0903123456'}"
         "}",
         "/contact/name", "missing"},
        {GOOD(",'lat':10.7"), "/lon", "pair"},
        {GOOD(",'lon':106.7"), "/lat", "pair"},
        {GOOD(",'lat':90.001,'lon':1"), "/lat", "range"},
        {GOOD(",'lat':1,'lon':-180.5"), "/lon", "range"},
        {GOOD(",'lat':'1','lon':null"), "/lat", "number"},
        {"{'service_code':'PLACE','description':'x'," CONTACT "}", "/lat", "place"},
        {"{'service_code':'PLACE','description':'x','address':' '," CONTACT "}", "/lat", "place"},
        {GOOD(",'unit':'D9'"), "/unit", "unit"},
        {GOOD(",'area':'A9'"), "/area", "area"},
        {GOOD(",'language':'fr'"), "/language", "language"},
        {GOOD(",'hide_name':1"), "/hide_name", "boolean"},
        {GOOD(",'media_url':'ftp://a/b'"), "/media_url", "url"},
        {GOOD(",'media_url':'https://a/<b>'"), "/media_url", "url"},
        {GOOD(",'colour':'red'"), "/colour", "unknown"},
        {GOOD(",'a/b~c':1"), "/a~1b~0c", "unknown"},
        {GOOD(",'address':'a\\u0001b'"), "/address", "utf-8"},
        {GOOD(",'unit':'D\\u0001'"), "/unit", "utf-8"},
        {"{'service_code':'ANY','description':'x','contact':{'phone':'0903123456'}}",
         "/contact/name", "missing"},
        {"{'service_code':'ANY','description':'x','contact':{'name':'An'}}", "/contact/phone",
         "phone-or-email"},
        {"{'service_code':'ANY','description':'x','contact':{'name':'An','phone':'12'}}",
         "/contact/phone", "phone"},
        {"{'service_code':'ANY','description':'x','contact':{'name':'An','email':'an'}}",
         "/contact/email", "email"},
        {"{'service_code':'ANY','description':'x','contact':{'name':'An','email':'a@b.vn','zalo':"
         "'1'}}",
         "/contact/zalo", "unknown"},
        {"{'service_code':'ANY','description':'x','anonymous':true," CONTACT "}", "/contact",
         "anonymous-with-contact"},
        {"{'service_code':'NAMED','description':'x','anonymous':true}", "/anonymous",
         "anonymous-not-allowed"},
        {GOOD(",'attributes':[]"), "/attributes", "object"},
        {ANSWER("'colour':'red'"), "/attributes/colour", "unknown"},
        {ANSWER("'notice':'read'"), "/attributes/notice", "unknown"},
        {ANSWER("'note':7"), "/attributes/note", "text"},
        {ANSWER("'note':true"), "/attributes/note", "text"},
        {ANSWER("'note':['a']"), "/attributes/note", "once"},
        {ANSWER("'note':'a\\u0001'"), "/attributes/note", "utf-8"},
        {ANSWER("'count':'many'"), "/attributes/count", "number"},
        {ANSWER("'state':'on'"), "/attributes/state", "choice"},
        {ANSWER("'signs':['off','on']"), "/attributes/signs", "choice"},
        {ANSWER("'signs':['off','off']"), "/attributes/signs", "once"},
        {ANSWER("'since':'yesterday'"), "/attributes/since", "datetime"},
        {ANSWER("'since':'2026-13-01'"), "/attributes/since", "datetime"},
        {ANSWER("'since':'2026-02-29'"), "/attributes/since", "datetime"},
        {ANSWER("'since':'2026-11-31T16:00'"), "/attributes/since", "datetime"},
        {ANSWER("'since':'1900-02-29'"), "/attributes/since", "datetime"},
        {ANSWER("'since':'2026-11-00'"), "/attributes/since", "datetime"},
        {ANSWER("'since':'2026-11-23 16:00'"), "/attributes/since", "datetime"},
        {ANSWER("'since':'2026-11-23T24:00Z'"), "/attributes/since", "datetime"},
        {ANSWER("'since':'2026-11-23T16:00:61Z'"), "/attributes/since", "datetime"},
        {ANSWER("'since':'2026-11-23T16:00ZZ'"), "/attributes/since", "datetime"},
        {"{'service_code':'REQUIRED','description':'x'," CONTACT "}", "/attributes/must",
         "missing"},
        {"{'service_code':'REQUIRED','description':'x','attributes':{'must':''}," CONTACT "}",
         "/attributes/must", "missing"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_bad(rows[i].text, rows[i].pointer, rows[i].rule);
}

static void what_keeps_the_rules_is_taken(void **state)
{
    static const char *const texts[] = {
        GOOD(""),
        GOOD(",'lat':-90,'lon':180"),
        GOOD(",'lat':10,'lon':106.5,'address':'12 Nguyễn "
             "Huệ','unit':'D1','area':'A1','hide_name':true"),
        GOOD(",'media_url':'https://example.vn/a.jpg?x=1','language':'en'"),
        GOOD(",'unit':null,'media_url':'','attributes':{},'anonymous':false"),
        "{'service_code':'PLACE','description':'x','lat':1,'lon':2," CONTACT "}",
        "{'service_code':'PLACE','description':'x','address':'12 Nguyễn Huệ'," CONTACT "}",
        "{'service_code':'ANY','description':'x','anonymous':true}",
        "{'service_code':'ANY','description':'x','anonymous':true,'contact':{'name':''}}",
        "{'service_code':'ANY','description':'x','contact':{'name':'An','email':'a@b.vn'}}",
        "{'service_code':'REQUIRED','description':'x','attributes':{'must':'y'}," CONTACT "}",
        ANSWER("'note':'ghi chú','count':3,'since':'2026-11-23','state':'off','signs':['off']"),
        ANSWER("'count':'-2.5','since':'2026-11-23T16:00','signs':'dim'"),
        ANSWER("'count':1e3,'since':'2026-11-23T16:00:59+07:00','signs':['off','dim']"),
        ANSWER("'since':'2026-11-23T16:00Z','signs':[],'note':null"),
        ANSWER("'since':'2028-02-29'"),
        ANSWER("'since':'2000-02-29'"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_good(texts[i]);
}

/* Only of what is about a place in the city; and the place of what it joins is not the citizen's
 * to mend. */
static void a_field_report_is_about_a_place_in_the_city(void **state)
{
    static struct catalogue_area square = {"A", "D1",
                                           "{\"type\":\"Polygon\",\"coordinates\":[[[106.6,10.7],["
                                           "106.7,10.7],[106.7,10.8],[106.6,10.8],"
                                           "[106.6,10.7]]]}"};
    struct err e;

    (void)state;
    assert_int_equal(
        area_map_open(&city, &(struct catalogue){.areas = &square, .area_count = 1}, &e), 0);
    assert_bad(GOOD(",'lat':0,'lon':0"), "/lat", "outside-city");
    assert_bad(GOOD(",'lat':21.03,'lon':105.85,'address':'12 Huế'"), "/lat", "outside-city");
    assert_bad(GOOD(",'lat':91,'lon':105.85"), "/lat", "range");
    assert_bad(GOOD(",'lat':10.7"), "/lon", "pair");
    assert_good(GOOD(",'lat':10.75,'lon':106.65"));
    assert_good(GOOD(",'lat':10.75,'lon':106.7005"));
    assert_good(GOOD(",'address':'12 Huế'"));
    assert_good("{'service_code':'ASKED','description':'x','lat':21.03,'lon':105.85," CONTACT "}");
    area_map_close(&city);
}

/* A good body whose field has count times the character. */
static void with_length(struct faults *faults, const char *before, const char *character,
                        size_t count, const char *after)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(100000);
    AUTO(submission_free) struct submission s;

    strbuf_addf(&text, "%s", before);
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&text, "%s", character);
    strbuf_addf(&text, "%s", after);
    (void)judge(&s, strbuf_text(&text), faults);
}

static void lengths_are_counted_in_characters(void **state)
{
    static const struct {
        const char *before, *after, *pointer;
        unsigned limit;
    } rows[] = {
        {"{'service_code':'ANY'," CONTACT ",'description':'", "'}", "/description", 4000},
        {"{'service_code':'ANY','description':'x'," CONTACT ",'address':'", "'}", "/address", 500},
        {"{'service_code':'ANY','description':'x','contact':{'phone':'0903123456','name':'", "'}}",
         "/contact/name", 200},
        {"{'service_code':'ANY','description':'x'," CONTACT ",'attributes':{'note':'", "'}}",
         "/attributes/note", 4000},
    };
    struct faults faults;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        with_length(&faults, rows[i].before, "ệ", rows[i].limit, rows[i].after);
        assert_int_equal(faults.count, 0);
        with_length(&faults, rows[i].before, "ệ", rows[i].limit + 1, rows[i].after);
        assert_int_equal(faults.count, 1);
        assert_int_equal(faults.rows[0].rule, RULE_LENGTH);
        assert_int_equal(faults.rows[0].limit, rows[i].limit);
        assert_string_equal(faults.rows[0].pointer, rows[i].pointer);
    }
}

static void all_that_is_wrong_is_said_at_once(void **state)
{
    AUTO(submission_free) struct submission s;
    struct faults faults;

    (void)state;
    assert_int_equal(judge(&s, "{'service_code':'NONE','lat':1,'contact':7,'x':1}", &faults), -1);
    assert_int_equal(faults.count, 7);
    assert_string_equal(faults.rows[0].pointer, "/contact");
    assert_string_equal(faults.rows[1].pointer, "/x");
    assert_string_equal(faults.rows[2].pointer, "/service_code");
    assert_string_equal(faults.rows[3].pointer, "/description");
    assert_string_equal(faults.rows[4].pointer, "/lon");
    assert_string_equal(faults.rows[5].pointer, "/contact/name");
    assert_string_equal(faults.rows[6].pointer, "/contact/phone");
}

static void more_faults_than_are_kept_do_no_harm(void **state)
{
    AUTO(submission_free) struct submission s;
    AUTO(strbuf_free) struct strbuf text = STRBUF(100000);
    struct faults faults;

    (void)state;
    strbuf_addf(&text, "{'service_code':'ANY'");
    for (int i = 0; i < 2 * FAULTS_MAX; i++)
        strbuf_addf(&text, ",'x%d':1", i);
    strbuf_addf(&text, "}");
    assert_int_equal(judge(&s, strbuf_text(&text), &faults), -1);
    assert_int_equal(faults.count, FAULTS_MAX);
}

static void too_many_answers_are_refused(void **state)
{
    AUTO(submission_free) struct submission s;
    AUTO(strbuf_free) struct strbuf text = STRBUF(100000);
    struct faults faults;

    (void)state;
    strbuf_addf(&text, "{'service_code':'ANY','description':'x'," CONTACT ",'attributes':{'a':[0");
    for (int i = 0; i < SUBMISSION_MAX_ANSWERS; i++)
        strbuf_addf(&text, ",%d", i);
    strbuf_addf(&text, "]}}");
    assert_int_equal(judge(&s, strbuf_text(&text), &faults), -1);
    assert_string_equal(faults.rows[0].pointer, "/attributes");
    assert_int_equal(faults.rows[0].rule, RULE_MANY);
}

static void a_long_key_is_not_repeated(void **state)
{
    AUTO(submission_free) struct submission s;
    AUTO(strbuf_free) struct strbuf text = STRBUF(100000);
    struct faults faults;

    (void)state;
    strbuf_addf(&text, "{'service_code':'ANY','description':'x'," CONTACT ",'");
    for (int i = 0; i <= FAULT_KEY_BYTES; i++)
        strbuf_addf(&text, "k");
    strbuf_addf(&text, "':1}");
    assert_int_equal(judge(&s, strbuf_text(&text), &faults), -1);
    assert_string_equal(faults.rows[0].pointer, "");
}

static void a_closed_service_is_found_whatever_else_is_said(void **state)
{
    AUTO(submission_free) struct submission s;
    struct faults faults;

    (void)state;
    assert_int_equal(judge(&s, "{'service_code':'CLOSED','lat':1}", &faults), 0);
    assert_string_equal(s.service->closed_notice_en, "Not taken.");
}

static void what_was_said_is_kept_in_its_normal_form(void **state)
{
    AUTO(submission_free) struct submission s;
    struct faults faults;

    (void)state;
    assert_int_equal(judge(&s,
                           "{'service_code':'ANY','description':'To\xCC\x82i','language':'en',"
                           "'contact':{'name':'Ba\xCC\x80','phone':'(0903) 123.456',"
                           "'email':'An.N@Example.VN'}}",
                           &faults),
                     0);
    assert_string_equal(s.description, "T\xC3\xB4i");
    assert_string_equal(s.name, "B\xC3\xA0");
    assert_string_equal(s.phone_e164, "+84903123456");
    assert_string_equal(s.email, "An.N@Example.VN");
    assert_string_equal(s.email_lower, "an.n@example.vn");
    assert_int_equal(s.answer_language, LANGUAGE_EN);
    assert_true(isnan(s.lat) && isnan(s.lon));
}

/* What bytes that are no UTF-8 are blamed on. */
static void assert_blamed_as(const char *text, const char *pointer, enum rule rule)
{
    AUTO(submission_free) struct submission s;
    struct faults faults = {0};
    char *json = json_of(text);
    struct err e;

    submission_init(&s);
    assert_int_equal(submission_read_json(&s, json, strlen(json), &faults, &e), -1);
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.rows[0].rule, rule);
    assert_string_equal(faults.rows[0].pointer, pointer);
    free(json);
}

static void assert_blamed(const char *text, const char *pointer)
{
    assert_blamed_as(text, pointer, RULE_CLEAN);
}

static void bad_bytes_are_blamed_on_their_field(void **state)
{
    (void)state;
    assert_blamed("{'description':'a\xFF'}", "/description");
    assert_blamed("{'a':'\xC3\xA0','contact':{'name':'\xC3'}}", "/contact/name");
    assert_blamed("{'attributes':{'note':'\xED\xA0\x80'}}", "/attributes/note");
    assert_blamed("{'attributes':{'signs':['x','\xC0\x80']}}", "/attributes/signs");
    assert_blamed("{'k\xFF':1}", "");
    assert_blamed("{\xFF}", "");
}

static void what_a_parser_refuses_is_named(void **state)
{
    (void)state;
    assert_blamed("{'a':'\\u0000'}", "/a");
    assert_blamed("{'contact':{'name':'\\ud800'}}", "/contact/name");
    assert_blamed("{'attributes':{'signs':['x','\\u0000']}}", "/attributes/signs/1");
    assert_blamed_as("{'a':{'b':1,'b':2}}", "/a/b", RULE_ONCE);
    assert_blamed_as("{'lat':1e999}", "/lat", RULE_RANGE);
}

/* What it is about and where, the case says that is joined. */
static void who_joins_says_less(void **state)
{
    static const char text[] = "{'description':'x','lat':1,'contact':{'name':'An'},'unit':null}";
    AUTO(submission_free) struct submission s;
    struct faults faults = {0};
    char *json = json_of(text);
    struct err e;

    (void)state;
    submission_init(&s);
    s.joins = true;
    assert_int_equal(submission_read_json(&s, json, strlen(json), &faults, &e), 0);
    assert_int_equal(faults.count, 2);
    assert_string_equal(faults.rows[0].pointer, "/lat");
    assert_string_equal(faults.rows[1].pointer, "/unit");
    assert_int_equal(faults.rows[0].rule, RULE_UNKNOWN);
    assert_string_equal(s.description, "x");
    assert_string_equal(s.name, "An");
    free(json);
}

static void what_is_no_object_is_malformed(void **state)
{
    static const char *const texts[] = {"", "[]", "7", "{", "{'a':1}x", "nul"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO(submission_free) struct submission s;
        struct faults faults = {0};
        char *json = json_of(texts[i]);
        struct err e = {0};
        submission_init(&s);
        assert_int_equal(submission_read_json(&s, json, strlen(json), &faults, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_int_equal(faults.count, 0);
        free(json);
    }
}

static void rules_are_told_in_both_languages(void **state)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(1000);
    struct fault fault = {.rule = RULE_LENGTH, .limit = 500};

    (void)state;
    fault_describe(&fault, LANGUAGE_EN, &text);
    assert_string_equal(strbuf_text(&text), "Must not have more than 500 characters.");
    strbuf_clear(&text);
    fault_describe(&fault, LANGUAGE_VI, &text);
    assert_string_equal(strbuf_text(&text), "Không được dài quá 500 ký tự.");
    for (int rule = 0; rule < RULES; rule++) {
        fault.rule = (enum rule)rule;
        strbuf_clear(&text);
        fault_describe(&fault, LANGUAGE_VI, &text);
        fault_describe(&fault, LANGUAGE_EN, &text);
        assert_true(text.len > 10);
        assert_non_null(fault_rule(&fault));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_names_its_field),
        cmocka_unit_test(what_keeps_the_rules_is_taken),
        cmocka_unit_test(a_field_report_is_about_a_place_in_the_city),
        cmocka_unit_test(lengths_are_counted_in_characters),
        cmocka_unit_test(all_that_is_wrong_is_said_at_once),
        cmocka_unit_test(more_faults_than_are_kept_do_no_harm),
        cmocka_unit_test(too_many_answers_are_refused),
        cmocka_unit_test(a_long_key_is_not_repeated),
        cmocka_unit_test(a_closed_service_is_found_whatever_else_is_said),
        cmocka_unit_test(what_was_said_is_kept_in_its_normal_form),
        cmocka_unit_test(bad_bytes_are_blamed_on_their_field),
        cmocka_unit_test(what_a_parser_refuses_is_named),
        cmocka_unit_test(who_joins_says_less),
        cmocka_unit_test(what_is_no_object_is_malformed),
        cmocka_unit_test(rules_are_told_in_both_languages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
