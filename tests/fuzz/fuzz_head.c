/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_head - the head of a case as it comes over the bus: what is read keeps to
 * its limits, and is read again as it was written; any head is routed. */
/* links: router */
#include "fuzz.h"

#include "route.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { HEAD_LIMIT_BYTES = 64 * 1024 };

static const char *const nobody[] = {NULL}, *const ward[] = {"@place", "@named", "W", NULL};
static struct catalogue_unit units[] = {
    {"DESK", "OFFICE", NULL, "", "", "", NULL, INT32_MIN, INT32_MAX, nobody, NULL},
    {"W", "WARD", "DESK", "", "", "", NULL, INT32_MIN, 20000, nobody, NULL},
};
static struct catalogue_service services[] = {{.code = "S", .priority = 1}};
static struct catalogue_route routes[] = {
    {"*", "*", "@named", nobody, INT32_MIN, INT32_MAX},
    {"S", "*", "@superior", ward, INT32_MIN, 20000},
};
static const struct catalogue city = {.units = units,
                                      .unit_count = COUNT(units),
                                      .services = services,
                                      .service_count = COUNT(services),
                                      .routes = routes,
                                      .route_count = COUNT(routes),
                                      .desk = &units[0]};

static void check_again(const struct case_head *head)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(HEAD_LIMIT_BYTES);
    AUTO(strbuf_free) struct strbuf again = STRBUF(HEAD_LIMIT_BYTES);
    AUTO(json_release) json_t *document = NULL;
    struct case_head read = {0};
    struct err e;

    json_write(case_head_fields, head, &text);
    assert(strbuf_text(&text) != NULL);
    int parsed = json_parse(text.data, text.len, &document, &e);
    assert(parsed == 0);
    int good = json_read(case_head_fields, document, true, &read, &e);
    assert(good == 0);
    json_write(case_head_fields, &read, &again);
    assert(strcmp(strbuf_text(&text), strbuf_text(&again)) == 0);
}

static void check_route(const struct case_head *head)
{
    AUTO(route_table_free) struct route_table *table = route_table_new(&city);
    struct case_route route = {0};
    struct err e;

    if (route_decide(table, head, NULL, &route, &e) < 0) {
        assert(e.kind == ERR_BUSY);
        return;
    }
    assert(route.unit != NULL && route.rule != NULL && route.priority == 1);
    json_release(&route.coordinators);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(json_release) json_t *document = NULL;
    struct case_head head = {0};
    struct err e;

    if (json_parse((const char *)data, size, &document, &e) < 0 ||
        json_read(case_head_fields, document, false, &head, &e) < 0) {
        assert(e.kind == ERR_INPUT && e.text[0] != '\0');
        return 0;
    }
    assert(isnan(head.lat) || (head.lat >= -90 && head.lat <= 90));
    assert(head.received_at >= 0 && head.service[0] != '\0');
    check_again(&head);
    check_route(&head);
    return 0;
}
