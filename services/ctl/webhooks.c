/* SPDX-License-Identifier: Apache-2.0 */
/* webhooks - "dunghen webhooks list|remove": front ends that are told of events (webhooks_add.c).
 * The table is read here; notifier, its one writer, changes it. */
#include "commands.h"
#include "hail.h"
#include "json.h"
#include "messages.h"
#include "pg.h"
#include "sheet.h"
#include "sql_ctl.h"

enum { BODY_BYTES = 16 * 1024 };

int webhooks_remove_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    AUTO(strbuf_free) struct strbuf body = STRBUF(BODY_BYTES);
    const struct webhook_remove remove = {.name = args[0]};
    struct webhook_removed removed = {0};

    json_write(webhook_remove_fields, &remove, &body);
    if (strbuf_text(&body) == NULL)
        return err_set(e, ERR_INPUT, "NAME is too long");
    const struct hail question = {.endpoint = ctl->notifier_endpoint,
                                  .service = "notifier",
                                  .topic = TOPIC_WEBHOOK_REMOVE,
                                  .body = strbuf_text(&body),
                                  .answer = webhook_removed_fields};
    if (hail(ctl, &question, &store, &removed, e) < 0)
        return -1;
    if (removed.count == 0)
        return err_set(e, ERR_CONFLICT, "there is no webhook \"%s\"", args[0]);
    ctl_say(ctl, "%s is not told any more\n", args[0]);
    return 0;
}

int webhooks_list_run(struct ctl *ctl, char **args, struct err *e)
{
    static const struct sheet_column columns[] = {{"name", false},
                                                  {"kind", false},
                                                  {"url", false},
                                                  {"types", false},
                                                  {"only", false},
                                                  {"since", false},
                                                  {0}};
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);

    (void)args;
    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        pg_run(pg, &sql_list_webhooks, PG_ARGS(ctl->timezone), &rows, e) < 0)
        return -1;
    for (int i = 0; i < PQntuples(rows); i++) {
        sheet_row(sheet);
        for (int c = 0; c < PQnfields(rows); c++)
            sheet_cell(sheet, "%s", PQgetvalue(rows, i, c));
    }
    sheet_print(sheet, 0, ctl->out);
    return 0;
}
