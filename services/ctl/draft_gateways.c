/* SPDX-License-Identifier: Apache-2.0 */
/* draft_gateways - the rules of gateways.csv. */
#include "draft_rules.h"
#include "template_names.h"

#include <string.h>

static void mistake(struct draft *d, const struct draft_gateway *g, const char *rule,
                    const char *column, const char *why)
{
    findings_add(&d->findings, (struct place){"gateways.csv", g->row.line}, rule, "%s: %s", column,
                 why);
}

/* What messages have, what is sent to whom, and the secrets of the row. */
static bool knows(const void *ctx, const char *name, bool is_value)
{
    static const char *const values[] = {"to", "text", "key"}, prefix[] = "secret_";
    const struct draft_gateway *g = ctx;

    for (size_t i = 0; i < COUNT(values); i++)
        if (strcmp(values[i], name) == 0)
            return true;
    for (size_t i = 0; i < g->secrets.count; i++)
        if (strncmp(name, prefix, strlen(prefix)) == 0 &&
            strcmp(name + strlen(prefix), g->secrets.items[i]) == 0)
            return true;
    return template_message_knows(NULL, name, is_value);
}

static void check_template(struct draft *d, const struct draft_gateway *g, const char *column,
                           const char *text)
{
    struct err e;

    if (text != NULL && template_check_names(text, knows, g, &e) < 0)
        mistake(d, g, "gateway-template", column, e.text);
}

/* A section may begin with a line or end with it. */
static const char *skip_sections(const char *line)
{
    const char *end;

    while (strncmp(line, "{{", 2) == 0 && line[2] != '\0' && strchr("#^/", line[2]) != NULL &&
           (end = strstr(line, "}}")) != NULL)
        line = end + 2;
    return line;
}

/* "Name: value" (RFC 9110, 5.1 and 5.6.2), or nothing but sections' tags. */
static bool is_header(const char *line, size_t len)
{
    static const char token[] =
        "!#$%&'*+-.^_`|~0123456789"
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char *name = skip_sections(line);

    for (size_t i = 0; i < len; i++)
        if (line[i] < ' ' || line[i] > '~')
            return false;
    size_t name_len = strspn(name, token);
    return name >= line + len || (name_len > 0 && name[name_len] == ':');
}

static void check_headers(struct draft *d, const struct draft_gateway *g)
{
    for (const char *line = g->headers; line != NULL && *line != '\0';) {
        size_t len = strcspn(line, "\n");
        if (!is_header(line, len)) {
            mistake(d, g, "gateway-headers", "headers",
                    "each line is NAME: VALUE of visible ASCII");
            return;
        }
        line += len + (line[len] == '\n');
    }
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
        check_headers(d, g);
        check_template(d, g, "body", g->body);
        check_rule(d, g, "success", g->success);
        check_rule(d, g, "refusal", g->refusal);
    }
}
