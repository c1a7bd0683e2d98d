/* SPDX-License-Identifier: Apache-2.0 */
/* keys_letters - "dunghen keys letters UNIT": a unit's pair for signing letters, made by itself.
 *
 *   letters/UNIT.key.pem   the secret key, 0600
 *   letters/UNIT.crt.pem   its certificate, 0644
 *
 * A unit with a certificate of a certification authority puts the two files there itself. */
#include "certificate.h"
#include "commands.h"
#include "db_rows.h"
#include "files.h"
#include "keys.h"
#include "pg.h"
#include "sql_ctl.h"

#include <limits.h>
#include <unistd.h>

static const char city_name[] = "Đúng Hẹn (tự ký)";

static int write_pair(const char *key_path, const char *certificate_path, const char *name,
                      struct err *e)
{
    AUTO(strbuf_free) struct strbuf key = STRBUF(CERTIFICATE_PEM_MAX);
    AUTO(strbuf_free) struct strbuf certificate = STRBUF(CERTIFICATE_PEM_MAX);

    if (certificate_make(name, &key, &certificate, e) < 0 ||
        files_write_new(certificate_path, 0644, strbuf_text(&certificate), e) < 0)
        return -1;
    if (files_write_new(key_path, 0600, strbuf_text(&key), e) < 0) {
        unlink(certificate_path); /* half a pair is of no use */
        return -1;
    }
    return 0;
}

/* *made: false when the unit has a key already, which is left alone. */
static int make_pair(const struct ctl *ctl, const char *unit, const char *name, bool *made,
                     struct err *e)
{
    AUTO(strbuf_free) struct strbuf dir = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf key = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf certificate = STRBUF(PATH_MAX);

    strbuf_addf(&dir, "%s/letters", ctl->keys_dir);
    strbuf_addf(&key, "%s/letters/%s.key.pem", ctl->keys_dir, unit);
    strbuf_addf(&certificate, "%s/letters/%s.crt.pem", ctl->keys_dir, unit);
    if (strbuf_text(&key) == NULL || strbuf_text(&certificate) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_KEYS_DIR is too long");
    *made = !files_exists(strbuf_text(&key));
    if (!*made) {
        ctl_say(ctl, "%s is there already\n", strbuf_text(&key));
        return 0;
    }
    if (files_make_dir(strbuf_text(&dir), 0700, e) < 0 ||
        write_pair(strbuf_text(&key), strbuf_text(&certificate), name, e) < 0)
        return -1;
    ctl_say(ctl, "made %s and %s\n", strbuf_text(&key), strbuf_text(&certificate));
    return 0;
}

int keys_letters_default(const struct ctl *ctl, struct err *e)
{
    bool made = false;

    return make_pair(ctl, "default", city_name, &made, e);
}

static int read_name(struct ctl *ctl, const char *unit, struct strbuf *out, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        pg_run(pg, &sql_read_unit_name, PG_ARGS(unit), &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return err_set(e, ERR_INPUT, "there is no unit \"%s\" in the catalogue", unit);
    strbuf_addf(out, "%s", PQgetvalue(rows, 0, 0));
    return 0;
}

/* The catalogue knows the unit, so its code can be a file's name. */
int keys_letters_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(strbuf_free) struct strbuf name = STRBUF(1000);
    bool made = false;

    if (read_name(ctl, args[0], &name, e) < 0 ||
        make_pair(ctl, args[0], strbuf_text(&name), &made, e) < 0)
        return -1;
    return made ? 0 : err_set(e, ERR_CONFLICT, "the unit \"%s\" has a key already", args[0]);
}
