/* SPDX-License-Identifier: Apache-2.0 */
/* text - Unicode as people write it: normal form, length, search folding, phone numbers. */
#ifndef TEXT_H
#define TEXT_H

#include "err.h"

/* Whether the bytes are valid UTF-8 without NUL, C0 controls other than tab,
 * line feed and carriage return, unpaired surrogates, or more than
 * TEXT_MARKS_MAX combining marks on one character (the limit of UAX #15's
 * stream-safe text; no language comes near it). */
enum { TEXT_MARKS_MAX = 30 };
bool text_is_clean(const char *bytes, size_t len);

/* Whether the text is clean and has nothing to see: only white space of any kind, and characters
 * that leave no mark. */
bool text_is_blank(const char *bytes, size_t len);

/* Writes the NFC form of valid UTF-8 (TCVN 6909:2001 is Unicode) to a new
 * string, yours to free; NULL if the bytes are not clean (see above). Text that is
 * NFC already (the usual case) costs one pass. */
char *text_nfc(const char *bytes, size_t len) CHECKED;

/* The number of characters (code points) of valid UTF-8. */
size_t text_length(const char *bytes, size_t len);

/* For searching: NFC, lower case, without diacritics, đ as d, runs of white
 * space as one space, none at the ends. Yours to free; NULL if the bytes are not clean. */
char *text_fold(const char *bytes, size_t len) CHECKED;

/* In capitals, diacritics kept. Yours to free. text is valid UTF-8. */
char *text_upper(const char *text) CHECKED;

/* The phone number in E.164 form, so that "028 3829 1022", "+84 28 38291022"
 * and "0084..." are one. A number without a country gets country ("84") in the place
 * of its trunk zero; more than ten digits that begin with country have one.
 * Spaces and ".-/()" may stand anywhere. 8 to 15 digits; ERR_INPUT otherwise,
 * with a text that does not repeat the number. */
enum { TEXT_PHONE_SIZE = 18 };
int text_phone(const char *text, const char *country, char out[TEXT_PHONE_SIZE],
               struct err *e) CHECKED;

/* Whether text could be an e-mail address: one @, a local part of 1 to 64
 * bytes, a dotted domain, 254 bytes in all, no space or control character, only
 * ASCII and nothing that would need quotes in a mail header. */
bool text_is_email(const char *text);

/* The whole of text as a decimal number from min to max, with no plus sign and
 * no space. ERR_INPUT names what. */
int text_int64(const char *text, const char *what, int64_t min, int64_t max, int64_t *out,
               struct err *e) CHECKED;
/* Likewise as a finite floating-point number ("10.77", never hexadecimal, "nan" or "inf"). */
int text_double(const char *text, const char *what, double min, double max, double *out,
                struct err *e) CHECKED;

/* The value of a hexadecimal digit, of either case; -1: it is none. */
int text_hex_digit(char c);

#endif
