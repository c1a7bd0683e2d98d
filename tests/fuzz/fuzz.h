/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz - what every fuzz target includes: the one function that libFuzzer and
 * replay_main.c call. Returns 0; a broken promise fails an assert. */
#ifndef FUZZ_H
#define FUZZ_H

#include "base.h"

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
