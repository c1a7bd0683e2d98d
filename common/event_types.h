/* SPDX-License-Identifier: Apache-2.0 */
/* event_types - the types of the ledger's events, for who writes them and who asks for some. */
#ifndef EVENT_TYPES_H
#define EVENT_TYPES_H

#include <stdbool.h>

bool event_type_is_known(const char *type);

#endif
