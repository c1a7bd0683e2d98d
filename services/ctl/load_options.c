/* SPDX-License-Identifier: Apache-2.0 */
#include "load_options.h"

#include "mem.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum type { TEXT, NUMBER, SWITCH };
enum { DEGREE = 1000000 };

struct option {
    const char *name;
    const char *argument; /* "" for a switch */
    enum type type;
    size_t offset;
    int64_t min, max;
    const char *help;
};

#define AT(field) offsetof(struct load_options, field)

static const struct option table[] = {
    {"--url", "URL", TEXT, AT(url), 0, 0, "The server. Default: http://127.0.0.1:8080."},
    {"--connections", "N", NUMBER, AT(connections), 1, 10000, "Kept open. Default: 16."},
    {"--rate", "N", NUMBER, AT(rate), 1, 1000000,
     "Open loop: N cases a second, whatever the server does. Default: closed loop."},
    {"--seconds", "N", NUMBER, AT(seconds), 1, 86400, "How long. Default: 10, unless --count."},
    {"--count", "N", NUMBER, AT(count), 1, 1000000000, "How many cases."},
    {"--no-keys", "", SWITCH, AT(no_keys), 0, 0,
     "Send no Idempotency-Key, and nothing twice. With keys, what broke off or was answered 5xx "
     "is sent again."},
    {"--give-up", "S", NUMBER, AT(give_up_s), 1, 86400,
     "Seconds for which a case is sent again. Default: 60."},
    {"--services", "A,B", TEXT, AT(services), 0, 0,
     "Codes. Default: those of the server that require no answers."},
    {"--box", "S,W,N,E", TEXT, AT(box), 0, 0,
     "Where the places are, degrees. Default: 10.70,106.60,10.88,106.80."},
    {"--out", "FILE", TEXT, AT(out), 0, 0, "Note every accepted case here, for --verify."},
    {"--verify", "FILE", TEXT, AT(verify), 0, 0,
     "Send nothing; compare what FILE notes with what is kept. Fails when a case is missing, "
     "differs or is there twice."},
    {"--database", "", SWITCH, AT(database), 0, 0,
     "Where --verify looks: DUNGHEN_DATABASE_URL (there is no other place)."},
    {"--json", "", SWITCH, AT(json), 0, 0, "Report as one JSON object."},
};

static const struct option *find(const char *name)
{
    for (size_t i = 0; i < COUNT(table); i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

static int take(const struct option *o, char *value, struct load_options *out, struct err *e)
{
    void *field = (char *)out + o->offset;

    if (o->type == NUMBER)
        return text_int64(value, o->name, o->min, o->max, field, e);
    *(const char **)field = value;
    return 0;
}

int load_options_read(char **args, struct load_options *out, struct err *e)
{
    struct load_options options = {.url = "http://127.0.0.1:8080",
                                   .connections = 16,
                                   .give_up_s = 60,
                                   .box = "10.70,106.60,10.88,106.80"};

    for (; *args != NULL; args++) {
        const struct option *o = find(*args);
        if (o == NULL)
            return err_set(e, ERR_INPUT, "there is no option \"%s\"", *args);
        if (o->type == SWITCH) {
            *(bool *)((char *)&options + o->offset) = true;
            continue;
        }
        if (args[1] == NULL)
            return err_set(e, ERR_INPUT, "%s needs %s", o->name, o->argument);
        if (take(o, *++args, &options, e) < 0)
            return -1;
    }
    if (options.database && options.verify == NULL)
        return err_set(e, ERR_INPUT, "--database goes with --verify");
    if (options.seconds == 0 && options.count == 0)
        options.seconds = 10;
    *out = options;
    return 0;
}

void load_options_print(struct strbuf *out)
{
    for (size_t i = 0; i < COUNT(table); i++)
        strbuf_addf(out, "  %-14s %-8s %s\n", table[i].name, table[i].argument, table[i].help);
}

static void free_text(char **text)
{
    free(*text);
}

int load_options_box(const char *text, struct load_box *out, struct err *e)
{
    static const double limits[] = {90, 180, 90, 180};
    AUTO(free_text) char *copy = mem_text(text);
    int64_t corners[COUNT(limits)];
    char *at = copy;

    for (size_t i = 0; i < COUNT(limits); i++) {
        char *comma = strchr(at, ',');
        double degrees;
        if ((comma == NULL) != (i == COUNT(limits) - 1))
            return err_set(e, ERR_INPUT, "--box \"%s\" is not four numbers", text);
        if (comma != NULL)
            *comma++ = '\0';
        if (text_double(at, "--box", -limits[i], limits[i], &degrees, e) < 0)
            return -1;
        corners[i] = llround(degrees * DEGREE);
        at = comma;
    }
    if (corners[0] > corners[2] || corners[1] > corners[3])
        return err_set(e, ERR_INPUT, "--box \"%s\" is not south,west,north,east", text);
    *out = (struct load_box){corners[0], corners[1], corners[2], corners[3]};
    return 0;
}
