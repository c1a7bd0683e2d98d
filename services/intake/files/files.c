/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "clock.h"
#include "uploads.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SAID_BYTES = 512 * 1024 };

/* ---- for the HTTP server ---- */

static http_handler_fn *const handlers[] = {cases_post,
                                            open311_requests_post,
                                            open311_updates_post,
                                            page_report_post,
                                            page_say_post,
                                            attachments_post,
                                            NULL};

static size_t limit(void *ctx)
{
    return uploads_limit(((struct intake *)ctx)->uploads);
}

static void begin(void *ctx, struct http_request *request, const char *field, const char *file_name)
{
    uploads_begin(((struct intake *)ctx)->uploads, request, field, file_name);
}

static void data(void *ctx, struct http_request *request, const char *bytes, size_t len)
{
    (void)ctx;
    uploads_data(request, bytes, len);
}

static void end(void *ctx, struct http_request *request)
{
    (void)ctx;
    uploads_end(request);
}

static void forget(void *ctx, struct http_request *request)
{
    (void)ctx;
    uploads_forget(request);
}

const struct http_files intake_files = {handlers, limit, begin, data, end, forget};

/* ---- for handlers ---- */

static void note_place(void *ctx, const char *name, const char *value, size_t len)
{
    bool *wanted = ctx;

    (void)len;
    if (strcmp(name, "place_from_photo") == 0)
        *wanted = value[0] != '\0' && strcmp(value, "false") != 0 && strcmp(value, "no") != 0 &&
                  strcmp(value, "0") != 0;
}

static bool wants_place(const struct http_request *request)
{
    bool wanted = false;
    struct err ignored;

    if (http_form(request, note_place, &wanted, &ignored) < 0)
        return false; /* the handler will say so */
    return wanted;
}

bool files_settled(struct intake *intake, struct http_request *request, http_handler_fn *handler)
{
    if (http_kept(request) == NULL || uploads_resumed(request))
        return true;
    return uploads_settled(request, wants_place(request), handler, intake);
}

/* ---- into what is said ---- */

/* Files that were found good, of a submission or of what is said afterwards. */
struct taken {
    struct attachment *files; /* ATTACHMENTS_MOST */
    size_t *count;
    struct faults *faults;
};

static void add(const struct taken *taken, const struct attachment *file, const char *pointer)
{
    if (*taken->count == ATTACHMENTS_MOST) {
        faults_add_file(taken->faults, pointer, NULL, RULE_FILE_COUNT, ATTACHMENTS_MOST, "");
        return;
    }
    for (size_t i = 0; i < *taken->count; i++)
        if (strcmp(taken->files[i].name, file->name) == 0)
            return; /* the same photo twice is one */
    taken->files[(*taken->count)++] = *file;
}

static void add_sent(const struct taken *taken, const struct uploads_result *sent)
{
    for (size_t i = 0; i < sent->count; i++)
        add(taken, &sent->files[i], sent->pointers[i]);
}

static void blame_id(struct faults *faults, size_t i, enum rule rule)
{
    char index[24];

    (void)snprintf(index, sizeof(index), "%zu", i);
    faults_add(faults, "/attachments", index, rule);
}

static void add_named(const struct intake *intake, const struct submission *s,
                      const struct taken *taken)
{
    for (size_t i = 0; i < s->file_id_count; i++) {
        struct attachment file;
        if (attachment_id_read(intake->ring, s->file_ids[i], clock_now_us(), &file))
            add(taken, &file, "/attachments");
        else
            blame_id(taken->faults, i, RULE_ATTACHMENT);
    }
}

static enum attachment_kind kind_of(const struct attachment *file)
{
    enum attachment_type type = ATTACHMENT_JPG;

    (void)attachment_name_read(file->name, &type, NULL);
    return attachment_kind_of(type);
}

static void check_counts(const struct catalogue *c, const struct attachment *files, size_t count,
                         struct faults *faults)
{
    int counts[ATTACHMENT_KINDS] = {0};

    for (size_t i = 0; i < count; i++)
        counts[kind_of(&files[i])]++;
    for (int kind = 0; kind < ATTACHMENT_KINDS; kind++) {
        const struct catalogue_attachment *most = attachment_limit(c, (enum attachment_kind)kind);
        if (counts[kind] > most->max_count)
            faults_add_file(faults, "/attachments",
                            attachment_kind_name((enum attachment_kind)kind), RULE_FILE_COUNT,
                            (unsigned)most->max_count, "");
    }
}

int files_take(struct intake *intake, const struct http_request *request, struct submission *s,
               struct err *e)
{
    const struct taken taken = {s->files, &s->file_count, &intake->faults};
    struct uploads_result result;

    if (http_kept(request) == NULL && s->file_id_count == 0)
        return 0;
    if (uploads_result(request, &result, &intake->faults, e) < 0)
        return -1;
    add_sent(&taken, &result);
    add_named(intake, s, &taken);
    check_counts(catalogue_now(intake->watch), s->files, s->file_count, &intake->faults);
    if (isnan(s->lat) && isnan(s->lon)) {
        s->lat = result.lat;
        s->lon = result.lon;
    }
    return 0;
}

int files_take_sent(struct intake *intake, const struct http_request *request,
                    struct attachment *out, size_t *count, struct err *e)
{
    struct uploads_result result;

    *count = 0;
    if (uploads_result(request, &result, &intake->faults, e) < 0)
        return -1;
    add_sent(&(struct taken){out, count, &intake->faults}, &result);
    check_counts(catalogue_now(intake->watch), out, *count, &intake->faults);
    return 0;
}

static void read_id(const struct intake *intake, const json_t *id, size_t i,
                    const struct taken *taken)
{
    enum attachment_id_state state = ATTACHMENT_ID_STRANGE;

    if (json_is_string(id))
        state = attachment_id_judge(intake->ring, json_string_value(id), clock_now_us(),
                                    &taken->files[*taken->count]);
    if (state != ATTACHMENT_ID_STRANGE)
        (*taken->count)++;
    if (state != ATTACHMENT_ID_GOOD)
        blame_id(taken->faults, i, RULE_ATTACHMENT);
}

void files_read_ids(const struct intake *intake, const json_t *ids, struct attachment *out,
                    size_t *count, struct faults *faults)
{
    const json_t *id;
    size_t i;

    *count = 0;
    if (!json_is_array(ids))
        faults_add(faults, "/attachments", NULL, RULE_LIST);
    json_array_foreach(ids, i, id)
    {
        if (*count == ATTACHMENTS_MOST)
            blame_id(faults, i, RULE_MANY);
        else
            read_id(intake, id, i, &(struct taken){out, count, faults});
    }
    check_counts(catalogue_now(intake->watch), out, *count, faults);
}

/* ---- the same again ---- */

static void say_field(void *ctx, const char *name, const char *value, size_t len)
{
    struct strbuf *out = ctx;

    strbuf_addf(out, "%s=%zu:", name, len);
    strbuf_add(out, value, len);
    strbuf_add(out, "\n", 1);
}

const char *files_said(struct http_request *request, size_t *len)
{
    AUTO(strbuf_free) struct strbuf said = STRBUF(SAID_BYTES);
    struct err ignored;

    if (!http_is_multipart(request) || http_form(request, say_field, &said, &ignored) < 0)
        return NULL;
    return uploads_say(request, &said, len);
}
