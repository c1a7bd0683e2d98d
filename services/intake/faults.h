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
    RULE_CLEAN,    /* UTF-8 without control characters */
    RULE_LENGTH,   /* too long */
    RULE_RANGE,    /* number out of bounds */
    RULE_PAIR,     /* lat goes with lon */
    RULE_PLACE,    /* the service needs a place */
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
    RULE_CHOICE,   /* not one of the values offered */
    RULE_DATETIME, /* not a date or a time */
    RULE_ONCE,     /* more than one value, or the same one twice */
    RULE_MANY,     /* more answers than are taken */
    RULE_SPAN,     /* from one day to another is too long */
    RULE_CURSOR,   /* not one that was given out */
    RULES,
};

enum { FAULTS_MAX = 16, FAULT_POINTER_BYTES = 192, FAULT_KEY_BYTES = 64 };

struct fault {
    enum rule rule;
    unsigned limit; /* of RULE_LENGTH in characters, of RULE_SPAN in days */
    char pointer[FAULT_POINTER_BYTES];
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
/* Likewise of RULE_SPAN. */
void faults_add_span(struct faults *faults, const char *key, unsigned days);

/* Appends parent and key as a JSON pointer, as faults_add does. */
void faults_pointer(struct strbuf *out, const char *parent, const char *key);

const char *fault_rule(const struct fault *fault); /* its stable name: "phone" */
void fault_describe(const struct fault *fault, enum language language, struct strbuf *out);

#endif
