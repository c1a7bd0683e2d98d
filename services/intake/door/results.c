/* SPDX-License-Identifier: Apache-2.0 */
#include "results.h"

#include "metrics.h"

#define RESULT(label)                                                                              \
    {                                                                                              \
        METRIC_IS_COUNTER, "dunghen_intake_requests_total", "Requests by what became of them.",    \
            "result=\"" label "\"", 0, 0, {0}, NULL                                                \
    }

/* The first row whose status fits counts; 0 fits all. */
static struct {
    unsigned status;
    struct metric metric;
} results[] = {
    {201, RESULT("accepted")}, {200, RESULT("read")},   {404, RESULT("not_found")},
    {503, RESULT("busy")},     {500, RESULT("failed")}, {0, RESULT("refused")},
};

BEFORE_MAIN static void enlist_results(void)
{
    for (size_t i = 0; i < COUNT(results); i++)
        metric_enlist(&results[i].metric);
}

void results_count(unsigned status)
{
    size_t i = 0;

    while (results[i].status != 0 && results[i].status != status)
        i++;
    metric_add(&results[i].metric, 1);
}
