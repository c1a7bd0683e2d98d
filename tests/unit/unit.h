/* SPDX-License-Identifier: Apache-2.0 */
/* unit - what every unit test includes: cmocka and the headers it wants first. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
