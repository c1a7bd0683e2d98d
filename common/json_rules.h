/* SPDX-License-Identifier: Apache-2.0 */
/* json_rules - a field's limits and how its value is kept, however it was parsed. For json.c and
 * json_take.c. ERR_INPUT names the field and the rule. */
#ifndef JSON_RULES_H
#define JSON_RULES_H

#include "json.h"

int json_rule_text(const struct json_field *f, const char *text, size_t bytes, void *to,
                   struct err *e) CHECKED;
int json_rule_int(const struct json_field *f, int64_t n, void *to, struct err *e) CHECKED;
int json_rule_float(const struct json_field *f, double n, void *to, struct err *e) CHECKED;
int json_rule_uuid(const struct json_field *f, const char *text, void *to, struct err *e) CHECKED;

#endif
