/* SPDX-License-Identifier: Apache-2.0 */
/* letter - "dunghen letter list REF" and "dunghen letter show ID": a case's letters and their
 * files. Reads the tables and DUNGHEN_LETTERS_DIR. */
#include "clock.h"
#include "commands.h"
#include "crypto.h"
#include "db_rows.h"
#include "files.h"
#include "pg.h"
#include "sql_ctl.h"
#include "strbuf.h"

#include <limits.h>
#include <string.h>

enum { LETTER_MAX = 64 << 20, DIGITS = 2 * CRYPTO_HASH_BYTES };

/* Columns of sql/list_letters.sql. */
enum { ID, FORM, LANGUAGE, UNIT, REGISTER, NUMBER, ISSUED_AT, PAGES, SIGNED_BY };

static void say_letter(const struct ctl *ctl, const PGresult *rows, int row)
{
    char id[UUID_TEXT_SIZE], when[CLOCK_TEXT_SIZE];
    struct uuid letter = db_uuid(rows, row, ID);

    ctl_say(ctl, "%s  %-11s %s  ", uuid_text(&letter, id), db_text(rows, row, FORM),
            db_text(rows, row, LANGUAGE));
    if (db_is_null(rows, row, NUMBER)) {
        ctl_say(ctl, "draft of %s\n", db_text(rows, row, UNIT));
        return;
    }
    ctl_say(ctl, "%02d/%s of %s, %s", (int)db_int(rows, row, NUMBER), db_text(rows, row, REGISTER),
            db_text(rows, row, UNIT), clock_text_local(db_time(rows, row, ISSUED_AT), when));
    if (db_is_null(rows, row, PAGES)) {
        ctl_say(ctl, ", not rendered yet\n");
        return;
    }
    const char *signed_by = db_text(rows, row, SIGNED_BY);
    ctl_say(ctl, ", %d page%s, %s%s\n", (int)db_int(rows, row, PAGES),
            db_int(rows, row, PAGES) == 1 ? "" : "s", signed_by != NULL ? "signed by " : "unsigned",
            signed_by != NULL ? signed_by : "");
}

int letter_list_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    char reference[REFERENCE_SIZE];

    if (reference_read(args[0], reference, e) < 0 || pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        pg_read(pg, &sql_list_letters, PG_ARGS(reference), &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return err_set(e, ERR_INPUT, "there is no case %s", reference);
    if (db_is_null(rows, 0, ID)) {
        ctl_say(ctl, "no letters\n");
        return 0;
    }
    for (int i = 0; i < PQntuples(rows); i++)
        say_letter(ctl, rows, i);
    return 0;
}

/* The file is what its row says, or nothing is shown. */
static int read_letter(const struct ctl *ctl, const PGresult *rows, struct strbuf *out,
                       struct err *e)
{
    AUTO(strbuf_free) struct strbuf digits = STRBUF(DIGITS);
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    uint8_t hash[CRYPTO_HASH_BYTES];

    strbuf_add_hex(&digits, db_text(rows, 0, 0), db_len(rows, 0, 0));
    strbuf_addf(&path, "%s/%.2s/%s.pdf", ctl->letters_dir, digits.data, digits.data + 2);
    if (strbuf_text(&path) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_LETTERS_DIR is too long");
    if (files_read(strbuf_text(&path), out, e) < 0)
        return -1;
    crypto_hash_pieces(&(struct crypto_piece){out->data, out->len}, 1, hash);
    if (memcmp(hash, db_text(rows, 0, 0), sizeof(hash)) != 0)
        return err_set(e, ERR_SYSTEM, "\"%s\" is not the file that was stored: its hash differs",
                       strbuf_text(&path));
    return 0;
}

int letter_show_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    AUTO(strbuf_free) struct strbuf file = STRBUF(LETTER_MAX);
    struct uuid id;

    if (uuid_read(args[0], &id, e) < 0 || crypto_open(e) < 0 ||
        pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        pg_read(pg, &sql_read_letter_file, PG_ARGS(args[0]), &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return err_set(e, ERR_CONFLICT, "there is no file of a letter %s", args[0]);
    if (read_letter(ctl, rows, &file, e) < 0)
        return -1;
    if (fwrite(file.data, 1, file.len, ctl->out) != file.len)
        return err_set(e, ERR_SYSTEM, "could not write the letter");
    return 0;
}
