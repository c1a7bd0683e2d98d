/* SPDX-License-Identifier: Apache-2.0 */
/* case - "dunghen case VERB REF": one step of a case, said to tracker on somebody's behalf. */
#include "case_body.h"
#include "code.h"
#include "commands.h"
#include "db.h"
#include "hail.h"
#include "pg.h"
#include "sql_ctl.h"
#include "strbuf.h"

#include <stdio.h>
#include <string.h>

enum { PATIENCE_S = 30, COMMAND_BYTES = 2000, BODY_BYTES = 64 * 1024 };

const struct option case_options[] = {
    OPTION_A_WORD(
        struct case_options, verb, "VERB",
        "accept, return, assign, transfer, coordinate, ask, info, suspend, resume, extend, "
        "apologise, draft, "
        "approve, send_back, answer, reject, confirm, object, merge, split, forward, withdraw, "
        "rate, reopen, "
        "note, update, publish or summarise."),
    OPTION_A_WORD(struct case_options, reference, "REF",
                  "The case's reference; case and dashes do not matter."),
    OPTION_A_TEXT(
        struct case_options, as, "--as", "ROLE:NAME[@UNIT]",
        "citizen, officer, head, coordinator or reviewer; without UNIT the one that leads."),
    OPTION_A_NUMBER(struct case_options, task, "--task", 1, 32767,
                    "The task that is meant; without it the one that leads."),
    OPTION_A_TEXT(struct case_options, id, "--id", "UUID",
                  "Of the command: said again with the same, it is done once."),
    OPTION_A_TEXT(
        struct case_options, into, "--into", "REF",
        "The other case, of merge and split; the one it was merged into, of note, withdraw, rate "
        "and reopen of a case that is MERGED."),
    CASE_BODY_OPTIONS,
    {0},
};

/* ---- who speaks, and of what ---- */

struct speaker {
    char role[41], actor[402], unit[CODE_SIZE + 1];
};

static int read_speaker(const char *as, struct speaker *out, struct err *e)
{
    size_t role = as != NULL ? strcspn(as, ":") : 0;
    const char *at = as != NULL ? strrchr(as, '@') : NULL;

    if (as == NULL || as[role] == '\0' || role == 0 || role >= sizeof(out->role))
        return err_set(e, ERR_INPUT, "--as ROLE:NAME[@UNIT] is needed");
    int actor = at != NULL ? (int)(at - as) : (int)strlen(as);
    snprintf(out->role, sizeof(out->role), "%.*s", (int)role, as);
    snprintf(out->actor, sizeof(out->actor), "%.*s", actor, as);
    snprintf(out->unit, sizeof(out->unit), "%s", at != NULL ? at + 1 : "");
    return 0;
}

/* The case's id, and the unit that leads it when nobody has named one. */
static int find_case(struct pg *pg, const char *reference, struct uuid *id, struct speaker *speaker,
                     struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    char canonical[REFERENCE_SIZE];

    if (reference_read(reference, canonical, e) < 0 ||
        pg_read(pg, &sql_find_case, PG_ARGS(canonical), &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return err_set(e, ERR_INPUT, "there is no case %s", canonical);
    *id = db_uuid(rows, 0, 0);
    if (speaker != NULL && speaker->unit[0] == '\0')
        snprintf(speaker->unit, sizeof(speaker->unit), "%s", db_text(rows, 0, 1));
    return 0;
}

static int fill_command(struct ctl *ctl, const struct case_options *o, struct speaker *speaker,
                        struct case_command *out, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;

    *out = (struct case_command){.verb = o->verb,
                                 .task = o->task,
                                 .actor = speaker->actor,
                                 .role = speaker->role,
                                 .id = uuid_new()};
    if ((o->id != NULL && uuid_read(o->id, &out->id, e) < 0) ||
        pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        find_case(pg, o->reference, &out->case_id, speaker, e) < 0 ||
        (o->into != NULL && find_case(pg, o->into, &out->into, NULL, e) < 0))
        return -1;
    out->unit = speaker->unit;
    return 0;
}

/* ---- saying it ---- */

static int say(const struct ctl *ctl, const struct case_command *command, const struct strbuf *body,
               struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    AUTO(strbuf_free) struct strbuf head = STRBUF(COMMAND_BYTES);
    struct case_outcome outcome = {0};

    json_write(case_command_fields, command, &head);
    if (strbuf_text(&head) == NULL)
        return err_set(e, ERR_INPUT, "the command is too long");
    const struct hail question = {.endpoint = ctl->tracker_endpoint,
                                  .service = "tracker",
                                  .topic = TOPIC_COMMAND,
                                  .body = head.data,
                                  .more = body,
                                  .patience_s = PATIENCE_S,
                                  .answer = case_outcome_fields};
    if (hail(ctl, &question, &store, &outcome, e) < 0)
        return -1;
    ctl_say(ctl, "%s%s\n", outcome.state, outcome.repeated ? " (was said before)" : "");
    return 0;
}

int case_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(BODY_BYTES);
    struct case_options options = {0};
    struct speaker speaker;
    struct case_command command;

    if (options_read(case_options, args, &options, e) < 0 ||
        read_speaker(options.as, &speaker, e) < 0 || case_body_write(&options, &body, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    if (fill_command(ctl, &options, &speaker, &command, e) < 0)
        return -1;
    return say(ctl, &command, &body, e);
}
