/* SPDX-License-Identifier: Apache-2.0 */
#include "load_options.h"

#include "commands.h"

#include "mem.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEGREE = 1000000 };

const struct option load_options[] = {
    OPTION_A_TEXT(struct load_options, url, "--url", "URL",
                  "The server. Default: http://127.0.0.1:8080."),
    OPTION_A_NUMBER(struct load_options, connections, "--connections", 1, 10000,
                    "Kept open. Default: 16."),
    OPTION_A_NUMBER(struct load_options, rate, "--rate", 1, 1000000,
                    "Open loop: N cases a second, whatever the server does. Default: closed loop."),
    OPTION_A_NUMBER(struct load_options, seconds, "--seconds", 1, 86400,
                    "How long. Default: 10, unless --count."),
    OPTION_A_NUMBER(struct load_options, count, "--count", 1, 1000000000, "How many cases."),
    OPTION_A_SWITCH(
        struct load_options, no_keys, "--no-keys",
        "Send no Idempotency-Key, and nothing twice. With keys, what broke off or was answered 5xx "
        "is sent again."),
    OPTION_A_NUMBER(struct load_options, give_up_s, "--give-up", 1, 86400,
                    "Seconds for which a case is sent again. Default: 60."),
    OPTION_A_TEXT(struct load_options, services, "--services", "A,B",
                  "Codes. Default: those of the server that require no answers."),
    OPTION_A_TEXT(struct load_options, box, "--box", "S,W,N,E",
                  "Where the places are, degrees. Default: where the city is."),
    OPTION_A_TEXT(struct load_options, out, "--out", "FILE",
                  "Note every accepted case here, for --verify."),
    OPTION_A_TEXT(
        struct load_options, verify, "--verify", "FILE",
        "Send nothing; compare what FILE notes with what is kept. Fails when a case is missing, "
        "differs or is there twice."),
    OPTION_A_SWITCH(struct load_options, database, "--database",
                    "Where --verify looks: DUNGHEN_DATABASE_URL (there is no other place)."),
    OPTION_A_SWITCH(struct load_options, json, "--json", "Report as one JSON object."),
    {0},
};

int load_options_read(char **args, struct load_options *out, struct err *e)
{
    struct load_options options = {
        .url = "http://127.0.0.1:8080", .connections = 16, .give_up_s = 60};

    if (options_read(load_options, args, &options, e) < 0)
        return -1;
    if (options.database && options.verify == NULL)
        return err_set(e, ERR_INPUT, "--database goes with --verify");
    if (options.seconds == 0 && options.count == 0)
        options.seconds = 10;
    *out = options;
    return 0;
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
