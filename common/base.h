/* SPDX-License-Identifier: Apache-2.0 */
/* base - the few words every file needs. */
#ifndef BASE_H
#define BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUTO(fn) __attribute__((cleanup(fn))) /* fn(&variable) at end of scope */
#define CHECKED __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define BEFORE_MAIN __attribute__((constructor))
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#endif
