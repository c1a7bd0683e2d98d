/* SPDX-License-Identifier: Apache-2.0 */
/* page_set - the templates and texts of the citizens' pages, made ready once.
 *
 * A template is HTML with the holes of common/template and three marks of its
 * own, filled in at the start, once for each language:
 *
 *   [[key]]      the text of that key, which may have holes of its own
 *   [[> name]]   the template NAME.html, whole
 *   [[@ file]]   the address of static/FILE, with the hash of its bytes in it
 *
 * The texts are pages/vi.json and pages/en.json: flat objects, the same keys in both,
 * the same holes in the two texts of a key. */
#ifndef PAGE_SET_H
#define PAGE_SET_H

#include "embedded.h"
#include "err.h"
#include "language.h"

struct page_set;

/* ERR_INPUT names the file and what is wrong in it. files must outlive the set. */
int page_set_open(struct page_set **out, const struct embedded_file files[], struct err *e) CHECKED;
void page_set_close(struct page_set **set);

/* The text of a key; NULL when there is none. */
const char *page_set_text(const struct page_set *set, enum language language, const char *key);
/* The template of that name, which must be there, with its marks filled in. */
const char *page_set_template(const struct page_set *set, enum language language, const char *name);
/* The file with that address ("style.0123456789ab.css" below /static/); NULL when there is none. */
const struct embedded_file *page_set_static(const struct page_set *set, const char *address);
/* Whether static/groups.svg has a picture of that name. */
bool page_set_draws(const struct page_set *set, const char *picture);

#endif
