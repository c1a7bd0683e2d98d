/* SPDX-License-Identifier: Apache-2.0 */
/* messages - what services say to each other: topics, frames and their fields.
 *
 * Each struct here has one field table, one JSON Schema under schemas/bus, and
 * tests that hold them together. The text of a case is parsed once, at the
 * door; the hops read small heads and hand the other frames on as bytes. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "json.h"

/* intake to router. Item: head, content, contact. Answered with a receipt or a refusal each. */
#define TOPIC_SUBMIT "case.submit.v1"
/* router to tracker. Item: head, route, content, contact. Answered likewise. */
#define TOPIC_RECORD "case.record.v1"
/* dispatch, sentinel, intake, ctl to tracker. Item: command, body. Answered with an outcome or a
 * refusal each.
 */
#define TOPIC_COMMAND "case.command.v1"
/* whoever sends letters, to letters. Item: letter. Answered with its file or a refusal each, when
 * it is rendered. */
#define TOPIC_RENDER "letter.render.v1"
/* intake, dunghen to notifier. Item: one frame. Answered with what was kept, or a refusal. */
#define TOPIC_PREFER "preference.set.v1"
/* dunghen to notifier. Item: one frame. Answered with how many, or a refusal. */
#define TOPIC_RESEND "delivery.resend.v1"
/* intake, dunghen to notifier. Item: one frame. Answered with what it is called, or a refusal. */
#define TOPIC_WEBHOOK_PUT "webhook.put.v1"
/* intake, dunghen to notifier. Item: one frame. Answered with how many, or a refusal. */
#define TOPIC_WEBHOOK_REMOVE "webhook.remove.v1"
/* Every answer. Item: one frame. */
#define TOPIC_ANSWER "answer.v1"
/* tracker to all, after each commit and once a second. Frames: range, then the items: event,
 * detail, content (empty but for an event that opens a task). */
#define TOPIC_EVENTS "events.v1"

enum { SUBMIT_FRAMES = 3, RECORD_FRAMES = 4, COMMAND_FRAMES = 2, EVENT_FRAMES = 3 };

/* head: schemas/bus/case.head.v1.json */
struct case_head {
    struct uuid id;       /* made at the door; the same when it is said again */
    int64_t received_at;  /* microseconds since 1970, UTC */
    const char *service;  /* code */
    const char *channel;  /* "api", "open311" */
    const char *language; /* "vi" or "en" */
    const char *unit;     /* that the citizen named, or NULL */
    const char *area;     /* that the citizen chose for want of a place, or NULL */
    double lat, lon;      /* WGS84 degrees; NAN: no place */
    bool hide_name;
    bool anonymous;
    struct uuid command;     /* of the Idempotency-Key; nil without one */
    const char *fingerprint; /* of the request, hexadecimal; with command */
    json_t *attachments;     /* array of files that are kept already, or NULL */
    const char *via;         /* who holds the key of the door by which it came; NULL: nobody */
};
extern const struct json_field case_head_fields[];

/* route: schemas/bus/case.route.v1.json */
struct case_route {
    const char *unit;     /* leads */
    const char *area;     /* that holds the place, or NULL */
    int64_t priority;     /* 1 first ... 5 */
    const char *rule;     /* why: "HT01/25747", "desk" */
    bool desk;            /* no rule matched: a person has to decide */
    json_t *coordinators; /* array of unit codes, or NULL */
};
extern const struct json_field case_route_fields[];

/* receipt: schemas/bus/case.receipt.v1.json */
struct case_receipt {
    struct uuid id;
    const char *reference;
    const char *unit;
    const char *state;
    int64_t received_at; /* microseconds since 1970 */
    int64_t due_at;
    bool repeated; /* was recorded before; this is the first answer again */
};
extern const struct json_field case_receipt_fields[];

/* The lease of a person, who needs none: it is above all that dispatch gives. Keep in step with
 * the view task_offers in schemas/db. */
#define EPOCH_PERSON INT64_C(9007199254740991)

/* command: schemas/bus/case.command.v1.json */
struct case_command {
    const char *verb; /* "accept", "done", ...: services/tracker/transitions.c has them all */
    struct uuid case_id;
    int64_t task;      /* number within the case; 0: the one that leads */
    const char *actor; /* "worker:NAME", "head:NAME", "citizen", "sentinel" */
    const char *role;  /* in which; NULL: "clock" for flags, else "worker" */
    const char *unit;  /* on whose behalf; must be the task's */
    int64_t epoch;     /* of a worker's lease */
    struct uuid id;    /* of the command, chosen by who says it; nil for workers and the clock */
    struct uuid into;  /* the other case, of "merge" and "split" */
};
extern const struct json_field case_command_fields[];

/* The bodies of verbs, each as its schema in schemas/bus has it; which verb has which is in
 * schemas/README.md. One without a body has an empty frame. Of "done": case.answer.v1. */
extern const char *const case_results[]; /* all that there are, ended by NULL */
struct case_answer {
    const char *result;  /* one of case_results */
    const char *text;    /* to the citizen */
    json_t *attachments; /* as a head's, or NULL */
};
extern const struct json_field case_answer_fields[];

struct case_return {
    const char *reason; /* code of one of the catalogue's reasons to return */
    const char *text;
};
extern const struct json_field case_return_fields[];

/* The bodies of the other verbs: schemas/bus/case.note.v1.json and so on, which say whose they
 * are. Times are microseconds since 1970. */
struct case_note {
    const char *text;
    json_t *attachments; /* as a head's, or NULL */
};
extern const struct json_field case_note_fields[];

struct case_transfer {
    const char *unit;
    const char *reason; /* or NULL */
    const char *text;   /* or NULL */
};
extern const struct json_field case_transfer_fields[];

struct case_part {
    const char *unit;
    int64_t due_at;   /* 0: left out */
    const char *text; /* or NULL */
};
extern const struct json_field case_part_fields[];

struct case_question {
    const char *question;
};
extern const struct json_field case_question_fields[];

struct case_decision {
    const char *decision;
    const char *reason_code; /* or NULL */
    const char *text;        /* or NULL */
};
extern const struct json_field case_decision_fields[];

struct case_extension {
    const char *reason_code;
    int64_t due_at;
    const char *text; /* or NULL */
};
extern const struct json_field case_extension_fields[];

struct case_apology {
    const char *reason_code;
    const char *text;
    int64_t new_due_at;
};
extern const struct json_field case_apology_fields[];

struct case_rejection {
    const char *reason_code;
    const char *text;
};
extern const struct json_field case_rejection_fields[];

struct case_forward {
    const char *to;
    const char *document;
    const char *date;
    const char *text; /* or NULL */
};
extern const struct json_field case_forward_fields[];

struct case_rating {
    int64_t score;
    const char *text; /* or NULL */
};
extern const struct json_field case_rating_fields[];

/* What everybody may read: checked, and without personal data. */
struct case_publication {
    const char *answer;
    const char *description; /* or NULL: only the answer is shown */
    json_t *photos;          /* array of the names of the case's files that are shown, or NULL */
};
extern const struct json_field case_publication_fields[];

/* outcome: schemas/bus/case.outcome.v1.json */
struct case_outcome {
    const char *state; /* of the case now */
    bool repeated;
};
extern const struct json_field case_outcome_fields[];

/* The other answer: schemas/bus/refusal.v1.json. Told apart by "refused". */
struct refusal {
    const char *refused; /* "input", "conflict", "busy", "system" */
    const char *text;    /* which field or rule */
};
extern const struct json_field refusal_fields[];

/* range: schemas/bus/event.range.v1.json. Without items (first = last + 1) it only tells
 * where the ledger stands. */
struct event_range {
    int64_t first, last; /* sequence numbers */
};
extern const struct json_field event_range_fields[];

/* event: schemas/bus/event.v1.json */
struct event_head {
    int64_t seq;
    int64_t at; /* microseconds since 1970 */
    struct uuid case_id;
    int64_t task;     /* 0: of the case as a whole */
    const char *type; /* "received", "accepted", "answered", "returned", "assigned", ... */
    const char *reference;
    const char *service;
    const char *unit;  /* of the task */
    const char *state; /* of the case afterwards */
    int64_t due_at;
    int64_t priority;
};
extern const struct json_field event_head_fields[];

/* letter: schemas/bus/letter.render.v1.json */
struct letter_render {
    struct uuid letter; /* issued */
};
extern const struct json_field letter_render_fields[];

/* file: schemas/bus/letter.file.v1.json */
struct letter_file {
    const char *hash; /* BLAKE2b-256 of the file in hexadecimal digits: its name */
    int64_t bytes, pages;
    const char *signed_by; /* subject of the certificate; NULL: it is not signed */
};
extern const struct json_field letter_file_fields[];

/* What an answer frame holds. Texts are borrowed from the store, as json_take's. Returns -1 with
 * the refusal's kind and text in *e, or ERR_SYSTEM for a frame that is neither. */
int answer_read(const struct json_field fields[], const char *frame, size_t len,
                struct json_store *store, void *out, struct err *e) CHECKED;
const char *refusal_name(enum err_kind kind); /* as struct refusal has it */
void refusal_write(const struct err *e, struct strbuf *out);

/* preference: schemas/bus/preference.set.v1.json. By a link's token, or by contact and channel. */
struct preference_set {
    const char *token;    /* of the link */
    const char *contact;  /* blind index of the address or number, 32 hexadecimal digits */
    const char *channel;  /* "mail", "sms", "zalo" */
    const char *wanted;   /* "yes", "no"; NULL: as it is, as below */
    const char *language; /* "vi", "en" */
    const char *quiet;    /* "21:00-07:00", "none" */
};
extern const struct json_field preference_set_fields[];

/* Its answer: schemas/bus/preference.kept.v1.json */
struct preference_kept {
    const char *channel;
};
extern const struct json_field preference_kept_fields[];

/* resend: schemas/bus/delivery.resend.v1.json */
struct delivery_resend {
    struct uuid id; /* of a dead delivery */
    bool all;       /* or all that are dead */
};
extern const struct json_field delivery_resend_fields[];

/* Its answer: schemas/bus/delivery.resent.v1.json */
struct delivery_resent {
    int64_t count;
};
extern const struct json_field delivery_resent_fields[];

/* front end: schemas/bus/webhook.put.v1.json. The asker makes id and secrets, and seals these for
 * the id, so that saying it again changes nothing and no secret travels. */
struct webhook_put {
    struct uuid id;
    const char *name;  /* as an operator calls it; NULL: owner's */
    const char *owner; /* who holds the key of the door that asks for it; NULL: an operator does */
    const char *kind;  /* "events", "georeport" */
    const char *url;
    json_t *types, *services, *units; /* arrays of codes; NULL: all */
    bool own;                         /* only of the cases that came by owner's key */
    const char *language;             /* of what it is told in words; NULL: "vi" */
    const char *jurisdiction;         /* its jurisdiction_id, or NULL */
    const char *sealed;               /* what its messages are signed with; hexadecimal digits */
    const char *sealed_key;           /* the api_key that it wants to be given, likewise, or NULL */
};
extern const struct json_field webhook_put_fields[];

/* Its answer: schemas/bus/webhook.kept.v1.json */
struct webhook_kept {
    const char *name;
};
extern const struct json_field webhook_kept_fields[];

/* schemas/bus/webhook.remove.v1.json: id and owner, or name. */
struct webhook_remove {
    struct uuid id;
    const char *owner;
    const char *name;
};
extern const struct json_field webhook_remove_fields[];

/* Its answer: schemas/bus/webhook.removed.v1.json */
struct webhook_removed {
    int64_t count; /* 0: there is none */
};
extern const struct json_field webhook_removed_fields[];

/* contact frame: what the door has sealed. An empty frame: no contact. */
struct sealed_contact {
    const uint8_t *phone_index, *email_index; /* CRYPTO_INDEX_BYTES each, or NULL */
    const uint8_t *sealed;
    size_t sealed_len;
};
void sealed_contact_write(const struct sealed_contact *contact, struct strbuf *out);
/* Borrows from frame. ERR_INPUT when it is cut short. */
int sealed_contact_read(const char *frame, size_t len, struct sealed_contact *out,
                        struct err *e) CHECKED;

#endif
