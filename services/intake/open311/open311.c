/* SPDX-License-Identifier: Apache-2.0 */
#include "open311.h"

#include "accept.h"
#include "log.h"

#include <stdio.h>
#include <string.h>

enum { ERROR_BYTES = 32 * 1024 };

/* Where Open311 has another name for a field than the JSON API. */
static const struct {
    const char *pointer, *name;
} names[] = {
    {"/lon", "long"},
    {"/address", "address_string"},
    {"/contact", "email"},
    {"/contact/name", "first_name"},
    {"/contact/phone", "phone"},
    {"/contact/email", "email"},
    {"/anonymous", "email"},
    {"/text", "description"},
};

static void add_name(struct strbuf *out, const char *pointer)
{
    static const char attributes[] = "/attributes/";

    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(names[i].pointer, pointer) != 0)
            continue;
        strbuf_addf(out, "%s", names[i].name);
        return;
    }
    if (strncmp(pointer, attributes, sizeof(attributes) - 1) == 0)
        strbuf_addf(out, "attribute[%s]", pointer + sizeof(attributes) - 1);
    else
        strbuf_addf(out, "%s", pointer + (pointer[0] == '/' ? 1 : 0));
}

/* XML is the default, and JSON has to be asked for; of those who take both alike, by its name. */
static bool prefers_json(const struct http_request *request)
{
    const char *header = http_header(request, "Accept");
    const struct accept json = accept_of(header, "application/json");
    int text = accept_of(header, "text/xml").quality;
    int application = accept_of(header, "application/xml").quality;
    int xml = text > application ? text : application;

    return json.quality > xml || (json.quality == xml && json.quality > 0 && json.is_named);
}

bool open311_format(struct http_request *request, bool *json)
{
    const char *format = http_part(request, "format");

    *json = prefers_json(request);
    if (format == NULL)
        return true;
    *json = strcmp(format, "json") == 0;
    if (*json || strcmp(format, "xml") == 0)
        return true;
    open311_error(request, false, 404, "no such format: json, xml");
    return false;
}

void open311_tree(struct tree *tree, bool json, struct strbuf *out)
{
    tree_init(tree, json, out);
    tree->sparse = true;
}

/* A city serves itself: who names no jurisdiction means ours. */
static bool is_ours(const struct intake *intake, const char *jurisdiction)
{
    const char *ours = intake->settings.jurisdiction;

    return *ours == '\0' || jurisdiction == NULL || *jurisdiction == '\0' ||
           strcmp(ours, jurisdiction) == 0;
}

static bool pass(struct intake *intake, struct http_request *request, bool json, const char *key,
                 bool needs_key)
{
    enum gate_verdict verdict = gate_enter(intake->gate, request, key, needs_key);

    if (verdict == GATE_OPEN)
        return true;
    unsigned status = 403;
    if (verdict == GATE_SPENT || verdict == GATE_CROWDED)
        status = 429;
    else if (verdict == GATE_BUSY)
        status = 503;
    open311_error(request, json, status, gate_text(verdict));
    return false;
}

static bool check_jurisdiction(struct intake *intake, struct http_request *request, bool json,
                               const char *jurisdiction)
{
    if (is_ours(intake, jurisdiction))
        return true;
    open311_error(request, json, 404, "jurisdiction_id: no such jurisdiction");
    return false;
}

bool open311_begin(struct intake *intake, struct http_request *request, bool *json)
{
    return open311_format(request, json) &&
           check_jurisdiction(intake, request, *json, http_query(request, "jurisdiction_id")) &&
           pass(intake, request, *json, http_query(request, "api_key"), false);
}

bool open311_admit(struct intake *intake, struct http_request *request, bool json,
                   const char *jurisdiction, const char *key)
{
    if (key == NULL)
        key = http_query(request, "api_key");
    if (jurisdiction == NULL)
        jurisdiction = http_query(request, "jurisdiction_id");
    return check_jurisdiction(intake, request, json, jurisdiction) &&
           pass(intake, request, json, key, intake->require_key.open311);
}

static void add_error(struct tree *tree, unsigned code, const char *text)
{
    tree_record(tree, "error");
    tree_int(tree, "code", code);
    tree_text(tree, "description", text);
    tree_end(tree);
}

void open311_error(struct http_request *request, bool json, unsigned status, const char *text)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(ERROR_BYTES);
    struct tree tree;

    tree_init(&tree, json, &out);
    tree_list(&tree, "errors");
    add_error(&tree, status, text);
    tree_end(&tree);
    reply_tree(request, status, &tree);
}

void open311_refuse(struct http_request *request, unsigned status)
{
    static const struct {
        unsigned status;
        const char *text;
    } texts[] = {
        {404, "there is nothing at this address"},
        {405, "this address does not take this method"},
        {413, "the body is too large"},
        {414, "the address is too long"},
        {431, "the header lines are too long"},
    };
    const char *text = "the request cannot be read";
    const char *end = strrchr(http_path(request), '.');
    bool json = prefers_json(request);

    gate_tell_pages(request);
    for (size_t i = 0; i < COUNT(texts); i++)
        if (texts[i].status == status)
            text = texts[i].text;
    if (end != NULL && (strcmp(end, ".json") == 0 || strcmp(end, ".xml") == 0))
        json = strcmp(end, ".json") == 0;
    open311_error(request, json, status, text);
}

void open311_error_of(struct http_request *request, bool json, const struct err *e)
{
    if (e->kind == ERR_SYSTEM)
        log_event(LOG_ERROR, "request failed", "why", e->text, NULL);
    if (e->kind == ERR_BUSY)
        open311_error(request, json, 503, "busy: please send it again in a few seconds");
    else if (e->kind == ERR_SYSTEM)
        open311_error(request, json, 500, "something failed here");
    else
        open311_error(request, json, 400, e->text);
}

static bool names_no_service(const struct faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        if (faults->rows[i].rule == RULE_SERVICE)
            return true;
    return false;
}

void open311_faults(struct http_request *request, bool json, const struct faults *faults)
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(ERROR_BYTES);
    AUTO(strbuf_free) struct strbuf text = STRBUF(ERROR_BYTES);
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    unsigned status = names_no_service(faults) ? 404 : 400;
    struct tree tree;

    tree_init(&tree, json, &out);
    tree_list(&tree, "errors");
    for (size_t i = 0; i < faults->count; i++) {
        strbuf_clear(&text);
        add_name(&text, faults->rows[i].pointer);
        strbuf_add(&text, ": ", 2);
        fault_describe(&faults->rows[i], language, &text);
        add_error(&tree, status, text.data);
    }
    tree_end(&tree);
    reply_tree(request, status, &tree);
}
