/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue_show - "dunghen catalogue show PART": what is loaded, as a table. */
#include "commands.h"
#include "pg.h"
#include "sheet.h"
#include "sql_common.h"
#include "sql_ctl.h"

#include <string.h>

static const struct part {
    const char *name;
    const struct sql *sql; /* its columns are the table's */
} parts[] = {
    {"regimes", &sql_show_regimes}, {"limits", &sql_show_limits}, {"reasons", &sql_show_reasons},
    {"people", &sql_show_people},   {"bursts", &sql_show_bursts},
};

static const struct part *find_part(const char *name)
{
    for (size_t i = 0; i < COUNT(parts); i++)
        if (strcmp(parts[i].name, name) == 0)
            return &parts[i];
    return NULL;
}

static void print(const struct ctl *ctl, const PGresult *rows)
{
    struct sheet_column columns[SHEET_MAX_COLUMNS + 1] = {{0}};

    for (int i = 0; i < PQnfields(rows) && i < SHEET_MAX_COLUMNS; i++)
        columns[i].title = PQfname(rows, i);
    AUTO(sheet_free) struct sheet *sheet = sheet_new(columns);
    for (int row = 0; row < PQntuples(rows); row++) {
        sheet_row(sheet);
        for (int i = 0; i < PQnfields(rows) && i < SHEET_MAX_COLUMNS; i++)
            sheet_cell(sheet, "%s", PQgetvalue(rows, row, i));
    }
    sheet_print(sheet, 0, ctl->out);
}

/* An empty table would say the same of a city without limits. */
static int check_loaded(struct pg *pg, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_run(pg, &sql_select_catalogue_version, NULL, &rows, e) < 0)
        return -1;
    return PQntuples(rows) > 0
               ? 0
               : err_set(e, ERR_INPUT,
                         "no catalogue is loaded; \"dunghen catalogue load\" does it");
}

int catalogue_show_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    const struct part *part = find_part(args[0]);

    if (part == NULL) {
        ctl->status = CTL_MISUSED;
        return err_set(e, ERR_INPUT, "\"%s\" is none of regimes, limits, reasons, people, bursts",
                       args[0]);
    }
    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 || check_loaded(pg, e) < 0 ||
        pg_run(pg, part->sql, NULL, &rows, e) < 0)
        return -1;
    print(ctl, rows);
    return 0;
}
