/* SPDX-License-Identifier: Apache-2.0 */
/* workset - the cases of one batch in memory: what they were, what they become, and what
 * happened to them. Everything in it lives as long as the batch, but for cases that kept.c takes
 * out of it and keeps. */
#ifndef WORKSET_H
#define WORKSET_H

#include "catalogue.h"
#include "code.h"
#include "inbox.h"
#include "ledger.h"
#include "registers.h"

enum task_state {
    TASK_OPEN,
    TASK_ACCEPTED,
    TASK_DONE,
    TASK_RETURNED,
    TASK_TRANSFERRED,
    TASK_CANCELLED
};
const char *task_state_name(enum task_state state);
enum task_state task_state_read(const char *name); /* of one that task_state_name gave */

/* Times are microseconds since 1970; INT64_MIN: not yet; INT64_MAX: never. */
struct task_row {
    int number;
    bool leads;
    bool is_new, is_changed;
    bool is_moved; /* its due time */
    const struct catalogue_unit *unit;
    enum task_state state;
    int priority;
    int64_t assigned_at, due_at, accepted_at, finished_at;
    int64_t epoch;
    int64_t raised; /* bit set of deadline levels */
    int64_t next_at;
    char said[LEDGER_DIGEST_SIZE]; /* digest of its outcome; "": none yet */
    const char *worker;            /* new, or NULL: as it was; borrowed from a command */
    const char *outcome;           /* likewise, JSON */
    size_t outcome_len;
};

enum { CASE_MAX_TASKS = 64, CASE_MAX_MERGED = 5000, NAME_SIZE = 4 * 100 + 1 };

/* What only some cases ever have; the columns of sql/update_terms.sql. */
struct case_terms {
    bool is_changed;
    int64_t clock_from; /* since when the promise is counted; INT64_MIN: since it was received */
    int64_t promised_at, apologised_at, closed_at, published_at, summarised_at;
    int64_t paused_at, paused_us; /* since when the clock stands; how long it stood before */
    int64_t days_end;      /* of a promise in calendar days that was moved: see struct promised */
    int64_t update_due_at; /* the last moment on this clock at which news were due */
    int extensions, reopened, rated, merged;
    char drafted_by[NAME_SIZE], draft_result[CODE_SIZE], draft_digest[LEDGER_DIGEST_SIZE];
    char rejecting_by[NAME_SIZE], rejecting_reason[CODE_SIZE];
    struct uuid merged_into; /* nil: none */
};

/* From when to when a case that has ended was late, and when somebody apologised for it; all
 * INT64_MIN for one that is open, or ended in time. */
struct case_lateness {
    int64_t from, to, apologised_at;
};

struct case_row {
    struct uuid id;
    char reference[REFERENCE_SIZE];
    const struct catalogue_service *service;
    const struct catalogue_unit *unit;
    enum case_state state;
    int64_t received_at, due_at, answered_at;
    int64_t changed_at; /* by a step that was not the clock's; INT64_MIN: by none */
    struct deadline_policy policy;
    /* By which the promise is counted as long as this clock runs, whoever has the case. */
    const char *calendar_code;
    const struct worktime *calendar;
    const struct catalogue_regime *regime; /* never NULL */
    int changes, returns;
    bool is_changed;
    bool was_open;                 /* before this batch, or as a new case is inserted */
    bool was_followed;             /* before this batch: open, and others waited for it */
    enum case_state was_in;        /* likewise; STATE_COUNT: a new case */
    struct uuid was_merged_into;   /* before this batch; nil: none */
    int64_t was_updated_at;        /* before this batch, or as a new case is inserted */
    struct case_lateness was_late; /* before this batch */
    struct case_terms terms;
    struct standstill *stood; /* pauses that are over, in their order */
    int stood_count, stood_room;
    char language[9];
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

/* A flag that has got what it asks for. */
struct clear_row {
    struct uuid case_id;
    int task; /* 0: whichever has it */
    enum deadline_level level;
};

/* What somebody wrote with a step: the body of its command. */
struct note_row {
    int64_t seq; /* of the event */
    struct uuid case_id;
    const struct command *command;
};

/* A file that a case has from now on. */
struct attachment_row {
    struct uuid case_id;
    int64_t seq; /* of the event with which it came */
    int number;  /* within it, from 1 */
    uint8_t hash[CRYPTO_HASH_BYTES];
    const char *type; /* "jpg" */
    int64_t bytes;
    int32_t width, height; /* 0: not a photo */
    const char *given_by;
};

/* A file that a case had before this batch. */
struct file_row {
    struct uuid case_id;
    uint8_t hash[CRYPTO_HASH_BYTES];
    char type[CODE_SIZE];
};

/* What everybody may read of a case from now on: the body of "publish". */
struct publication_row {
    struct uuid case_id;
    const struct command *command;
};

/* A draft, or a letter that is issued: then it has a number. */
struct letter_row {
    struct uuid id;
    const struct case_row *of;
    const char *form;                  /* "receipt", "information", "refusal", "apology" */
    const struct catalogue_unit *unit; /* sends it */
    int64_t drafted_at;
    struct strbuf fields; /* JSON; empty: as the draft has them */
    struct uuid like;     /* nil, or the letter whose fields it has */
    const char *kind;     /* of register; NULL: a draft */
    int year;
    int64_t number, issued_seq;
};

struct pause_row {
    struct uuid case_id;
    int64_t since, until; /* until INT64_MIN: it lasts */
    const char *kind;     /* "info", "suspend" */
};

struct measure_row {
    const char *unit, *service,
        *measure; /* keys; by address, all are the catalogue's or literals */
    int64_t value;
    UT_hash_handle hh;
};

/* A submission with an Idempotency-Key, or a command with an id. */
struct key_row {
    struct uuid command;
    char fingerprint[33];
    struct case_receipt receipt; /* texts point into the two below */
    char reference[REFERENCE_SIZE];
    char unit[CODE_SIZE], state[CODE_SIZE];
    const struct case_row *is_new; /* recorded by this batch; NULL: before */
    UT_hash_handle hh;
};

struct workset {
    int64_t now;       /* of the batch */
    bool makes_months; /* the ledger's partitions around now, which may not be there yet */
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
    struct clear_row *clears;
    size_t clear_count, clear_room;
    struct note_row *notes;
    size_t note_count, note_room;
    struct attachment_row *attachments;
    size_t attachment_count, attachment_room;
    struct file_row *files; /* of the cases that are to be published */
    size_t file_count, file_room;
    struct publication_row *publications;
    size_t publication_count, publication_room;
    struct pause_row *pauses;
    size_t pause_count, pause_room;
    struct letter_row *letters;
    size_t letter_count, letter_room;
    struct registers *registers; /* not the set's; NULL where no letters are issued */
    struct taken taken;          /* numbers of them */
    struct measure_row *measures;
    const struct db_step *beside; /* written with the rest, before it; borrowed */
    int beside_count;
};

void workset_free(struct workset *w);

/* The case's clock begins: its promise is counted by the unit's calendar. */
void case_count_by(struct case_row *c, const struct catalogue_unit *unit);

struct case_row *workset_case(const struct workset *w, const struct uuid *id); /* or NULL */
struct case_row *workset_add_case(struct workset *w, const struct uuid *id);
/* Forgets a case that could not be made, before anything was said of it. */
void workset_drop_case(struct workset *w, struct case_row *c);
void case_free(struct case_row *c);                                   /* of no set */
struct task_row *case_task(const struct case_row *c, int64_t number); /* or NULL */
struct task_row *case_lead(const struct case_row *c);                 /* the last that leads */
bool task_is_open(const struct task_row *task);
bool case_is_paused(const struct case_row *c);
bool case_is_open(const struct case_row *c); /* has neither been answered nor ended otherwise */
bool case_waits(const struct case_row *c);   /* was merged into another, and has had no answer */
bool case_is_followed(const struct case_row *c); /* is open, and others were merged into it */
/* When it came in, was answered or closed, or an open one last changed: as in schemas/db. */
int64_t case_updated_at(const struct case_row *c);
struct case_lateness case_lateness(const struct case_row *c);
/* A pause of it is over. */
void case_stood(struct case_row *c, int64_t since, int64_t until);
/* A step changes it, and was its last at the moment at. */
void case_touch(struct case_row *c, int64_t at);
/* The new task is numbered, open and assigned now; the caller sets its flags' moments. */
struct task_row *case_add_task(struct case_row *c, const struct catalogue_unit *unit);

struct key_row *workset_key(const struct workset *w, const struct uuid *command); /* or NULL */
struct key_row *workset_add_key(struct workset *w, const struct uuid *command);

/* Adds an event; its detail is the caller's to fill, then workset_seal chains it. */
struct event_row *workset_event(struct workset *w, struct case_row *c, const struct task_row *task,
                                const char *type, const char *actor);
void workset_seal(struct workset *w, struct event_row *event);
void workset_flag(struct workset *w, const struct flag_row *flag);
void workset_clear(struct workset *w, const struct clear_row *clear);
void workset_note(struct workset *w, const struct note_row *note);
/* The event with which the note of the command that is being decided was kept; 0: none yet. */
int64_t workset_noted(const struct workset *w, const struct command *command);
void workset_attach(struct workset *w, const struct attachment_row *attachment);
struct file_row *workset_add_file(struct workset *w);
/* Whether the case has the file, of those that were loaded or attached. */
bool workset_has_file(const struct workset *w, const struct uuid *case_id,
                      const uint8_t hash[CRYPTO_HASH_BYTES], const char *type);
/* Replaces what the set has of the case, which may have begun anew since. */
void workset_publish(struct workset *w, const struct publication_row *publication);
/* The letter of that id, new and empty if the set has none of it. Valid until the next one. */
struct letter_row *workset_letter(struct workset *w, const struct uuid *id);
/* A pause that begins, or the end of one. */
void workset_pause(struct workset *w, const struct pause_row *pause);
void workset_count(struct workset *w, const struct catalogue_unit *unit,
                   const struct catalogue_service *service, const char *measure);

/* The regime of a service for what is received then; a plain one when the catalogue has none. */
const struct catalogue_regime *workset_regime(const struct workset *w, const char *code,
                                              int64_t received_at);

/* Fills the workset from the rows of sql/select_cases.sql, sql/select_commands.sql,
 * sql/select_files.sql. */
int workset_load_cases(struct workset *w, const PGresult *rows, struct err *e) CHECKED;
void workset_load_keys(struct workset *w, const PGresult *rows);
void workset_load_files(struct workset *w, const PGresult *rows);

#endif
