/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
/* Takes the tiny catalogue, breaks it in one place, and wants that mistake
 * named with its file, line and rule. */
#include "draft.h"
#include "files.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

#define TINY SOURCE_DIR "/deploy/catalogue/tiny"
#define ZONE "Asia/Ho_Chi_Minh"

enum { FILE_MAX = 4 * 1024 * 1024 };

/* In file, from is replaced by to; from NULL: to is appended; to NULL: the
 * file is left out. wants is "FILE:LINE: RULE". */
struct broken {
    const char *file, *from, *to, *wants;
};

struct copy {
    char dir[32];
};

static void path_in(const struct copy *copy, const char *file, struct strbuf *out)
{
    strbuf_addf(out, "%s/%s", copy->dir, file);
}

static void put(const struct copy *copy, const char *file, const char *text)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    struct err e;

    path_in(copy, file, &path);
    assert_int_equal(files_write_new(strbuf_text(&path), 0600, text, &e), 0);
}

static void break_text(const struct broken *b, const char *text, struct strbuf *out)
{
    const char *at = b->from != NULL ? strstr(text, b->from) : text + strlen(text);

    assert_non_null(at); /* the case fits the catalogue */
    strbuf_add(out, text, (size_t)(at - text));
    strbuf_addf(out, "%s%s", b->to, b->from != NULL ? at + strlen(b->from) : "");
}

static void copy_file(const struct copy *copy, const char *file, const struct broken *b)
{
    AUTO(strbuf_free) struct strbuf from = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf text = STRBUF(FILE_MAX);
    AUTO(strbuf_free) struct strbuf changed = STRBUF(FILE_MAX);
    struct err e;

    strbuf_addf(&from, TINY "/%s", file);
    assert_int_equal(files_read(strbuf_text(&from), &text, &e), 0);
    bool ours = b != NULL && strcmp(b->file, file) == 0;
    if (ours && b->to == NULL)
        return;
    if (ours)
        break_text(b, strbuf_text(&text), &changed);
    put(copy, file, strbuf_text(ours ? &changed : &text));
}

static struct copy make_copy(const struct broken *b)
{
    struct copy copy = {"/tmp/dunghen-draft-XXXXXX"};

    assert_non_null(mkdtemp(copy.dir));
    for (size_t i = 0; i < DRAFT_PARTS; i++)
        copy_file(&copy, draft_specs[i].file, b);
    return copy;
}

static void remove_copy(const struct copy *copy)
{
    for (size_t i = 0; i < DRAFT_PARTS; i++) {
        AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
        path_in(copy, draft_specs[i].file, &path);
        unlink(strbuf_text(&path));
    }
    assert_int_equal(rmdir(copy->dir), 0);
}

static struct draft *checked(const struct copy *copy)
{
    struct draft *d = NULL;

    draft_open(&d, copy->dir);
    draft_check(d, ZONE);
    return d;
}

/* wants may be the rule alone. */
static bool names(const struct findings *f, const char *wants)
{
    bool found = false;

    for (size_t i = 0; i < f->kept; i++) {
        AUTO(strbuf_free) struct strbuf name = STRBUF(200);
        const struct finding *item = &f->items[i];
        strbuf_addf(&name, "%s:%zu: %s", item->at.file, item->at.line, item->rule);
        found = found || strcmp(strbuf_text(&name), wants) == 0 || strcmp(item->rule, wants) == 0;
    }
    return found;
}

/* wants is the only mistake, in its place. */
static void expect_only(const struct broken *b)
{
    struct copy copy = make_copy(b);
    AUTO(draft_close) struct draft *d = checked(&copy);

    if (d->findings.count != 1 || !names(&d->findings, b->wants)) {
        print_message("wanted %s after \"%s\" became \"%s\"; found:\n", b->wants, b->from, b->to);
        for (size_t i = 0; i < d->findings.kept; i++)
            print_message("  %s:%zu: %s: %s\n", d->findings.items[i].at.file,
                          d->findings.items[i].at.line, d->findings.items[i].rule,
                          d->findings.items[i].text);
    }
    assert_int_equal(d->findings.count, 1);
    assert_true(names(&d->findings, b->wants));
    remove_copy(&copy);
}

#define EXPECT_EACH(cases)                                                                         \
    for (size_t i = 0; i < COUNT(cases); i++)                                                      \
    expect_only(&(cases)[i])

static void finds_nothing_in_a_good_catalogue(void **state)
{
    struct copy copy = make_copy(NULL);
    AUTO(draft_close) struct draft *d = checked(&copy);

    (void)state;
    assert_int_equal(d->findings.count, 0);
    assert_int_equal(d->parts[DRAFT_UNITS].count, 4);
    assert_int_equal(d->parts[DRAFT_AREAS].count, 2);
    remove_copy(&copy);
}

static void finds_nothing_in_the_city(void **state)
{
    AUTO(draft_close) struct draft *d = NULL;

    (void)state;
    draft_open(&d, SOURCE_DIR "/deploy/catalogue/hcmc");
    draft_check(d, ZONE);
    assert_int_equal(d->findings.count, 0);
    assert_int_equal(d->parts[DRAFT_AREAS].count, 168);
    assert_int_equal(d->parts[DRAFT_SERVICES].count, 31);
}

static void names_files_and_lines_that_are_malformed(void **state)
{
    static const struct broken cases[] = {
        {"units.csv", NULL, NULL, "units.csv:1: file-missing"},
        {"units.csv", "code,kind", "kind,code", "units.csv:1: csv-header"},
        {"units.csv", NULL, "\n", "units.csv:6: csv-syntax"},
        {"units.csv", NULL, "W3,WARD\n", "units.csv:6: csv-columns"},
        {"units.csv", NULL, "W3,WARD,,\"Ba\n", "units.csv:6: csv-syntax"},
        {"catalogue.json", "\"name\"", "name", "catalogue.json:2: json-syntax"},
        {"catalogue.json", "\"name\": \"tiny\"", "\"name\": \"a\", \"name\": \"b\"",
         "catalogue.json:2: json-syntax"},
        {"catalogue.json", "\"reference_note\"", "\"note\"", "catalogue.json:1: json-syntax"},
        {"catalogue.json", "\"84\"", "84", "catalogue.json:1: value-type"},
        {"catalogue.json", "\"84\"", "\"8400\"", "catalogue.json:1: value-type"},
        {"areas.geojson", "]}\n", "]\n", "areas.geojson:5: json-syntax"},
        {"areas.geojson", "FeatureCollection", "Feature", "areas.geojson:1: value-type"},
    };

    (void)state;
    EXPECT_EACH(cases);
}

static void names_cells_that_do_not_fit_their_type(void **state)
{
    static const struct broken cases[] = {
        {"units.csv", "Ward One", "Ward\tOne", "units.csv:4: text-utf8"},
        {"units.csv", "Ward One", "Ward \xC3\x28", "units.csv:4: text-utf8"},
        {"units.csv", "Ward One", "Ward \xC2\x85", "units.csv:4: text-utf8"},
        {"units.csv", "Ward One", "\"Ward\nOne\"", "units.csv:4: text-utf8"},
        {"units.csv", "Sở Một", "So\xCC\x9B\xCC\x89 Một", "units.csv:2: text-utf8"},
        {"units.csv", "Ward One", " Ward One", "units.csv:4: text-space"},
        {"units.csv", "Ward One", "", "units.csv:4: value-missing"},
        {"units.csv", "W1,WARD", "W1,Ward", "units.csv:4: value-type"},
        {"units.csv", "W1,WARD,OFFICE", "W1,WARD,OFF ICE", "units.csv:4: value-type"},
        {"units.csv", "Ward One,,", "Ward One,,2026-02-29", "units.csv:4: value-type"},
        {"units.csv", "Ward One,,", "Ward One,,2026-2-1", "units.csv:4: value-type"},
        {"units.csv", "Ward One,,,,", "Ward One,,,2026-01-01,W2;", "units.csv:4: value-type"},
        {"units.csv", NULL, "W1,WARD,,Phường,Ward,,,,,\n", "units.csv:6: key-unique"},
        {"units.csv", NULL, "W2345678901234567890123456789012X,WARD,,Phường,Ward,,,,,\n",
         "units.csv:6: text-length"},
        {"calendars.csv", "2021,2035,\nOFF", "02021,2035,\nOFF", "calendars.csv:2: value-type"},
        {"calendar_hours.csv", "ALWAYS,7,", "ALWAYS,8,", "calendar_hours.csv:8: value-type"},
        {"calendar_hours.csv", "1,13:00,17:00", "1,13:00,17:60",
         "calendar_hours.csv:10: value-type"},
        {"services.csv", "required,yes,,,\"đèn", "required,Yes,,,\"đèn",
         "services.csv:2: value-type"},
        {"services.csv", "working_days,2", "workdays,2", "services.csv:2: value-type"},
        {"services.csv", "working_days,2", "working_days,0", "services.csv:2: value-type"},
        {"services.csv", "working_days,2", "working_days,9000", "services.csv:2: value-type"},
    };

    (void)state;
    EXPECT_EACH(cases);
}

static void names_references_to_nothing(void **state)
{
    static const struct broken cases[] = {
        {"catalogue.json", "\"OFFICE\"", "\"VP\"", "catalogue.json:1: desk"},
        {"catalogue.json", "\"OFFICE\"", "\"D1\"", "catalogue.json:1: desk"},
        {"catalogue.json", "OFFICE_HOURS", "HOURS", "catalogue.json:1: default-calendar"},
        {"catalogue.json", "Asia/Ho_Chi_Minh", "Asia/Bangkok", "catalogue.json:1: timezone"},
        {"units.csv", "W1,WARD,OFFICE", "W1,WARD,VP", "units.csv:4: unit-parent"},
        {"units.csv", "Ward One,", "Ward One,NIGHT", "units.csv:4: reference"},
        {"units.csv", "Ward One,,,,", "Ward One,,,2026-01-01,W9", "units.csv:4: unit-successor"},
        {"areas.geojson", "\"unit\":\"W2\"", "\"unit\":\"W9\"", "areas.geojson:3: area-unit"},
        {"attributes.csv", NULL, "DARK,a,1,string,no,yes,Gì?,What?,,\n",
         "attributes.csv:4: reference"},
        {"attribute_values.csv", NULL, "LIGHT,colour,red,Đỏ,Red\n",
         "attribute_values.csv:4: value-attribute"},
        {"routes.csv", NULL, "DARK,*,D1,,,,\n", "routes.csv:7: reference"},
        {"bursts.csv", NULL, "DARK,10,30,200\n", "bursts.csv:2: reference"},
        {"bursts.csv", NULL, "STAFF,10,30,200\n", "bursts.csv:2: burst-service"},
        {"bursts.csv", NULL, "LIGHT,2,30,200\n", "bursts.csv:2: value-type"},
        {"bursts.csv", NULL, "LIGHT,10,30,5000\n", "bursts.csv:2: value-type"},
        {"routes.csv", NULL, "*,W9,D1,,,,\n", "routes.csv:7: reference"},
        {"routes.csv", NULL, "*,*,D9,,,,\n", "routes.csv:7: route-unit"},
        {"routes.csv", NULL, "*,*,@nobody,,,,\n", "routes.csv:7: value-type"},
        {"routes.csv", NULL, "*,*,D1,@place;D9,,,\n", "routes.csv:7: route-unit"},
        {"routes.csv", NULL, "*,*,D1,W1;W1,,,\n", "routes.csv:7: route-unit"},
    };

    (void)state;
    EXPECT_EACH(cases);
}

static void names_rules_of_time_that_are_broken(void **state)
{
    static const struct broken cases[] = {
        {"calendars.csv", "2021,2035,\nOFF", "2036,2035,\nOFF", "calendars.csv:2: calendar-years"},
        {"calendars.csv", "2021,2035,\nOFF", "2021,2035,00:00\nOFF", "calendars.csv:2: cut-off"},
        {"calendars.csv", NULL, "EMPTY,Trống,Empty,2021,2035,\n", "calendars.csv:4: hours-missing"},
        {"calendar_hours.csv", "1,13:00,17:00", "1,13:00,13:00",
         "calendar_hours.csv:10: hours-order"},
        {"calendar_hours.csv", "1,13:00,17:00", "1,11:29,17:00",
         "calendar_hours.csv:10: hours-overlap"},
        {"calendar_hours.csv", NULL, "NIGHT,1,00:00,24:00\n", "calendar_hours.csv:19: reference"},
        {"calendar_days.csv", NULL, "OFFICE_HOURS,2036-01-01,OFF,,Tết,,projected\n",
         "calendar_days.csv:89: day-year"},
        {"calendar_days.csv", NULL, "OFFICE_HOURS,2035-01-06,WORK,,Làm bù,,projected\n",
         "calendar_days.csv:89: day-hours"},
        {"calendar_days.csv", NULL, "OFFICE_HOURS,2035-01-06,WORK,7,Làm bù,,projected\n",
         "calendar_days.csv:89: day-hours"},
        {"calendar_days.csv", NULL, "OFFICE_HOURS,2035-01-05,OFF,1,Nghỉ,,projected\n",
         "calendar_days.csv:89: day-hours"},
        {"units.csv", "Ward One,,,", "Ward One,,2026-02-01,2026-01-31", "units.csv:4: valid-range"},
        {"routes.csv", NULL, "*,*,D1,,2026-02-01,2026-01-31,\n", "routes.csv:7: valid-range"},
    };

    (void)state;
    EXPECT_EACH(cases);
}

static void names_units_that_lead_nowhere(void **state)
{
    static const struct broken cases[] = {
        {"units.csv", "W1,WARD,OFFICE", "W1,WARD,W1", "units.csv:4: unit-cycle"},
        {"units.csv", "Ward One,,,,", "Ward One,,,,W2", "units.csv:4: unit-successor"},
        {"units.csv", "Ward One,,,,", "Ward One,,,2026-01-01,W2;W2", "units.csv:4: unit-successor"},
        {"units.csv", "Ward One,,,,", "Ward One,,,2026-01-01,W1", "units.csv:4: unit-successor"},
    };

    (void)state;
    EXPECT_EACH(cases);
}

static void names_every_unit_of_a_cycle(void **state)
{
    struct broken b = {"units.csv",
                       "W1,WARD,OFFICE,Phường Một,Ward One,,,,,\n"
                       "W2,WARD,OFFICE,Phường Hai,Ward Two,,,,,\n",
                       "W1,WARD,W2,Phường Một,Ward One,,,2026-01-01,W2,\n"
                       "W2,WARD,W1,Phường Hai,Ward Two,,,2026-01-01,W1,\n"
                       "W3,WARD,W1,Phường Ba,Ward Three,,,2026-01-01,W1,\n",
                       NULL};
    struct copy copy = make_copy(&b);
    AUTO(draft_close) struct draft *d = checked(&copy);

    (void)state;
    assert_true(names(&d->findings, "units.csv:4: unit-cycle"));
    assert_true(names(&d->findings, "units.csv:5: unit-cycle"));
    assert_true(names(&d->findings, "units.csv:4: unit-successor"));
    assert_true(names(&d->findings, "units.csv:5: unit-successor"));
    assert_int_equal(d->findings.count, 4); /* W3 only leads there */
    remove_copy(&copy);
}

static void names_shapes_that_are_not_areas(void **state)
{
    static const struct broken cases[] = {
        {"areas.geojson", "[106.6,10.8],[106.6,10.7]]]", "[106.6,10.8]]]",
         "areas.geojson:2: area-geometry"},
        {"areas.geojson", "[106.7,10.7],[106.7,10.8],[106.6,10.8]",
         "[106.7,10.8],[106.7,10.7],[106.6,10.8]", "areas.geojson:2: area-geometry"},
        {"areas.geojson", "[106.8,10.8]", "[186.8,10.8]", "areas.geojson:3: area-geometry"},
        {"areas.geojson", "[106.8,10.8]", "[106.8,90.8]", "areas.geojson:3: area-geometry"},
        {"areas.geojson", "\"Polygon\"", "\"Point\"", "areas.geojson:2: area-geometry"},
        {"areas.geojson", "\"Polygon\"", "\"LineString\"", "areas.geojson:2: area-geometry"},
        {"areas.geojson", "\"geometry\"", "\"shape\"", "areas.geojson:2: area-geometry"},
        {"areas.geojson", "[106.6,10.7]]]", "[]]]", "areas.geojson:2: area-geometry"},
        {"areas.geojson", "[106.6,10.7]]]", "[106.6]]]", "areas.geojson:2: area-geometry"},
        {"areas.geojson", "[106.6,10.7]]]", "[106.6,\"10.7\"]]]", "areas.geojson:2: area-geometry"},
        {"areas.geojson", "\"unit\":\"W2\"", "\"unit\":2", "areas.geojson:3: value-type"},
        {"areas.geojson", ",\"unit\":\"W2\"", "", "areas.geojson:3: value-missing"},
        {"areas.geojson", "\"Feature\",\"properties\":{\"code\":\"W2\"",
         "\"Feature\",\"properties\":{\"code\":\"W1\"", "areas.geojson:3: key-unique"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases) - 1; i++)
        expect_only(&cases[i]);
    struct copy copy = make_copy(&cases[COUNT(cases) - 1]); /* breaks a route too */
    AUTO(draft_close) struct draft *d = checked(&copy);
    assert_true(names(&d->findings, cases[COUNT(cases) - 1].wants));
    remove_copy(&copy);
}

static void names_services_and_questions_at_odds(void **state)
{
    static const struct broken cases[] = {
        {"services.csv", "R2,calendar_days", "R6,calendar_days", "services.csv:4: service-regime"},
        {"services.csv", "Public and urban order", "Technical infrastructure",
         "services.csv:3: service-group"},
        {"services.csv", "required,yes,,,\"đèn", "required,yes,Đóng,,\"đèn",
         "services.csv:2: service-notice"},
        {"services.csv", "\"đèn đường,street light\"", "\"Đèn đường,street light\"",
         "services.csv:2: service-keywords"},
        {"services.csv", "\"đèn đường,street light\"", "\"đèn đường,đèn đường\"",
         "services.csv:2: service-keywords"},
        {"services.csv", "\"đèn đường,street light\"", "\"đèn đường, street light\"",
         "services.csv:2: text-space"},
        {"attributes.csv", "post,2", "post,1", "attributes.csv:3: attribute-order"},
        {"attributes.csv", "2,string,no,yes", "2,string,no,no",
         "attributes.csv:3: attribute-notice"},
        {"attributes.csv", "2,string,no,yes", "2,text,yes,no",
         "attributes.csv:3: attribute-notice"},
        {"attributes.csv", "Usually painted on the post.", "", "attributes.csv:3: attribute-hint"},
        {"attributes.csv", "2,string", "2,multivaluelist", "attributes.csv:3: value-list"},
        {"attribute_values.csv", NULL, "LIGHT,post,one,Một,One\n",
         "attribute_values.csv:4: value-list"},
    };

    (void)state;
    EXPECT_EACH(cases);
}

static void names_regimes_that_do_not_fit_together(void **state)
{
    static const struct broken cases[] = {
        {"regimes.csv", "R1,", "R9,", "regimes.csv:2: value-type"},
        {"regimes.csv", "yes,1,2,giả định\nR2", "yes,10,2,giả định\nR2",
         "regimes.csv:2: value-type"},
        {"regimes.csv", NULL, "R2,Hai,Two,2025-01-01,,no,no,no,yes,1,2,giả định\n",
         "regimes.csv:6: key-unique"},
        {"regimes.csv", ",,2024-12-31,", ",,2025-01-01,", "regimes.csv:4: regime-overlap"},
        {"regimes.csv", ",,2024-12-31,", ",,,", "regimes.csv:4: regime-overlap"},
        {"regimes.csv", ",,2024-12-31,", ",,2024-12-30,", "services.csv:4: regime-gap"},
        {"regimes.csv", "2025-01-01,,yes", "2025-01-01,2026-05-31,yes",
         "services.csv:4: regime-gap"},
        {"regimes.csv", NULL, "R7,Hỏi,Question,2026-02-01,2026-01-31,no,no,no,no,0,2,giả định\n",
         "regimes.csv:6: valid-range"},
        {"regimes.csv", "yes,1,2,giả định\nR2", "yes,0,2,giả định\nR2",
         "regimes.csv:2: regime-extension"},
        {"regime_limits.csv", "R1,,extension,working_days,5,giả định\n", "",
         "regimes.csv:2: regime-extension"},
        {"regime_limits.csv", "R1,,info", "R1,,inform", "regime_limits.csv:6: value-type"},
        {"regime_limits.csv", "clock_minutes,5", "minutes,5", "regime_limits.csv:5: value-type"},
        {"regime_limits.csv", "R1,,info", "R1,,confirm", "regime_limits.csv:6: key-unique"},
        {"regime_limits.csv", "R1,,info", "R1,2025-01-01,info",
         "regime_limits.csv:6: regime-limit"},
        {"regime_limits.csv", NULL, "R8,,info,calendar_days,7,giả định\n",
         "regime_limits.csv:19: regime-limit"},
        {"services.csv", "working_days,2,", "working_days,6,", "services.csv:2: service-limit"},
        {"services.csv", "calendar_days,20", "calendar_days,21", "services.csv:4: service-limit"},
        {"services.csv", "calendar_days,20", "working_days,21", "services.csv:4: service-limit"},
        {"services.csv", "calendar_days,20", "clock_hours,481", "services.csv:4: service-limit"},
        {"services.csv", "calendar_days,20,2,optional,no", "calendar_days,20,2,optional,yes",
         "services.csv:4: service-anonymous"},
    };
    static const struct broken good[] = {
        /* what ended long ago binds no new case; what cannot be compared is let be */
        {"regime_limits.csv", "R2,,answer,calendar_days,20", "R2,,answer,calendar_days,2", NULL},
        {"services.csv", "calendar_days,20", "working_days,20", NULL},
        {"services.csv", "clock_hours,1,", "clock_hours,400,", NULL},
    };

    (void)state;
    EXPECT_EACH(cases);
    for (size_t i = 0; i < COUNT(good); i++) {
        struct copy copy = make_copy(&good[i]);
        AUTO(draft_close) struct draft *d = checked(&copy);
        assert_int_equal(d->findings.count, 0);
        remove_copy(&copy);
    }
}

/* The one row of gateways.csv; wants NULL: it is good. */
#define GATEWAY(url, headers, body, wants)                                                         \
    {                                                                                              \
        "gateways.csv", NULL,                                                                      \
            "sms," url ",POST,application/json," headers "," body ",,,token,15,8,24\n", wants      \
    }

static void names_gateways_that_cannot_be_used(void **state)
{
    static const struct broken good = GATEWAY("https://a/{{to}}?{{key}}",
                                              "\"Authorization: Bearer {{secret_token}}\n"
                                              "{{#overdue}}X-Late: yes{{/overdue}}\n\nX-Empty:\"",
                                              "{{#link}}{{text}}{{/link}}", NULL);
    static const struct broken cases[] = {
        GATEWAY("ftp://a", "", "{{text}}", "gateways.csv:2: gateway-url"),
        GATEWAY("https://a/{{two}}", "", "{{text}}", "gateways.csv:2: gateway-template"),
        GATEWAY("https://a", "", "{{secret_other}}", "gateways.csv:2: gateway-template"),
        GATEWAY("https://a", "", "{{secret_}}", "gateways.csv:2: gateway-template"),
        GATEWAY("https://a", "Bearer x", "", "gateways.csv:2: gateway-headers"),
        GATEWAY("https://a", ": x", "", "gateways.csv:2: gateway-headers"),
        GATEWAY("https://a", "{{key}}", "", "gateways.csv:2: gateway-headers"),
        GATEWAY("https://a", "A B: x", "", "gateways.csv:2: gateway-headers"),
        GATEWAY("https://a", "A: đ", "", "gateways.csv:2: gateway-headers"),
        GATEWAY("https://a", "\"A: x\nB\"", "", "gateways.csv:2: gateway-headers"),
    };
    struct copy copy = make_copy(&good);
    AUTO(draft_close) struct draft *d = checked(&copy);

    (void)state;
    assert_int_equal(d->findings.count, 0);
    assert_int_equal(d->parts[DRAFT_GATEWAYS].count, 1);
    remove_copy(&copy);
    EXPECT_EACH(cases);
}

static void names_people_and_texts_that_cannot_be_used(void **state)
{
    static const struct broken cases[] = {
        {"reasons.csv", "apology,OTHER", "apologies,OTHER", "reasons.csv:2: value-type"},
        {"people.csv", "D1,focal", "D9,focal", "people.csv:2: reference"},
        {"people.csv", "D1,focal", "D1,officer", "people.csv:2: value-type"},
        {"people.csv", "focal.d1@tiny.example,+84900000011", ",", "people.csv:2: person-contact"},
        {"people.csv", "focal.d1@tiny.example", "focal.d1@tiny", "people.csv:2: person-contact"},
        {"people.csv", "focal.d1@tiny.example", "@tiny.example", "people.csv:2: person-contact"},
        {"people.csv", "focal.d1@tiny.example", "a@b.c d@e.f", "people.csv:2: person-contact"},
        {"people.csv", "+84900000011", "0900 000 011", "people.csv:2: person-contact"},
        {"people.csv", NULL, "OFFICE,focal,,Trực,Duty,desk2@tiny.example,\n",
         "people.csv:12: key-unique"},
        {"templates.csv", "letter.apology,en,APOLOGY AND NEW DATE", "letter.apology,en,",
         "templates.csv:2: template-subject"},
        {"templates.csv", "letter.apology,en,APOLOGY", "letter.apology,en,{{#a}}APOLOGY",
         "templates.csv:2: template-syntax"},
        {"templates.csv", "letter.apology,en,", "letter.apology,fr,",
         "templates.csv:2: value-type"},
    };
    static const struct broken anywhere[] = {
        /* their lines move with the texts */
        {"templates.csv", "letter.apology,en,", "letter.sorry,en,",
         "templates.csv:2: template-language"},
        {"templates.csv", "letter.apology,en,", "letter.sorry,en,",
         "templates.csv:2: template-name"},
        {"templates.csv", NULL, "sms.late,en,,late\nsms.late,vi,,trễ\n", "template-name"},
        {"templates.csv", "sms.closed,vi,,", "sms.closed,vi,Đánh giá,", "template-subject"},
        {"templates.csv", "sms.closed,vi,,", "sms.closed,vi,,{{/a}}", "template-syntax"},
        {"templates.csv", "sms.closed,vi,,", "sms.closed,vi,,{{number}}", "template-value"},
        {"templates.csv", "sms.closed,vi,,", "sms.closed,vi,,{{overdue}}", "template-value"},
        {"templates.csv", "letter.receipt,vi,", "letter.receipt,vi,{{until}}", "template-value"},
        {"templates.csv", "sms.closed,vi,,", "sms.closed,vi,,\"một\nhai\"\nsms.closed,vi,,",
         "template-line"},
    };

    (void)state;
    EXPECT_EACH(cases);
    for (size_t i = 0; i < COUNT(anywhere); i++) {
        struct copy copy = make_copy(&anywhere[i]);
        AUTO(draft_close) struct draft *d = checked(&copy);
        assert_true(names(&d->findings, anywhere[i].wants));
        remove_copy(&copy);
    }
}

static void names_the_later_row_of_a_tie(void **state)
{
    static const struct broken cases[] = {
        {"routes.csv", NULL, "LIGHT,*,W1,,,,\n", "routes.csv:7: route-tie"},
        {"routes.csv", "LIGHT,W2,W2,D1,,,Phường Hai tự quản đèn đường",
         "LIGHT,W2,W2,D1,,2026-01-31,\nLIGHT,W2,D1,,2026-01-31,,", "routes.csv:4: route-tie"},
        {"routes.csv", "LIGHT,W2,W2,D1,,,Phường Hai tự quản đèn đường",
         "LIGHT,W2,W2,D1,2026-01-31,,\nLIGHT,W2,D1,,,2026-01-31,", "routes.csv:4: route-tie"},
    };
    static const struct broken good = {
        "routes.csv", "LIGHT,W2,W2,D1,,,Phường Hai tự quản đèn đường",
        "LIGHT,W2,W2,D1,,2026-01-31,\nLIGHT,W2,D1,,2026-02-01,,", NULL};

    (void)state;
    EXPECT_EACH(cases);
    struct copy copy = make_copy(&good);
    AUTO(draft_close) struct draft *d = checked(&copy);
    assert_int_equal(d->findings.count, 0);
    remove_copy(&copy);
}

static void refuses_files_with_misspelt_names(void **state)
{
    struct copy copy = make_copy(NULL);

    (void)state;
    put(&copy, "unit.csv", "");
    put(&copy, "README.md", "");
    AUTO(draft_close) struct draft *d = checked(&copy);
    assert_int_equal(d->findings.count, 1);
    assert_string_equal(d->findings.items[0].rule, "file-name");
    for (const char *const *name = (const char *const[]){"unit.csv", "README.md", NULL};
         *name != NULL; name++) {
        AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
        path_in(&copy, *name, &path);
        unlink(strbuf_text(&path));
    }
    remove_copy(&copy);
}

static void keeps_a_hundred_mistakes_and_counts_the_others(void **state)
{
    AUTO(strbuf_free) struct strbuf rows = STRBUF(100000);
    struct broken b = {"routes.csv", NULL, NULL, NULL};

    (void)state;
    for (int i = 0; i < 150; i++)
        strbuf_addf(&rows, "*,W1,X%d,,%d-01-01,%d-12-31,\n", i, 2000 + i, 2000 + i);
    b.to = strbuf_text(&rows);
    struct copy copy = make_copy(&b);
    AUTO(draft_close) struct draft *d = checked(&copy);
    assert_int_equal(d->findings.count, 150);
    assert_int_equal(d->findings.kept, FINDINGS_MAX);
    assert_int_equal(d->findings.items[0].at.line, 7);
    remove_copy(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_nothing_in_a_good_catalogue),
        cmocka_unit_test(finds_nothing_in_the_city),
        cmocka_unit_test(names_files_and_lines_that_are_malformed),
        cmocka_unit_test(names_cells_that_do_not_fit_their_type),
        cmocka_unit_test(names_references_to_nothing),
        cmocka_unit_test(names_rules_of_time_that_are_broken),
        cmocka_unit_test(names_units_that_lead_nowhere),
        cmocka_unit_test(names_every_unit_of_a_cycle),
        cmocka_unit_test(names_shapes_that_are_not_areas),
        cmocka_unit_test(names_services_and_questions_at_odds),
        cmocka_unit_test(names_regimes_that_do_not_fit_together),
        cmocka_unit_test(names_people_and_texts_that_cannot_be_used),
        cmocka_unit_test(names_gateways_that_cannot_be_used),
        cmocka_unit_test(names_the_later_row_of_a_tie),
        cmocka_unit_test(refuses_files_with_misspelt_names),
        cmocka_unit_test(keeps_a_hundred_mistakes_and_counts_the_others),
    };

    setenv("TZ", ZONE, 1);
    tzset();
    return cmocka_run_group_tests_name("catalogue_check", tests, NULL, NULL);
}
