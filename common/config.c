/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "mem.h"
#include "strbuf.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT_BYTES = 64 * 1024, PATH_LIMIT_BYTES = 4096, HELP_LIMIT_BYTES = 256 * 1024 };

static void *field_of(const struct config_key *key, void *settings)
{
    return (char *)settings + key->offset;
}

static void close_file(FILE **f)
{
    if (*f != NULL)
        fclose(*f);
}

/* The content of a file without its last newline; yours to free. */
static int read_text_file(const struct config_key *key, const char *path, char **out, struct err *e)
{
    AUTO(close_file) FILE *f = fopen(path, "re");
    if (f == NULL)
        return err_set(e, ERR_INPUT, "could not read %s from \"%s\": %s", key->name, path,
                       strerror(errno));

    char *text = mem_new(1, FILE_LIMIT_BYTES + 1);
    size_t len = fread(text, 1, FILE_LIMIT_BYTES + 1, f);
    const char *why = ferror(f) != 0                    ? "could not be read"
                      : len > FILE_LIMIT_BYTES          ? "is too long"
                      : memchr(text, '\0', len) != NULL ? "has a zero byte"
                                                        : NULL;
    if (why != NULL) {
        free(text);
        return err_set(e, ERR_INPUT, "could not use %s: file \"%s\" %s", key->name, path, why);
    }
    if (len > 0 && text[len - 1] == '\n')
        len--;
    text[len] = '\0';
    *out = text;
    return 0;
}

/* The file called like the variable in systemd's directory; *out stays NULL
 * when there is none. */
static int read_credential(const struct config_key *key, char **out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_LIMIT_BYTES);
    const char *directory = getenv("CREDENTIALS_DIRECTORY");

    if (directory == NULL)
        return 0;
    strbuf_addf(&path, "%s/%s", directory, key->name);
    const char *name = strbuf_text(&path);
    if (name == NULL)
        return err_set(e, ERR_INPUT, "CREDENTIALS_DIRECTORY is too long");
    FILE *f = fopen(name, "re");
    if (f == NULL && errno == ENOENT)
        return 0;
    close_file(&f);
    return read_text_file(key, name, out, e);
}

static int read_text(const struct config_key *key, char **out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf file_name = STRBUF(PATH_LIMIT_BYTES);
    const char *value = getenv(key->name);

    strbuf_addf(&file_name, "%s_FILE", key->name);
    const char *path = getenv(strbuf_text(&file_name));
    if (value != NULL && path != NULL)
        return err_set(e, ERR_INPUT, "%s and %s_FILE are both set", key->name, key->name);
    if (path != NULL)
        return read_text_file(key, path, out, e);
    if (value == NULL && read_credential(key, out, e) < 0)
        return -1;
    if (*out == NULL)
        *out = mem_text(value != NULL ? value : key->initial);
    return 0;
}

static int check_rule(const struct config_key *key, const char *value, struct err *e)
{
    const struct config_rule *rule = key->rule;

    if (rule == NULL || (value[0] == '\0' && key->initial[0] == '\0') || rule->fits(value))
        return 0;
    return rule->is_secret
               ? err_set(e, ERR_INPUT, "%s is not %s", key->name, rule->wants)
               : err_set(e, ERR_INPUT, "%s \"%.60s\" is not %s", key->name, value, rule->wants);
}

static int read_ruled(const struct config_key *key, char **out, struct err *e)
{
    return read_text(key, out, e) < 0 ? -1 : check_rule(key, *out, e);
}

static int read_number(const struct config_key *key, int64_t *out, struct err *e)
{
    const char *value = getenv(key->name);
    char what[160];

    if (value == NULL)
        value = key->initial;
    snprintf(what, sizeof(what), "%s \"%.60s\"", key->name, value);
    return text_int64(value, what, key->min, key->max, out, e);
}

static int read_key(const struct config_key *key, void *settings, struct err *e)
{
    void *field = field_of(key, settings);

    return key->type == CONFIG_IS_TEXT ? read_ruled(key, field, e) : read_number(key, field, e);
}

int config_read(const struct config_key keys[], void *settings, struct err *e)
{
    config_free(keys, settings);
    for (const struct config_key *key = keys; key->name != NULL; key++) {
        if (read_key(key, settings, e) < 0) {
            config_free(keys, settings);
            return -1;
        }
    }
    return 0;
}

/* "1 to 60000", "HOST:PORT", or nothing for any text. */
static const char *range_text(const struct config_key *key, char out[64])
{
    snprintf(out, 64, "%s", key->rule != NULL ? key->rule->form : "");
    if (key->type == CONFIG_IS_INT)
        snprintf(out, 64, "%" PRId64 " to %" PRId64, key->min, key->max);
    return out;
}

struct widths {
    int name, initial, range;
};

static void widen(int *width, const char *text)
{
    int len = (int)strlen(text);

    if (len > *width)
        *width = len;
}

static void add_keys(struct strbuf *out, const struct config_key keys[])
{
    struct widths w = {(int)strlen("Variable"), (int)strlen("Default"), (int)strlen("Range")};
    char range[64];

    for (const struct config_key *key = keys; key->name != NULL; key++) {
        widen(&w.name, key->name);
        widen(&w.initial, key->initial);
        widen(&w.range, range_text(key, range));
    }
    strbuf_addf(out, "  %-*s  %-*s  %-*s  %s\n", w.name, "Variable", w.initial, "Default", w.range,
                "Range", "Meaning");
    for (const struct config_key *key = keys; key->name != NULL; key++)
        strbuf_addf(out, "  %-*s  %-*s  %-*s  %s\n", w.name, key->name, w.initial, key->initial,
                    w.range, range_text(key, range), key->help);
}

static void print_help(const struct config_program *program, const struct config_key keys[])
{
    AUTO(strbuf_free) struct strbuf out = STRBUF(HELP_LIMIT_BYTES);

    strbuf_addf(&out, "%s: %s\n\n", program->name, program->purpose);
    strbuf_addf(&out, "Usage: %s [--help | --version | --check-config]\n\n", program->name);
    strbuf_addf(&out,
                "Settings are environment variables. A text may also be in the file that\n"
                "VARIABLE_FILE names, or in $CREDENTIALS_DIRECTORY/VARIABLE.\n\n");
    add_keys(&out, keys);
    fwrite(out.data, 1, out.len, stdout);
}

static void print_version(const struct config_program *program)
{
    fputs(program->name, stdout);
    fputs(" " DUNGHEN_VERSION "\n", stdout);
}

static int try_keys(const struct config_key keys[], void *settings, struct err *e)
{
    for (const struct config_key *key = keys; key->name != NULL; key++) {
        const char *value = key->rule != NULL ? *(char **)field_of(key, settings) : "";
        struct err why = {0};
        if (value[0] != '\0' && key->rule->works != NULL && key->rule->works(value, &why) < 0)
            return err_set(e, why.kind, "%s \"%.60s\": %s", key->name, value, why.text);
    }
    return 0;
}

int config_start(const struct config_program *program, const struct config_key keys[],
                 void *settings, char **argv, bool *done, struct err *e)
{
    const char *option = argv[0] != NULL ? argv[1] : NULL;

    if (option != NULL && argv[2] != NULL)
        return err_set(e, ERR_INPUT, "unexpected argument \"%s\": see --help", argv[2]);
    if (option != NULL && strcmp(option, "--help") == 0) {
        print_help(program, keys);
    } else if (option != NULL && strcmp(option, "--version") == 0) {
        print_version(program);
    } else if (option != NULL && strcmp(option, "--check-config") != 0) {
        return err_set(e, ERR_INPUT, "unknown argument \"%s\": see --help", option);
    } else if (config_read(keys, settings, e) < 0) {
        return -1;
    } else if (option != NULL && try_keys(keys, settings, e) < 0) {
        return -1;
    }
    *done = option != NULL;
    return 0;
}

void config_free(const struct config_key keys[], void *settings)
{
    for (const struct config_key *key = keys; key->name != NULL; key++) {
        if (key->type != CONFIG_IS_TEXT)
            continue;
        char **field = field_of(key, settings);
        free(*field);
        *field = NULL;
    }
}
