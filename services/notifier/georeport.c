/* SPDX-License-Identifier: Apache-2.0 */
#include "georeport.h"

#include "clock.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

static void add(struct strbuf *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    strbuf_addf(out, "%s%s=", out->len > 0 ? "&" : "", name);
    strbuf_add_url(out, value);
}

void georeport_write(const struct georeport_update *u, struct strbuf *out)
{
    char at[CLOCK_TEXT_SIZE];

    add(out, "jurisdiction_id", u->jurisdiction);
    add(out, "api_key", u->api_key);
    add(out, "service_request_id", u->reference);
    strbuf_addf(out, "&update_id=%" PRId64, u->id);
    add(out, "updated_datetime", clock_text_local(u->at_us, at));
    add(out, "status", u->step->status);
    add(out, "description", open311_words(u->step, u->answer, u->in_english));
}

void georeport_url(const char *base, struct strbuf *out)
{
    size_t len = strlen(base);

    while (len > 0 && base[len - 1] == '/')
        len--;
    strbuf_add(out, base, len);
    strbuf_addf(out, "/servicerequestupdates.json");
}

/* "duplicate" is a state as well: who repeats what we sent has not said that it is one. */
static bool is_there_already(const char *answer, const struct open311_step *step)
{
    return strcasestr(answer, "already exist") != NULL ||
           (strcmp(step->status, "duplicate") != 0 && strcasestr(answer, "duplicate") != NULL);
}

enum gateway_verdict georeport_judge(int status, const char *answer,
                                     const struct open311_step *step, bool *works)
{
    enum { BAD = 400, MISSING = 404, CONFLICT = 409, UNPROCESSABLE = 422 };
    bool has_words = status == BAD || status == CONFLICT || status == UNPROCESSABLE;

    *works = has_words || status == MISSING;
    if (has_words && is_there_already(answer, step))
        return GATEWAY_TAKEN;
    return *works ? GATEWAY_FAILED : gateway_judge_status(status);
}
