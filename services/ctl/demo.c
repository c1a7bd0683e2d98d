/* SPDX-License-Identifier: Apache-2.0 */
/* demo - "dunghen demo": complaints from all over the city, worked by simulated departments, so
 * that there is something to look at. Touches no case but its own. */
#include "chance.h"
#include "clock.h"
#include "commands.h"
#include "door.h"
#include "hand.h"
#include "load_requests.h"
#include "mem.h"
#include "pg.h"
#include "sql_ctl.h"
#include "steps.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_COUNT = 500, MAX_RUN = 999999999, CONNECT_MS = 10000, QUIET_MS = 2000 };
enum { MAX_JOBS = 4 * MAX_COUNT, UNIT_SIZE = 64, MAX_UNITS_BYTES = 256 * 1024 };
enum { FIELD_REPORTS = 4 }; /* of them come so many for one of another kind */

/* What becomes of a complaint, and of how many of a hundred. */
enum fate { ANSWERED, RETURNED, BEGUN, LEFT, FATES };
static const int shares[FATES] = {60, 10, 12, 18};

static const char *const answers[] = {
    "Đơn vị đã kiểm tra và xử lý xong. Cảm ơn ông/bà đã phản ánh.",
    "Đã cử người đến hiện trường và khắc phục trong ngày.",
    "Đã xử lý phần thuộc trách nhiệm của đơn vị và tiếp tục theo dõi.",
};
static const char return_text[] = "Không thuộc trách nhiệm của đơn vị.";

struct complaint {
    char reference[REFERENCE_SIZE];
    enum fate fate;
    bool returned; /* so what comes now is the desk's */
};

/* A task of one of them. */
struct job {
    char task[WIRE_TASK_ID_SIZE], unit[UNIT_SIZE];
    int64_t epoch;
    struct complaint *of;
};

struct demo {
    int64_t count;
    struct ctl *ctl;
    struct door door;
    struct steps steps;
    struct hand *hand;
    struct chance chance;
    struct load_plan plan;
    struct complaint *complaints; /* sorted by reference once all are posted */
    size_t posted;
    struct job *jobs;
    size_t job_count;
    int64_t counts[FATES]; /* of tasks */
};

const struct option demo_options[] = {
    OPTION_A_NUMBER(struct demo, count, "--count", 1, MAX_COUNT, "Complaints. Default: 200."),
    {0},
};

/* ---- the citizens ---- */

/* A service that stands in the plan n times comes n times as often. */
static void add_service(struct load_plan *plan, const json_t *service)
{
    const char *code = json_string_value(json_object_get(service, "service_code"));
    const char *kind = json_string_value(json_object_get(service, "kind"));
    int times = kind != NULL && strcmp(kind, "field_report") == 0 ? FIELD_REPORTS : 1;

    if (code == NULL || !door_takes(service))
        return;
    for (int i = 0; i < times && plan->service_count < LOAD_MAX_SERVICES; i++)
        plan->services[plan->service_count++] = mem_text(code);
}

static int make_plan(struct demo *d, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    const json_t *service;
    size_t i;

    if (door_city_box(&d->door, &d->plan.box, e) < 0 ||
        door_get(&d->door, "/api/v1/services", &document, e) < 0)
        return -1;
    json_array_foreach(document, i, service) add_service(&d->plan, service);
    d->plan.run = chance_between(&d->chance, 1, MAX_RUN);
    return d->plan.service_count > 0
               ? 0
               : err_set(e, ERR_CONFLICT, "the catalogue has no service without required answers");
}

static enum fate draw_fate(struct demo *d)
{
    int64_t drawn = chance_between(&d->chance, 1, 100);
    enum fate fate = ANSWERED;

    for (; fate < LEFT && drawn > shares[fate]; fate++)
        drawn -= shares[fate];
    return fate;
}

static int post_one(struct demo *d, const struct load_case *c, struct err *e)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(LOAD_BODY_ROOM);
    AUTO(json_release) json_t *receipt = NULL;
    struct complaint *complaint = &d->complaints[d->posted];

    load_requests_body(c, &body);
    if (door_post(&d->door, "/api/v1/cases", &body, &receipt, e) < 0)
        return -1;
    const char *reference = json_string_value(json_object_get(receipt, "reference"));
    if (reference == NULL || reference_read(reference, complaint->reference, e) < 0)
        return err_set(e, ERR_SYSTEM, "a receipt is not understood");
    complaint->fate = draw_fate(d);
    d->posted++;
    return 0;
}

static int by_reference(const void *a, const void *b)
{
    const struct complaint *x = a, *y = b;

    return strcmp(x->reference, y->reference);
}

static int post_all(struct demo *d, struct err *e)
{
    AUTO(load_texts_close) struct load_texts *texts = load_texts_open();
    AUTO(load_case_free) struct load_case c;

    load_case_init(&c);
    for (int64_t i = 0; i < d->count; i++) {
        load_texts_make(texts, &d->plan, i, &c);
        if (post_one(d, &c, e) < 0)
            return -1;
    }
    qsort(d->complaints, d->posted, sizeof(*d->complaints), by_reference);
    steps_say(&d->steps, "reported", "%zu complaints from all over the city", d->posted);
    return 0;
}

/* ---- the departments ---- */

static struct complaint *find(const struct demo *d, const char *reference)
{
    struct complaint key = {0};

    snprintf(key.reference, sizeof(key.reference), "%s", reference);
    return bsearch(&key, d->complaints, d->posted, sizeof(key), by_reference);
}

/* The job of a task; a new one with add. */
static struct job *job_of(struct demo *d, const char *task, bool add)
{
    for (size_t i = 0; i < d->job_count; i++)
        if (strcmp(d->jobs[i].task, task) == 0)
            return &d->jobs[i];
    if (!add || d->job_count == MAX_JOBS)
        return NULL;
    struct job *job = &d->jobs[d->job_count++];
    snprintf(job->task, sizeof(job->task), "%s", task);
    return job;
}

static void accept_job(const struct demo *d, const struct job *job)
{
    worker_session_accept(hand_session(d->hand),
                          &(struct worker_task){job->task, job->epoch, job->unit});
}

/* The first task of such a case goes back to the desk, which then works on it. */
static bool give_back(const struct demo *d, const struct job *job)
{
    if (job->of->fate != RETURNED || job->of->returned)
        return false;
    job->of->returned = true;
    worker_session_return(hand_session(d->hand),
                          &(struct worker_task){job->task, job->epoch, job->unit},
                          &(struct case_return){"SUBJECT", return_text});
    return true;
}

static void on_task(void *ctx, const struct wire_task *task)
{
    struct demo *d = ctx;
    struct complaint *complaint = find(d, task->reference);
    struct job *job = complaint != NULL ? job_of(d, task->task, true) : NULL;

    if (job == NULL)
        return;
    hand_expect(d->hand, QUIET_MS);
    job->of = complaint;
    job->epoch = task->epoch;
    snprintf(job->unit, sizeof(job->unit), "%s", task->unit);
    if (complaint->fate != LEFT && !give_back(d, job))
        accept_job(d, job);
}

/* What was begun is answered, unless it is to stay so. */
static void go_on(struct demo *d, const struct job *job)
{
    struct case_answer answer = {.result = "solved",
                                 .text = answers[chance_bits(&d->chance) % COUNT(answers)]};

    d->counts[BEGUN]++;
    if (job->of->fate != BEGUN)
        worker_session_done(hand_session(d->hand),
                            &(struct worker_task){job->task, job->epoch, job->unit}, &answer);
}

/* Refused is what has ended meanwhile: the lead's answer ends the help of others. */
static void on_result(void *ctx, const struct wire_result *result)
{
    struct demo *d = ctx;
    const struct job *job = job_of(d, result->task, false);
    bool good = result->refused == NULL;

    if (job == NULL)
        return;
    hand_expect(d->hand, QUIET_MS);
    if (strcmp(result->verb, "return") == 0 && !good)
        accept_job(d, job); /* the desk cannot return anything */
    else if (strcmp(result->verb, "return") == 0)
        d->counts[RETURNED]++;
    else if (strcmp(result->verb, "accept") == 0 && good)
        go_on(d, job);
    else if (strcmp(result->verb, "done") == 0 && good)
        d->counts[ANSWERED]++;
}

static int read_units(struct ctl *ctl, struct strbuf *out, struct err *e)
{
    AUTO(pg_close) struct pg *pg = NULL;
    AUTO(pg_rows_clear) PGresult *rows = NULL;

    if (pg_open(&pg, ctl, "dunghen_ctl", e) < 0 ||
        pg_run(pg, &sql_list_working_units, PG_ARGS(ctl->timezone), &rows, e) < 0)
        return -1;
    strbuf_addf(out, "%s", PQgetvalue(rows, 0, 0));
    return strbuf_text(out) != NULL ? 0 : err_set(e, ERR_SYSTEM, "there are too many units");
}

static int work_all(struct demo *d, struct err *e)
{
    AUTO(strbuf_free) struct strbuf units = STRBUF(MAX_UNITS_BYTES);
    bool new_key;

    if (read_units(d->ctl, &units, e) < 0)
        return -1;
    const struct hand_settings settings = {.ctl = d->ctl,
                                           .name = "demo",
                                           .units = strbuf_text(&units),
                                           .on_task = on_task,
                                           .on_result = on_result,
                                           .ctx = d};
    if (hand_open(&d->hand, &settings, &new_key, e) < 0)
        return -1;
    if (new_key)
        steps_say(&d->steps, "key", "\"demo\" works for all units from now on");
    hand_expect(d->hand, CONNECT_MS);
    if (hand_run(d->hand, e) < 0)
        return -1;
    if (d->job_count == 0)
        return err_set(e, ERR_BUSY, "no task came within %d s %s", CONNECT_MS / 1000,
                       hand_trouble(d->hand));
    steps_say(&d->steps, "worked",
              "tasks accepted %" PRId64 ", finished %" PRId64 ", returned %" PRId64,
              d->counts[BEGUN], d->counts[ANSWERED], d->counts[RETURNED]);
    return 0;
}

static void demo_close(struct demo *d)
{
    hand_close(&d->hand);
    load_plan_free(&d->plan);
    free(d->complaints);
    free(d->jobs);
}

int demo_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(demo_close) struct demo d = {.ctl = ctl, .count = 200, .chance = {chance_seed()}};

    if (options_read(demo_options, args, &d, e) < 0) {
        ctl->status = CTL_MISUSED;
        return -1;
    }
    d.complaints = mem_new((size_t)d.count, sizeof(*d.complaints));
    d.jobs = mem_new(MAX_JOBS, sizeof(*d.jobs));
    steps_begin(&d.steps, ctl, "A city at work, with simulated departments");
    if (door_open(ctl, &d.door, e) < 0 || make_plan(&d, e) < 0 || post_all(&d, e) < 0)
        return -1;
    return work_all(&d, e);
}
