/* SPDX-License-Identifier: Apache-2.0 */
/* attempt - begins one attempt at one delivery, and judges what came of it. */
#include "attempt.h"

#include "backoff.h"
#include "clock.h"
#include "gateway.h"
#include "georeport.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"

#include <stdio.h>
#include <string.h>

enum { RETRY_AFTER_MOST_S = 3600 };

/* ---- counting ---- */

enum end { DELIVERED, REFUSED, FAILED, UNKNOWN, ENDS };

static const char *const end_names[ENDS] = {NULL, "refused", "failed", "unknown"};

#define ENDS_OF(channel)                                                                           \
    {                                                                                              \
        ATTEMPTS(channel, "delivered"), ATTEMPTS(channel, "refused"), ATTEMPTS(channel, "failed"), \
            ATTEMPTS(channel, "unknown")                                                           \
    }
#define ATTEMPTS(channel, end)                                                                     \
    {                                                                                              \
        METRIC_IS_COUNTER, "dunghen_notifier_attempts_total", "Attempts by what came of them.",    \
            "channel=\"" channel "\",outcome=\"" end "\"", 0, 0, {0}, NULL                         \
    }
static struct metric attempts[CHANNELS][ENDS] = {
    [CHANNEL_MAIL] = ENDS_OF("mail"),           [CHANNEL_SMS] = ENDS_OF("sms"),
    [CHANNEL_ZALO] = ENDS_OF("zalo"),           [CHANNEL_WEBHOOK] = ENDS_OF("webhook"),
    [CHANNEL_GEOREPORT] = ENDS_OF("georeport"),
};
BEFORE_MAIN static void enlist_attempts(void)
{
    for (size_t i = 0; i < COUNT(attempts); i++)
        for (size_t end = 0; end < ENDS; end++)
            metric_enlist(&attempts[i][end]);
}
METRIC_COUNTER(dead, "dunghen_notifier_dead_total", "Deliveries that were given up.");

/* ---- ends ---- */

static void attempt_free(struct attempt *a)
{
    if (a->before != NULL)
        a->before->next = a->next;
    else
        a->n->attempts = a->next;
    if (a->next != NULL)
        a->next->before = a->before;
    a->lane->busy--;
    a->n->attempt_count--;
    catalogue_drop(&a->catalogue);
    free(a);
}

void attempts_free(struct notifier *n)
{
    while (n->attempts != NULL)
        attempt_free(n->attempts);
}

struct verdict {
    enum end end;
    bool works; /* the other side is well, though it does not take this */
    int64_t retry_after_s;
    const char *problem;
};

/* Again later, unless that would be too late, or nobody is there any more. */
static void plan(const struct attempt *a, const struct verdict *v, struct outcome *o)
{
    int64_t wait = backoff_us(a->n->settings.retry_first_ms * CLOCK_US_PER_MS, a->number,
                              (uint64_t)clock_mono_us() * 2654435761U);

    if (wait < v->retry_after_s * CLOCK_US_PER_S)
        wait = v->retry_after_s * CLOCK_US_PER_S;
    o->next_at = clock_now_us() + wait;
    o->state = o->next_at < a->expires_at ? "waiting" : "dead";
    if (channel_is_front(a->lane->channel) && !a->lane->is_open)
        o->state = "dropped";
}

static void end_attempt(struct attempt *a, const struct verdict *v)
{
    struct outcome o = {.id = a->id,
                        .attempt = a->number,
                        .state = v->end == DELIVERED ? "delivered" : "dead",
                        .next_at = INT64_MIN,
                        .kind = end_names[v->end]};

    if (v->problem != NULL)
        (void)snprintf(o.problem, sizeof(o.problem), "%s", v->problem);
    if (v->end == FAILED || v->end == UNKNOWN)
        plan(a, v, &o);
    if (strcmp(o.state, "dead") == 0)
        metric_add(&dead, 1);
    metric_add(&attempts[a->lane->channel][v->end], 1);
    outcomes_add(&a->n->outcomes, &o);
    attempt_free(a);
}

/* What the lane learns of its gateway. */
static void tell_breaker(struct attempt *a, const struct verdict *v)
{
    bool was_open = breaker_is_open(&a->lane->breaker);
    int64_t now = clock_mono_us();

    if (v->end == DELIVERED || v->end == REFUSED || v->works)
        breaker_good(&a->lane->breaker);
    else
        breaker_bad(&a->lane->breaker, now);
    if (v->retry_after_s > 0)
        breaker_wait(&a->lane->breaker, now, v->retry_after_s * CLOCK_US_PER_S);
    if (was_open != breaker_is_open(&a->lane->breaker))
        log_event(was_open ? LOG_INFO : LOG_WARN,
                  was_open ? "lane works again" : "lane does not work", "lane", a->lane->name,
                  "why", v->problem != NULL ? v->problem : "", NULL);
}

/* A login or a connection that is refused says nothing about the mail. */
static enum end judge_mail(const struct transfer_result *r)
{
    enum { WANTS_TLS = 530, TOO_WEAK = 534, WRONG_LOGIN = 535, WANTS_STRONGER = 538 };

    if (r->status < 400)
        return DELIVERED;
    if (r->status < 500 || r->shut_out || r->status == WANTS_TLS || r->status == TOO_WEAK ||
        r->status == WRONG_LOGIN || r->status == WANTS_STRONGER)
        return FAILED;
    return REFUSED;
}

static enum gateway_verdict gateway_of(const struct attempt *a, const struct transfer_result *r,
                                       bool *works)
{
    const struct catalogue_gateway *gateway;

    if (a->lane->channel == CHANNEL_GEOREPORT)
        return georeport_judge(r->status, r->answer, a->step, works);
    gateway = a->lane->channel == CHANNEL_WEBHOOK
                  ? NULL
                  : catalogue_gateway(a->catalogue, channel_name(a->lane->channel));
    return gateway == NULL ? gateway_judge_status(r->status)
                           : gateway_judge(gateway, r->status, r->answer, r->len);
}

static enum end judge_http(const struct attempt *a, const struct transfer_result *r, bool *works)
{
    static const enum end ends[] = {
        [GATEWAY_TAKEN] = DELIVERED, [GATEWAY_REFUSED] = REFUSED, [GATEWAY_FAILED] = FAILED};

    return ends[gateway_of(a, r, works)];
}

void attempt_result(void *ctx, const struct transfer_result *result)
{
    struct attempt *a = ctx;
    bool is_mail = a->lane->channel == CHANNEL_MAIL;
    char problem[OUTCOME_PROBLEM_SIZE];
    struct verdict v = {.problem = problem};

    if (result->end == TRANSFER_ANSWERED) {
        v.end = is_mail ? judge_mail(result) : judge_http(a, result, &v.works);
        (void)snprintf(problem, sizeof(problem), "%s %d", is_mail ? "SMTP" : "HTTP",
                       result->status);
        if (v.end == FAILED)
            v.retry_after_s = result->retry_after_s < RETRY_AFTER_MOST_S ? result->retry_after_s
                                                                         : RETRY_AFTER_MOST_S;
    } else {
        v.end = result->end == TRANSFER_UNREACHED ? FAILED : UNKNOWN;
        (void)snprintf(problem, sizeof(problem), "%s", result->problem);
    }
    tell_breaker(a, &v);
    end_attempt(a, &v);
}

/* ---- beginnings ---- */

static struct attempt *attempt_new(struct notifier *n, struct lane *lane, const struct claimed *d)
{
    struct attempt *a = mem_new(1, sizeof(*a));

    *a = (struct attempt){.n = n,
                          .lane = lane,
                          .catalogue = catalogue_keep(catalogue_now(n->watch)),
                          .id = d->id,
                          .number = d->attempt,
                          .expires_at = d->expires_at,
                          .next = n->attempts};
    if (n->attempts != NULL)
        n->attempts->before = a;
    n->attempts = a;
    n->attempt_count++;
    lane->busy++;
    return a;
}

void attempt_begin(struct notifier *n, const PGresult *rows, int row)
{
    struct claimed d;
    struct err e = {0};

    claimed_read(rows, row, &d);
    struct lane *lane = lanes_find(&n->lanes, d.lane);
    if (lane == NULL) { /* a front end that was removed just now */
        const struct outcome o = {
            .id = d.id, .attempt = d.attempt, .state = "dropped", .next_at = INT64_MIN};
        outcomes_add(&n->outcomes, &o);
        return;
    }
    struct attempt *a = attempt_new(n, lane, &d);
    bool is_front = channel_is_front(lane->channel);
    if (d.expires_at <= clock_now_us())
        err_set(&e, ERR_INPUT, "not sent before its time was over");
    else if ((is_front ? to_front(a, &d, &e) : to_person(a, &d, &e)) == 0)
        return;
    /* What is wrong here is not the gateway's fault: its lane learns nothing of it. */
    if (e.kind != ERR_INPUT)
        log_event(LOG_ERROR, "message not written", "message", d.message, "why", e.text, NULL);
    end_attempt(
        a, &(struct verdict){.end = e.kind == ERR_INPUT ? REFUSED : FAILED, .problem = e.text});
}

void attempts_add_ids(const struct notifier *n, struct db_args *args)
{
    db_array_begin(args, DB_ARRAY_UUID);
    for (const struct attempt *a = n->attempts; a != NULL; a = a->next)
        db_item_uuid(args, &a->id);
    for (size_t i = 0; i < n->outcomes.count; i++)
        db_item_uuid(args, &n->outcomes.items[i].id);
    db_array_end(args);
}
