/* SPDX-License-Identifier: Apache-2.0 */
/* submission - what a citizen sends, whatever it came in, and the rules it must keep.
 *
 * A reader (submission_json.c, submission_form.c) fills in what was said;
 * submission_check then judges it by the catalogue. Both say all that is
 * wrong. An empty text is the same as none. */
#ifndef SUBMISSION_H
#define SUBMISSION_H

#include "area.h"
#include "attachment.h"
#include "catalogue.h"
#include "faults.h"
#include "http.h"
#include "json.h"
#include "text.h"

enum {
    SUBMISSION_DESCRIPTION = 4000, /* limits in characters */
    SUBMISSION_ADDRESS = 500,
    SUBMISSION_NAME = 200,
    SUBMISSION_URL = 2000,
    SUBMISSION_ANSWER = 4000,
    SUBMISSION_ANSWERS = 32000, /* of all of them: so the content fits into a frame, see encode.c */
    SUBMISSION_ADDRESS_ID = 100,
    SUBMISSION_MORE_MEDIA = 7,
    SUBMISSION_MAX_ANSWERS = 64,
    SUBMISSION_MAX_TEXTS =
        SUBMISSION_MAX_ANSWERS * 2 + SUBMISSION_MORE_MEDIA + ATTACHMENTS_MOST + 16,
    SUBMISSION_EMAIL_BYTES = 255,
};

/* One value given to a question of the service. */
struct submission_answer {
    const char *code;
    const char *value;
    bool is_number; /* said as a JSON number */
    bool is_item;   /* said as one of a list */
};

struct submission {
    /* as it was said; NULL, NAN or false when it was not */
    const char *service_code, *description, *address, *unit, *area, *language, *media_url;
    const char *name, *phone, *email;
    double lat, lon;
    bool hide_name, anonymous;
    bool terse; /* of GeoReport v2, which wants neither a name nor a description */
    bool joins; /* a case that is there: neither questions nor an exact place are asked for */
    size_t answer_count;
    const char *address_id;                        /* of the city's own register of addresses */
    const char *more_media[SUBMISSION_MORE_MEDIA]; /* addresses besides media_url */
    size_t more_media_count;
    const char *file_ids[ATTACHMENTS_MOST]; /* of uploads */
    size_t file_id_count;
    json_t *attachments;                       /* while they are read */
    struct attachment files[ATTACHMENTS_MOST]; /* as files_take found them */
    size_t file_count;
    const char *via; /* who holds the door's key by which it came, or NULL; borrowed */
    /* as submission_check found it */
    const struct catalogue_service *service;
    enum language answer_language;
    char phone_e164[TEXT_PHONE_SIZE];         /* "": none */
    char email_lower[SUBMISSION_EMAIL_BYTES]; /* "": none */
    /* what the texts live in */
    struct json_store store;
    json_t *attributes, *contact; /* while they are read */
    size_t text_count;
    char *texts[SUBMISSION_MAX_TEXTS];
    struct submission_answer answers[SUBMISSION_MAX_ANSWERS];
};

/* Sets everything but the arrays, which the counts guard. */
void submission_init(struct submission *s);
void submission_free(struct submission *s);

/* Keeps a text as long as the submission: takes it over and returns it. */
const char *submission_keep(struct submission *s, char *text);

/* The body of POST /api/v1/cases, or where s joins a case that of its followers, which has fewer
 * fields. Returns -1 with *e (ERR_INPUT) when it is no JSON object; faults names the fields for
 * which it is none, if there are such (bad_bytes.h). */
int submission_read_json(struct submission *s, const char *body, size_t len, struct faults *faults,
                         struct err *e) CHECKED;

struct submission_form {
    struct submission *submission;
    struct faults *faults;
    const char *first_name, *last_name;
    const char *api_key, *jurisdiction_id; /* not the case's */
};
/* An http_field_fn; ctx is a struct submission_form. Unknown fields are ignored. */
void submission_read_field(void *ctx, const char *name, const char *value, size_t len);
/* After the last field. */
void submission_end_form(struct submission_form *form);

/* Judges by the catalogue and its areas and fills in the rest; -1 when there are faults (the
 * reader's too). Without a city every place will do. A service that is closed at the door is found,
 * without faults: who asks looks at service->closed_notice_vi first. */
int submission_check(struct submission *s, const struct catalogue *catalogue,
                     const struct area_map *city, struct faults *faults) CHECKED;

/* Addresses of pictures: what is wrong with them is said of "/media_url". */
void submission_check_media(const char *const urls[], size_t count, struct faults *faults);

#endif
