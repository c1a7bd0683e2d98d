/* SPDX-License-Identifier: Apache-2.0 */
/* verify_files - the files that the ledger names: each is on the disk, with its size and its hash.
 *
 * What is read here need not be of one moment: a file is on the disk before the ledger names it,
 * and stays. */
#include "verify.h"

#include "attachment.h"
#include "blobs.h"
#include "db.h"
#include "sql_ctl.h"

#include <stdio.h>
#include <unistd.h>

enum { CHUNK = 1000, NUMBER_SIZE = 24 };

/* Columns of sql/list_files.sql and sql/list_letter_files.sql. */
enum { KEY, NAME, BYTES, OF };

struct store {
    const char *dir, *setting;
    const struct sql *sql;
};

/* What pages show of a photo lies beside it. */
static void check_small(struct verify *v, const char *dir, const char *name, const char *of)
{
    char small[ATTACHMENT_SMALL_SIZE];

    if (!attachment_name_small(name, small) || blobs_has(dir, small))
        return;
    verify_found(v, "%s has the file %s, which is not there", of, small);
}

static void check_file(struct verify *v, const char *dir, const PGresult *rows, int row)
{
    const char *name = db_text(rows, row, NAME), *of = db_text(rows, row, OF);
    int64_t bytes = db_int(rows, row, BYTES);
    struct err e;

    v->files++;
    v->file_bytes += bytes;
    if (blobs_check(dir, name, bytes, &e) < 0)
        verify_found(v, "%s has the file %s, which %s", of, name, e.text);
    check_small(v, dir, name, of);
}

/* A folder that is not there is a wrong setting, or this is another machine. */
static int check_dir(const struct store *store, struct err *e)
{
    return access(store->dir, R_OK | X_OK) == 0
               ? 0
               : err_set(e, ERR_INPUT, "%s = \"%s\" is not a folder that can be read",
                         store->setting, store->dir);
}

static int walk(struct verify *v, const struct store *store, struct err *e)
{
    char key[UUID_TEXT_SIZE] = "00000000-0000-0000-0000-000000000000", most[NUMBER_SIZE];
    int count;

    snprintf(most, sizeof(most), "%d", CHUNK);
    do {
        AUTO(pg_rows_clear) PGresult *rows = NULL;
        if (pg_read(v->pg, store->sql, PG_ARGS(key, most), &rows, e) < 0)
            return -1;
        count = PQntuples(rows);
        if (count > 0 && check_dir(store, e) < 0)
            return -1;
        for (int row = 0; row < count; row++)
            check_file(v, store->dir, rows, row);
        if (count > 0) {
            const struct uuid last = db_uuid(rows, count - 1, KEY);
            uuid_text(&last, key);
        }
    } while (count > 0);
    return 0;
}

int verify_files(struct verify *v, struct err *e)
{
    const struct store stores[] = {
        {v->ctl->attachments_dir, "DUNGHEN_ATTACHMENTS_DIR", &sql_list_files},
        {v->ctl->letters_dir, "DUNGHEN_LETTERS_DIR", &sql_list_letter_files}};

    for (size_t i = 0; i < COUNT(stores); i++)
        if (walk(v, &stores[i], e) < 0)
            return -1;
    return 0;
}
