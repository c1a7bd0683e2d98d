/* SPDX-License-Identifier: Apache-2.0 */
/* tracker_fixture - a small city and the workset of one batch, for tests of what is decided. */
#ifndef TRACKER_FIXTURE_H
#define TRACKER_FIXTURE_H

#include "tracker.h"

#include "vn_2026.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

/* A city of two wards and a desk, in office hours; the workset of one batch. */
struct fixture {
    struct worktime *calendar, *always; /* always: opened by works_always */
    struct catalogue_unit units[3];
    struct catalogue_service services[2];
    struct catalogue_regime regime; /* of NOISE; plain at first */
    struct catalogue_reason reasons[5];
    struct catalogue_person people[1];
    struct catalogue_attachment attachments[1];
    struct catalogue catalogue;
    struct inbox inbox;
    struct registers registers;
    struct workset set;
    struct strbuf answer;
    struct err e;
    struct uuid case_id, into; /* that commands speak of */
};

static const char *const no_texts[] = {NULL};

/* Mon 2026-10-05 09:00 in Ho Chi Minh City. */
static const int64_t monday_0900 = INT64_C(1791165600) * 1000000;
static const int64_t hour_us = INT64_C(3600) * 1000000;

static inline void fill_unit(struct fixture *f, int i, const char *code)
{
    f->units[i] = (struct catalogue_unit){.code = code,
                                          .kind = "WARD",
                                          .name_vi = code,
                                          .name_en = code,
                                          .calendar_code = "OFFICE",
                                          .calendar = f->calendar,
                                          .valid_from = INT32_MIN,
                                          .valid_until = INT32_MAX,
                                          .successors = no_texts};
}

/* The unit works round the clock. */
static inline void works_always(struct fixture *f, int unit)
{
    assert_int_equal(worktime_open(&f->always, &always_rules, &f->e), 0);
    f->units[unit].calendar_code = "ALWAYS";
    f->units[unit].calendar = f->always;
}

static inline int fixture_open(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));

    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    assert_int_equal(worktime_open(&f->calendar, &vn_rules, &f->e), 0);
    fill_unit(f, 0, "DESK");
    fill_unit(f, 1, "W1");
    fill_unit(f, 2, "W2");
    f->services[0] = (struct catalogue_service){.code = "NOISE",
                                                .kind = "field_report",
                                                .regime = "R1",
                                                .policy = {WORKTIME_WORKING_HOURS, 4 * 3600},
                                                .priority = 3};
    f->services[1] = (struct catalogue_service){.code = "TC01",
                                                .kind = "denunciation",
                                                .closed_notice_vi = "Đến Thanh tra",
                                                .policy = {WORKTIME_CALENDAR_DAYS, 30},
                                                .priority = 1};
    f->regime = (struct catalogue_regime){.code = "R1",
                                          .name_vi = "Phản ánh",
                                          .name_en = "Report",
                                          .valid_from = INT32_MIN,
                                          .valid_until = INT32_MAX,
                                          .returns = 2};
    f->reasons[0] = (struct catalogue_reason){"apology", "parts", "Thiếu vật tư", "No parts"};
    f->reasons[1] = (struct catalogue_reason){"extension", "complex", "Phức tạp", "Complex"};
    f->reasons[2] = (struct catalogue_reason){"reject", "unclear", "Không rõ", "Unclear"};
    f->reasons[4] = (struct catalogue_reason){"suspend", "court", "Chờ tòa án", "In court"};
    f->reasons[3] = (struct catalogue_reason){"return", "not_ours", "Ngoài địa bàn", "Not ours"};
    f->people[0] = (struct catalogue_person){.unit = "W1",
                                             .role = "head",
                                             .name = "Nguyễn Văn Mẫu",
                                             .title_vi = "Chủ tịch",
                                             .title_en = "Chair"};
    f->attachments[0] = (struct catalogue_attachment){"photo", 1000000, 2};
    f->catalogue = (struct catalogue){.version = 1,
                                      .attachments = f->attachments,
                                      .attachment_count = COUNT(f->attachments),
                                      .people = f->people,
                                      .person_count = 1,
                                      .regimes = &f->regime,
                                      .regime_count = 1,
                                      .reasons = f->reasons,
                                      .reason_count = COUNT(f->reasons),
                                      .desk = &f->units[0],
                                      .units = f->units,
                                      .unit_count = 3,
                                      .services = f->services,
                                      .service_count = 2};
    f->set = (struct workset){
        .now = monday_0900, .catalogue = &f->catalogue, .registers = &f->registers};
    f->answer = STRBUF(1000);
    f->case_id = uuid_new();
    *state = f;
    return 0;
}

static inline int fixture_close(void **state)
{
    struct fixture *f = *state;

    workset_free(&f->set);
    registers_free(&f->registers);
    inbox_clear(&f->inbox);
    strbuf_free(&f->answer);
    worktime_close(&f->calendar);
    worktime_close(&f->always);
    test_free(f);
    return 0;
}

/* Puts one item into the inbox as it comes over the bus. */
static inline const struct command *say(struct fixture *f, const char *topic,
                                        const char *const *frames)
{
    AUTO(bus_message_free) struct bus_message m = {0};
    struct bus_address from = {.len = 13};

    bus_add(&m, topic, strlen(topic));
    for (; *frames != NULL; frames++)
        bus_add(&m, *frames, strlen(*frames));
    inbox_take(&f->inbox, &from, &m);
    assert_non_null(f->inbox.last);
    return f->inbox.last;
}

static inline int record(struct fixture *f, const char *extra)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(2000);
    char id[UUID_TEXT_SIZE];

    strbuf_addf(&head,
                "{\"id\":\"%s\",\"received_at\":%lld,\"service\":\"NOISE\",\"channel\":\"api\","
                "\"language\":\"vi\"%s}",
                uuid_text(&f->case_id, id), (long long)f->set.now, extra);
    const char *const frames[] = {strbuf_text(&head),
                                  "{\"unit\":\"W1\",\"priority\":3,\"rule\":\"NOISE\","
                                  "\"coordinators\":[\"W2\"]}",
                                  "{\"description\":\"Ồn\"}", "", NULL};
    f->answer.len = 0;
    return record_decide(&f->set, say(f, TOPIC_RECORD, frames), &f->answer, &f->e);
}

static inline int command(struct fixture *f, const char *fields, const char *body)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(2000);
    char id[UUID_TEXT_SIZE];

    strbuf_addf(&head, "{\"case_id\":\"%s\",\"actor\":\"worker:x\",%s}", uuid_text(&f->case_id, id),
                fields);
    const char *const frames[] = {strbuf_text(&head), body, NULL};
    f->answer.len = 0;
    return verb_decide(&f->set, say(f, TOPIC_COMMAND, frames), &f->answer, &f->e);
}

static inline struct case_row *the_case(const struct fixture *f)
{
    return workset_case(&f->set, &f->case_id);
}

/* Somebody's verb under an id of its own: as is "ROLE:NAME" or "ROLE:NAME@UNIT". */
static inline int say_as(struct fixture *f, const char *as, const char *verb, const char *body)
{
    AUTO(strbuf_free) struct strbuf head = STRBUF(2000);
    char case_id[UUID_TEXT_SIZE], id[UUID_TEXT_SIZE];
    const struct uuid command_id = uuid_new();
    const char *at = strchr(as, '@');
    int actor = at != NULL ? (int)(at - as) : (int)strlen(as);

    strbuf_addf(&head, "{\"verb\":\"%s\",\"case_id\":\"%s\",\"actor\":\"%.*s\",\"id\":\"%s\"", verb,
                uuid_text(&f->case_id, case_id), actor, as, uuid_text(&command_id, id));
    strbuf_addf(&head, ",\"role\":\"%.*s\"", (int)strcspn(as, ":"), as);
    if (at != NULL)
        strbuf_addf(&head, ",\"unit\":\"%s\"", at + 1);
    if (!uuid_is_nil(&f->into))
        strbuf_addf(&head, ",\"into\":\"%s\"", uuid_text(&f->into, id));
    strbuf_addf(&head, "}");
    const char *const frames[] = {strbuf_text(&head), body, NULL};
    f->answer.len = 0;
    return verb_decide(&f->set, say(f, TOPIC_COMMAND, frames), &f->answer, &f->e);
}

/* The clock speaks of a task. */
static inline int ring(struct fixture *f, int task)
{
    char fields[60];

    snprintf(fields, sizeof(fields), "\"verb\":\"flag\",\"task\":%d", task);
    return command(f, fields, "");
}

#endif
