/* SPDX-License-Identifier: Apache-2.0 */
/* page - answers a request with one of the citizens' pages. */
#ifndef PAGE_H
#define PAGE_H

#include "intake.h"
#include "page_set.h"

struct page {
    const char *name; /* of its template: "start.html" */
    unsigned status;
    enum language language;
    const char *title; /* the page's own, without the name of the system */
    const char *self;  /* where it is found in another language, up to "lang="; NULL: it is inside
                          a form, whose id is "form", and that is sent to change the language */
    bool is_private;   /* nobody may keep it: it shows what only its reader should see */
};

/* What "lang" in the query asks for, else Accept-Language. */
enum language page_language(const struct http_request *request);

/* Whether who asks is a person's browser rather than a program: Accept names text/html. */
bool page_is_wanted(const struct http_request *request);

/* The text of a key that must be there, and the same with its holes filled from data. */
const char *page_text(const struct intake *intake, enum language language, const char *key);
json_t *page_text_filled(const struct intake *intake, enum language language, const char *key,
                         const json_t *data) CHECKED;

/* Ends the request with a page, its holes filled from data, which is taken over. The
 * layout's own holes are added to it. */
void page_reply(struct intake *intake, struct http_request *request, const struct page *page,
                json_t *data);

/* Whether there are texts for page_reply_error(). */
bool page_has_error(const struct intake *intake, unsigned status);
/* A page that says what went wrong; its texts are those of "error.<status>". detail may be NULL. */
void page_reply_error(struct intake *intake, struct http_request *request, unsigned status,
                      enum language language, const char *detail);
/* 503 for ERR_BUSY, 500 for ERR_SYSTEM (which is logged), else 400 with e's text. */
void page_reply_err(struct intake *intake, struct http_request *request, enum language language,
                    const struct err *e);

/* Whether so much is taken from whoever asks; else the request is answered with 429. */
bool page_admits(struct intake *intake, struct http_request *request) CHECKED;

/* Sends the browser on: 303. */
void page_redirect(struct http_request *request, const char *location);

/* The services of a group among groups, which gets it when it comes for the first time. Borrowed.
 */
json_t *page_group(json_t *groups, const char *name);

/* ---- page_start.c ---- */

/* A request that reaches no handler: people have a page, programs a problem. */
void page_refuse(struct intake *intake, struct http_request *request, unsigned status);

#endif
