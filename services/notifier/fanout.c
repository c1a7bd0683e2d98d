/* SPDX-License-Identifier: Apache-2.0 */
/* fanout - events become deliveries: one for each rule, recipient and channel that there is.
 *
 * A message goes by a channel when the lane is open, the catalogue has a text
 * for it (mail.MESSAGE, sms.MESSAGE), the person can be reached there and has
 * not refused it. */
#include "notifier.h"

#include "sql_notifier.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "open311_type.h"
#include "people.h"
#include "rules.h"
#include "texts.h"

#include <stdio.h>
#include <string.h>

METRIC_COUNTER(events, "dunghen_notifier_events_total", "Events that were looked at.");
METRIC_COUNTER(made, "dunghen_notifier_deliveries_total", "Deliveries that events have caused.");
METRIC_COUNTER(unreachable, "dunghen_notifier_unreachable_total",
               "Messages to a role of a unit in which the catalogue has nobody.");
METRIC_HISTOGRAM(lag, "dunghen_notifier_event_lag_seconds",
                 "From an event until it was looked at.");

/* Columns of sql/select_events.sql; each channel has four of its preferences. */
enum {
    AT,
    CASE_ID,
    TASK,
    TYPE,
    WHY,
    UNIT,
    LANGUAGE,
    PHONE_INDEX,
    EMAIL_INDEX,
    MAIL_CHOICE,
    SMS_CHOICE = MAIL_CHOICE + 4,
    ZALO_CHOICE = SMS_CHOICE + 4,
    LETTER = ZALO_CHOICE + 4,
    FORM,
    SEQ,
    SERVICE,
    CASE_UNIT,
    VIA,
    ROLE,
};
enum { WANTED, CHOSEN_LANGUAGE, QUIET_FROM, QUIET_TO }; /* after ..._CHOICE */

const int fanout_seq_column = SEQ;

enum { RECIPIENT_SIZE = 128 };

struct row {
    struct uuid id;
    int64_t seq, at;
    struct uuid case_id;
    const char *message, *lane, *language;
    char recipient[RECIPIENT_SIZE];
    struct uuid letter; /* nil: none */
    int64_t next_at, expires_at;
};

/* One batch of events on its way to one statement. */
struct fan {
    struct notifier *n;
    const struct catalogue *catalogue;
    const PGresult *rows;
    int row; /* the event at hand */
    int64_t now;
    struct row *list;
    size_t count, room;
};

static void fan_free(struct fan *f)
{
    free(f->list);
}

/* ---- a delivery ---- */

/* The same event, recipient and lane give the same id, for ever; the case's id keeps two ledgers
 * apart. A UUIDv8 (RFC 9562). */
static void fill_id(struct row *r)
{
    uint8_t hash[CRYPTO_HASH_BYTES], seq[sizeof(r->seq)];
    const struct crypto_piece pieces[] = {
        {r->case_id.bytes, sizeof(r->case_id.bytes)},
        {seq, sizeof(seq)},
        {r->recipient, strlen(r->recipient) + 1},
        {r->lane, strlen(r->lane) + 1},
    };

    for (size_t i = 0; i < sizeof(seq); i++)
        seq[i] = (uint8_t)((uint64_t)r->seq >> (8 * (sizeof(seq) - 1 - i)));
    crypto_hash_pieces(pieces, COUNT(pieces), hash);
    memcpy(r->id.bytes, hash, sizeof(r->id.bytes));
    r->id.bytes[6] = (uint8_t)((r->id.bytes[6] & 0x0F) | 0x80);
    r->id.bytes[8] = (uint8_t)((r->id.bytes[8] & 0x3F) | 0x80);
}

static struct row *add(struct fan *f, const struct lane *lane, const char *recipient)
{
    if (f->count == f->room) {
        f->room = 2 * f->room + 256;
        f->list = mem_resize(f->list, f->room * sizeof(*f->list));
    }
    struct row *r = &f->list[f->count++];
    *r = (struct row){
        .seq = db_int(f->rows, f->row, SEQ),
        .at = db_time(f->rows, f->row, AT),
        .case_id = db_uuid(f->rows, f->row, CASE_ID),
        .message = db_text(f->rows, f->row, TYPE),
        .lane = lane->name,
        .language = "vi",
        .next_at = f->now,
        .expires_at = f->now + lane->deadline_us,
    };
    (void)snprintf(r->recipient, sizeof(r->recipient), "%s", recipient);
    fill_id(r);
    return r;
}

/* ---- the citizen ---- */

/* How the citizen is reached by a channel. */
struct way {
    struct lane *lane;
    int index_column, choice_column;
};

static bool is_refused(const struct fan *f, int choice)
{
    return !db_is_null(f->rows, f->row, choice + WANTED) &&
           db_int(f->rows, f->row, choice + WANTED) == 0;
}

static bool is_chosen(const struct fan *f, int choice)
{
    return !db_is_null(f->rows, f->row, choice + WANTED) &&
           db_int(f->rows, f->row, choice + WANTED) != 0;
}

/* Mail and SMS are usual; Zalo is for who wants it, and then stands for SMS. */
static bool is_wanted(const struct fan *f, const struct way *way)
{
    switch (way->lane->channel) {
    case CHANNEL_ZALO:
        return is_chosen(f, ZALO_CHOICE);
    case CHANNEL_SMS:
        if (f->n->lanes.zalo.is_open && is_chosen(f, ZALO_CHOICE))
            return is_chosen(f, SMS_CHOICE);
        return !is_refused(f, SMS_CHOICE);
    case CHANNEL_MAIL:
    case CHANNEL_WEBHOOK:
    case CHANNEL_GEOREPORT:
    case CHANNELS:
        break;
    }
    return !is_refused(f, way->choice_column);
}

static struct quiet quiet_of(const struct fan *f, const struct way *way)
{
    int from = way->choice_column + QUIET_FROM, to = way->choice_column + QUIET_TO;

    if (!db_is_null(f->rows, f->row, from))
        return (struct quiet){(int)db_int(f->rows, f->row, from), (int)db_int(f->rows, f->row, to)};
    if (way->lane->channel == CHANNEL_MAIL)
        return (struct quiet){QUIET_NONE, QUIET_NONE};
    return f->n->quiet;
}

static void add_letter(const struct fan *f, const struct rule *rule, struct row *r)
{
    if (rule->form != NULL && !db_is_null(f->rows, f->row, LETTER) &&
        strcmp(db_text(f->rows, f->row, FORM), rule->form) == 0)
        r->letter = db_uuid(f->rows, f->row, LETTER);
}

static void tell_citizen_by(struct fan *f, const struct rule *rule, const struct way *way)
{
    const char *language = db_text(f->rows, f->row, way->choice_column + CHOSEN_LANGUAGE);

    if (language == NULL)
        language = db_text(f->rows, f->row, LANGUAGE);
    if (!way->lane->is_open || db_is_null(f->rows, f->row, way->index_column) ||
        !is_wanted(f, way) ||
        texts_template(f->catalogue, way->lane->channel, rule->message, language) == NULL)
        return;
    struct row *r = add(f, way->lane, "citizen");
    r->message = rule->message;
    r->language = language;
    if (!rule->urgent) {
        struct quiet quiet = quiet_of(f, way);
        r->next_at = quiet_end(&quiet, f->now);
        r->expires_at += r->next_at - f->now;
    }
    if (way->lane->channel == CHANNEL_MAIL)
        add_letter(f, rule, r);
}

static void tell_citizen(struct fan *f, const struct rule *rule)
{
    struct lanes *lanes = &f->n->lanes;
    const struct way ways[] = {
        {&lanes->mail, EMAIL_INDEX, MAIL_CHOICE},
        {&lanes->sms, PHONE_INDEX, SMS_CHOICE},
        {&lanes->zalo, PHONE_INDEX, ZALO_CHOICE},
    };

    for (size_t i = 0; i < COUNT(ways); i++)
        tell_citizen_by(f, rule, &ways[i]);
}

/* ---- the units' people ---- */

static void tell_person(struct fan *f, const struct rule *rule,
                        const struct catalogue_person *person)
{
    struct lanes *lanes = &f->n->lanes;
    struct lane *lane = person->email != NULL && lanes->mail.is_open ? &lanes->mail : &lanes->sms;
    char recipient[RECIPIENT_SIZE];

    if (!lane->is_open || (lane == &lanes->sms && person->phone == NULL) ||
        texts_template(f->catalogue, lane->channel, rule->message, "vi") == NULL)
        return;
    people_key(person, recipient, sizeof(recipient));
    struct row *r = add(f, lane, recipient);
    r->message = rule->message;
}

static void tell_people(struct fan *f, const struct rule *rule)
{
    const char *unit = audience_is_desk(rule->audience) ? f->catalogue->desk->code
                                                        : db_text(f->rows, f->row, UNIT);
    size_t count = 0;
    const struct catalogue_person *p =
        unit != NULL ? catalogue_people(f->catalogue, unit, audience_role(rule->audience), &count)
                     : NULL;

    if (p == NULL)
        metric_add(&unreachable, 1);
    for (size_t i = 0; p != NULL && i < count; i++)
        tell_person(f, rule, &p[i]);
}

/* ---- front ends ---- */

/* Steps of units that only take part are not the case's. */
static bool is_of_lead(const struct fan *f)
{
    const char *role = db_text(f->rows, f->row, ROLE);

    return role == NULL || strcmp(role, "coordinate") != 0;
}

static void tell_fronts(struct fan *f)
{
    const struct catalogue_service *service =
        f->catalogue != NULL && !db_is_null(f->rows, f->row, SERVICE)
            ? catalogue_service(f->catalogue, db_text(f->rows, f->row, SERVICE))
            : NULL;
    const struct front_event event = {
        .type = db_text(f->rows, f->row, TYPE),
        .service = db_text(f->rows, f->row, SERVICE),
        .unit = db_text(f->rows, f->row, CASE_UNIT),
        .via = db_text(f->rows, f->row, VIA),
        .is_hidden = service == NULL || open311_type(service) == OPEN311_BLACKBOX || !is_of_lead(f),
    };

    for (int i = 0; i < LANE_MAX_FRONTS; i++) {
        const struct lane *lane = &f->n->lanes.fronts[i];
        if (lane->is_open && front_wants(&lane->front, &event))
            add(f, lane, lane->name)->language = lane->front.language;
    }
}

static void take_event(struct fan *f)
{
    const char *type = db_text(f->rows, f->row, TYPE), *why = db_text(f->rows, f->row, WHY);

    metric_observe_us(&lag, f->now - db_time(f->rows, f->row, AT));
    for (const struct rule *r = rules_next(NULL, type, why); r != NULL;
         r = rules_next(r, type, why)) {
        if (r->audience == AUDIENCE_CITIZEN)
            tell_citizen(f, r);
        else
            tell_people(f, r);
    }
    tell_fronts(f);
}

/* ---- the commit ---- */

#define COLUMN(array_type, statement)                                                              \
    do {                                                                                           \
        db_array_begin(a, array_type);                                                             \
        for (const struct row *r = f->list; r < f->list + f->count; r++)                           \
            statement;                                                                             \
        db_array_end(a);                                                                           \
    } while (0)

static void item_letter(struct db_args *a, const struct uuid *letter)
{
    if (uuid_is_nil(letter))
        db_item_null(a);
    else
        db_item_uuid(a, letter);
}

static void fill(const struct fan *f, int64_t before, int64_t last)
{
    struct db_args *a = &f->n->fanout_args;

    db_arg_int64(a, before);
    db_arg_int64(a, last);
    COLUMN(DB_ARRAY_UUID, db_item_uuid(a, &r->id));
    COLUMN(DB_ARRAY_INT64, db_item_int64(a, r->seq));
    COLUMN(DB_ARRAY_TIME, db_item_time(a, r->at));
    COLUMN(DB_ARRAY_UUID, db_item_uuid(a, &r->case_id));
    COLUMN(DB_ARRAY_TEXT, db_item_text(a, r->message));
    COLUMN(DB_ARRAY_TEXT, db_item_text(a, r->recipient));
    COLUMN(DB_ARRAY_TEXT, db_item_text(a, r->lane));
    COLUMN(DB_ARRAY_TEXT, db_item_text(a, r->language));
    COLUMN(DB_ARRAY_UUID, item_letter(a, &r->letter));
    COLUMN(DB_ARRAY_TIME, db_item_time(a, r->next_at));
    COLUMN(DB_ARRAY_TIME, db_item_time(a, r->expires_at));
}

static void on_committed(void *ctx, PGresult *const rows[], const struct err *e)
{
    struct notifier *n = ctx;

    if (e == NULL && db_int(rows[0], 0, 0) == 1) {
        n->position = n->position_next;
        follow_taken(n->follow);
        sender_turn(n);
        return;
    }
    log_event(e != NULL && e->kind == ERR_BUSY ? LOG_WARN : LOG_ERROR, "deliveries not made", "why",
              e != NULL ? e->text : "the position is not where it was left", NULL);
    n->stalled = true;
}

static bool is_unknown(const struct fan *f)
{
    const char *service = db_text(f->rows, f->row, SERVICE), *unit = db_text(f->rows, f->row, UNIT);

    return (service != NULL && catalogue_service(f->catalogue, service) == NULL) ||
           (unit != NULL && catalogue_unit(f->catalogue, unit) == NULL);
}

/* Whoever wrote the events may know a newer catalogue than ours. What names a service or a unit
 * that ours does not have is read again when ours has been looked at once more. */
static bool wait_for_catalogue(struct fan *f)
{
    struct notifier *n = f->n;
    bool unknown = false;

    for (f->row = 0; f->row < PQntuples(f->rows) && !unknown; f->row++)
        unknown = is_unknown(f);
    f->row = 0;
    if (unknown && n->look == 0)
        n->look = catalogue_look_soon(n->watch);
    if (unknown && n->look > 0)
        return true;
    n->look = 0;
    return false;
}

void fanout_turn(struct notifier *n)
{
    if (!n->begun || n->muted || n->look <= 0 || catalogue_looks(n->watch) < n->look)
        return;
    n->look = -1;
    follow_begin(n->follow, n->position);
}

bool fanout_take(void *ctx, const PGresult *rows)
{
    struct notifier *n = ctx;
    AUTO(fan_free)
    struct fan f = {.n = n, .rows = rows, .now = clock_now_us()};
    const struct db_step step = {&sql_insert_deliveries, &n->fanout_args};
    struct err e;
    int count = PQntuples(rows);

    f.catalogue = catalogue_now(n->watch);
    if (wait_for_catalogue(&f))
        return false;
    for (; f.row < count; f.row++)
        take_event(&f);
    metric_add(&events, count);
    metric_add(&made, (double)f.count);
    n->position_next = db_int(rows, count - 1, SEQ);
    fill(&f, n->position, n->position_next);
    if (db_send(n->db, &step, 1, on_committed, n, &e) < 0) {
        log_event(LOG_ERROR, "deliveries not made", "why", e.text, NULL);
        n->stalled = true;
    }
    return false;
}
