/* SPDX-License-Identifier: Apache-2.0 */
/* intake - what its files share. */
#ifndef INTAKE_H
#define INTAKE_H

#include "catalogue.h"
#include "encode.h"
#include "gate.h"
#include "http.h"
#include "keeper.h"
#include "messages.h"
#include "outbox.h"
#include "page_set.h"
#include "readers.h"
#include "service.h"

enum {
    INTAKE_BODY_BYTES = 64 * 1024,
    /* Of the pages' forms: what is too long for the city is said beside its field, and not lost. */
    INTAKE_FORM_BYTES = 256 * 1024,
    INTAKE_ANSWER_BYTES = 1024 * 1024
};

struct intake_settings {
    struct service service;
    char *listen;
    char *router_endpoint;
    char *tracker_endpoint;
    char *notifier_endpoint;
    char *public_url;
    char *keys_dir;
    char *letters_dir;
    int64_t max_pending;
    int64_t max_connections;
    int64_t read_connections;
    int64_t read_max_waiting, read_limit_ms;
    char *require_key;
    char *jurisdiction;
    char *contact;
    char *key_service;
    char *test_url;
    char *tile_url, *tile_credit;
    char *front_ends;
    struct keeper_settings attachments;
    int64_t keepers;
    int64_t max_files;
    int64_t sweep_ms;
    int64_t month_end;
    int64_t statistics_age_s;
    char *proxies;
    int64_t address_writes, address_reads, contact_writes;
    int64_t connections_per_address;
};

struct statistics;
struct trail;
struct uploads;
struct sweep;

struct intake {
    struct intake_settings settings;
    struct loop *loop;
    struct bus *bus;
    struct db *db;
    struct catalogue_watch *watch;
    struct area_map *city; /* of the catalogue; NULL before there is one: any place will do */
    struct readers *readers;
    struct statistics *statistics;
    struct limits *limits;
    struct gate *gate;
    struct trail *trail;
    struct {
        bool api, open311; /* who sends a case there needs a key */
    } require_key;
    bool local_allowed; /* front ends that subscribe themselves may be at any address */
    struct crypto_ring *ring;
    struct http *http;
    struct probe *probe;
    struct outbox *outbox;
    struct uploads *uploads;
    struct sweep *sweep;
    struct page_set *pages;
    struct strbuf policy;         /* of pages, see page_policy_open */
    struct page_shapes *shapes;   /* of the map; NULL until somebody asks */
    struct page_suggest *suggest; /* likewise, of the list of services */
    struct bus_client *notifier, *tracker;
    struct encoder encoder;
    struct strbuf answer; /* of what is answered at once; emptied by who uses it */
    struct faults faults; /* of the submission at hand */
    struct loop_timer *drain_timer;
    int64_t drain_until_us; /* monotonic */
    int idle_looks;         /* at the door while stopping: nobody waits */
    bool gave_up;           /* those who waited too long were told so */
};

/* ---- table of HTTP routes; handlers get struct intake ---- */

http_handler_fn cases_post, cases_say, cases_join, cases_get, cases_list, cases_nearby,
    services_list, service_get, units_list, attachments_post, media_get, letter_get, statistics_get,
    statistics_csv, webhooks_post, webhooks_list, webhook_delete, preflight;
http_handler_fn open311_services_list, open311_service_get, open311_requests_post,
    open311_request_get, open311_requests_list, open311_discovery, open311_token_get,
    open311_updates_list, open311_updates_post, open311_update_token_get;
http_handler_fn page_start_get, page_static_get, page_track_get, page_case_get, page_worker_get,
    page_offline_get, page_shapes_get, page_what_get, page_report_get, page_report_post,
    page_messages_get, page_messages_post, page_city_get, page_trend_csv, page_cases_get,
    page_say_get, page_say_post;

/* ---- page_offline.c ---- */

void page_shapes_free(struct page_shapes **shapes);

/* ---- page_policy.c ---- */

/* Sets the Content-Security-Policy of pages: pictures may come from the server of tiles, if there
 * is one. ERR_INPUT names what is wrong with its address. */
int page_policy_open(struct intake *intake, struct err *e) CHECKED;

/* ---- page_what.c ---- */

void page_suggest_free(struct page_suggest **kept);

/* ---- submit.c: what both doors do with a submission ---- */

/* How a door says what became of a case. */
struct door {
    const char *channel; /* "api", "open311" */
    outbox_accepted_fn *accepted;
    outbox_refused_fn *refused;
};

/* Encodes a checked submission and puts it among those on their way. On -1 (ERR_BUSY;
 * ERR_INPUT for a bad Idempotency-Key) the request is not answered yet. */
int submit(struct intake *intake, const struct door *door, struct http_request *request,
           const struct submission *s, struct err *e) CHECKED;

/* Whether so many cases of its contact are taken; else Retry-After is set. */
bool submit_admits(struct intake *intake, struct http_request *request, const struct submission *s);

/* What a request says, for the fingerprint that goes with its Idempotency-Key. */
void submit_said(struct http_request *request, struct encode_request *out);

/* What makes a submission the same when it comes again. */
struct submit_key {
    const char *key; /* NULL: nothing does */
    const struct encode_request *said;
    void *own; /* for the door's functions, in the item */
};
/* As submit(), which has the key from the header and what is said from the body. */
int submit_under(struct intake *intake, const struct door *door, struct http_request *request,
                 const struct submission *s, const struct submit_key *under, struct err *e) CHECKED;

/* What a reader wants to know before it parses anything: ERR_BUSY when there
 * is no room or no catalogue yet, else 0 and the catalogue. */
int submit_begin(struct intake *intake, const struct catalogue **catalogue, struct err *e) CHECKED;

/* ---- case_read.c: one case as citizens may see it ---- */

struct case_view {
    struct uuid id;
    const char *reference, *service, *unit, *state;      /* codes */
    const char *area;                                    /* likewise; NULL: none */
    int64_t received_at, due_at, answered_at, closed_at; /* INT64_MIN: not yet */
    int64_t updated_at;                                  /* as in lists */
    int64_t followers;                                   /* cases that wait for this one's answer */
    int64_t promised_at; /* the new date that an apology told; due_at stays. INT64_MIN: none */
    int64_t outcome_at;  /* when the last answer was given; INT64_MIN: never. Without an answered_at
                            the case was opened again after it */
    const char *published_description, *published_answer; /* for everybody; NULL: not published */
    double lat, lon;
    const char *joined; /* reference of the case that it was merged into; NULL: none */
    bool overdue;
    bool is_open;
    bool is_rated;
    bool waits;              /* for an answer: it is open, or the case is that it was merged into */
    bool with_secret;        /* the asker has the tracking link; else the rest is NULL */
    json_t *content;         /* as accepted */
    json_t *outcome;         /* {"result","text"}; NULL: no answer yet */
    const PGresult *events;  /* of sql/read_case_events.sql */
    const PGresult *letters; /* of sql/read_case_letters.sql */
    const PGresult *files;   /* of sql/read_case_files.sql: all that the asker may see */
};

/* Columns of files. */
enum { FILE_NAME, FILE_BYTES, FILE_WIDTH, FILE_HEIGHT, FILE_GIVEN_BY, FILE_ADDED_AT, FILE_PUBLIC };

/* Columns of events. */
enum {
    EVENT_TYPE,
    EVENT_AT,
    EVENT_UNIT,
    EVENT_ROLE,
    EVENT_TEXT,
    EVENT_SCORE,
    EVENT_SEQ,
    EVENT_DUE_US, /* a date that was told with it, microseconds since 1970; or NULL */
    EVENT_WHY,
    EVENT_TO, /* whom the case was passed on to */
};

/* view is NULL exactly when e is not: ERR_INPUT for an unknown reference or a
 * wrong secret, else ERR_BUSY or ERR_SYSTEM. */
typedef void case_view_fn(struct intake *intake, struct http_request *request,
                          const struct case_view *view, const struct err *e);
/* Reads the case that the request's path part "reference" names, by its query
 * parameter "k" with everything. Calls fn now or later. */
void case_read(struct intake *intake, struct http_request *request, const char *reference,
               case_view_fn *fn);

/* ---- receipt.c ---- */

/* "http://.../t/REFERENCE?k=SECRET" */
void receipt_url(const struct intake *intake, const struct case_receipt *receipt,
                 struct strbuf *out);
/* The promise in one sentence. */
void receipt_text(const struct intake *intake, const struct case_receipt *receipt,
                  enum language language, struct strbuf *out);
/* The name of a unit; its code when the catalogue does not have it (yet). */
const char *unit_name(const struct intake *intake, const char *code, enum language language);
const char *service_name(const struct intake *intake, const char *code, enum language language);

#endif
