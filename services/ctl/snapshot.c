/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot.h"

int snapshot_read(struct pg *pg, struct catalogue_snapshot **out, struct err *e)
{
    PGresult *rows[CATALOGUE_STEPS] = {NULL};
    int rc = 0;

    for (int i = 0; i < CATALOGUE_STEPS && rc == 0; i++)
        rc = pg_read(pg, catalogue_sql[i], i == CATALOGUE_AREAS ? PG_ARGS("false") : NULL, &rows[i],
                     e);
    if (rc == 0 && PQntuples(rows[CATALOGUE_VERSION]) == 0)
        rc = err_set(e, ERR_CONFLICT, "no catalogue is loaded: run \"dunghen catalogue load DIR\"");
    if (rc == 0)
        rc = catalogue_read(out, rows, e);
    for (int i = 0; i < CATALOGUE_STEPS; i++)
        PQclear(rows[i]);
    return rc;
}
