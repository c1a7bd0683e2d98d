/* SPDX-License-Identifier: Apache-2.0 */
/* links: intake */
#include "suggest.h"

#include <string.h>

#include "unit.h"

static const char *const pothole[] = {"ổ gà", "pothole", NULL};
static const char *const noise[] = {"karaoke", "ồn ào", NULL};
static const char *const light[] = {"đèn đường", NULL};
static const char *const attitude[] = {"gây phiền hà", NULL};

#define SERVICE(code_, name_, text_, words_)                                                       \
    {                                                                                              \
        .code = code_, .name_vi = name_, .name_en = "", .description_vi = text_,                   \
        .description_en = "", .group_vi = "Nhóm", .group_en = "Group", .keywords = words_          \
    }

static struct catalogue_service services[] = {
    SERVICE("ATTITUDE", "Thái độ, nhũng nhiễu", "Gây khó khăn trên đường giải quyết", attitude),
    SERVICE("HOLE", "Ổ gà, mặt đường hư", "Hố trên đường", pothole),
    SERVICE("NOISE", "Tiếng ồn", "Hát karaoke", noise),
    SERVICE("LIGHT", "Đèn đường", "Đèn tắt trên đường", light),
    SERVICE("OLD", "Karaoke cũ", "", noise),
};
static const struct catalogue city = {.services = services, .service_count = COUNT(services)};

static int open_suggest(void **state)
{
    services[4].retired = true;
    *state = suggest_new(&city);
    return 0;
}

static int close_suggest(void **state)
{
    suggest_free((struct suggest **)state);
    return 0;
}

/* The best service of a text, of how many; NULL: none. */
static const char *best(void **state, const char *text, size_t *count)
{
    size_t found[SUGGEST_MAX];

    *count = suggest_find(*state, text, found);
    return *count > 0 ? services[found[0]].code : NULL;
}

static void a_sentence_names_what_it_is_about(void **state)
{
    size_t count;

    assert_string_equal(best(state, "Xe máy bị té vì đường có Ổ GÀ lớn!", &count), "HOLE");
    assert_int_equal(count, 1);
    assert_string_equal(best(state, "hang xom hat karaoke on ao suot dem", &count), "NOISE");
    assert_string_equal(best(state, "“đèn” — đường…", &count), "LIGHT");
}

static void only_whole_words_count_but_the_last_may_be_begun(void **state)
{
    size_t count;

    assert_string_equal(best(state, "o ga", &count), "HOLE");
    assert_int_equal(count, 1); /* not "gây" */
    assert_string_equal(best(state, "kara", &count), "NOISE");
    assert_null(best(state, "kara zzz", &count));
}

static void what_says_nothing_finds_nothing(void **state)
{
    size_t count;

    assert_null(best(state, "", &count));
    assert_null(best(state, " .,! ", &count));
    assert_null(best(state, "zzzz", &count));
    assert_null(best(state, "nhóm", &count)); /* all have it */
    assert_null(best(state, "\xff\xfe", &count));
}

static void a_service_that_is_retired_is_never_meant(void **state)
{
    size_t count;
    AUTO(strbuf_free) struct strbuf terms = STRBUF(1000);

    (void)best(state, "karaoke cũ", &count);
    assert_int_equal(count, 1);
    suggest_write(*state, 4, &terms);
    assert_int_equal(terms.len, 0);
}

static void the_script_gets_each_term_with_its_points(void **state)
{
    AUTO(strbuf_free) struct strbuf terms = STRBUF(1000);

    suggest_write(*state, 3, &terms);
    assert_non_null(strstr(strbuf_text(&terms), "40 den duong"));
    assert_null(strstr(strbuf_text(&terms), "nhom"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_names_what_it_is_about),
        cmocka_unit_test(only_whole_words_count_but_the_last_may_be_begun),
        cmocka_unit_test(what_says_nothing_finds_nothing),
        cmocka_unit_test(a_service_that_is_retired_is_never_meant),
        cmocka_unit_test(the_script_gets_each_term_with_its_points),
    };

    return cmocka_run_group_tests(tests, open_suggest, close_suggest);
}
