/* SPDX-License-Identifier: Apache-2.0 */
/* table - uthash as we use it: out of memory ends the process, and a hash
 * function that all our compilers take without warnings. Include this, never
 * uthash.h itself. */
#ifndef TABLE_H
#define TABLE_H

#include <stdlib.h>

#define HASH_FUNCTION(key, len, hash) HASH_FNV(key, len, hash)
#define uthash_fatal(message) abort()
#include <uthash.h> /* IWYU pragma: export */

#endif
