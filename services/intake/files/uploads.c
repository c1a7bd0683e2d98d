/* SPDX-License-Identifier: Apache-2.0 */
#include "upload_set.h"

#include "blobs.h"
#include "clock.h"
#include "log.h"
#include "mem.h"
#include "messages.h"
#include "metrics.h"
#include "pool.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

enum {
    FORM_BYTES = 256 * 1024, /* of a body with files, beside them */
    UNKNOWN_BYTES = 256 * 1024 * 1024,
    LIMIT_SLACK_US = 10 * CLOCK_US_PER_S, /* a keeper has the disk to wait for as well */
};

static const char keeper_word[] = "--keeper"; /* how intake starts its own children */
static const char own_program[] = "/proc/self/exe";

METRIC_COUNTER(kept_total, "dunghen_intake_files_kept_total", "Uploaded files that were kept.");
METRIC_COUNTER(refused_total, "dunghen_intake_files_refused_total",
               "Uploaded files that broke a rule.");
METRIC_COUNTER(failed_total, "dunghen_intake_files_failed_total",
               "Uploaded files that could not be kept though nothing was wrong with them.");
METRIC_COUNTER(deaths, "dunghen_intake_keeper_deaths_total",
               "Keepers that ended without being told to, those killed at their limit included.");
METRIC_GAUGE(open_files, "dunghen_intake_files_pending",
             "Uploaded files that are not settled yet.");
METRIC_HISTOGRAM(keep_seconds, "dunghen_intake_keep_seconds",
                 "From the last byte of a body to the settling of a file in it.");

/* ---- opening ---- */

static char *setting(const char *name, const char *value)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(PATH_MAX + 100);

    strbuf_addf(&text, "%s=%s", name, value);
    return mem_text(strbuf_text(&text) != NULL ? text.data : "");
}

static char *setting_int(const char *name, int64_t value)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%lld", (long long)value);
    return setting(name, text);
}

/* All that a keeper is to know: no database and no keys. */
static void make_environment(struct uploads *u)
{
    static const char *const passed[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
    const struct keeper_settings *k = u->settings.keeper;
    size_t count = 0;

    u->environment = mem_new(4 + COUNT(passed), sizeof(char *));
    u->environment[count++] = setting("DUNGHEN_ATTACHMENTS_DIR", k->dir);
    u->environment[count++] = setting_int("DUNGHEN_ATTACHMENTS_LIMIT_MS", k->limit_ms);
    u->environment[count++] = setting_int("DUNGHEN_ATTACHMENTS_MEMORY_MB", k->memory_mb);
    for (size_t i = 0; i < COUNT(passed); i++)
        if (getenv(passed[i]) != NULL)
            u->environment[count++] = setting(passed[i], getenv(passed[i]));
}

static void on_idle(void *ctx);

int uploads_open(struct uploads **out, const struct uploads_settings *settings, struct err *e)
{
    static const char *const argv[] = {"dunghen-intake", keeper_word, NULL};
    struct uploads *u;

    if (blobs_open(settings->keeper->dir, e) < 0)
        return -1;
    u = mem_new(1, sizeof(*u));
    u->settings = *settings;
    make_environment(u);
    u->pool = pool_open(&(struct pool_settings){
        .loop = settings->loop,
        .what = "keeper",
        .program = own_program,
        .argv = argv,
        .env = (const char *const *)u->environment,
        .children = settings->keepers,
        .limit_us = settings->keeper->limit_ms * CLOCK_US_PER_MS + LIMIT_SLACK_US,
        .answer_max = KEEPER_MESSAGE_MAX,
        .deaths = &deaths});
    pool_on_idle(u->pool, on_idle, u);
    metric_set(&open_files, 0);
    metric_add(&kept_total, 0);
    metric_add(&refused_total, 0);
    metric_add(&failed_total, 0);
    *out = u;
    return 0;
}

void uploads_close(struct uploads **uploads)
{
    struct uploads *u = *uploads;

    if (u == NULL)
        return;
    pool_close(&u->pool);
    for (char **text = u->environment; *text != NULL; text++)
        free(*text);
    free(u->environment);
    free(u);
    *uploads = NULL;
}

const char *uploads_trouble(const struct uploads *u)
{
    if (!blobs_can_keep(u->settings.keeper->dir))
        return "the folder of attachments cannot be written";
    return pool_ready(u->pool) > 0 ? NULL : "no keeper is ready";
}

/* ---- limits ---- */

int64_t uploads_most(const struct uploads *u, const char *bytes, size_t len)
{
    static const struct {
        const char *begin;
        size_t len;
        enum attachment_kind kind;
    } kinds[] = {{"\xFF\xD8\xFF", 3, ATTACHMENT_PHOTO},
                 {"\x89PNG", 4, ATTACHMENT_PHOTO},
                 {"RIFF", 4, ATTACHMENT_PHOTO},
                 {"%PDF", 4, ATTACHMENT_DOCUMENT}};
    const struct catalogue *c = catalogue_now(u->settings.catalogue);
    int64_t most = 0;

    for (size_t i = 0; i < COUNT(kinds); i++)
        if (len >= kinds[i].len && memcmp(bytes, kinds[i].begin, kinds[i].len) == 0)
            return attachment_limit(c, kinds[i].kind)->max_bytes;
    for (int kind = 0; kind < ATTACHMENT_KINDS; kind++) {
        int64_t of_kind = attachment_limit(c, (enum attachment_kind)kind)->max_bytes;
        most = of_kind > most ? of_kind : most;
    }
    return most;
}

/* As much as a case may have of everything. While nobody knows, bodies are taken and nothing of
 * them is kept: their handlers have another answer then. */
size_t uploads_limit(const struct uploads *u)
{
    const struct catalogue *c = catalogue_now(u->settings.catalogue);
    size_t sum = FORM_BYTES;

    if (c == NULL)
        return UNKNOWN_BYTES;
    for (int kind = 0; kind < ATTACHMENT_KINDS; kind++) {
        const struct catalogue_attachment *limit = attachment_limit(c, (enum attachment_kind)kind);
        sum += (size_t)limit->max_bytes * (size_t)limit->max_count;
    }
    return sum;
}

/* ---- settling ---- */

void uploads_count(struct uploads *u, int change)
{
    u->open = (size_t)((ptrdiff_t)u->open + change);
    metric_set(&open_files, (double)u->open);
}

static void settle(struct upload *file)
{
    struct upload_set *set = file->set;

    file->stage = UPLOAD_SETTLED;
    uploads_count(set->uploads, -1);
    if (file->failed)
        metric_add(&failed_total, 1);
    else
        metric_add(file->rule == RULES ? &kept_total : &refused_total, 1);
}

/* The empty field of a browser is no file. */
static bool is_unnamed(const struct upload *file)
{
    return file->bytes == 0 && !file->has_name;
}

static void leave_out_unnamed(struct upload_set *set)
{
    size_t to = 0;

    for (size_t i = 0; i < set->count; i++) {
        struct upload *file = &set->files[i];
        if (is_unnamed(file)) {
            upload_close(file);
            upload_remove(file);
            uploads_count(set->uploads, -1);
        } else {
            set->files[to++] = *file;
        }
    }
    set->count = to;
}

static void take_answer(struct upload *file, const struct keeper_answer *a)
{
    enum attachment_type ignored;

    if (a->digest != NULL)
        (void)snprintf(file->digest, sizeof(file->digest), "%s", a->digest);
    if (a->rule != NULL) {
        file->rule = rule_read(a->rule);
        file->limit = (unsigned)(a->limit / UPLOAD_MEGABYTE);
        file->failed = file->rule == RULES;
        return;
    }
    if (a->name == NULL || strlen(a->name) >= ATTACHMENT_NAME_SIZE ||
        !attachment_name_read(a->name, &ignored, NULL)) {
        file->failed = true;
        return;
    }
    (void)snprintf(file->file.name, sizeof(file->file.name), "%s", a->name);
    file->file.bytes = a->bytes;
    file->file.width = (uint32_t)a->width;
    file->file.height = (uint32_t)a->height;
    file->lat = a->lat;
    file->lon = a->lon;
}

static void go_on(struct upload_set *set)
{
    if (set->waiting == 0)
        set->handler(set->ctx, set->request);
}

static void pump(struct uploads *u);

static void on_kept(void *ctx, const char *answer, size_t len, const struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct keeper_answer said = {0};
    struct upload *file = ctx;
    struct uploads *u = file->set->uploads;
    struct err why;

    if (e == NULL && answer_read(keeper_answer_fields, answer, len, &store, &said, &why) < 0)
        e = &why;
    if (e != NULL) {
        log_event(LOG_ERROR, "file not kept", "why", e->text, NULL);
        file->failed = true;
        upload_remove(file);
    } else {
        take_answer(file, &said);
    }
    metric_observe_us(&keep_seconds, clock_mono_us() - file->set->begun_us);
    settle(file);
    file->set->waiting--;
    go_on(file->set);
    pump(u);
}

static void write_order(const struct upload *file, struct strbuf *out)
{
    const struct catalogue *c = catalogue_now(file->set->uploads->settings.catalogue);
    const struct keeper_order order = {
        .file = file->tmp,
        .place = file->set->place,
        .photo = attachment_limit(c, ATTACHMENT_PHOTO)->max_bytes,
        .document = attachment_limit(c, ATTACHMENT_DOCUMENT)->max_bytes,
        .video = attachment_limit(c, ATTACHMENT_VIDEO)->max_bytes,
        .sound = attachment_limit(c, ATTACHMENT_SOUND)->max_bytes,
    };

    json_write(keeper_order_fields, &order, out);
}

static void hand_over(struct uploads *u, struct upload *file)
{
    AUTO(strbuf_free) struct strbuf order = STRBUF(KEEPER_MESSAGE_MAX);
    struct err e;

    write_order(file, &order);
    if (pool_send(u->pool, order.data, order.len, on_kept, file, &e) < 0)
        return; /* it stays in the queue */
    DL_DELETE(u->queue, file);
    file->stage = UPLOAD_KEEPING;
}

static void pump(struct uploads *u)
{
    while (u->queue != NULL && pool_idle(u->pool) > 0) {
        struct upload *file = u->queue;
        hand_over(u, file);
        if (file->stage == UPLOAD_QUEUED)
            return;
    }
}

static void on_idle(void *ctx)
{
    pump(ctx);
}

/* ---- for handlers ---- */

bool uploads_has_files(const struct http_request *request)
{
    const struct upload_set *set = http_kept(request);

    if (set == NULL)
        return false;
    for (size_t i = 0; i < set->count; i++)
        if (!is_unnamed(&set->files[i]))
            return true;
    return set->is_busy || set->too_many;
}

bool uploads_resumed(const struct http_request *request)
{
    const struct upload_set *set = http_kept(request);

    return set != NULL && set->handler != NULL && set->waiting == 0;
}

static void queue_file(struct upload *file)
{
    struct uploads *u = file->set->uploads;

    upload_close(file);
    if (file->failed || file->rule != RULES || !file->is_whole) {
        file->failed = file->failed || (!file->is_whole && file->rule == RULES);
        upload_remove(file);
        settle(file);
        return;
    }
    file->stage = UPLOAD_QUEUED;
    file->set->waiting++;
    DL_APPEND(u->queue, file);
}

bool uploads_settled(struct http_request *request, bool place, http_handler_fn *handler, void *ctx)
{
    struct upload_set *set = http_kept(request);

    if (set == NULL || set->uploads == NULL)
        return true; /* no file has come, at the most it is kept what was said */
    if (set->handler != NULL)
        return set->waiting == 0;
    set->handler = handler;
    set->ctx = ctx;
    set->place = place;
    set->begun_us = clock_mono_us();
    leave_out_unnamed(set);
    if (set->is_busy || set->too_many)
        return true;
    for (size_t i = 0; i < set->count; i++)
        queue_file(&set->files[i]);
    bool wait = set->waiting > 0; /* a keeper answers later, never from within */
    pump(set->uploads);
    return !wait;
}

static void add_fault(const struct upload *file, struct faults *faults)
{
    char parent[UPLOAD_FIELD_SIZE + 1], index[16];

    (void)snprintf(parent, sizeof(parent), "/%s", file->field);
    (void)snprintf(index, sizeof(index), "%d", file->index);
    faults_add_file(faults, parent, index, file->rule, file->limit, file->name);
}

static void add_file(const struct upload *file, struct uploads_result *out)
{
    (void)snprintf(out->pointers[out->count], sizeof(out->pointers[0]), "/%s/%d", file->field,
                   file->index);
    out->files[out->count++] = file->file;
    if (isnan(out->lat)) {
        out->lat = file->lat;
        out->lon = file->lon;
    }
}

int uploads_result(const struct http_request *request, struct uploads_result *out,
                   struct faults *faults, struct err *e)
{
    const struct upload_set *set = http_kept(request);

    *out = (struct uploads_result){.lat = (double)NAN, .lon = (double)NAN};
    if (set == NULL)
        return 0;
    if (set->is_busy)
        return err_set(e, ERR_BUSY, "too many files are on their way");
    if (set->too_many)
        faults_add_file(faults, "/files", NULL, RULE_FILE_COUNT, ATTACHMENTS_MOST, "");
    for (size_t i = 0; !set->too_many && i < set->count; i++) {
        const struct upload *file = &set->files[i];
        if (file->failed)
            return err_set(e, ERR_BUSY, "a file could not be kept");
        if (file->rule != RULES)
            add_fault(file, faults);
        else
            add_file(file, out);
    }
    return 0;
}

const char *uploads_say(struct http_request *request, struct strbuf *said, size_t *len)
{
    struct upload_set *set = http_kept(request);

    if (set == NULL) {
        set = mem_new(1, sizeof(*set));
        http_keep(request, set);
    }
    for (size_t i = 0; i < set->count; i++)
        strbuf_addf(said, "%s/%d=%s\n", set->files[i].field, set->files[i].index,
                    set->files[i].digest);
    free(set->said);
    set->said = NULL;
    const char *text = strbuf_text(said);
    if (text == NULL)
        return NULL;
    *len = said->len;
    set->said = mem_new(*len + 1, 1); /* of a form without fields it is empty */
    memcpy(set->said, text, *len);
    return set->said;
}

/* ---- other orders ---- */

static void on_errand(void *ctx, const char *answer, size_t len, const struct err *e)
{
    AUTO(json_store_free) struct json_store store = {0};
    struct keeper_answer said = {0};
    struct uploads *u = ctx;
    uploads_answer_fn *fn = u->errand.fn;
    struct err why;

    u->errand.fn = NULL;
    if (e == NULL && answer_read(keeper_answer_fields, answer, len, &store, &said, &why) < 0)
        e = &why;
    fn(u->errand.ctx, e == NULL ? &said : NULL, e);
}

int uploads_order(struct uploads *u, const struct keeper_order *order, uploads_answer_fn *fn,
                  void *ctx, struct err *e)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(KEEPER_MESSAGE_MAX);

    if (u->errand.fn != NULL)
        return err_set(e, ERR_BUSY, "another order is being carried out");
    json_write(keeper_order_fields, order, &text);
    if (strbuf_text(&text) == NULL)
        return err_set(e, ERR_INPUT, "the order is too long");
    if (pool_send(u->pool, text.data, text.len, on_errand, u, e) < 0)
        return -1;
    u->errand.fn = fn;
    u->errand.ctx = ctx;
    return 0;
}
