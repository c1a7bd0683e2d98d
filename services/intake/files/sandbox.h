/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox - a process gives up what decoding a stranger's file does not need.
 *
 * Afterwards it can read and write what it has open, and use memory and time up to a limit; any
 * other system call ends it (in builds with AddressSanitizer, which makes calls of its own, such a
 * call fails instead, and memory has no limit). */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "err.h"

struct sandbox {
    size_t memory_bytes; /* of address space */
    unsigned cpu_s;
    size_t file_bytes; /* that a file may grow to */
};

/* There is no way back. */
int sandbox_enter(const struct sandbox *limits, struct err *e) CHECKED;

#endif
