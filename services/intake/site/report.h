/* SPDX-License-Identifier: Apache-2.0 */
/* report - what a citizen has said so far on the pages of a report.
 *
 * No session is kept here: each page's form carries what the pages before have
 * asked, in hidden fields. All of it is the citizen's own, and all of it is judged again by
 * the rules of submission.h when it is sent, so nothing is gained by changing it. */
#ifndef REPORT_H
#define REPORT_H

#include "ids.h"
#include "submission.h"

enum report_step { REPORT_WHERE, REPORT_DETAILS, REPORT_CONTACT, REPORT_CHECK, REPORT_STEPS };

/* The field of photos that were uploaded with a page, by their ids; every page carries it. */
extern const char report_files[];

/* A field that people do not see. A report that says something there is not taken, but nothing of
 * it is lost: the field is shown, for whom a form filler has served too well. */
extern const char report_trap[];

/* Words of the form: "where", "details", ... */
extern const char *const report_step_names[REPORT_STEPS];
bool report_step_read(const char *name, enum report_step *out);

enum { REPORT_KEY_SIZE = 33, REPORT_VALUES_MAX = 128 };

struct report {
    const struct catalogue_service *service;
    json_t *values; /* what was said: texts, or arrays of texts where a name ends in "[]" */
    /* what is said to us and not to the city */
    enum report_step step; /* the page that was sent */
    const char *go;        /* "next", "back", "send", "edit.where", ...; "": none of them */
    const char *lang;      /* another language is wanted; NULL: no */
    bool seen;             /* all pages were filled in before: a change leads back to the last */
    bool similar;          /* that page showed what others have reported, before the step's own */
    char join[REFERENCE_SIZE]; /* the case that is to be joined instead; "": none */
    char key[REPORT_KEY_SIZE]; /* makes it one case, however often it is sent */
    size_t count;
    bool unclean; /* something was not text; or too much was said */
};

/* Empty, with a new key. */
void report_init(struct report *r, const struct catalogue_service *service);
void report_free(struct report *r);

/* An http_field_fn; ctx is a struct report. Unknown fields are ignored. */
void report_read_field(void *ctx, const char *name, const char *value, size_t len);

/* A text that was said; "" when it was not. */
const char *report_text(const struct report *r, const char *name);

/* The page that asks for a field; false for a field that none does. */
bool report_step_of(const char *name, enum report_step *out);
/* The pages that this service needs, before and after; false when there is none. A place
 * is not asked for where it would make no sense. */
bool report_step_before(const struct report *r, enum report_step step, enum report_step *out);
enum report_step report_step_first(const struct report *r);
enum report_step report_step_after(const struct report *r, enum report_step step);

/* The area of the ward that was chosen, for who is responsible where no point says it; NULL: none.
 */
const char *report_area(const struct report *r, const struct catalogue *c);

/* Fills in an initialised submission, which must not outlive r, for submission_check(). */
void report_submission(const struct report *r, const struct catalogue *c, struct submission *s,
                       struct faults *faults);

/* The values in one text that is the same whenever they are: of a file its name, whenever it was
 * uploaded. Yours to free. */
char *report_said(const struct report *r) CHECKED;

#endif
