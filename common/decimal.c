/* SPDX-License-Identifier: Apache-2.0 */
#include "decimal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 7, ONE = 10000000, BASE = 10 };
/* Of two decimals with at most 15 digits no more than one is the same double (DBL_DIG). */
static const double most_scaled = 1e15;

/* units: of 10^-PLACES each. */
static void write_units(uint64_t units, bool is_negative, char out[DECIMAL_SIZE])
{
    char digits[DECIMAL_SIZE];
    size_t at = sizeof(digits);
    int places = PLACES;

    for (; places > 0 && units % BASE == 0; places--)
        units /= BASE;
    for (; units > 0 || places >= 0; units /= BASE) {
        digits[--at] = (char)('0' + units % BASE);
        if (--places == 0)
            digits[--at] = '.';
    }
    if (is_negative)
        digits[--at] = '-';
    memcpy(out, digits + at, sizeof(digits) - at);
    out[sizeof(digits) - at] = '\0';
}

static bool is_same(double a, double b)
{
    return a <= b && a >= b;
}

static void print(double value, char out[DECIMAL_SIZE])
{
    int digits = DBL_DIG;

    do
        snprintf(out, DECIMAL_SIZE, "%.*g", digits, value);
    while (!is_same(strtod(out, NULL), value) && ++digits <= DBL_DECIMAL_DIG);
}

/* Printing a double takes ten times as long as printing an integer, and a list prints a hundred
 * places: what has few decimal places, as places on the map have, is printed as an integer of
 * units. A quotient is rounded as a text that is read (IEEE 754), so when it is the value, the text
 * is, too. */
const char *decimal_text(double value, char out[DECIMAL_SIZE])
{
    double units = nearbyint(fabs(value) * ONE);

    if (units < most_scaled && is_same(units / ONE, fabs(value)))
        write_units((uint64_t)units, value < 0, out);
    else
        print(value, out);
    return out;
}
