/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan - one flat JSON object, token by token, without building anything.
 *
 * For json_take.c. Knows the JSON that programs write (RFC 8259 without pairs of surrogates);
 * whatever else comes makes a function answer false, and a whole parser has
 * the word. What is taken here, that parser would have taken, and alike. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "base.h"

struct json_scan {
    const char *at, *end;
    char *texts; /* where the next text goes; as much room as there are bytes is enough */
};

/* Skips white space, then this character. */
bool json_scan_char(struct json_scan *s, char c);
/* A quoted text, decoded, NUL-terminated. */
bool json_scan_text(struct json_scan *s, const char **out, size_t *len);
/* A whole number of up to 18 digits. */
bool json_scan_int(struct json_scan *s, int64_t *out);
/* Any number that fits a double. */
bool json_scan_float(struct json_scan *s, double *out);
bool json_scan_bool(struct json_scan *s, bool *out);
/* Passes over one value of any kind; of its form only texts and brackets are looked at. */
bool json_scan_skip(struct json_scan *s);
/* Only white space is left. */
bool json_scan_end(struct json_scan *s);

#endif
