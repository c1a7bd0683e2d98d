/* SPDX-License-Identifier: Apache-2.0 */
#include "verify.h"

#include "clock.h"
#include "commands.h"
#include "db.h"
#include "options.h"
#include "sql_ctl.h"
#include "strbuf.h"
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_SIZE = 24, HASH_TEXT_SIZE = 2 * CRYPTO_HASH_BYTES + 1 };

struct verify_options {
    int64_t from;
    const char *noted;
    bool files;
};

const struct option verify_options[] = {
    OPTION_A_NUMBER(struct verify_options, from, "--from", 1, INT64_MAX,
                    "Only events from this number on, and not the cases."),
    OPTION_A_TEXT(struct verify_options, noted, "--noted", "SEQ:HASH",
                  "An event's hash as it was noted outside: it must still be that."),
    OPTION_A_SWITCH(struct verify_options, files, "--files",
                    "Also read each file that a case or a letter has."),
    {0},
};

void verify_found(struct verify *v, const char *fmt, ...)
{
    va_list ap;

    if (++v->findings > VERIFY_SHOWN)
        return;
    fputs("wrong     ", v->ctl->out);
    va_start(ap, fmt);
    vfprintf(v->ctl->out, fmt, ap);
    va_end(ap);
    fputc('\n', v->ctl->out);
}

static const char *hash_text(const uint8_t hash[CRYPTO_HASH_BYTES], char out[HASH_TEXT_SIZE])
{
    for (int i = 0; i < CRYPTO_HASH_BYTES; i++)
        snprintf(out + (ptrdiff_t)2 * i, 3, "%02x", hash[i]);
    return out;
}

/* The stored hash of an event; *found is false when there is none. */
static int read_hash(struct verify *v, int64_t seq, uint8_t out[CRYPTO_HASH_BYTES], bool *found,
                     struct err *e)
{
    AUTO(pg_rows_clear) PGresult *rows = NULL;
    char number[NUMBER_SIZE];

    snprintf(number, sizeof(number), "%" PRId64, seq);
    if (pg_read(v->pg, &sql_read_event_hash, PG_ARGS(number), &rows, e) < 0)
        return -1;
    *found = PQntuples(rows) == 1 && db_len(rows, 0, 0) == CRYPTO_HASH_BYTES;
    if (*found)
        memcpy(out, db_text(rows, 0, 0), CRYPTO_HASH_BYTES);
    return 0;
}

/* Where the walk begins: with 32 zero bytes before event 1, else with what is stored. */
static int begin(struct verify *v, int64_t from, struct err *e)
{
    bool found = true;

    v->seq = from - 1;
    if (from > 1 && read_hash(v, from - 1, v->hash, &found, e) < 0)
        return -1;
    if (!found)
        return err_set(e, ERR_INPUT, "there is no event %" PRId64 " to begin after", from - 1);
    v->is_known = true;
    return 0;
}

static int check_noted(struct verify *v, const char *noted, struct err *e)
{
    AUTO(strbuf_free) struct strbuf number = STRBUF(NUMBER_SIZE);
    size_t len = strcspn(noted, ":");
    uint8_t hash[CRYPTO_HASH_BYTES];
    char text[HASH_TEXT_SIZE];
    bool found;
    int64_t seq;

    strbuf_add(&number, noted, len);
    if (strbuf_text(&number) == NULL || strlen(noted) != len + HASH_TEXT_SIZE ||
        text_int64(number.data, "SEQ", 1, INT64_MAX, &seq, e) < 0) {
        v->ctl->status = CTL_MISUSED;
        return err_set(e, ERR_INPUT, "--noted \"%s\" is not SEQ:HASH", noted);
    }
    if (read_hash(v, seq, hash, &found, e) < 0)
        return -1;
    if (!found)
        verify_found(v, "event %" PRId64 ", whose hash was noted, is gone", seq);
    else if (strcasecmp(hash_text(hash, text), noted + len + 1) != 0)
        verify_found(v, "event %" PRId64 " has another hash than was noted: %s", seq, text);
    return 0;
}

/* Nothing is said of what was not looked at. */
static void report_end(const struct verify *v, const struct verify_options *options)
{
    if (v->findings > 0)
        ctl_say(v->ctl, "not as it was recorded\n");
    else if (options->from == 1)
        ctl_say(v->ctl, "all is as it was recorded\n");
    else
        ctl_say(v->ctl,
                "the events from %" PRId64
                " on are as they were recorded; no others and no cases were looked at\n",
                options->from);
}

static void report(const struct verify *v, const struct verify_options *options, int64_t took_us)
{
    char text[HASH_TEXT_SIZE];

    if (v->findings > VERIFY_SHOWN)
        ctl_say(v->ctl, "wrong     and %" PRId64 " more\n", v->findings - VERIFY_SHOWN);
    ctl_say(v->ctl,
            "events    %" PRId64 ", with %" PRId64 " contents, %" PRId64 " contacts, %" PRId64
            " outcomes, %" PRId64 " notes\n",
            v->events, v->contents, v->contacts, v->outcomes, v->notes);
    if (options->from == 1)
        ctl_say(v->ctl, "cases     %" PRId64 ", with their tasks, flags, pauses and letters\n",
                v->cases);
    if (options->files)
        ctl_say(v->ctl, "files     %" PRId64 ", of %" PRId64 " bytes\n", v->files, v->file_bytes);
    ctl_say(v->ctl, "time      %.1f s\n", (double)took_us / CLOCK_US_PER_S);
    if (v->is_known)
        ctl_say(v->ctl, "last      %" PRId64 ":%s\n", v->seq, hash_text(v->hash, text));
    report_end(v, options);
}

/* On a connection of its own: reading may take hours, and nobody needs the snapshot for it. */
static int check_files(struct verify *v, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;

    if (pg_open(&pg, v->ctl, "dunghen_ctl", e) < 0)
        return -1;
    v->pg = pg;
    int rc = verify_files(v, e);
    v->pg = NULL;
    return rc;
}

int verify_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    struct verify_options options = {.from = 1};
    int64_t from_us = clock_mono_us();

    if (options_read(verify_options, args, &options, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    if (crypto_open(e) < 0 || pg_open(&pg, ctl, "dunghen_ctl", e) < 0 || pg_freeze(pg, e) < 0)
        return -1;
    struct verify v = {.ctl = ctl, .pg = pg};
    if (begin(&v, options.from, e) < 0 ||
        (options.noted != NULL && check_noted(&v, options.noted, e) < 0) ||
        verify_chain(&v, e) < 0 || (options.from == 1 && verify_cases(&v, e) < 0))
        return -1;
    pg_close(&pg);
    v.pg = NULL;
    if (options.files && check_files(&v, e) < 0)
        return -1;
    report(&v, &options, clock_mono_us() - from_us);
    if (v.findings > 0)
        return err_set(e, ERR_CONFLICT, "%" PRId64 " findings", v.findings);
    return 0;
}
