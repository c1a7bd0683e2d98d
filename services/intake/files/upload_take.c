/* SPDX-License-Identifier: Apache-2.0 */
/* upload_take - files out of a body while it arrives, each into a temporary file. */
#include "upload_set.h"

#include "blobs.h"
#include "log.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

static struct upload_set *set_of(struct uploads *u, struct http_request *request)
{
    struct upload_set *set = http_kept(request);

    if (set != NULL)
        return set;
    set = mem_new(1, sizeof(*set));
    set->uploads = u;
    set->request = request;
    http_keep(request, set);
    return set;
}

static void tmp_path(const struct upload *file, struct strbuf *out)
{
    blobs_tmp_path(out, file->set->uploads->settings.keeper->dir, file->tmp);
}

static void open_file(struct upload *file)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);
    char id[UUID_TEXT_SIZE];
    const struct uuid uuid = uuid_new();

    (void)snprintf(file->tmp, sizeof(file->tmp), "%s", uuid_text(&uuid, id));
    tmp_path(file, &path);
    if (strbuf_text(&path) != NULL)
        file->fd = open(path.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file->fd < 0) {
        log_event(LOG_ERROR, "could not take an upload", "why", strerror(errno), NULL);
        file->failed = true;
    }
}

void upload_close(struct upload *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

static int index_of(const struct upload_set *set, const char *field)
{
    int index = 0;

    for (size_t i = 0; i < set->count; i++)
        index += strcmp(set->files[i].field, field) == 0;
    return index;
}

/* A name without its folders, as some programs send it; one that is no text is none. */
static void take_name(struct upload *file, const char *name)
{
    for (const char *at = name; *at != '\0'; at++)
        if (*at == '/' || *at == '\\')
            name = at + 1;
    if (text_is_clean(name, strlen(name)))
        (void)snprintf(file->name, sizeof(file->name), "%s", name);
}

void uploads_begin(struct uploads *u, struct http_request *request, const char *field,
                   const char *file_name)
{
    struct upload_set *set = set_of(u, request);
    char name[UPLOAD_FIELD_SIZE];

    set->is_busy = set->is_busy || u->open >= u->settings.max_files;
    set->too_many = set->too_many || set->count == ATTACHMENTS_MOST;
    if (set->is_busy || set->too_many)
        return;
    (void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(field, "[]"), field);
    struct upload *file = &set->files[set->count];
    *file = (struct upload){.set = set,
                            .fd = -1,
                            .index = index_of(set, name),
                            .has_name = file_name != NULL,
                            .rule = RULES,
                            .lat = (double)NAN,
                            .lon = (double)NAN};
    memcpy(file->field, name, sizeof(name));
    if (file_name != NULL)
        take_name(file, file_name);
    set->count++;
    uploads_count(u, 1);
    open_file(file);
}

/* The file that streams now; NULL: none does, or it is not wanted any more. */
static struct upload *streaming(const struct http_request *request)
{
    struct upload_set *set = http_kept(request);

    if (set == NULL || set->is_busy || set->too_many || set->count == 0)
        return NULL;
    struct upload *file = &set->files[set->count - 1];
    return file->fd >= 0 ? file : NULL;
}

void uploads_data(struct http_request *request, const char *bytes, size_t len)
{
    struct upload *file = streaming(request);

    if (file == NULL)
        return;
    if (file->bytes == 0)
        file->most = uploads_most(file->set->uploads, bytes, len);
    file->bytes += (int64_t)len;
    if (file->bytes > file->most) {
        file->rule = RULE_FILE_SIZE;
        file->limit = (unsigned)(file->most / UPLOAD_MEGABYTE);
        upload_close(file);
        return;
    }
    for (size_t done = 0; done < len;) {
        ssize_t n = write(file->fd, bytes + done, len - done);
        if (n < 0 && errno != EINTR) {
            log_event(LOG_ERROR, "could not take an upload", "why", strerror(errno), NULL);
            file->failed = true;
            upload_close(file);
            return;
        }
        done += n > 0 ? (size_t)n : 0;
    }
}

void upload_remove(const struct upload *file)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    tmp_path(file, &path);
    if (file->tmp[0] != '\0' && strbuf_text(&path) != NULL)
        unlink(path.data);
}

void uploads_end(struct http_request *request)
{
    const struct upload_set *set = http_kept(request);
    struct upload *file = streaming(request);

    if (set == NULL || set->is_busy || set->too_many || set->count == 0)
        return;
    if (file == NULL)
        return; /* too large, or the disk is full */
    file->is_whole = true;
    upload_close(file);
}

/* Only after its answer, or when the service ends: no keeper has one of the files then. */
void uploads_forget(struct http_request *request)
{
    struct upload_set *set = http_kept(request);

    if (set == NULL)
        return;
    for (size_t i = 0; i < set->count; i++) {
        struct upload *file = &set->files[i];
        upload_close(file);
        if (file->stage == UPLOAD_SETTLED)
            continue;
        if (file->stage == UPLOAD_QUEUED)
            DL_DELETE(set->uploads->queue, file);
        upload_remove(file);
        uploads_count(set->uploads, -1);
    }
    http_keep(request, NULL);
    free(set->said);
    free(set);
}
