/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue - "dunghen catalogue check|load": a city's files, judged and taken over. */
#include "catalogue_load.h"
#include "commands.h"

static void say_findings(const struct ctl *ctl, const struct findings *f)
{
    for (size_t i = 0; i < f->kept; i++)
        ctl_say(ctl, "%s:%zu: %s: %s\n", f->items[i].at.file, f->items[i].at.line, f->items[i].rule,
                f->items[i].text);
    if (f->count > f->kept)
        ctl_say(ctl, "... and %zu more\n", f->count - f->kept);
}

static void say_sizes(const struct ctl *ctl, const struct draft *d)
{
    for (size_t i = 0; i < DRAFT_PARTS; i++)
        ctl_say(ctl, "%-20s %6zu\n", d->parts[i].spec->file, d->parts[i].count);
}

/* Fails when there is a mistake, after telling every one. */
static int read_clean(struct draft **out, struct ctl *ctl, const char *dir, struct err *e)
{
    AUTO(draft_close) struct draft *d = NULL;

    draft_open(&d, dir);
    draft_check(d, ctl->timezone);
    if (d->findings.count > 0) {
        say_findings(ctl, &d->findings);
        err_set(e, ERR_INPUT, "the catalogue in \"%s\" has %zu mistake%s", dir, d->findings.count,
                d->findings.count == 1 ? "" : "s");
        return -1;
    }
    *out = d;
    d = NULL;
    return 0;
}

int catalogue_check_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(draft_close) struct draft *d = NULL;

    if (read_clean(&d, ctl, args[0], e) < 0)
        return -1;
    say_sizes(ctl, d);
    ctl_say(ctl, "no mistakes\n");
    return 0;
}

struct plan {
    const char *dir;
    bool dry_run;
};

const struct option catalogue_load_options[] = {
    OPTION_A_WORD(struct plan, dir, "DIR", "The folder with the files of the catalogue."),
    OPTION_A_SWITCH(struct plan, dry_run, "--dry-run",
                    "Tell what would change and which due times would move; change nothing."),
    {0},
};

int catalogue_load_run(struct ctl *ctl, char **args, struct err *e)
{
    struct plan plan = {0};
    AUTO(draft_close) struct draft *d = NULL;
    AUTO(pg_close) struct pg *pg = NULL;

    if (options_read(catalogue_load_options, args, &plan, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    if (read_clean(&d, ctl, plan.dir, e) < 0 || pg_open(&pg, ctl, "dunghen_ctl", e) < 0)
        return -1;
    return catalogue_load(d, ctl, pg, plan.dry_run, e);
}
