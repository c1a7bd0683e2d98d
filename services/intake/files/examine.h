/* SPDX-License-Identifier: Apache-2.0 */
/* examine - what a stranger's file is, and a photo made anew: the part of keeping a file that looks
 * into it, in a process of its own each time, behind sandbox.h. */
#ifndef EXAMINE_H
#define EXAMINE_H

#include "attachment.h"
#include "faults.h"

/* The file types that libmagic knows, read once, before any sandbox. */
struct examiner;
int examiner_open(struct examiner **out, struct err *e) CHECKED;
void examiner_close(struct examiner **examiner);

struct examine_order {
    int file;         /* open for reading and writing: metadata is blanked in place */
    int photo, thumb; /* open for writing: what is kept of a photo instead of the file */
    bool place;       /* the citizen wants the photo's place to be the case's */
    int64_t max_bytes[ATTACHMENT_KINDS];
    int64_t limit_ms; /* of the clock; the processor's time has half of it */
    int64_t memory_bytes;
};

struct examine_result {
    enum rule rule; /* that the file breaks; RULES: none */
    int64_t limit;  /* of bytes, of its kind; 0: it is of none */
    enum attachment_type type;
    uint32_t width, height; /* of a photo as kept */
    double lat, lon;        /* NAN: none, or not wanted */
};

/* Blocks until it is known. -1 only for what is not the file's fault (ERR_SYSTEM). A process that
 * has to be killed counts as RULE_FILE_DAMAGED. */
int examine(const struct examiner *examiner, const struct examine_order *order,
            struct examine_result *out, struct err *e) CHECKED;

#endif
