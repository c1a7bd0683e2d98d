/* SPDX-License-Identifier: Apache-2.0 */
/* renderer - the process that makes letters: sets, signs and stores one after another.
 *
 * It has a socket to the service (descriptor 0, SOCK_SEQPACKET) and nothing else: no database, no
 * keys of contacts, no settings but its own. It says "{}" when it is ready; then each message is a
 * struct sheet and its answer a letter.file.v1 or a refusal. It ends with the socket. What crashes
 * here takes one letter's turn, and no more. */
#ifndef RENDERER_H
#define RENDERER_H

#include "config_rules.h"

enum { RENDERER_MESSAGE_MAX = 128 * 1024 }; /* bytes */

struct renderer_settings {
    char *letters_dir;
    char *keys_dir;
    char *fonts_dir;
    int64_t memory_mb;
};
/* The rows of these settings, for a table of type's. */
/* NOLINTBEGIN(bugprone-macro-parentheses): members, which cannot have them */
#define RENDERER_KEYS(type, field)                                                                 \
    CONFIG_RULED(type, field.letters_dir, "DUNGHEN_LETTERS_DIR", &config_folder, "var/letters",    \
                 "Directory of the rendered letters."),                                            \
        CONFIG_TEXT(type, field.keys_dir, "DUNGHEN_KEYS_DIR", "var/keys",                          \
                    "Directory of keys: contact.keys, and letters/ with the units' pairs."),       \
        CONFIG_TEXT(type, field.fonts_dir, "DUNGHEN_LETTERS_FONTS",                                \
                    "/usr/share/fonts/truetype/liberation2",                                       \
                    "Directory of the fonts LiberationSerif-*.ttf."),                              \
        CONFIG_INT(type, field.memory_mb, "DUNGHEN_LETTERS_MEMORY_MB", "1024", 384, 65536,         \
                   "Address space that a renderer may have, in MiB.")
/* NOLINTEND(bugprone-macro-parentheses) */

/* Serves until the socket is closed; returns the exit status. Reads its settings and the time zone
 * from the environment. */
int renderer_main(void);

#endif
