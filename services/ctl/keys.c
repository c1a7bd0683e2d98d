/* SPDX-License-Identifier: Apache-2.0 */
/* keys - "dunghen keys": the ring that seals contacts, the server's and the workers' CURVE keys.
 *
 * Files in DUNGHEN_KEYS_DIR (0700); nothing here is ever overwritten
 * (but the keys of keys_ensure, which belong to our own commands):
 *   contact.keys         the ring (common/crypto.h), 0600
 *   worker-server.key    dispatch's secret CURVE key, Z85, one line, 0600
 *   worker-server.pub    the public one, which workers are given, 0644
 *   letters/             pairs that sign letters (keys_letters.c)
 *   workers/NAME.key     a worker's "public", "secret" and "server" keys, a line each, 0600
 * The database knows of a worker only its public key, name and units. */
#include "keys.h"
#include "api_keys.h"
#include "cell.h"
#include "commands.h"
#include "crypto.h"
#include "files.h"
#include "pg.h"
#include "sql_ctl.h"
#include "text.h"

#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORKER_FILE_MAX = 200 };
static const mode_t secret_mode = 0600, public_mode = 0644, dir_mode = 0700;

static int path_of(const struct ctl *ctl, const char *name, struct strbuf *out, struct err *e)
{
    strbuf_addf(out, "%s/%s", ctl->keys_dir, name);
    if (strbuf_text(out) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_KEYS_DIR is too long");
    return 0;
}

struct init_options {
    bool new_ring;
};
const struct option keys_init_options[] = {
    OPTION_A_SWITCH(
        struct init_options, new_ring, "--new-ring",
        "The ring is lost for good: begin another one, which opens none of the contacts "
        "and tracking links that there are."),
    {0},
};

/* The highest id of a key that something in the ledger is sealed with; 0: nothing is. */
static int find_last_seal(struct ctl *ctl, int64_t *out, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *there = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    *out = 0;
    if (pg_open(&pg, ctl, "dunghen", e) < 0 ||
        pg_run(pg, &sql_find_contacts_table, NULL, &there, e) < 0)
        return -1;
    if (PQgetisnull(there, 0, 0) != 0) /* not migrated yet */
        return 0;
    if (pg_run(pg, &sql_find_last_seal, NULL, &rows, e) < 0)
        return -1;
    return text_int64(PQgetvalue(rows, 0, 0), "a key's id", 0, UINT16_MAX, out, e);
}

/* A ring that got lost is not replaced in silence: what it has sealed would be lost with it. */
static int make_ring(struct ctl *ctl, bool new_ring, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    int64_t last;

    if (path_of(ctl, "contact.keys", &path, e) < 0)
        return -1;
    if (files_exists(strbuf_text(&path))) {
        ctl_say(ctl, "%s is there already\n", strbuf_text(&path));
        return 0;
    }
    if (find_last_seal(ctl, &last, e) < 0)
        return err_in(e, "whether a ring of keys is lost");
    if (last > 0 && !new_ring)
        return err_set(e, ERR_CONFLICT,
                       "contact.keys is lost, and the ledger has contacts that only its keys open: "
                       "put it back from its backup, or go on without them by \"dunghen keys init "
                       "--new-ring\"");
    if (crypto_ring_add_after(strbuf_text(&path), (unsigned)last, e) < 0)
        return -1;
    ctl_say(ctl, "made %s\n", strbuf_text(&path));
    return 0;
}

static int write_line(const char *path, mode_t mode, const char *text, struct err *e)
{
    AUTO(strbuf_free) struct strbuf line = STRBUF(200);

    strbuf_addf(&line, "%s\n", text);
    return files_write_new(path, mode, strbuf_text(&line), e);
}

static int make_server_key(const struct ctl *ctl, struct err *e)
{
    AUTO(strbuf_free) struct strbuf key = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf pub = STRBUF(PATH_MAX);
    char public_key[CRYPTO_CURVE_SIZE], secret_key[CRYPTO_CURVE_SIZE];

    if (path_of(ctl, "worker-server.key", &key, e) < 0 ||
        path_of(ctl, "worker-server.pub", &pub, e) < 0)
        return -1;
    if (files_exists(strbuf_text(&key)) && files_exists(strbuf_text(&pub))) {
        ctl_say(ctl, "%s is there already\n", strbuf_text(&key));
        return 0;
    }
    crypto_curve_new(public_key, secret_key);
    if (write_line(strbuf_text(&pub), public_mode, public_key, e) < 0)
        return -1;
    if (write_line(strbuf_text(&key), secret_mode, secret_key, e) < 0) {
        unlink(strbuf_text(&pub)); /* half a pair is of no use */
        return -1;
    }
    ctl_say(ctl, "made %s and %s\n", strbuf_text(&key), strbuf_text(&pub));
    return 0;
}

int keys_init_run(struct ctl *ctl, char **args, struct err *e)
{
    struct init_options o = {0};

    if (options_read(keys_init_options, args, &o, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    if (crypto_open(e) < 0)
        return -1;
    if (files_make_dir(ctl->keys_dir, dir_mode, e) < 0)
        return err_in(e, "DUNGHEN_KEYS_DIR");
    if (make_ring(ctl, o.new_ring, e) < 0 || make_server_key(ctl, e) < 0)
        return -1;
    return keys_letters_default(ctl, e);
}

int keys_rotate_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    (void)args;
    if (crypto_open(e) < 0 || path_of(ctl, "contact.keys", &path, e) < 0)
        return -1;
    if (!files_exists(strbuf_text(&path)))
        return err_set(e, ERR_CONFLICT, "there is no \"%s\": run \"dunghen keys init\" first",
                       strbuf_text(&path));
    if (crypto_ring_add(strbuf_text(&path), e) < 0)
        return -1;
    ctl_say(ctl, "added a key to %s; services seal with it from their next start\n",
            strbuf_text(&path));
    return 0;
}

/* ---- workers ---- */

static int worker_path(const struct ctl *ctl, const char *worker, struct strbuf *out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf name = STRBUF(100);

    if (!cell_is_code(worker)) /* so it can be a file's name too */
        return err_set(e, ERR_INPUT, "a worker's name is 1 to 32 of A-Z a-z 0-9 . _ -, not \"%s\"",
                       worker);
    strbuf_addf(&name, "workers/%s.key", worker);
    return path_of(ctl, strbuf_text(&name), out, e);
}

static int make_workers_dir(const struct ctl *ctl, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    if (path_of(ctl, "workers", &path, e) < 0)
        return -1;
    return files_make_dir(strbuf_text(&path), dir_mode, e);
}

static void free_text(char **text)
{
    free(*text);
}

static char *units_json(char **units)
{
    json_t *array = json_array();

    for (; *units != NULL; units++)
        json_array_append_new(array, json_string(*units));
    char *text = json_dumps(array, JSON_COMPACT);
    json_decref(array);
    return text;
}

/* Whoever works for a unit that has ended would never be handed anything. */
static int check_ended(const struct ctl *ctl, struct pg *pg, const char *units, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_run(pg, &sql_find_ended_units, PG_ARGS(units, ctl->timezone), &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return 0;
    const char *code = PQgetvalue(rows, 0, 0), *day = PQgetvalue(rows, 0, 1);
    if (PQgetisnull(rows, 0, 2) != 0)
        return err_set(e, ERR_CONFLICT, "the unit \"%s\" has ended on %s, and has no successor",
                       code, day);
    return err_set(e, ERR_CONFLICT, "the unit \"%s\" has ended on %s; its cases went to: %s", code,
                   day, PQgetvalue(rows, 0, 2));
}

static int check_units(const struct ctl *ctl, struct pg *pg, const char *units, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_run(pg, &sql_find_unknown_units, PG_ARGS(units), &rows, e) < 0)
        return -1;
    if (PQntuples(rows) > 0)
        return err_set(e, ERR_INPUT, "there is no unit \"%s\" in the catalogue",
                       PQgetvalue(rows, 0, 0));
    return check_ended(ctl, pg, units, e);
}

/* The key's row and the new version, not committed yet. */
static int put_worker(const struct ctl *ctl, struct pg *pg, const char *name, const char *units,
                      const char *public_key, struct err *e)
{
    if (pg_begin(pg, e) < 0 || check_units(ctl, pg, units, e) < 0)
        return -1;
    if (pg_do(pg, &sql_insert_worker_key, PG_ARGS(public_key, name, units), e) < 0) {
        if (e->kind == ERR_INPUT)
            err_set(e, ERR_CONFLICT, "there is or was a worker \"%s\" already", name);
        return -1;
    }
    return pg_do(pg, &sql_raise_version, NULL, e);
}

static int read_server_key(const struct ctl *ctl, struct strbuf *out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    if (path_of(ctl, "worker-server.pub", &path, e) < 0 ||
        files_read(strbuf_text(&path), out, e) < 0)
        return -1;
    return 0;
}

static int write_worker_file(const struct ctl *ctl, const char *path, const char *public_key,
                             const char *secret_key, struct err *e)
{
    AUTO(strbuf_free) struct strbuf server = STRBUF(CRYPTO_CURVE_SIZE);
    AUTO(strbuf_free) struct strbuf text = STRBUF(WORKER_FILE_MAX);

    if (read_server_key(ctl, &server, e) < 0 || make_workers_dir(ctl, e) < 0)
        return -1;
    strbuf_addf(&text, "public %s\nsecret %s\nserver %s", public_key, secret_key,
                strbuf_text(&server));
    return files_write_new(path, secret_mode, strbuf_text(&text), e);
}

/* The file comes before the commit: a key that the database knows is never
 * without its file. */
int keys_worker_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    AUTO(free_text) char *units = units_json(args + 1);
    char public_key[CRYPTO_CURVE_SIZE], secret_key[CRYPTO_CURVE_SIZE];

    if (units == NULL)
        return err_set(e, ERR_INPUT, "the units' codes are not UTF-8");
    if (crypto_open(e) < 0 || worker_path(ctl, args[0], &path, e) < 0 ||
        pg_open(&pg, ctl, "dunghen_ctl", e) < 0)
        return -1;
    crypto_curve_new(public_key, secret_key);
    if (put_worker(ctl, pg, args[0], units, public_key, e) < 0 ||
        write_worker_file(ctl, strbuf_text(&path), public_key, secret_key, e) < 0)
        return -1;
    if (pg_commit(pg, e) < 0) /* it may have happened all the same */
        return err_in(e, "see \"dunghen keys list\" for whether the key counts");
    ctl_say(ctl, "made %s for units %s\n", strbuf_text(&path), units);
    return 0;
}

/* ---- a worker of ours ---- */

struct known_key {
    bool there, revoked, same_units;
    char public_key[CRYPTO_CURVE_SIZE];
};

static int find_key(struct pg *pg, const char *name, const char *units, struct known_key *out,
                    struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_run(pg, &sql_read_worker_key, PG_ARGS(name, units), &rows, e) < 0)
        return -1;
    *out = (struct known_key){.there = PQntuples(rows) > 0};
    if (!out->there)
        return 0;
    snprintf(out->public_key, sizeof(out->public_key), "%s", PQgetvalue(rows, 0, 0));
    out->revoked = PQgetvalue(rows, 0, 1)[0] == 't';
    out->same_units = PQgetvalue(rows, 0, 2)[0] == 't';
    return 0;
}

/* Whether the file is there and holds what the database and dispatch know. */
static bool file_fits(const struct ctl *ctl, const char *path, const struct known_key *known,
                      struct worker_keys *keys)
{
    AUTO(strbuf_free) struct strbuf server = STRBUF(CRYPTO_CURVE_SIZE);
    struct err e;

    return known->there && files_exists(path) && worker_keys_read(path, keys, &e) == 0 &&
           strcmp(keys->public_key, known->public_key) == 0 &&
           read_server_key(ctl, &server, &e) == 0 &&
           strncmp(strbuf_text(&server), keys->server_key, strlen(keys->server_key)) == 0;
}

/* A new pair in place of one that fits nothing any more. */
static int renew_file(const struct ctl *ctl, const char *path, struct worker_keys *keys,
                      struct err *e)
{
    crypto_curve_new(keys->public_key, keys->secret_key);
    unlink(path);
    if (write_worker_file(ctl, path, keys->public_key, keys->secret_key, e) < 0)
        return -1;
    return worker_keys_read(path, keys, e);
}

static int put_key(const struct ctl *ctl, struct pg *pg, const char *name, const char *units,
                   const struct known_key *known, const struct worker_keys *keys, struct err *e)
{
    if (!known->there)
        return put_worker(ctl, pg, name, units, keys->public_key, e);
    if (pg_begin(pg, e) < 0 || check_units(ctl, pg, units, e) < 0 ||
        pg_do(pg, &sql_bind_worker_key, PG_ARGS(keys->public_key, name, units), e) < 0)
        return -1;
    return pg_do(pg, &sql_raise_version, NULL, e);
}

int keys_ensure(struct ctl *ctl, const char *name, const char *units, struct worker_keys *out,
                bool *changed, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    struct worker_keys keys;
    struct known_key known;

    if (crypto_open(e) < 0 || worker_path(ctl, name, &path, e) < 0 ||
        pg_open(&pg, ctl, "dunghen_ctl", e) < 0 || find_key(pg, name, units, &known, e) < 0)
        return -1;
    if (known.revoked)
        return err_set(e, ERR_CONFLICT, "the worker \"%s\" has been revoked", name);
    bool fits = file_fits(ctl, strbuf_text(&path), &known, &keys);
    *changed = !fits || !known.same_units;
    if (!fits && renew_file(ctl, strbuf_text(&path), &keys, e) < 0)
        return -1;
    if (*changed && (put_key(ctl, pg, name, units, &known, &keys, e) < 0 || pg_commit(pg, e) < 0))
        return -1;
    *out = keys;
    return 0;
}

int keys_revoke_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 || pg_begin(pg, e) < 0 ||
        pg_run(pg, &sql_revoke_worker_key, PG_ARGS(args[0]), &rows, e) < 0)
        return -1;
    if (PQntuples(rows) == 0)
        return err_set(e, ERR_CONFLICT, "there is no worker \"%s\" that is not revoked", args[0]);
    if (pg_do(pg, &sql_raise_version, NULL, e) < 0 || pg_commit(pg, e) < 0)
        return -1;
    ctl_say(ctl, "revoked %s; its key file is of no use any more\n", args[0]);
    return 0;
}

/* ---- list ---- */

static void say_file(const struct ctl *ctl, const char *name)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    struct err e;

    if (path_of(ctl, name, &path, &e) == 0)
        ctl_say(ctl, "%-8s %s\n", files_exists(strbuf_text(&path)) ? "there" : "missing",
                strbuf_text(&path));
}

int keys_list_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    (void)args;
    say_file(ctl, "contact.keys");
    say_file(ctl, "worker-server.key");
    say_file(ctl, "worker-server.pub");
    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        pg_run(pg, &sql_list_worker_keys, PG_ARGS(ctl->timezone), &rows, e) < 0)
        return -1;
    for (int i = 0; i < PQntuples(rows); i++) {
        bool revoked = PQgetisnull(rows, i, 3) == 0;
        ctl_say(ctl, "worker %s  made %s%s%s  key %s  units %s\n", PQgetvalue(rows, i, 0),
                PQgetvalue(rows, i, 2), revoked ? "  REVOKED " : "", PQgetvalue(rows, i, 3),
                PQgetvalue(rows, i, 4), PQgetvalue(rows, i, 1));
    }
    return api_keys_list(ctl, pg, e);
}
