/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics.h"

#include "clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The promises are among the bounds: 20 ms for accepting a case, 1 s for a flag. */
static const struct {
    int64_t us;
    const char *seconds;
} bounds[METRIC_BUCKETS] = {
    {100, "0.0001"}, {500, "0.0005"}, {1000, "0.001"},  {2000, "0.002"},  {5000, "0.005"},
    {10000, "0.01"}, {20000, "0.02"}, {50000, "0.05"},  {100000, "0.1"},  {250000, "0.25"},
    {1000000, "1"},  {5000000, "5"},  {15000000, "15"}, {60000000, "60"},
};

static const char *const type_names[] = {
    [METRIC_IS_COUNTER] = "counter",
    [METRIC_IS_GAUGE] = "gauge",
    [METRIC_IS_HISTOGRAM] = "histogram",
};

static struct metric *first;

/* Next to its namesakes (which differ in their labels), since the format wants
 * the lines of one name together. */
void metric_enlist(struct metric *m)
{
    struct metric **at = &first;
    struct metric **end = NULL;

    for (; *at != NULL; at = &(*at)->next)
        if (strcmp((*at)->name, m->name) == 0)
            end = &(*at)->next;
    if (end != NULL)
        at = end;
    m->next = *at;
    *at = m;
}

void metric_add(struct metric *m, double amount)
{
    m->value += amount;
}

void metric_set(struct metric *m, double value)
{
    m->value = value;
}

void metric_observe_us(struct metric *m, int64_t us)
{
    size_t i = 0;

    m->value += (double)us / CLOCK_US_PER_S;
    m->count++;
    while (i < METRIC_BUCKETS && us > bounds[i].us)
        i++;
    if (i < METRIC_BUCKETS)
        m->buckets[i]++;
}

static void write_head(struct strbuf *out, const char *name, const char *help, const char *type)
{
    strbuf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_simple(struct strbuf *out, const struct metric *m)
{
    if (m->labels != NULL)
        strbuf_addf(out, "%s{%s} %.15g\n", m->name, m->labels, m->value);
    else
        strbuf_addf(out, "%s %.15g\n", m->name, m->value);
}

static void write_histogram(struct strbuf *out, const struct metric *m)
{
    const char *labels = m->labels != NULL ? m->labels : "";
    const char *comma = m->labels != NULL ? "," : "";
    const char *open = m->labels != NULL ? "{" : "";
    const char *close = m->labels != NULL ? "}" : "";
    uint64_t total = 0;

    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        total += m->buckets[i];
        strbuf_addf(out, "%s_bucket{%s%sle=\"%s\"} %" PRIu64 "\n", m->name, labels, comma,
                    bounds[i].seconds, total);
    }
    strbuf_addf(out, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", m->name, labels, comma, m->count);
    strbuf_addf(out, "%s_sum%s%s%s %.15g\n", m->name, open, labels, close, m->value);
    strbuf_addf(out, "%s_count%s%s%s %" PRIu64 "\n", m->name, open, labels, close, m->count);
}

static double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The second number of /proc/self/statm is the resident size in pages. */
static double resident_bytes(void)
{
    char line[128] = "";
    FILE *f = fopen("/proc/self/statm", "re");

    if (f == NULL)
        return 0;
    const char *read = fgets(line, sizeof(line), f);
    fclose(f);
    const char *second = read != NULL ? strchr(line, ' ') : NULL;
    return second != NULL ? (double)strtoull(second, NULL, 10) * (double)sysconf(_SC_PAGESIZE) : 0;
}

static void write_process(struct strbuf *out, const char *service)
{
    write_head(out, "process_cpu_seconds_total", "CPU time used, user and system.", "counter");
    strbuf_addf(out, "process_cpu_seconds_total %.15g\n", cpu_seconds());
    write_head(out, "process_resident_memory_bytes", "Memory held in RAM.", "gauge");
    strbuf_addf(out, "process_resident_memory_bytes %.15g\n", resident_bytes());
    write_head(out, "dunghen_build_info", "Always 1; the labels tell what runs.", "gauge");
    strbuf_addf(out, "dunghen_build_info{service=\"%s\",version=\"%s\"} 1\n", service,
                DUNGHEN_VERSION);
}

void metrics_write(struct strbuf *out, const char *service)
{
    const char *last = "";

    for (const struct metric *m = first; m != NULL; m = m->next) {
        if (strcmp(last, m->name) != 0)
            write_head(out, m->name, m->help, type_names[m->type]);
        last = m->name;
        if (m->type == METRIC_IS_HISTOGRAM)
            write_histogram(out, m);
        else
            write_simple(out, m);
    }
    write_process(out, service);
}
