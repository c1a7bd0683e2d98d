/* SPDX-License-Identifier: Apache-2.0 */
/* json - objects to structs and back, each described by one table of fields.
 *
 * Parsing is jansson's (duplicate keys are refused), or as exact and quicker (json_take);
 * writing appends to a strbuf. Texts read are borrowed from the parsed document. */
#ifndef JSON_H
#define JSON_H

#include "ids.h"
#include "strbuf.h"

#include <jansson.h>

enum json_type {
    JSON_IS_TEXT,    /* const char * */
    JSON_IS_INT,     /* int64_t */
    JSON_IS_FLOAT,   /* double; NAN when absent */
    JSON_IS_BOOL,    /* bool */
    JSON_IS_UUID,    /* struct uuid */
    JSON_IS_ANY,     /* json_t *, borrowed; any value */
    JSON_IS_SKIPPED, /* nothing: any value, whose form json_take and its like do not check */
    JSON_IS_PROSE,   /* const char *: for people; clean (text.h), and not blank */
};

struct json_field {
    const char *name;
    enum json_type type;
    size_t offset;
    bool required;
    double min, max;          /* of a number; characters of a text */
    const char *const *words; /* a text is one of these, ended by NULL; NULL: any */
};

/* The end of a table is {0}. An optional field that is absent (or null) stays
 * zero: NULL, 0, false, the nil UUID; a float becomes NAN. */
#define JSON_TEXT(type, field, required, min, max)                                                 \
    {                                                                                              \
#field, JSON_IS_TEXT, offsetof(type, field), required, min, max, NULL                      \
    }
#define JSON_PROSE(type, field, required, min, max)                                                \
    {                                                                                              \
#field, JSON_IS_PROSE, offsetof(type, field), required, min, max, NULL                     \
    }
#define JSON_WORD(type, field, required, min, max, words)                                          \
    {                                                                                              \
#field, JSON_IS_TEXT, offsetof(type, field), required, min, max, words                     \
    }
#define JSON_INT(type, field, required, min, max)                                                  \
    {                                                                                              \
#field, JSON_IS_INT, offsetof(type, field), required, min, max, NULL                       \
    }
#define JSON_FLOAT(type, field, required, min, max)                                                \
    {                                                                                              \
#field, JSON_IS_FLOAT, offsetof(type, field), required, min, max, NULL                     \
    }
#define JSON_BOOL(type, field, required)                                                           \
    {                                                                                              \
#field, JSON_IS_BOOL, offsetof(type, field), required, 0, 0, NULL                          \
    }
#define JSON_UUID(type, field, required)                                                           \
    {                                                                                              \
#field, JSON_IS_UUID, offsetof(type, field), required, 0, 0, NULL                          \
    }
#define JSON_ANY(type, field, required)                                                            \
    {                                                                                              \
#field, JSON_IS_ANY, offsetof(type, field), required, 0, 0, NULL                           \
    }

#define JSON_SKIPPED(key, required)                                                                \
    {                                                                                              \
        key, JSON_IS_SKIPPED, 0, required, 0, 0, NULL                                              \
    }

void json_release(json_t **document); /* for AUTO */

/* Any array or object from bytes, without a key twice; NULL: *error says where it is malformed.
 * jansson's, which by itself passes over a zero byte behind a number. */
json_t *json_load(const char *bytes, size_t len, json_error_t *error);

/* Likewise, but a NUL or half a surrogate pair that is escaped in a text is read as the control
 * character 1, which no text for people may hold either: for documents of several things, of which
 * only the one that has it is to be refused. */
json_t *json_load_unclean(const char *bytes, size_t len, json_error_t *error);

/* An object from bytes. ERR_INPUT says where it is malformed, in a few words. */
int json_parse(const char *bytes, size_t len, json_t **out, struct err *e) CHECKED;

/* Fills *out from an object. ERR_INPUT names the field and the rule. Keys that
 * the table does not list are skipped when strict is false, else refused. */
int json_read(const struct json_field fields[], const json_t *object, bool strict, void *out,
              struct err *e) CHECKED;

/* json_parse and json_read in one, for the heads that hops read by the thousand: what programs
 * write is read by a scanner of our own, without jansson, whose word is only asked about the rest.
 * Results and errors are the same. Unknown keys are skipped. Texts and values are borrowed from
 * the store until the next json_take into it; start a store with {0}. *out may be filled in part
 * when it fails. At most 64 fields. */
struct json_store {
    char *texts;
    size_t room;
    json_t *tree; /* the whole document, or an array of the values that are borrowed */
};
void json_store_free(struct json_store *store); /* for AUTO */
int json_take(const struct json_field fields[], const char *bytes, size_t len,
              struct json_store *store, void *out, struct err *e) CHECKED;
/* The scanner alone: false for everything that it does not judge, be it right or wrong. An unknown
 * key is such a thing. */
bool json_take_plain(const struct json_field fields[], const char *bytes, size_t len,
                     struct json_store *store, void *out) CHECKED;

/* Likewise an array of such objects, one of them at least: fills list->items in their order and
 * *count. Texts and values are borrowed from the store. */
struct json_bytes {
    const char *data;
    size_t len;
};
struct json_list {
    void *items;
    size_t size, max; /* of one; how many there is room for */
};
bool json_take_list(const struct json_field fields[], const struct json_bytes *bytes,
                    struct json_store *store, const struct json_list *list, size_t *count) CHECKED;

/* Appends the struct as an object; optional fields that are zero are left out. */
void json_write(const struct json_field fields[], const void *in, struct strbuf *out);

/* Appends a quoted, escaped string. */
void json_write_text(struct strbuf *out, const char *text, size_t len);

/* Appends one step of a JSON pointer (RFC 6901): "/" and the key, whose "~" and "/" are written
 * "~0" and "~1". */
void json_add_step(struct strbuf *out, const char *key);

#endif
