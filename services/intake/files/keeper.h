/* SPDX-License-Identifier: Apache-2.0 */
/* keeper - the process that keeps what citizens have uploaded: has each file examined, puts it on
 * the disk under its hash, and sweeps away what no case ever named.
 *
 * A child of intake's pool (common/pool.h): it has the folder of attachments, and neither a
 * database nor keys. Each message is an order, its answer what came of it. It may block as long as
 * the disk does. */
#ifndef KEEPER_H
#define KEEPER_H

#include "config_rules.h"
#include "json.h"

enum {
    KEEPER_MESSAGE_MAX = 64 * 1024, /* bytes */
    KEEPER_OLD_MOST = 200,          /* names in one answer or order */
};

struct keeper_settings {
    char *dir;
    int64_t limit_ms;
    int64_t memory_mb;
};
/* The rows of these settings, for a table of type's. */
/* NOLINTBEGIN(bugprone-macro-parentheses): members, which cannot have them */
#define KEEPER_KEYS(type, field)                                                                   \
    CONFIG_RULED(type, field.dir, "DUNGHEN_ATTACHMENTS_DIR", &config_folder, "var/attachments",    \
                 "Directory of photos and other files that belong to cases."),                     \
        CONFIG_INT(type, field.limit_ms, "DUNGHEN_ATTACHMENTS_LIMIT_MS", "15000", 100, 600000,     \
                   "Time that looking into one uploaded file may take, in milliseconds."),         \
        CONFIG_INT(type, field.memory_mb, "DUNGHEN_ATTACHMENTS_MEMORY_MB", "1024", 256, 65536,     \
                   "Address space that looking into one file may take, in MiB.")
/* NOLINTEND(bugprone-macro-parentheses) */

/* An order. */
struct keeper_order {
    const char *file;                      /* to keep: its name below tmp/ */
    bool place;                            /* a photo's place is wanted */
    int64_t photo, document, video, sound; /* bytes at most; 0: not taken */
    int64_t folder;                        /* 1 to 256: list what is old there; 0: no */
    int64_t skip;                          /* of those, the first so many */
    json_t *remove;                        /* names of old files that no case has, or NULL */
};
extern const struct json_field keeper_order_fields[];

/* What came of it. */
struct keeper_answer {
    const char *rule;   /* that the file breaks, as rule_name has it; NULL: it was kept */
    int64_t limit;      /* of the bytes of its kind, where that is the rule */
    const char *name;   /* "<hash>.jpg" */
    const char *digest; /* of the file as it came, in hexadecimal digits */
    int64_t bytes, width, height;
    double lat, lon;
    json_t *old;     /* names of files that were kept a day ago or longer */
    int64_t removed; /* files */
};
extern const struct json_field keeper_answer_fields[];

/* Serves until the socket is closed; returns the exit status. Reads its settings from the
 * environment. */
int keeper_main(void);

#endif
