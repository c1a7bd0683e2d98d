/* SPDX-License-Identifier: Apache-2.0 */
#include "subscription.h"

#include "open311_steps.h"
#include "open311_type.h"
#include "text.h"
#include "webhook.h"

#include <stdio.h>
#include <string.h>

/* What is read, and into what. */
struct reading {
    const struct catalogue *catalogue;
    struct subscription *out;
    struct faults *faults;
};

/* ---- texts ---- */

static const struct {
    const char *name;
    size_t offset;
} texts[] = {
    {"url", offsetof(struct subscription, url)},
    {"kind", offsetof(struct subscription, kind)},
    {"language", offsetof(struct subscription, language)},
    {"jurisdiction_id", offsetof(struct subscription, jurisdiction)},
    {"api_key", offsetof(struct subscription, api_key)},
};

static bool read_text(const struct reading *r, const char *name, const json_t *value)
{
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (strcmp(texts[i].name, name) != 0)
            continue;
        if (json_is_string(value))
            *(const char **)(void *)((char *)r->out + texts[i].offset) = json_string_value(value);
        else
            faults_add(r->faults, "", name, RULE_TEXT);
        return true;
    }
    return false;
}

/* ---- lists ---- */

static bool is_event(const struct catalogue *c, const char *code)
{
    (void)c;
    return open311_is_public(code);
}

static bool is_service(const struct catalogue *c, const char *code)
{
    const struct catalogue_service *s = catalogue_service(c, code);

    return s != NULL && open311_type(s) != OPEN311_BLACKBOX;
}

static bool is_unit(const struct catalogue *c, const char *code)
{
    return catalogue_unit(c, code) != NULL;
}

static const struct {
    const char *name;
    size_t offset;
    bool (*knows)(const struct catalogue *c, const char *code);
    enum rule rule;
} lists[] = {
    {"events", offsetof(struct subscription, events), is_event, RULE_CHOICE},
    {"services", offsetof(struct subscription, services), is_service, RULE_SERVICE},
    {"units", offsetof(struct subscription, units), is_unit, RULE_UNIT},
};

static void check_items(const struct reading *r, size_t list, const json_t *items)
{
    char parent[FAULT_KEY_BYTES], key[24];
    const json_t *item;
    size_t i;

    (void)snprintf(parent, sizeof(parent), "/%s", lists[list].name);
    json_array_foreach((json_t *)(uintptr_t)items, i, item)
    {
        (void)snprintf(key, sizeof(key), "%zu", i);
        if (!json_is_string(item))
            faults_add(r->faults, parent, key, RULE_TEXT);
        else if (!lists[list].knows(r->catalogue, json_string_value(item)))
            faults_add(r->faults, parent, key, lists[list].rule);
    }
}

static bool read_list(const struct reading *r, const char *name, json_t *value)
{
    for (size_t i = 0; i < COUNT(lists); i++) {
        if (strcmp(lists[i].name, name) != 0)
            continue;
        if (!json_is_array(value))
            faults_add(r->faults, "", name, RULE_LIST);
        else if (json_array_size(value) > SUBSCRIPTION_CODES)
            faults_add(r->faults, "", name, RULE_MANY);
        else
            check_items(r, i, value);
        *(json_t **)(void *)((char *)r->out + lists[i].offset) = value;
        return true;
    }
    return false;
}

/* ---- the whole ---- */

static void read_cases(const struct reading *r, const json_t *value)
{
    const char *which = json_string_value(value);

    r->out->own = which != NULL && strcmp(which, "own") == 0;
    if (which == NULL || (!r->out->own && strcmp(which, "all") != 0))
        faults_add(r->faults, "", "cases", RULE_CHOICE);
}

static void check_url(const struct reading *r, bool local_allowed)
{
    const char *url = r->out->url;

    if (url == NULL)
        return;
    switch (webhook_url_check(url, local_allowed)) {
    case WEBHOOK_URL_SCHEME:
        faults_add(r->faults, "", "url", RULE_HTTPS);
        break;
    case WEBHOOK_URL_FORM:
        faults_add(r->faults, "", "url", RULE_ADDRESS);
        break;
    case WEBHOOK_URL_LONG:
        faults_add_length(r->faults, "", "url", WEBHOOK_URL_BYTES);
        break;
    case WEBHOOK_URL_PRIVATE:
        faults_add(r->faults, "", "url", RULE_PUBLIC);
        break;
    case WEBHOOK_URL_GOOD:
        if (strcmp(r->out->kind, "georeport") == 0 && strchr(url, '?') != NULL)
            faults_add(r->faults, "", "url", RULE_BASE);
        break;
    }
}

/* What a client of Open311 wants to be given. */
static void check_given(const struct reading *r, const char *name, const char *value)
{
    if (value == NULL)
        return;
    if (strcmp(r->out->kind, "georeport") != 0)
        faults_add(r->faults, "", name, RULE_UNKNOWN);
    else if (strlen(value) > SUBSCRIPTION_BYTES)
        faults_add_length(r->faults, "", name, SUBSCRIPTION_BYTES);
    else if (*value == '\0' || !text_is_clean(value, strlen(value)))
        faults_add(r->faults, "", name, *value == '\0' ? RULE_MISSING : RULE_CLEAN);
}

static void check(const struct reading *r, bool local_allowed)
{
    struct subscription *s = r->out;
    enum language ignored;

    if (s->kind == NULL)
        s->kind = "events";
    if (s->language == NULL)
        s->language = "vi";
    if (strcmp(s->kind, "events") != 0 && strcmp(s->kind, "georeport") != 0)
        faults_add(r->faults, "", "kind", RULE_CHOICE);
    if (!language_read(s->language, &ignored))
        faults_add(r->faults, "", "language", RULE_LANGUAGE);
    check_url(r, local_allowed);
    check_given(r, "api_key", s->api_key);
    check_given(r, "jurisdiction_id", s->jurisdiction);
}

void subscription_read(const json_t *document, const struct catalogue *catalogue,
                       bool local_allowed, struct subscription *out, struct faults *faults)
{
    const struct reading r = {catalogue, out, faults};
    const char *name;
    json_t *value;

    *out = (struct subscription){0};
    json_object_foreach((json_t *)(uintptr_t)document, name, value)
    {
        if (json_is_null(value) || read_text(&r, name, value) || read_list(&r, name, value))
            continue;
        if (strcmp(name, "cases") == 0)
            read_cases(&r, value);
        else
            faults_add(faults, "", name, RULE_UNKNOWN);
    }
    const json_t *url = json_object_get(document, "url");
    if (url == NULL || json_is_null(url))
        faults_add(faults, "", "url", RULE_MISSING);
    check(&r, local_allowed);
}

void subscription_write_codes(struct tree *tree, const char *name, const json_t *codes)
{
    const json_t *item;
    size_t i;

    tree_list(tree, name);
    json_array_foreach((json_t *)(uintptr_t)codes, i, item)
        tree_text(tree, name, json_string_value(item));
    tree_end(tree);
}

void subscription_write(struct tree *tree, const struct subscription *s)
{
    tree_text(tree, "kind", s->kind);
    tree_text(tree, "url", s->url);
    for (size_t i = 0; i < COUNT(lists); i++)
        subscription_write_codes(
            tree, lists[i].name,
            *(json_t *const *)(const void *)((const char *)s + lists[i].offset));
    tree_text(tree, "cases", s->own ? "own" : "all");
    tree_text(tree, "language", s->language);
    tree_text(tree, "jurisdiction_id", s->jurisdiction);
}
