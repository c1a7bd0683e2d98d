/* SPDX-License-Identifier: Apache-2.0 */
/* config - a service's settings, described once in a table.
 *
 * A setting is an environment variable with a working default. A text may also
 * come from the file that NAME_FILE names, or from a file called NAME in
 * $CREDENTIALS_DIRECTORY (systemd); then its last newline is dropped. --help
 * prints every row; --version the version; --check-config only checks, and whether the machine has
 * what is asked for. What a value must be is said here rather than where it is used, so that a
 * wrong one is found before anything is begun. */
#ifndef CONFIG_H
#define CONFIG_H

#include "err.h"

enum config_type { CONFIG_IS_TEXT, CONFIG_IS_INT };

/* What a text must be; config_rules.h has those that several services use. */
struct config_rule {
    bool (*fits)(const char *value);
    const char *form;  /* in few words, for --help: "HOST:PORT" */
    const char *wants; /* what the value "is not", when it does not fit */
    bool is_secret;    /* the value may hold a password: it is not repeated */
    /* NULL, or whether this user of this machine can do what the value asks for, of a value that
     * fits. --check-config alone asks: what is not there yet may be when the program is started.
     * ERR_INPUT says what is in the way. */
    int (*works)(const char *value, struct err *e);
};

struct config_key {
    const char *name; /* of the environment variable, "DUNGHEN_..." */
    enum config_type type;
    size_t offset;       /* of the field in the settings: char * or int64_t */
    const char *initial; /* default, as it would be written in the environment */
    int64_t min, max;    /* for numbers, inclusive */
    const char *help;    /* one sentence with the unit */
    /* Of texts, or NULL. An empty text fits where it is the default. */
    const struct config_rule *rule;
};

/* The end of a table is {0}. */
#define CONFIG_TEXT(type, field, name, initial, help)                                              \
    {                                                                                              \
        name, CONFIG_IS_TEXT, offsetof(type, field), initial, 0, 0, help, NULL                     \
    }
#define CONFIG_RULED(type, field, name, rule, initial, help)                                       \
    {                                                                                              \
        name, CONFIG_IS_TEXT, offsetof(type, field), initial, 0, 0, help, rule                     \
    }
#define CONFIG_INT(type, field, name, initial, min, max, help)                                     \
    {                                                                                              \
        name, CONFIG_IS_INT, offsetof(type, field), initial, min, max, help, NULL                  \
    }

/* The head of --help and --version. */
struct config_program {
    const char *name;    /* "dunghen-tracker" */
    const char *purpose; /* one sentence */
};

/* Reads the environment into *settings, which was zeroed or read before (text
 * fields are owned by it). ERR_INPUT names the variable, its value and the rule. */
int config_read(const struct config_key keys[], void *settings, struct err *e) CHECKED;

/* Serves --help, --version and --check-config: *done tells that the program is
 * to exit with status 0. ERR_INPUT for any other argument. Reads the settings
 * otherwise. */
int config_start(const struct config_program *program, const struct config_key keys[],
                 void *settings, char **argv, bool *done, struct err *e) CHECKED;

void config_free(const struct config_key keys[], void *settings);

#endif
