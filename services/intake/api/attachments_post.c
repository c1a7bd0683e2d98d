/* SPDX-License-Identifier: Apache-2.0 */
/* attachments_post - POST /api/v1/attachments: files that a case is going to have. */
#include "api.h"

#include "clock.h"
#include "files.h"
#include "files_write.h"
#include "results.h"
#include "uploads.h"

#include <math.h>
#include <string.h>

static void write_file(const struct intake *intake, const struct attachment *file,
                       struct tree *tree)
{
    const struct files_shown shown = {file->name, file->bytes, file->width, file->height, false};
    char id[ATTACHMENT_ID_SIZE];

    attachment_id(intake->ring, file, clock_now_us(), id);
    tree_record(tree, "attachment");
    tree_text(tree, "id", id);
    files_write_one(tree, intake, &shown);
    tree_end(tree);
}

static void reply(struct intake *intake, struct http_request *request,
                  const struct uploads_result *result)
{
    struct tree tree;

    tree_init(&tree, true, &intake->answer);
    tree_record(&tree, "uploaded");
    tree_list(&tree, "attachments");
    for (size_t i = 0; i < result->count; i++)
        write_file(intake, &result->files[i], &tree);
    tree_end(&tree);
    if (!isnan(result->lat)) {
        tree_float(&tree, "lat", result->lat);
        tree_float(&tree, "lon", result->lon);
    }
    tree_end(&tree);
    reply_tree(request, 201, &tree);
}

static void ignore_field(void *ctx, const char *name, const char *value, size_t len)
{
    (void)ctx, (void)name, (void)value, (void)len;
}

void attachments_post(void *ctx, struct http_request *request)
{
    enum language language = language_accepted(http_header(request, "Accept-Language"));
    struct intake *intake = ctx;
    struct uploads_result result;
    struct err e;

    if (!uploads_resumed(request) && !api_admit(intake, request))
        return;
    if (catalogue_now(intake->watch) == NULL) {
        problem_reply(request, PROBLEM_BUSY, language, NULL, NULL);
        return;
    }
    if (http_form(request, ignore_field, NULL, &e) < 0) {
        problem_reply(request, PROBLEM_MALFORMED, language, e.text, NULL);
        return;
    }
    if (!files_settled(intake, request, attachments_post))
        return;
    intake->faults.count = 0;
    if (uploads_result(request, &result, &intake->faults, &e) < 0) {
        problem_reply_err(request, language, &e);
        return;
    }
    if (result.count == 0 && intake->faults.count == 0)
        faults_add(&intake->faults, "/files", NULL, RULE_MISSING);
    if (intake->faults.count > 0)
        problem_reply(request, PROBLEM_INVALID, language, NULL, &intake->faults);
    else
        reply(intake, request, &result);
}
