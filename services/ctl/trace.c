/* SPDX-License-Identifier: Apache-2.0 */
/* trace - "dunghen trace REF": what happened to one case, and how long each step took. */
#include "commands.h"
#include "ids.h"
#include "json.h"
#include "story.h"

struct trace_options {
    const char *reference;
    bool content, json;
};

const struct option trace_options[] = {
    OPTION_A_WORD(struct trace_options, reference, "REF",
                  "The case's reference; case and dashes do not matter."),
    OPTION_A_SWITCH(struct trace_options, content, "--content",
                    "Also what the citizen said, and where, and the answers."),
    OPTION_A_SWITCH(struct trace_options, json, "--json", "As one JSON object."),
    {0},
};

int trace_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(json_release) json_t *story = NULL;
    struct trace_options options = {0};
    char reference[REFERENCE_SIZE];

    if (options_read(trace_options, args, &options, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    if (reference_read(options.reference, reference, e) < 0 ||
        pg_open(&pg, ctl, "dunghen_ctl", e) < 0 || pg_freeze(pg, e) < 0 ||
        story_read(pg, &(struct story_settings){reference, options.content}, &story, e) < 0)
        return -1;
    if (options.json) {
        json_dumpf(story, ctl->out, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
        ctl_say(ctl, "\n");
    } else {
        story_print(story, ctl->out);
    }
    return 0;
}
