/* SPDX-License-Identifier: Apache-2.0 */
#include "open311_type.h"

#include <string.h>

const char *const open311_type_names[OPEN311_TYPES] = {
    [OPEN311_REALTIME] = "realtime", [OPEN311_BATCH] = "batch", [OPEN311_BLACKBOX] = "blackbox"};

enum open311_type open311_type(const struct catalogue_service *s)
{
    for (int i = 0; s != NULL && s->open311 != NULL && i < OPEN311_TYPES; i++)
        if (strcmp(s->open311, open311_type_names[i]) == 0)
            return (enum open311_type)i;
    return OPEN311_REALTIME;
}
