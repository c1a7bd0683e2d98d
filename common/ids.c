/* SPDX-License-Identifier: Apache-2.0 */
/* ids - UUIDv7 for machines, references for people. */
#include "ids.h"

#include "clock.h"
#include "text.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

/* getrandom() gives this many bytes whole and without being interrupted. */
enum { RANDOM_BLOCK_BYTES = 256 };

/* What one id must know of the one before. The second of the two globals that
 * common/ allows itself, after the fake clock: rising ids are the process's promise. */
static struct {
    int64_t tick; /* of the newest id: milliseconds << 12 | fraction */
    bool watches_fork;
    size_t left; /* unused bytes at the end of block */
    uint8_t block[RANDOM_BLOCK_BYTES];
} state;

/* 31 is prime, and the check below rests on that. */
static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
enum { SYMBOLS = sizeof(alphabet) - 1, REFERENCE_SYMBOLS = 10, HALF_SYMBOLS = 5 };

/* In a child after fork(): it must not use its parent's random bytes again. */
static void forget_random(void)
{
    state.left = 0;
}

/* Random bytes by the block: a system call for every id would cost more than
 * all the rest of it. */
static void take_random(uint8_t *out, size_t len)
{
    assert(len <= sizeof(state.block));
    if (!state.watches_fork) {
        int failed = pthread_atfork(NULL, NULL, forget_random);
        assert(!failed);
        state.watches_fork = true;
    }
    if (state.left < len) {
        ssize_t n = getrandom(state.block, sizeof(state.block), 0);
        assert(n == (ssize_t)sizeof(state.block));
        state.left = sizeof(state.block);
    }
    state.left -= len;
    memcpy(out, state.block + state.left, len);
}

/* Milliseconds and, in the lowest 12 bits, 4096ths of a millisecond (RFC 9562,
 * section 6.2, method 3). More than four ids a microsecond, or a clock that was set
 * back, count on from the newest. */
static int64_t next_tick(void)
{
    int64_t now_us = clock_now_us();
    int64_t fraction = now_us % CLOCK_US_PER_MS * 4096 / CLOCK_US_PER_MS;
    int64_t tick = now_us / CLOCK_US_PER_MS << 12 | fraction;

    state.tick = tick > state.tick ? tick : state.tick + 1;
    return state.tick;
}

/* Where text has a dash instead of a digit. */
static bool is_dash_place(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

/* The last symbol that makes the sum of (10 - place) * value a multiple of 31.
 * The factors 10, 9, ... 1 are all different and not multiples of 31, so that one
 * changed symbol, or two that changed places, always change the sum. */
static uint8_t check_value(const uint8_t values[REFERENCE_SYMBOLS])
{
    unsigned sum = 0;

    for (unsigned i = 0; i < REFERENCE_SYMBOLS - 1; i++)
        sum += (REFERENCE_SYMBOLS - i) * values[i];
    return (uint8_t)((SYMBOLS - sum % SYMBOLS) % SYMBOLS);
}

static void write_reference(const uint8_t values[REFERENCE_SYMBOLS], char out[REFERENCE_SIZE])
{
    char *end = out;

    for (size_t i = 0; i < REFERENCE_SYMBOLS; i++) {
        if (i == HALF_SYMBOLS)
            *end++ = '-';
        *end++ = alphabet[values[i]];
    }
    *end = '\0';
}

static const char *find_symbol(char c)
{
    return strchr(alphabet, c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

struct uuid uuid_new(void)
{
    struct uuid id;
    int64_t tick = next_tick();

    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(tick >> (52 - 8 * i));
    id.bytes[6] = (uint8_t)(0x70 | (tick >> 8 & 0x0F)); /* version 7 */
    id.bytes[7] = (uint8_t)tick;
    take_random(id.bytes + 8, 8);
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F)); /* variant of RFC 9562 */
    return id;
}

const char *uuid_text(const struct uuid *id, char out[UUID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;

    for (size_t i = 0; i < sizeof(id->bytes); i++) {
        if (is_dash_place(at))
            out[at++] = '-';
        out[at++] = digits[id->bytes[i] >> 4];
        out[at++] = digits[id->bytes[i] & 0x0F];
    }
    out[at] = '\0';
    return out;
}

int uuid_read(const char *text, struct uuid *out, struct err *e)
{
    struct uuid id = {0};
    size_t digits = 0;

    if (strnlen(text, UUID_TEXT_SIZE) != UUID_TEXT_SIZE - 1)
        return err_set(e, ERR_INPUT, "could not read id: not %d characters", UUID_TEXT_SIZE - 1);
    for (size_t i = 0; i < UUID_TEXT_SIZE - 1; i++) {
        int value = text_hex_digit(text[i]);

        if (is_dash_place(i) ? text[i] != '-' : value < 0)
            return err_set(e, ERR_INPUT, "could not read id: wrong character at place %zu", i + 1);
        if (is_dash_place(i))
            continue;
        id.bytes[digits / 2] = (uint8_t)(id.bytes[digits / 2] << 4 | value);
        digits++;
    }
    *out = id;
    return 0;
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void reference_new(char out[REFERENCE_SIZE])
{
    enum { FAIR_LIMIT = 256 / SYMBOLS * SYMBOLS }; /* bytes above would favour some symbols */
    uint8_t values[REFERENCE_SYMBOLS];

    for (size_t i = 0; i < REFERENCE_SYMBOLS - 1; i++) {
        uint8_t byte;

        do
            take_random(&byte, 1);
        while (byte >= FAIR_LIMIT);
        values[i] = byte % SYMBOLS;
    }
    values[REFERENCE_SYMBOLS - 1] = check_value(values);
    write_reference(values, out);
}

/* Bytes of what may stand between the symbols, as people type and programs typeset them. */
static size_t between(const char *text)
{
    static const char *const marks[] = {
        " ",      "\t",     "\r",     "\n",     "-",      ".",
        ",",      "\u00A0", /* a space that keeps words together */
        "\u00AD",           /* a soft hyphen */
        "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", /* dashes */
        "\u2212",                                                   /* minus */
    };

    for (size_t i = 0; i < COUNT(marks); i++)
        if (strncmp(text, marks[i], strlen(marks[i])) == 0)
            return strlen(marks[i]);
    return 0;
}

int reference_read(const char *text, char out[REFERENCE_SIZE], struct err *e)
{
    uint8_t values[REFERENCE_SYMBOLS];
    size_t count = 0;

    for (size_t passed; *text != '\0'; text += passed > 0 ? passed : 1) {
        passed = between(text);
        if (passed > 0)
            continue;
        const char *symbol = find_symbol(*text);
        if (symbol == NULL)
            return err_set(e, ERR_INPUT,
                           "could not read reference: character %zu is in no reference", count + 1);
        if (count == REFERENCE_SYMBOLS)
            return err_set(e, ERR_INPUT, "could not read reference: more than %d characters",
                           REFERENCE_SYMBOLS);
        values[count++] = (uint8_t)(symbol - alphabet);
    }
    if (count < REFERENCE_SYMBOLS)
        return err_set(e, ERR_INPUT, "could not read reference: %zu characters, not %d", count,
                       REFERENCE_SYMBOLS);
    if (check_value(values) != values[REFERENCE_SYMBOLS - 1])
        return err_set(e, ERR_INPUT, "could not read reference: a character is wrong");
    write_reference(values, out);
    return 0;
}
