/* SPDX-License-Identifier: Apache-2.0 */
/* wording - what every letter has in common in a language: fixed words, dates and times.
 *
 * The national title and motto, the label of the number and the list of recipients are fixed by
 * Decree 30/2020/NĐ-CP, so they are here; what a letter says is in the catalogue's templates. */
#ifndef WORDING_H
#define WORDING_H

#include "strbuf.h"

struct wording {
    const char *language;
    const char *nation, *motto;
    const char *number;      /* before the number */
    const char *to_person;   /* before a name */
    const char *to_nameless; /* before a reference */
    const char *copies;
    const char *committee;                           /* before a ward's name: who speaks for it */
    const char *head;                                /* title of a signer whose title nobody gave */
    const char *signed_by, *signed_at, *sign_reason; /* before a name, a time, a number */
};

/* Vietnamese for a language that is not known. */
const struct wording *wording_of(const char *language);

/* us since 1970 in local time. "16 giờ 30 phút, ngày 05 tháng 01 năm 2026", "16:30 on 5 January
 * 2026" */
void wording_time(const struct wording *w, int64_t us, struct strbuf *out);
/* "05 tháng 01 năm 2026", "5 January 2026" */
void wording_day(const struct wording *w, int64_t us, struct strbuf *out);
/* "Thành phố Hồ Chí Minh, ngày 05 tháng 01 năm 2026", "Ho Chi Minh City, 5 January 2026" */
void wording_place_day(const struct wording *w, const char *place, int64_t us, struct strbuf *out);

#endif
