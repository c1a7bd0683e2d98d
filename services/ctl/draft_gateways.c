/* SPDX-License-Identifier: Apache-2.0 */
/* draft_gateways - the rules of gateways.csv. */
#include "draft_rules.h"
#include "template.h"

#include <string.h>

static void mistake(struct draft *d, const struct draft_gateway *g, const char *rule,
                    const char *column, const char *why)
{
    findings_add(&d->findings, (struct place){"gateways.csv", g->row.line}, rule, "%s: %s", column,
                 why);
}

static void check_template(struct draft *d, const struct draft_gateway *g, const char *column,
                           const char *text)
{
    struct err e;

    if (text != NULL && template_check(text, &e) < 0)
        mistake(d, g, "gateway-template", column, e.text);
}

/* "/pointer=WORD|WORD" */
static void check_rule(struct draft *d, const struct draft_gateway *g, const char *column,
                       const char *text)
{
    const char *equals = text != NULL ? strchr(text, '=') : NULL;

    if (text != NULL && (text[0] != '/' || equals == NULL || equals == text + 1 ||
                         equals[1] == '\0' || strchr(text, '~') != NULL))
        mistake(d, g, "gateway-rule", column, "is not /NAME/NAME=WORD|WORD");
}

static void check_url(struct draft *d, const struct draft_gateway *g)
{
    if (g->url != NULL && strncmp(g->url, "https://", 8) != 0 && strncmp(g->url, "http://", 7) != 0)
        mistake(d, g, "gateway-url", "url", "begins neither with https:// nor http://");
}

void draft_check_gateways(struct draft *d, const char *timezone)
{
    (void)timezone;
    for (size_t i = 0; i < d->parts[DRAFT_GATEWAYS].count; i++) {
        const struct draft_gateway *g = rowset_row(&d->parts[DRAFT_GATEWAYS], i);
        check_url(d, g);
        check_template(d, g, "url", g->url);
        check_template(d, g, "headers", g->headers);
        check_template(d, g, "body", g->body);
        check_rule(d, g, "success", g->success);
        check_rule(d, g, "refusal", g->refusal);
    }
}
