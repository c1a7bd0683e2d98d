/* SPDX-License-Identifier: Apache-2.0 */
/* migrate - brings the tables up to what this program was built with, never back.
 *
 * The migrations are embedded. Each runs in a transaction of its own together
 * with its row in schema_migrations, so that a migration has happened exactly
 * when its row is there. A lock keeps two of us apart. A dry run finds the same mistakes. */
#include "clock.h"
#include "commands.h"
#include "crypto.h"
#include "leader.h"
#include "migration.h"
#include "migrations.h" /* generated from schemas/db; needs migration.h */
#include "pg.h"
#include "sql_ctl.h"
#include "strbuf.h"
#include "text.h"

#include <inttypes.h>
#include <string.h>

enum { CHECKSUM_SIZE = 2 * CRYPTO_HASH_BYTES + 1 };
static const char patience[] = "5s"; /* with one that is just ending */

/* Who writes more than the catalogue: nobody of them may lead meanwhile, and afterwards only who
 * was built for the new tables (common/leader.h). */
static const struct {
    enum leader_lock lock;
    const char *name;
} writers[] = {
    {LEADER_TRACKER, "tracker"}, {LEADER_LETTERS, "letters"}, {LEADER_NOTIFIER, "notifier"}};

static void checksum(const struct migration *m, char out[CHECKSUM_SIZE])
{
    AUTO(strbuf_free) struct strbuf hex = STRBUF(CHECKSUM_SIZE - 1);
    uint8_t hash[CRYPTO_HASH_BYTES];

    crypto_hash_pieces(&(struct crypto_piece){m->text, m->len}, 1, hash);
    strbuf_add_hex(&hex, hash, sizeof(hash));
    memcpy(out, strbuf_text(&hex), CHECKSUM_SIZE);
}

/* Whether row i of what the database has is migration i of ours. */
static int compare(const PGresult *rows, int i, struct err *e)
{
    const char *number = PQgetvalue(rows, i, 0), *name = PQgetvalue(rows, i, 1);
    char expected[CHECKSUM_SIZE];
    int64_t n;

    if (text_int64(number, "a migration's number", 1, INT32_MAX, &n, e) < 0)
        return -1;
    if (i >= (int)COUNT(migrations))
        return err_set(e, ERR_CONFLICT,
                       "the database is newer than this program: it has migration %s_%s, the "
                       "program ends at %04d",
                       number, name, migrations[COUNT(migrations) - 1].number);
    const struct migration *m = &migrations[i];
    if (n != m->number)
        return err_set(e, ERR_CONFLICT,
                       "migration %04d is missing in schema_migrations, although %s is there",
                       m->number, number);
    checksum(m, expected);
    if (strcmp(PQgetvalue(rows, i, 2), expected) != 0)
        return err_set(e, ERR_CONFLICT,
                       "migration %04d_%s was applied with another content (as %s): an applied "
                       "migration never changes, a new one is added",
                       m->number, m->name, name);
    return 0;
}

/* The number of migrations that were applied before. */
static int count_applied(struct pg *pg, int *count, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_run(pg, &sql_list_migrations, NULL, &rows, e) < 0)
        return -1;
    for (int i = 0; i < PQntuples(rows); i++)
        if (compare(rows, i, e) < 0)
            return -1;
    *count = PQntuples(rows);
    return 0;
}

static int apply(struct pg *pg, const struct migration *m, struct err *e)
{
    AUTO(strbuf_free) struct strbuf number = STRBUF(16);
    AUTO(strbuf_free) struct strbuf label = STRBUF(100);
    char sum[CHECKSUM_SIZE];

    checksum(m, sum);
    strbuf_addf(&number, "%d", m->number);
    strbuf_addf(&label, "migration %04d_%s", m->number, m->name);
    if (pg_begin(pg, e) < 0 || pg_script(pg, strbuf_text(&label), (const char *)m->text, e) < 0 ||
        pg_do(pg, &sql_insert_migration, PG_ARGS(strbuf_text(&number), m->name, sum), e) < 0)
        return -1;
    return pg_commit(pg, e);
}

/* One of before does not write what the new tables want, and what it leaves out is found by
 * nobody. */
static int keep_writers_out(struct pg *pg, struct err *e)
{
    if (pg_do(pg, &sql_set_lock_timeout, PG_ARGS(patience), e) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(writers); i++) {
        AUTO(strbuf_free) struct strbuf lead = STRBUF(16);
        strbuf_addf(&lead, "%d", writers[i].lock);
        if (pg_do(pg, &sql_lock_lead, PG_ARGS(strbuf_text(&lead)), e) < 0)
            return err_set(
                e, ERR_CONFLICT,
                "%s runs: stop it first, since it does not write what the new tables want",
                writers[i].name);
    }
    return pg_do(pg, &sql_set_lock_timeout, PG_ARGS("0"), e);
}

/* An empty database has no table of them. */
static int count_found(struct pg *pg, int *count, struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_run(pg, &sql_find_migrations, NULL, &rows, e) < 0)
        return -1;
    return PQgetvalue(rows, 0, 0)[0] == 't' ? count_applied(pg, count, e) : 0;
}

static int tell(struct pg *pg, struct ctl *ctl, struct err *e)
{
    int applied = 0;

    if (count_found(pg, &applied, e) < 0)
        return -1;
    for (size_t i = (size_t)applied; i < COUNT(migrations); i++)
        ctl_say(ctl, "would apply %04d_%s\n", migrations[i].number, migrations[i].name);
    ctl_say(ctl, "%zu to apply\n", COUNT(migrations) - (size_t)applied);
    return 0;
}

static int migrate(struct pg *pg, struct ctl *ctl, struct err *e)
{
    int applied = 0;

    if (pg_do(pg, &sql_lock_migrations, NULL, e) < 0 ||
        pg_do(pg, &sql_create_migrations, NULL, e) < 0 ||
        pg_do(pg, &sql_grant_migrations, NULL, e) < 0 || count_applied(pg, &applied, e) < 0)
        return -1;
    if (applied > 0 && applied < (int)COUNT(migrations) && keep_writers_out(pg, e) < 0)
        return -1;
    for (size_t i = (size_t)applied; i < COUNT(migrations); i++) {
        int64_t start_us = clock_mono_us();
        if (apply(pg, &migrations[i], e) < 0)
            return -1;
        ctl_say(ctl, "applied %04d_%s (%" PRId64 " ms)\n", migrations[i].number, migrations[i].name,
                (clock_mono_us() - start_us) / CLOCK_US_PER_MS);
    }
    ctl_say(ctl, "the database is at migration %04d\n", migrations[COUNT(migrations) - 1].number);
    return 0;
}

struct plan {
    bool dry_run;
};

const struct option migrate_options[] = {
    OPTION_A_SWITCH(
        struct plan, dry_run, "--dry-run",
        "Tell whether the database can be reached and what is missing; change nothing."),
    {0},
};

int migrate_run(struct ctl *ctl, char **args, struct err *e)
{
    struct plan plan = {0};
    AUTO(pg_close) struct pg *pg = NULL;

    if (options_read(migrate_options, args, &plan, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    if (crypto_open(e) < 0 || pg_open(&pg, ctl, "dunghen", e) < 0)
        return -1;
    return plan.dry_run ? tell(pg, ctl, e) : migrate(pg, ctl, e);
}
