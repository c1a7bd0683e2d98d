/* SPDX-License-Identifier: Apache-2.0 */
/* dunghen - the operator's hand: a table of commands.
 *
 * A new command is one row here, one line in commands.h and one file. */
#include "commands.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { ANY_NUMBER = 1000 };

struct command {
    const char *name; /* one or two words */
    const char *arguments;
    const char *help;
    int min_args, max_args;
    ctl_fn *run;
    const struct option *options; /* what --help adds; or NULL */
};

static const struct command commands[] = {
    {"migrate", "[--dry-run]", "Bring the database's tables up to this program's version.", 0, 1,
     migrate_run, migrate_options},
    {"catalogue check", "DIR", "Read a catalogue's files and name every mistake in them.", 1, 1,
     catalogue_check_run, NULL},
    {"catalogue load", "[--dry-run] DIR",
     "Check a catalogue, then take it over whole or not at all.", 1, 2, catalogue_load_run,
     catalogue_load_options},
    {"catalogue show", "PART", "Show what is loaded: regimes, limits, reasons, people or bursts.",
     1, 1, catalogue_show_run, NULL},
    {"keys init", "[--new-ring]", "Make the keys that are missing; leave the others untouched.", 0,
     1, keys_init_run, keys_init_options},
    {"keys rotate", "", "Add a key that seals contacts from now on; the old ones still open.", 0, 0,
     keys_rotate_run, NULL},
    {"keys worker", "NAME UNIT...", "Make the key of a department's program and bind it to units.",
     2, ANY_NUMBER, keys_worker_run, NULL},
    {"keys letters", "UNIT", "Make a key and a certificate of its own, to sign a unit's letters.",
     1, 1, keys_letters_run, NULL},
    {"keys revoke", "NAME", "Shut out the holder of a worker's key.", 1, 1, keys_revoke_run, NULL},
    {"keys api", "NAME [OPTION...]", "Make a key for a program that sends or reads cases.", 1,
     ANY_NUMBER, keys_api_run, api_key_options},
    {"keys shut", "NAME", "Shut out the holder of such a key.", 1, 1, keys_shut_run, NULL},
    {"keys webhooks", "NAME N", "Let the holder of such a key have N webhooks; 0: none.", 2, 2,
     keys_webhooks_run, NULL},
    {"keys list", "", "Show the keys, their units, and which are revoked.", 0, 0, keys_list_run,
     NULL},
    {"letter list", "REF", "Show a case's letters: number, date, and whether they are signed.", 1,
     1, letter_list_run, NULL},
    {"letter show", "ID", "Write a letter's PDF to standard output.", 1, 1, letter_show_run, NULL},
    {"load", "[OPTION...]", "Send complaints as load, and verify that they were kept.", 0,
     ANY_NUMBER, load_run, load_options},
    {"worker", "--key FILE [OPTION...]",
     "Take tasks as a department's program would, and answer them.", 1, ANY_NUMBER, worker_run,
     worker_options},
    {"try", "", "Carry one sample complaint the whole way, and show the time of each step.", 0, 0,
     try_run, NULL},
    {"demo", "[OPTION...]", "Report complaints all over the city, and have them worked on.", 0,
     ANY_NUMBER, demo_run, demo_options},
    {"status", "[OPTION...]", "Show the services, the queues, and what is late.", 0, ANY_NUMBER,
     status_run, status_options},
    {"trace", "REF [OPTION...]", "Tell one case's whole story, with the times of each step.", 1,
     ANY_NUMBER, trace_run, trace_options},
    {"case", "VERB REF --as ROLE:NAME[@UNIT] [OPTION...]",
     "Say one step of a case to tracker, on somebody's behalf.", 2, ANY_NUMBER, case_run,
     case_options},
    {"verify", "[OPTION...]",
     "Walk the chain of all events and hold cases, tasks, flags and files against it.", 0,
     ANY_NUMBER, verify_run, verify_options},
    {"deliveries list", "[OPTION...]", "List who was told what, and who was not.", 0, ANY_NUMBER,
     deliveries_list_run, deliveries_list_options},
    {"deliveries show", "ID", "Tell one delivery's story.", 1, 1, deliveries_show_run, NULL},
    {"deliveries resend", "ID|--all-dead", "Try again what was given up.", 1, 1,
     deliveries_resend_run, deliveries_resend_options},
    {"deliveries prefer", "CONTACT [OPTION...]",
     "Keep which messages somebody wants, in which language, at which hours.", 1, ANY_NUMBER,
     deliveries_prefer_run, deliveries_prefer_options},
    {"webhooks add", "NAME URL [OPTION...]", "Have a front end told of events, signed.", 2,
     ANY_NUMBER, webhooks_add_run, webhooks_add_options},
    {"webhooks list", "", "Show the front ends that are told of events.", 0, 0, webhooks_list_run,
     NULL},
    {"webhooks remove", "NAME", "Tell a front end no more.", 1, 1, webhooks_remove_run, NULL},
};

/* How many of argv's words are c's name; 0: it is another command. */
static int words_of(const struct command *c, char **argv)
{
    const char *rest = c->name;
    int words = 0;

    while (argv[words] != NULL) {
        size_t len = strcspn(rest, " ");
        if (strlen(argv[words]) != len || strncmp(argv[words], rest, len) != 0)
            return 0;
        words++;
        if (rest[len] == '\0')
            return words;
        rest += len + 1;
    }
    return 0;
}

static const struct command *find_command(char **argv, int *words)
{
    for (size_t i = 0; i < COUNT(commands); i++) {
        *words = words_of(&commands[i], argv);
        if (*words > 0)
            return &commands[i];
    }
    return NULL;
}

static void print_commands(FILE *out)
{
    fprintf(out, "Usage: dunghen COMMAND [ARGUMENT...]\n\nCommands:\n");
    for (size_t i = 0; i < COUNT(commands); i++) {
        const struct command *c = &commands[i];
        int room = 29 - (int)strlen(c->name);
        fprintf(out, "  %s %-*s %s\n", c->name, room, c->arguments, c->help);
    }
    fprintf(out, "\nSettings (environment):\n");
    for (const struct config_key *k = ctl_keys; k->name != NULL; k++)
        fprintf(out, "  %-22s %s Default: \"%s\".\n", k->name, k->help, k->initial);
    fprintf(out, "\nExit status: 0 done, 1 failed, 2 wrong usage, 78 wrong setting.\n");
}

/* What --help adds to a command's options. */
static const struct {
    const char *name, *text;
} notes[] = {
    {"verify",
     "Held against the chain are the times of cases and tasks, who took a task and by which "
     "lease,\n"
     "units, services, promises, pauses, flags, letters' numbers, publications and what citizens\n"
     "said, with its place. Not held, as no event tells it: a case's reference, area, priority,\n"
     "channel, language, whether units see the name, a promise's terms and calendar, drafts,\n"
     "moments to come, the text of letters, and the own date of a part that stood with the clock.\n"
     "The counts of days are held against their sums, not against the events.\n"
     "services/ctl/README.md has the list.\n"},
};

static void print_command(FILE *out, const struct command *c)
{
    fprintf(out, "Usage: dunghen %s %s\n\n%s\n", c->name, c->arguments, c->help);
    if (c->options != NULL) {
        fprintf(out, "\nOptions:\n");
        options_print(c->options, out);
    }
    for (size_t i = 0; i < COUNT(notes); i++)
        if (strcmp(notes[i].name, c->name) == 0)
            fprintf(out, "\n%s", notes[i].text);
}

static int misused(const struct command *c, const char *why)
{
    fprintf(stderr, "dunghen: %s\n", why);
    if (c == NULL)
        fprintf(stderr, "\"dunghen --help\" lists the commands\n");
    else
        fprintf(stderr, "usage: dunghen %s %s\n", c->name, c->arguments);
    return CTL_MISUSED;
}

static int run(struct ctl *ctl, const struct command *c, char **args)
{
    struct err e = {0};

    ctl->status = CTL_WRONG_SETTING;
    if (ctl_open(ctl, &e) == 0) {
        ctl->status = CTL_FAILED;
        if (c->run(ctl, args, &e) == 0 && fflush(ctl->out) == 0)
            return CTL_OK;
    }
    fflush(ctl->out);
    if (ctl->status == CTL_MISUSED)
        return misused(c, e.text);
    fprintf(stderr, "dunghen: %s\n", e.text[0] != '\0' ? e.text : "could not write the output");
    return (int)ctl->status;
}

static bool asks(char **args, const char *option)
{
    while (*args != NULL && strcmp(*args, option) != 0)
        args++;
    return *args != NULL;
}

int main(int argc, char **argv)
{
    AUTO(ctl_free) struct ctl ctl = {.out = stdout};
    int words = 0;

    signal(SIGPIPE, SIG_IGN);
    if (argc < 2)
        return misused(NULL, "no command given");
    const struct command *c = find_command(argv + 1, &words);
    char **args = argv + 1 + words;
    if (c == NULL && asks(args, "--help")) {
        print_commands(stdout);
        return CTL_OK;
    }
    if (c == NULL && strcmp(argv[1], "--version") == 0) {
        printf("dunghen %s\n", DUNGHEN_VERSION);
        return CTL_OK;
    }
    if (c == NULL)
        return misused(NULL, "there is no such command");
    if (asks(args, "--help")) {
        print_command(stdout, c);
        return CTL_OK;
    }
    int given = argc - 1 - words;
    if (given < c->min_args || given > c->max_args)
        return misused(c, given < c->min_args ? "an argument is missing" : "too many arguments");
    return run(&ctl, c, args);
}
