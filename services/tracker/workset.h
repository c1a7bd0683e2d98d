/* SPDX-License-Identifier: Apache-2.0 */
/* workset - the cases of one batch in memory: what they were, what they become, and what
 * happened to them. Everything in it lives as long as the batch. */
#ifndef WORKSET_H
#define WORKSET_H

#include "catalogue.h"
#include "inbox.h"
#include "ledger.h"
#include "table.h"

enum task_state { TASK_OPEN, TASK_ACCEPTED, TASK_DONE, TASK_RETURNED, TASK_CANCELLED };
const char *task_state_name(enum task_state state);

/* Times are microseconds since 1970; INT64_MIN: not yet; INT64_MAX: never. */
struct task_row {
    int number;
    bool leads;
    bool is_new, is_changed;
    const struct catalogue_unit *unit;
    enum task_state state;
    int priority;
    int64_t assigned_at, due_at, accepted_at, finished_at;
    int64_t epoch;
    int64_t raised; /* bit set of deadline levels */
    int64_t next_at;
    const char *worker;  /* new, or NULL: as it was; borrowed from a command */
    const char *outcome; /* likewise, JSON */
    size_t outcome_len;
};

enum { CASE_MAX_TASKS = 64 };

struct case_row {
    struct uuid id;
    char reference[REFERENCE_SIZE];
    const struct catalogue_service *service;
    const struct catalogue_unit *unit;
    enum case_state state;
    int64_t received_at, due_at, answered_at;
    struct deadline_policy policy;
    int changes, returns;
    bool is_changed;
    const struct command *record; /* of a new case; NULL: it was there before */
    struct task_row *tasks;       /* in their order */
    int task_count, task_room;
    UT_hash_handle hh;
};

/* A step that happened, in the order of its sequence number. */
struct event_row {
    int64_t seq;
    const struct case_row *of;
    int task; /* 0: of the case as a whole */
    const char *type, *actor;
    struct strbuf detail; /* JSON */
    uint8_t hash[CRYPTO_HASH_BYTES];
    const struct command *content; /* of an event that opens a task: whose content goes along */
    enum case_state state;         /* of the case afterwards */
    const struct catalogue_unit *unit;
    int64_t due_at;
    int priority;
};

struct flag_row {
    struct uuid case_id;
    int task;
    enum deadline_level level;
    int64_t moment;
};

struct measure_row {
    const char *unit, *service,
        *measure; /* keys; by address, all are the catalogue's or literals */
    int64_t value;
    UT_hash_handle hh;
};

/* A submission with an Idempotency-Key. */
struct key_row {
    struct uuid command;
    char fingerprint[33];
    struct case_receipt receipt; /* texts point into the two below */
    char reference[REFERENCE_SIZE];
    char unit[41], state[21];
    const struct case_row *is_new; /* recorded by this batch; NULL: before */
    UT_hash_handle hh;
};

struct workset {
    int64_t now; /* of the batch */
    const struct catalogue *catalogue;
    struct ledger_head {
        int64_t seq;
        uint8_t hash[CRYPTO_HASH_BYTES];
    } head; /* after the events so far */
    struct case_row *cases;
    struct key_row *keys;
    struct event_row *events;
    size_t event_count, event_room;
    struct flag_row *flags;
    size_t flag_count, flag_room;
    struct measure_row *measures;
    const struct db_step *beside; /* written with the rest, before it; borrowed */
    int beside_count;
};

void workset_free(struct workset *w);

struct case_row *workset_case(const struct workset *w, const struct uuid *id); /* or NULL */
struct case_row *workset_add_case(struct workset *w, const struct uuid *id);
/* Forgets a case that could not be made, before anything was said of it. */
void workset_drop_case(struct workset *w, struct case_row *c);
struct task_row *case_task(const struct case_row *c, int64_t number); /* or NULL */
/* The new task is numbered, open and assigned now; the caller sets its flags' moments. */
struct task_row *case_add_task(struct case_row *c, const struct catalogue_unit *unit);

struct key_row *workset_key(const struct workset *w, const struct uuid *command); /* or NULL */
struct key_row *workset_add_key(struct workset *w, const struct uuid *command);

/* Adds an event; its detail is the caller's to fill, then workset_seal chains it. */
struct event_row *workset_event(struct workset *w, struct case_row *c, const struct task_row *task,
                                const char *type, const char *actor);
void workset_seal(struct workset *w, struct event_row *event);
void workset_flag(struct workset *w, const struct flag_row *flag);
void workset_count(struct workset *w, const struct catalogue_unit *unit,
                   const struct catalogue_service *service, const char *measure);

/* The next flag of a task after those in task->raised. */
int task_next_moment(const struct case_row *c, const struct task_row *task,
                     struct deadline_moment *next, struct err *e) CHECKED;

/* Fills the workset from the rows of sql/select_cases.sql, sql/select_commands.sql. */
int workset_load_cases(struct workset *w, const PGresult *rows, struct err *e) CHECKED;
void workset_load_keys(struct workset *w, const PGresult *rows);

#endif
