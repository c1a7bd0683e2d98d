/* SPDX-License-Identifier: Apache-2.0 */
/* open311_tokens - GET /open311/v2/tokens/{token}: the id that a token has become.
 *
 * A token is the case's own UUID, which nobody guesses, so nothing is kept for it. The request's
 * id is told once a unit has the case; never of a service whose requests nobody finds. */
#include "mem.h"
#include "open311.h"
#include "open311_type.h"
#include "sql_intake.h"

#include <stdlib.h>
#include <string.h>

enum { REFERENCE, STATE, SERVICE }; /* columns of sql/read_token.sql */

struct asking {
    struct intake *intake;
    struct http_request *request;
    bool json;
};

static void not_found(const struct asking *a)
{
    open311_error(a->request, a->json, 404, "token: no such token");
}

static void answer(const struct asking *a, const PGresult *rows)
{
    const char *state = db_text(rows, 0, STATE);
    bool pending = strcmp(state, "RECEIVED") == 0 || strcmp(state, "SCREENING") == 0;
    struct tree tree;

    open311_tree(&tree, a->json, &a->intake->answer);
    tree_list(&tree, "service_requests");
    tree_record(&tree, "request");
    tree_text(&tree, "service_request_id", pending ? NULL : db_text(rows, 0, REFERENCE));
    tree_text(&tree, "token", http_part(a->request, "token"));
    tree_end(&tree);
    tree_end(&tree);
    reply_tree(a->request, 200, &tree);
}

/* Also where the service was a batch when it was given out, and is none now. */
static bool may_be_told(const struct catalogue *c, const PGresult *rows)
{
    return PQntuples(rows) == 1 &&
           open311_type(catalogue_service(c, db_text(rows, 0, SERVICE))) != OPEN311_BLACKBOX;
}

static void on_rows(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct asking *a = ctx;
    const struct catalogue *c = catalogue_now(a->intake->watch);
    struct err unknown;

    if (e == NULL && c == NULL) { /* nobody knows yet what to hide */
        err_set(&unknown, ERR_BUSY, "there is no catalogue yet");
        e = &unknown;
    }
    if (e != NULL)
        open311_error_of(a->request, a->json, e);
    else if (!may_be_told(c, rows[0]))
        not_found(a);
    else
        answer(a, rows[0]);
    free(a);
}

void open311_token_get(void *ctx, struct http_request *request)
{
    struct asking asking = {.intake = ctx, .request = request};
    AUTO(db_args_free) struct db_args args = {0};
    const struct db_step step = {&sql_read_token, &args};
    struct uuid id;
    struct err e;

    if (!open311_begin(ctx, request, &asking.json))
        return;
    if (uuid_read(http_part(request, "token"), &id, &e) < 0) {
        not_found(&asking);
        return;
    }
    db_arg_uuid(&args, &id);
    struct asking *a = mem_new(1, sizeof(*a));
    *a = asking;
    if (readers_send(asking.intake->readers, &step, 1, on_rows, a, &e) == 0)
        return;
    free(a);
    open311_error_of(request, asking.json, &e);
}
