/* SPDX-License-Identifier: Apache-2.0 */
/* metrics - counters, gauges and histograms, as Prometheus reads them.
 *
 * A metric is a static object made by a macro in the file that counts it, and
 * told of from the start of the process: an alert has to see the step from 0
 * to 1. Updating one is an addition. Names carry base units (_total, _seconds,
 * _bytes). No ids as labels. */
#ifndef METRICS_H
#define METRICS_H

#include "strbuf.h"

enum metric_type { METRIC_IS_COUNTER, METRIC_IS_GAUGE, METRIC_IS_HISTOGRAM };
enum { METRIC_BUCKETS = 14 };

struct metric {
    enum metric_type type;
    const char *name; /* "dunghen_cases_accepted_total" */
    const char *help;
    const char *labels;               /* "unit=\"SXD\"" or NULL; fixed at compile time */
    double value;                     /* of a counter or gauge; the sum of a histogram */
    uint64_t count;                   /* of a histogram */
    uint64_t buckets[METRIC_BUCKETS]; /* not cumulative; bounds in metrics.c: 0.1 ms to 60 s */
    struct metric *next;
};

#define METRIC_COUNTER(id, name, help) METRIC(id, METRIC_IS_COUNTER, name, help)
#define METRIC_GAUGE(id, name, help) METRIC(id, METRIC_IS_GAUGE, name, help)
#define METRIC_HISTOGRAM(id, name, help) METRIC(id, METRIC_IS_HISTOGRAM, name, help)

#define METRIC(id, type, name, help)                                                               \
    static struct metric id;                                                                       \
    BEFORE_MAIN static void enlist_##id(void)                                                      \
    {                                                                                              \
        metric_enlist(&id);                                                                        \
    }                                                                                              \
    static struct metric id = {type, name, help, NULL, 0, 0, {0}, NULL}

/* For metrics with labels, which no macro makes: each once, before main. */
void metric_enlist(struct metric *m);

void metric_add(struct metric *m, double amount);     /* counter: amount >= 0 */
void metric_set(struct metric *m, double value);      /* gauge */
void metric_observe_us(struct metric *m, int64_t us); /* histogram of seconds */

/* All metrics of the process in Prometheus text format 0.0.4, with
 * process_cpu_seconds_total, process_resident_memory_bytes and dunghen_build_info. */
void metrics_write(struct strbuf *out, const char *service);

#endif
