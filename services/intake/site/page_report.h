/* SPDX-License-Identifier: Apache-2.0 */
/* page_report - the pages of a report and its sending: what their files share. */
#ifndef PAGE_REPORT_H
#define PAGE_REPORT_H

#include "page.h"
#include "report.h"

/* How a page of the form is shown. */
struct page_report_showing {
    enum report_step step;
    enum language language;
    unsigned status;
    bool with_problems;  /* those of the intake's faults that are of this page */
    const char *trouble; /* key of a text why it could not be sent; NULL: none */
    json_t *similar;     /* what others have reported, to be shown first; NULL: nothing */
};
void page_report_show(struct intake *intake, struct http_request *request, const struct report *r,
                      const struct page_report_showing *showing);

/* The form of a request that is still to be answered; false, with r freed, when it cannot be
 * read any more. */
bool page_report_read_again(struct intake *intake, struct http_request *request, struct report *r);

/* Whether reports of a service (NULL: there is none) are taken; else the request is answered. */
bool page_report_takes(struct intake *intake, struct http_request *request,
                       const struct catalogue_service *service, enum language language);

/* ---- page_report_send.c ---- */

/* Who was taken in is sent on to the case; who could not be served has the form again. */
extern const struct door page_report_door;

/* What makes the form the same when it comes again. Borrows r and said; the text that said has is
 * returned, yours to free. */
char *page_report_key(const struct report *r, struct encode_request *said,
                      struct submit_key *out) CHECKED;
/* Whether there is room and so much is taken from whoever asks; else the request is answered. */
bool page_report_admits(struct intake *intake, struct http_request *request, const struct report *r,
                        const struct submission *s);

/* Sends a report, or joins the case that it names; what is wrong with it leads back to its page.
 * Answers the request, now or later. */
void page_report_send(struct intake *intake, struct http_request *request, struct report *r,
                      enum language language);
/* Answers as at the first time a form that was sent before, and refuse otherwise. */
void page_report_refuse(struct intake *intake, struct http_request *request, struct report *r,
                        enum language language);

/* r as a submission with its files, judged; what is wrong is in the intake's faults. False when the
 * request is answered instead. */
bool page_report_judge(struct intake *intake, struct http_request *request, const struct report *r,
                       struct submission *s);
/* The first page, from the given one to the last, with something wrong on it. */
bool page_report_find_faulty(const struct faults *faults, enum report_step first,
                             enum report_step last, enum report_step *out);

#endif
