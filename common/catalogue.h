/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue - who is responsible for what, by when: a snapshot in memory.
 *
 * Read from the database as a whole, replaced as a whole when its version has
 * moved. A snapshot never changes; it lives until the next on_change returns, or
 * as long as somebody keeps it. */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "db.h"
#include "deadline.h"
#include "strbuf.h"

struct catalogue_calendar {
    const char *code;
    struct worktime *worktime;
};

struct catalogue_unit {
    const char *code, *kind, *parent; /* parent: NULL at the top */
    const char *name_vi, *name_en;
    const char *calendar_code;
    const struct worktime *calendar;
    /* Days since 1970-01-01, inclusive; INT32_MIN, INT32_MAX: open. */
    int32_t valid_from, valid_until;
    const char *const *successors; /* ended by NULL */
    const char *symbol;            /* in the numbers of its documents */
};

struct catalogue_value {
    const char *key, *name_vi, *name_en;
};

struct catalogue_attribute {
    const char *code, *datatype;
    bool required, variable;
    const char *description_vi, *description_en, *hint_vi, *hint_en;
    const struct catalogue_value *values;
    size_t value_count;
};

struct catalogue_service {
    const char *code, *kind, *regime;
    const char *group_vi, *group_en, *name_vi, *name_en, *description_vi, *description_en;
    const char *closed_notice_vi, *closed_notice_en; /* NULL: open */
    const char *const *keywords;                     /* ended by NULL */
    struct deadline_policy policy;
    int priority;
    bool place_required, anonymous_allowed, retired;
    bool incident;       /* its cases want a written summary, see LIMIT_SUMMARY */
    const char *open311; /* "realtime", "batch" or "blackbox" */
    const struct catalogue_attribute *attributes; /* in their order */
    size_t attribute_count;
};

struct catalogue_area {
    const char *code, *unit;
    const char *shape; /* GeoJSON */
};

struct catalogue_route {
    const char *service, *area;      /* a code or "*" */
    const char *lead;                /* a unit, "@place", "@named", "@superior" */
    const char *const *coordinators; /* likewise; ended by NULL */
    int32_t valid_from, valid_until; /* as in a unit */
};

enum regime_limit {
    LIMIT_ACCEPT,    /* the unit acknowledges, after its assignment */
    LIMIT_FORWARD,   /* the desk passes on what it received */
    LIMIT_ANSWER,    /* the law's outer limit */
    LIMIT_PUBLISH,   /* the result is published, after the answer */
    LIMIT_UPDATE,    /* a late case's status is updated, again and again */
    LIMIT_SUMMARY,   /* an incident's written summary, after the answer */
    LIMIT_EXTENSION, /* an extension moves the date by at most this, see schemas/catalogue.md */
    LIMIT_INFO,      /* the citizen's time to answer a question */
    LIMIT_CONFIRM,   /* the citizen's time to rate or to say "not solved", after the answer */
    REGIME_LIMITS
};

/* A version of a regime: its code and valid_from name it. */
struct catalogue_regime {
    const char *code, *name_vi, *name_en;
    int32_t valid_from, valid_until; /* as in a unit */
    bool approval, apology, receipt, anonymous;
    int extensions, returns;                      /* how often */
    struct deadline_policy limits[REGIME_LIMITS]; /* amount 0: none */
};

struct catalogue_reason {
    const char *purpose; /* "return", "reject", "extension", "apology", "suspend" */
    const char *code, *name_vi, *name_en;
};

struct catalogue_person {
    const char *unit, *role; /* "head", "focal", "leader", "coordinator" */
    const char *name;        /* NULL: a mailbox of the role */
    const char *title_vi, *title_en;
    const char *email, *phone; /* NULL: none; not both */
};

struct catalogue_template {
    const char *name, *language; /* "letter.receipt", "vi" */
    const char *subject;         /* NULL: none */
    const char *body;
};

/* How a gateway for short messages is asked; url, headers and body are templates. */
struct catalogue_gateway {
    const char *channel; /* "sms", "zalo" */
    const char *url, *method, *content_type;
    const char *headers, *body;    /* NULL: none */
    const char *success, *refusal; /* rules for its answer: "/pointer=WORD|WORD"; NULL: none */
    const char *const *secrets;    /* names of files; ended by NULL */
    int timeout_s, places, deadline_h;
};

/* What may be attached to a case; a kind that is not there is not taken. */
struct catalogue_attachment {
    const char *kind; /* "photo", "document", "video", "sound" */
    int64_t max_bytes;
    int max_count; /* of what is sent with one step */
};

struct catalogue {
    int64_t version;
    const char *name, *city_vi, *city_en, *country_calling_code;
    struct catalogue_calendar *calendars; /* each array sorted by its code */
    size_t calendar_count;
    const struct catalogue_unit *desk; /* gets what no route matches */
    struct catalogue_unit *units;
    size_t unit_count;
    struct catalogue_service *services;
    size_t service_count;
    struct catalogue_area *areas; /* empty unless asked for */
    size_t area_count;
    struct catalogue_route *routes; /* by service, area, validity */
    size_t route_count;
    struct catalogue_regime *regimes; /* by code, validity */
    size_t regime_count;
    struct catalogue_reason *reasons; /* by purpose, code */
    size_t reason_count;
    struct catalogue_person *people; /* by unit, role, name */
    size_t person_count;
    struct catalogue_template *templates; /* by name, language */
    size_t template_count;
    struct catalogue_gateway *gateways; /* by channel */
    size_t gateway_count;
    struct catalogue_attachment *attachments; /* by kind */
    size_t attachment_count;
};

/* NULL when there is none of that code; likewise below. */
const struct catalogue_unit *catalogue_unit(const struct catalogue *c, const char *code);
/* Appends the number of one of a unit's documents, "07/PXL-SXD": number, register, the unit's sign,
 * which is left out where the catalogue (may be NULL) does not have the unit. */
void catalogue_document_number(const struct catalogue *c, const char *unit,
                               const char *register_sign, int64_t number, struct strbuf *out);
const struct catalogue_service *catalogue_service(const struct catalogue *c, const char *code);
const struct catalogue_area *catalogue_area(const struct catalogue *c, const char *code);
const struct catalogue_calendar *catalogue_calendar(const struct catalogue *c, const char *code);

/* The version in force on that day. */
const struct catalogue_regime *catalogue_regime(const struct catalogue *c, const char *code,
                                                int32_t day);
const struct catalogue_reason *catalogue_reason(const struct catalogue *c, const char *purpose,
                                                const char *code);
/* The first of a role in a unit; count says how many follow it in the array, itself included. */
const struct catalogue_person *catalogue_people(const struct catalogue *c, const char *unit,
                                                const char *role, size_t *count);
const struct catalogue_template *catalogue_template(const struct catalogue *c, const char *name,
                                                    const char *language);

/* What may be attached of a kind. */
const struct catalogue_attachment *catalogue_attachment(const struct catalogue *c,
                                                        const char *kind);
const struct catalogue_gateway *catalogue_gateway(const struct catalogue *c, const char *channel);

/* The local day of a moment (TZ), as valid_from and valid_until count them. */
int32_t catalogue_day(int64_t us);
/* unit itself when it is in force on that day; the one that took over when it
 * has ended and has exactly one successor, and so on; else NULL. */
const struct catalogue_unit *catalogue_unit_on(const struct catalogue *c,
                                               const struct catalogue_unit *unit, int32_t day);

/* Keeps a snapshot beyond its replacement, for work that points into it and
 * is still on its way. Each keep wants its drop. */
const struct catalogue *catalogue_keep(const struct catalogue *c);
void catalogue_drop(const struct catalogue **c);

struct catalogue_watch;
/* The new snapshot; the one before it is freed when this returns. */
typedef void catalogue_fn(void *ctx, const struct catalogue *now);

struct catalogue_watch_settings {
    struct db *db;           /* opened with sql_common_all (sql_common.h) among its statements */
    bool with_areas;         /* shapes too */
    catalogue_fn *on_change; /* may be NULL */
    void *ctx;
};

/* Looks at the version at once and then each second while db is connected.
 * Close it before db, without running the loop in between. */
struct catalogue_watch *catalogue_watch_open(struct loop *loop,
                                             const struct catalogue_watch_settings *settings);
void catalogue_watch_close(struct catalogue_watch **watch);
/* The snapshot now; NULL before the first. */
const struct catalogue *catalogue_now(const struct catalogue_watch *watch);
/* Looks now, or soon after the look that is on its way has ended. Whatever the database has
 * committed by now is in catalogue_now once catalogue_looks has come to the number that this
 * returns. */
int64_t catalogue_look_soon(struct catalogue_watch *watch);
int64_t catalogue_looks(const struct catalogue_watch *watch);
/* Why the last look failed or why there is no snapshot yet, or NULL. */
const char *catalogue_trouble(const struct catalogue_watch *watch);

#endif
