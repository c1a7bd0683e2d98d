/* SPDX-License-Identifier: Apache-2.0 */
/* upload_set - the files of a request as uploads.c and upload_take.c see them. */
#ifndef UPLOAD_SET_H
#define UPLOAD_SET_H

#include "http_multipart.h"
#include "uploads.h"

enum {
    UPLOAD_FIELD_SIZE = 64,
    UPLOAD_TMP_SIZE = 40,
    UPLOAD_DIGEST_SIZE = 65,
    UPLOAD_MEGABYTE = 1000 * 1000
};

enum upload_stage { UPLOAD_STREAMING, UPLOAD_QUEUED, UPLOAD_KEEPING, UPLOAD_SETTLED };

struct upload {
    struct upload_set *set;
    struct upload *prev, *next; /* while it is queued */
    enum upload_stage stage;
    char field[UPLOAD_FIELD_SIZE], tmp[UPLOAD_TMP_SIZE];
    int index; /* among the files of its field */
    int fd;    /* while it streams; -1 */
    bool has_name, is_whole;
    char name[HTTP_FILE_NAME_SIZE]; /* clean text, for what is said of it; "": none */
    int64_t bytes, most;            /* that came; that may come, by how it begins */
    /* what came of it */
    enum rule rule; /* that it breaks; RULES: none */
    unsigned limit; /* of the rule; 0: it has none */
    bool failed;
    struct attachment file;
    char digest[UPLOAD_DIGEST_SIZE];
    double lat, lon;
};

/* The files of one request. */
struct upload_set {
    struct uploads *uploads;
    struct http_request *request;
    struct upload files[ATTACHMENTS_MOST];
    size_t count, waiting; /* waiting: not settled */
    bool is_busy;          /* no room for all of them */
    bool too_many;
    bool place;
    http_handler_fn *handler;
    void *ctx;
    int64_t begun_us; /* monotonic */
    char *said;       /* of uploads_say */
};

struct uploads {
    struct uploads_settings settings;
    struct pool *pool;
    struct upload *queue;
    size_t open;
    struct {
        uploads_answer_fn *fn; /* NULL: none is out */
        void *ctx;
    } errand;
    char **environment;
};

void upload_close(struct upload *file);        /* its temporary file's descriptor, if it is open */
void upload_remove(const struct upload *file); /* its temporary file */
void uploads_count(struct uploads *uploads, int change); /* of those that are not settled */
/* How many bytes a file that begins so may have: those of its kind, or of any where that is not to
 * be seen yet. */
int64_t uploads_most(const struct uploads *uploads, const char *bytes, size_t len);

#endif
