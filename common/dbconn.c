/* SPDX-License-Identifier: Apache-2.0 */
#include "dbconn.h"

#include "mem.h"
#include "strbuf.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dbconn {
    PQconninfoOption *options; /* owns what the URL says */
    char *host;                /* of the private cluster, or NULL */
    char *role, *program;
    const char **keywords, **values; /* two arrays, since libpq wants them so */
    size_t count;
};

struct setting {
    const char *keyword, *value;
};

/* Used unless the URL says otherwise. A dead peer is noticed within a minute. */
static const struct setting defaults[] = {
    {"connect_timeout", "5"}, /* DBCONN_CONNECT_TIMEOUT_S */
    {"keepalives", "1"},       {"keepalives_idle", "30"},     {"keepalives_interval", "10"},
    {"keepalives_count", "3"}, {"tcp_user_timeout", "30000"}, {"client_encoding", "UTF8"},
};

/* Room for what the private cluster, the caller and the defaults can add, and the NULL. */
enum { ADDED = 4 + COUNT(defaults) + 1 };

static bool is_said(const struct dbconn *d, const char *keyword)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->keywords[i], keyword) == 0)
            return true;
    return false;
}

static void say(struct dbconn *d, const char *keyword, const char *value)
{
    if (value == NULL || is_said(d, keyword))
        return;
    d->keywords[d->count] = keyword;
    d->values[d->count] = value;
    d->count++;
}

/* The directory of the private cluster's socket: libpq takes only an absolute
 * path for one. */
static int private_host(const char *run_dir, char **out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    char here[PATH_MAX] = "";

    if (run_dir[0] != '/') {
        if (getcwd(here, sizeof(here) - 1) == NULL)
            return err_set(e, ERR_SYSTEM, "could not read the working directory: %s",
                           strerror(errno));
        here[strlen(here)] = '/';
    }
    strbuf_addf(&path, "%s%s/postgres", here, run_dir);
    if (strbuf_text(&path) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_RUN_DIR is longer than %d bytes", PATH_MAX);
    *out = mem_text(strbuf_text(&path));
    return 0;
}

static bool fits_url(const char *value)
{
    PQconninfoOption *options = PQconninfoParse(value, NULL);
    bool fits = options != NULL;

    PQconninfoFree(options);
    return fits;
}

const struct config_rule dbconn_url = {
    .fits = fits_url,
    .form = "libpq's URL",
    .wants = "a connection URL of PostgreSQL (special characters in it are written as %XX)",
    .is_secret = true};

static int say_url(struct dbconn *d, const char *url, struct err *e)
{
    size_t count = 0;

    d->options = PQconninfoParse(url, NULL);
    if (d->options == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_DATABASE_URL is not %s", dbconn_url.wants);
    for (const PQconninfoOption *o = d->options; o->keyword != NULL; o++)
        count++;
    d->keywords = mem_new(count + ADDED, sizeof(*d->keywords));
    d->values = mem_new(count + ADDED, sizeof(*d->values));
    for (const PQconninfoOption *o = d->options; o->keyword != NULL; o++)
        say(d, o->keyword, o->val);
    return 0;
}

int dbconn_open(struct dbconn **out, const struct dbconn_target *target, struct err *e)
{
    AUTO(dbconn_close) struct dbconn *d = mem_new(1, sizeof(*d));

    if (say_url(d, target->url, e) < 0)
        return -1;
    if (target->url[0] == '\0') {
        if (private_host(target->run_dir, &d->host, e) < 0)
            return -1;
        say(d, "host", d->host);
        say(d, "dbname", "dunghen");
    }
    d->role = mem_text(target->role);
    d->program = mem_text(target->program);
    say(d, "user", d->role);
    say(d, "fallback_application_name", d->program);
    for (size_t i = 0; i < COUNT(defaults); i++)
        say(d, defaults[i].keyword, defaults[i].value);
    *out = d;
    d = NULL;
    return 0;
}

void dbconn_close(struct dbconn **d)
{
    if (*d == NULL)
        return;
    free((*d)->values);
    free((*d)->keywords);
    free((*d)->program);
    free((*d)->role);
    free((*d)->host);
    PQconninfoFree((*d)->options);
    free(*d);
    *d = NULL;
}

const char *const *dbconn_keywords(const struct dbconn *d)
{
    return d->keywords;
}

const char *const *dbconn_values(const struct dbconn *d)
{
    return d->values;
}

/* In its place: "a,b,c" becomes "b,c,a". */
static void turn_list(char *list)
{
    char *comma = strchr(list, ',');

    if (comma == NULL)
        return;
    size_t first_len = (size_t)(comma - list), rest_len = strlen(comma + 1);
    char *first = mem_text(list);
    memmove(list, comma + 1, rest_len);
    list[rest_len] = ',';
    memcpy(list + rest_len + 1, first, first_len);
    free(first);
}

void dbconn_turn(struct dbconn *d)
{
    static const char *const lists[] = {"host", "hostaddr", "port"}; /* of each host */

    for (const PQconninfoOption *o = d->options; o->keyword != NULL; o++)
        for (size_t i = 0; i < COUNT(lists); i++)
            if (o->val != NULL && strcmp(o->keyword, lists[i]) == 0)
                turn_list(o->val);
}

/* What a SQLSTATE that begins so means for the caller, the first that fits; any other: ERR_SYSTEM.
 */
static const struct {
    const char *begin;
    enum err_kind kind;
} states[] =
    {
        {"08P01", ERR_SYSTEM}, /* we broke the protocol: trying again would do so again */
        {"08", ERR_BUSY},      {"22", ERR_INPUT}, {"23", ERR_INPUT},
        {"25", ERR_BUSY}, /* a server that is only for reading */
        {"40", ERR_BUSY},      {"53", ERR_BUSY},  {"55", ERR_BUSY},
        {"57", ERR_BUSY},      {"58", ERR_BUSY},
};

/* The server may leave any field out. */
static const char *field(const PGresult *res, int code)
{
    const char *text = PQresultErrorField(res, code);

    return text != NULL ? text : "-";
}

int dbconn_refusal(const PGresult *res, struct err *e)
{
    const char *state = field(res, PG_DIAG_SQLSTATE);
    enum err_kind kind = ERR_NONE;

    for (size_t i = 0; i < COUNT(states) && kind == ERR_NONE; i++)
        if (strncmp(state, states[i].begin, strlen(states[i].begin)) == 0)
            kind = states[i].kind;
    if (kind == ERR_NONE)
        kind = ERR_SYSTEM;
    return err_set(e, kind, "%s (SQLSTATE %s)", field(res, PG_DIAG_MESSAGE_PRIMARY), state);
}
