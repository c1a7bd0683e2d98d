/* SPDX-License-Identifier: Apache-2.0 */
#include "api.h"

#include <string.h>
#include <strings.h>

static bool pass(struct intake *intake, struct http_request *request, bool needs_key)
{
    static const enum problem problems[] = {
        [GATE_OPEN] = PROBLEM_INTERNAL,       [GATE_BUSY] = PROBLEM_BUSY,
        [GATE_UNKNOWN] = PROBLEM_KEY_UNKNOWN, [GATE_MISSING] = PROBLEM_KEY_MISSING,
        [GATE_SPENT] = PROBLEM_QUOTA,         [GATE_ORIGIN] = PROBLEM_ORIGIN,
        [GATE_CROWDED] = PROBLEM_TOO_MANY,
    };
    enum gate_verdict verdict =
        gate_enter(intake->gate, request, http_query(request, "api_key"), needs_key);

    if (verdict == GATE_OPEN)
        return true;
    problem_reply(request, problems[verdict],
                  language_accepted(http_header(request, "Accept-Language")), NULL, NULL);
    return false;
}

bool api_begin(struct intake *intake, struct http_request *request)
{
    return pass(intake, request, false);
}

bool api_admit(struct intake *intake, struct http_request *request)
{
    return pass(intake, request, intake->require_key.api);
}

bool api_admit_key(struct intake *intake, struct http_request *request)
{
    return pass(intake, request, true);
}

const char *api_via(const struct intake *intake, struct http_request *request)
{
    struct gate_holder holder;

    gate_holder(intake->gate, request, http_query(request, "api_key"), &holder);
    return holder.name;
}

bool api_is_json(const struct http_request *request)
{
    static const char json[] = "application/json";
    const char *type = http_header(request, "Content-Type");
    size_t len = sizeof(json) - 1;

    return type != NULL && strncasecmp(type, json, len) == 0 &&
           (type[len] == '\0' || type[len] == ';' || type[len] == ' ');
}

void api_refuse(struct http_request *request, unsigned status)
{
    enum language language = language_accepted(http_header(request, "Accept-Language"));

    gate_tell_pages(request);
    if (status == 404)
        problem_reply(request, PROBLEM_NO_PATH, language, NULL, NULL);
    else if (status == 405)
        problem_reply(request, PROBLEM_METHOD, language, NULL, NULL);
    else if (status == 413)
        problem_reply_too_large(request, language, http_too_large(request));
    else
        http_refuse(request, status);
}

struct parameters {
    const char *const *names;
    struct faults *faults;
    uint32_t seen; /* a bit for each name */
};

static void check_parameter(void *ctx, const char *name, const char *value)
{
    struct parameters *p = ctx;
    uint32_t i = 0;

    (void)value;
    while (p->names[i] != NULL && strcmp(p->names[i], name) != 0)
        i++;
    if (p->names[i] == NULL && strcmp(name, "api_key") != 0)
        faults_add(p->faults, "", name, RULE_UNKNOWN);
    else if (p->names[i] != NULL && (p->seen & UINT32_C(1) << i) != 0)
        faults_add(p->faults, "", name, RULE_ONCE);
    p->seen |= UINT32_C(1) << i;
}

void api_parameters(const struct http_request *request, const char *const names[],
                    struct faults *faults)
{
    struct parameters p = {names, faults, 0};

    http_each_query(request, check_parameter, &p);
}

bool api_is_plain(struct intake *intake, struct http_request *request)
{
    static const char *const none[] = {NULL};
    struct faults *faults = &intake->faults;

    faults->count = 0;
    api_parameters(request, none, faults);
    if (faults->count > 0)
        problem_reply(request, PROBLEM_INVALID,
                      language_accepted(http_header(request, "Accept-Language")), NULL, faults);
    return faults->count == 0;
}

void api_named(struct tree *tree, const char *what, const char *code, const char *name)
{
    if (code == NULL) {
        tree_text(tree, what, NULL);
        return;
    }
    tree_record(tree, what);
    tree_text(tree, "code", code);
    tree_text(tree, "name", name);
    tree_end(tree);
}

void api_case_write(struct tree *tree, const struct intake *intake, const struct listing_case *c,
                    enum language language, int64_t now_us)
{
    AUTO(strbuf_free) struct strbuf photo = STRBUF(INTAKE_BODY_BYTES);

    tree_text(tree, "reference", c->reference);
    api_named(tree, "service", c->service, service_name(intake, c->service, language));
    api_named(tree, "unit", c->unit, unit_name(intake, c->unit, language));
    api_named(tree, "area", c->area, c->area != NULL ? unit_name(intake, c->area, language) : NULL);
    tree_text(tree, "state", c->state);
    tree_time(tree, "received_at", c->received_at);
    tree_time(tree, "due_at", c->due_at);
    tree_time(tree, "answered_at", c->answered_at);
    tree_time(tree, "updated_at", c->updated_at);
    tree_bool(tree, "overdue", listing_case_is_late(c, now_us));
    tree_float(tree, "lat", c->lat);
    tree_float(tree, "lon", c->lon);
    tree_text(tree, "description", c->description);
    tree_text(tree, "answer", c->answer);
    if (c->photo != NULL)
        attachment_link(intake->settings.public_url, NULL, c->photo, false, &photo);
    tree_text(tree, "photo_url", c->photo != NULL ? strbuf_text(&photo) : NULL);
}
