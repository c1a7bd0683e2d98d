/* SPDX-License-Identifier: Apache-2.0 */
/* faults - what is wrong with a submission: which field, which rule. */
#ifndef FAULTS_H
#define FAULTS_H

#include "language.h"

enum rule {
    RULE_MISSING,
    RULE_UNKNOWN,  /* no such field or question */
    RULE_TEXT,     /* must be a text */
    RULE_NUMBER,   /* must be a number */
    RULE_YES_NO,   /* must be true or false */
    RULE_OBJECT,   /* must be an object */
    RULE_LIST,     /* must be an array */
    RULE_CLEAN,    /* UTF-8 without control characters */
    RULE_LENGTH,   /* too long */
    RULE_RANGE,    /* number out of bounds */
    RULE_PAIR,     /* lat goes with lon */
    RULE_PLACE,    /* the service needs a place */
    RULE_OUTSIDE,  /* in none of the city's areas */
    RULE_SERVICE,  /* not in the catalogue */
    RULE_UNIT,     /* not in the catalogue */
    RULE_AREA,     /* likewise */
    RULE_LANGUAGE, /* neither of ours */
    RULE_NAMED,    /* the service takes no anonymous reports */
    RULE_NAMELESS, /* anonymous, but with a contact */
    RULE_REACH,    /* neither phone nor e-mail */
    RULE_PHONE,
    RULE_EMAIL,
    RULE_URL,
    RULE_CHOICE,         /* not one of the values offered */
    RULE_DATETIME,       /* not a date or a time */
    RULE_ONCE,           /* more than one value, or the same one twice */
    RULE_MANY,           /* more answers than are taken */
    RULE_SPAN,           /* from one day to another is too long */
    RULE_CURSOR,         /* not one that was given out */
    RULE_FILE_TYPE,      /* not a kind of file that is taken */
    RULE_FILE_SIZE,      /* too many bytes for its kind */
    RULE_FILE_COUNT,     /* too many of its kind */
    RULE_FILE_EMPTY,     /* nothing in it */
    RULE_FILE_TRUNCATED, /* ends before its end */
    RULE_FILE_DAMAGED,   /* cannot be read as what it is */
    RULE_FILE_PIXELS,    /* a picture of too many pixels */
    RULE_FILE_MIXED,     /* two kinds of file at once, or one that starts something */
    RULE_ATTACHMENT,     /* not one that was given out, or too long ago */
    RULE_HTTPS,          /* must be https:// */
    RULE_ADDRESS,        /* not an address of a host, or with a login */
    RULE_PUBLIC,         /* not an address of the internet */
    RULE_BASE,           /* something is added to it: no query */
    RULES,
};

enum {
    FAULTS_MAX = 16,
    FAULT_POINTER_BYTES = 192,
    FAULT_KEY_BYTES = 64,
    FAULT_VALUE_SIZE = 65 /* with the final NUL */
};

struct fault {
    enum rule rule;
    unsigned limit; /* of RULE_LENGTH in characters, of RULE_SPAN in days, of RULE_FILE_SIZE in MB,
                     * of RULE_FILE_COUNT in files */
    char pointer[FAULT_POINTER_BYTES];
    /* That breaks the rule, or the file's name; a long one is cut off; "": not told. */
    char value[FAULT_VALUE_SIZE];
};

struct faults {
    size_t count; /* those past FAULTS_MAX are not kept */
    struct fault rows[FAULTS_MAX];
};

/* parent is a JSON pointer ("/contact"); key is one more step, or NULL. A key
 * that is long or not UTF-8 is left out. */
void faults_add(struct faults *faults, const char *parent, const char *key, enum rule rule);
/* Likewise of RULE_LENGTH. */
void faults_add_length(struct faults *faults, const char *parent, const char *key, unsigned limit);
/* Of a parameter of an address, with the value, or the one of several, that breaks the rule. It is
 * clean text. */
void faults_add_value(struct faults *faults, const char *name, enum rule rule, const char *value);
/* Likewise of RULE_SPAN. */
void faults_add_span(struct faults *faults, const char *key, unsigned days);

/* Of a file: limit as struct fault has it, 0 for a rule without one; name: what it was called,
 * clean text, or "". */
void faults_add_file(struct faults *faults, const char *parent, const char *key, enum rule rule,
                     unsigned limit, const char *name);

/* Appends parent and key as a JSON pointer, as faults_add does. */
void faults_pointer(struct strbuf *out, const char *parent, const char *key);

const char *rule_name(enum rule rule);
/* The rule of that name; RULES: there is none. */
enum rule rule_read(const char *name);
const char *fault_rule(const struct fault *fault); /* its stable name: "phone" */
void fault_describe(const struct fault *fault, enum language language, struct strbuf *out);

#endif
