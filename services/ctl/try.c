/* SPDX-License-Identifier: Apache-2.0 */
/* try - "dunghen try": one sample complaint, the whole way, each step with its time.
 *
 * Reported over HTTP as a citizen's program would, taken and answered over ZeroMQ as a department's
 * would, and read back over HTTP. Tasks of the unit other than the sample's are left alone:
 * dispatch has them back when the session ends. */
#include "commands.h"
#include "door.h"
#include "hand.h"
#include "steps.h"

#include <inttypes.h>
#include <string.h>

enum { LIMIT_S = 20, PATH_SIZE = 200, UNIT_SIZE = 64 };

/* In the heart of Ho Chi Minh City, and in Ward Two of the tiny one. */
enum { DEGREE = 1000000 };
/* What both cities offer; elsewhere the first service does as well. */
static const char wanted_service[] = "Đèn đường không sáng";
static const char description[] =
    "Đây là phản ánh mẫu để kiểm tra hệ thống, không cần xử lý: đèn đường trước nhà không sáng.";
static const char answer_text[] = "Đây là câu trả lời mẫu: hệ thống hoạt động tốt.";

struct trial {
    struct ctl *ctl;
    struct door door;
    struct steps steps;
    struct hand *hand;
    char reference[REFERENCE_SIZE], unit[UNIT_SIZE], read_path[PATH_SIZE];
    char task[WIRE_TASK_ID_SIZE]; /* of the sample; "" before it came */
    int64_t epoch;
    int others;    /* tasks of the unit that came before it */
    bool answered; /* so it ends well */
    char refusal[200];
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

/* ---- the citizen ---- */

/* One that needs neither answers nor a contact. */
static const json_t *choose_service(const json_t *services)
{
    const json_t *service, *chosen = NULL;
    size_t i;

    json_array_foreach(services, i, service)
    {
        if (!door_takes(service) || !json_is_true(json_object_get(service, "anonymous_allowed")))
            continue;
        if (strcmp(text_of(service, "name"), wanted_service) == 0)
            return service;
        if (chosen == NULL)
            chosen = service;
    }
    return chosen;
}

static int write_complaint(const struct trial *t, struct strbuf *out, struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    struct load_box box;

    if (door_get(&t->door, "/api/v1/services", &document, e) < 0 ||
        door_city_box(&t->door, &box, e) < 0)
        return -1;
    double lat = (double)(box.south + box.north) / 2 / DEGREE;
    double lon = (double)(box.west + box.east) / 2 / DEGREE;
    const json_t *service = choose_service(document);
    if (service == NULL)
        return err_set(
            e, ERR_CONFLICT,
            "the catalogue has no service that can be tried without answers and contact");
    strbuf_addf(out,
                "{\"service_code\":\"%s\",\"lat\":%.4f,\"lon\":%.4f,\"language\":\"vi\""
                ",\"anonymous\":true",
                text_of(service, "service_code"), lat, lon);
    strbuf_addf(out, ",\"description\":\"%s\"}", description);
    steps_say(&t->steps, "report", "%s %s, at %.4f, %.4f", text_of(service, "service_code"),
              text_of(service, "name"), lat, lon);
    return 0;
}

static int read_receipt(struct trial *t, const json_t *receipt, struct err *e)
{
    const json_t *unit = json_object_get(receipt, "unit");
    const char *tracking = text_of(receipt, "tracking_url"), *key = strchr(tracking, '?');

    if (reference_read(text_of(receipt, "reference"), t->reference, e) < 0 || key == NULL ||
        strlen(text_of(unit, "code")) >= UNIT_SIZE)
        return err_set(e, ERR_SYSTEM, "the receipt is not understood");
    snprintf(t->unit, sizeof(t->unit), "%s", text_of(unit, "code"));
    snprintf(t->read_path, sizeof(t->read_path), "/api/v1/cases/%s%s", t->reference, key);
    steps_say(&t->steps, "accepted", "%s, for %s %s", t->reference, t->unit, text_of(unit, "name"));
    steps_say(&t->steps, "promised", "by %.10s %.5s; tracking link %s", text_of(receipt, "due_at"),
              strlen(text_of(receipt, "due_at")) > 11 ? text_of(receipt, "due_at") + 11 : "",
              tracking);
    return 0;
}

static int report(struct trial *t, struct err *e)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(4096);
    AUTO(json_release) json_t *receipt = NULL;

    if (write_complaint(t, &body, e) < 0 ||
        door_post(&t->door, "/api/v1/cases", &body, &receipt, e) < 0)
        return -1;
    return read_receipt(t, receipt, e);
}

static int read_case(const struct trial *t, json_t **out, struct err *e)
{
    return door_get(&t->door, t->read_path, out, e);
}

static int read_back(const struct trial *t, struct err *e)
{
    AUTO(json_release) json_t *found = NULL;

    if (read_case(t, &found, e) < 0)
        return -1;
    if (strcmp(text_of(found, "state"), "ANSWERED") != 0)
        return err_set(e, ERR_CONFLICT, "the case is %s", text_of(found, "state"));
    steps_say(&t->steps, "read back", "%s, \"%s\"", text_of(found, "state"),
              text_of(json_object_get(found, "answer"), "text"));
    return 0;
}

/* ---- the department ---- */

static void on_task(void *ctx, const struct wire_task *task)
{
    struct trial *t = ctx;

    if (strcmp(task->reference, t->reference) != 0) {
        t->others++;
        return;
    }
    snprintf(t->task, sizeof(t->task), "%s", task->task);
    t->epoch = task->epoch;
    steps_say(&t->steps, "leased", "to the worker \"try\" of %s over ZeroMQ", task->unit);
    worker_session_accept(hand_session(t->hand), &(struct worker_task){t->task, t->epoch, t->unit});
}

static void on_result(void *ctx, const struct wire_result *result)
{
    static const struct case_answer answer = {.result = "solved", .text = answer_text};
    struct trial *t = ctx;

    if (result->refused != NULL) {
        snprintf(t->refusal, sizeof(t->refusal), "%s was refused: %s", result->verb, result->text);
        hand_end(t->hand);
    } else if (strcmp(result->verb, "accept") == 0) {
        steps_say(&t->steps, "begun", "case %s", result->state);
        worker_session_done(hand_session(t->hand),
                            &(struct worker_task){t->task, t->epoch, t->unit}, &answer);
    } else {
        steps_say(&t->steps, "answered", "case %s", result->state);
        t->answered = true;
        hand_end(t->hand);
    }
}

static int open_hand(struct trial *t, struct err *e)
{
    AUTO(strbuf_free) struct strbuf units = STRBUF(UNIT_SIZE + 8);
    bool new_key;

    strbuf_addf(&units, "[\"%s\"]", t->unit);
    const struct hand_settings settings = {.ctl = t->ctl,
                                           .name = "try",
                                           .units = strbuf_text(&units),
                                           .on_task = on_task,
                                           .on_result = on_result,
                                           .ctx = t};
    if (hand_open(&t->hand, &settings, &new_key, e) < 0)
        return -1;
    if (new_key)
        steps_say(&t->steps, "key", "\"try\" works for %s from now on", t->unit);
    hand_expect(t->hand, (int64_t)LIMIT_S * 1000);
    return 0;
}

/* Where the unit has its own workers, one of them may have the sample; and where more urgent tasks
 * wait than a session may hold, it does not come in time. Neither is a fault. */
static int see_who_has_it(const struct trial *t, struct err *e)
{
    AUTO(json_release) json_t *found = NULL;

    if (read_case(t, &found, e) < 0)
        return -1;
    bool waits = strcmp(text_of(found, "state"), "ASSIGNED") == 0 ||
                 strcmp(text_of(found, "state"), "SCREENING") == 0;
    if (waits && t->others == 0)
        return err_set(e, ERR_BUSY, "no task came within %d s", LIMIT_S);
    if (waits)
        steps_say(&t->steps, "waits", "%s has %d more urgent tasks; the sample stays in its queue",
                  t->unit, t->others);
    else
        steps_say(&t->steps, "taken", "by a worker of the unit's own; case %s",
                  text_of(found, "state"));
    return 0;
}

/* The sample was not answered. */
static int give_up(const struct trial *t, struct err *e)
{
    if (t->refusal[0] != '\0')
        return err_set(e, ERR_CONFLICT, "%s", t->refusal);
    if (hand_trouble(t->hand)[0] != '\0')
        return err_set(e, ERR_BUSY, "%s", hand_trouble(t->hand));
    if (t->task[0] != '\0')
        return err_set(e, ERR_BUSY, "the worker's word was not confirmed within %d s", LIMIT_S);
    return see_who_has_it(t, e);
}

static void trial_close(struct trial *t)
{
    hand_close(&t->hand);
}

int try_run(struct ctl *ctl, char **args, struct err *e)
{
    AUTO(trial_close) struct trial t = {.ctl = ctl};

    (void)args;
    steps_begin(&t.steps, ctl, "One sample complaint, the whole way");
    if (door_open(ctl, &t.door, e) < 0 || report(&t, e) < 0 || open_hand(&t, e) < 0 ||
        hand_run(t.hand, e) < 0)
        return -1;
    return t.answered ? read_back(&t, e) : give_up(&t, e);
}
