/* SPDX-License-Identifier: Apache-2.0 */
/* log - one JSON object a line on standard output: ts, level, service, event, then pairs.
 *
 * Never put personal data (names, contacts, texts of cases) into a pair. */
#ifndef LOG_H
#define LOG_H

#include "err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_open(const char *service, enum log_level lowest);

/* "debug", "info", "warn", "error"; ERR_INPUT for anything else. */
int log_level_read(const char *text, enum log_level *out, struct err *e) CHECKED;

/* event is a fixed phrase; then key, value, ..., NULL. Values are escaped; a
 * NULL value ends the list early. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

/* Logs e as the reason why the service stops; returns main's exit status: 78
 * (EX_CONFIG) for ERR_INPUT, that is a wrong setting, else 1. */
int log_exit(const struct err *e);

#endif
