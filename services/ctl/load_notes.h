/* SPDX-License-Identifier: Apache-2.0 */
/* load_notes - the file in which a run remembers what it was promised.
 *
 * The first line is the plan as JSON; then one line a case that was answered
 * 201: reference, number, key (or "-"), microseconds since 1970 when the
 * answer came. */
#ifndef LOAD_NOTES_H
#define LOAD_NOTES_H

#include "load_texts.h"

#include "ids.h"

struct load_notes;

/* A new file, or in place of what path held. */
int load_notes_create(struct load_notes **out, const char *path, const struct load_plan *plan,
                      bool keys, struct err *e) CHECKED;
void load_notes_close(struct load_notes **notes);
void load_notes_add(struct load_notes *notes, const char *reference, int64_t n);
/* Puts all there is into the file: what the process was told survives its end. */
int load_notes_flush(struct load_notes *notes, struct err *e) CHECKED;

struct load_note {
    char reference[REFERENCE_SIZE];
    int64_t n;
};

struct load_notebook {
    struct load_plan plan;
    struct load_note *notes; /* sorted by reference */
    size_t count;
};

/* ERR_INPUT names the line. A last line that was cut off is passed over. */
int load_notebook_read(struct load_notebook *out, const char *path, struct err *e) CHECKED;
void load_notebook_free(struct load_notebook *book);

#endif
