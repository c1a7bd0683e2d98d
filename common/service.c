/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include "crypto.h"
#include "log.h"
#include "mem.h"
#include "strbuf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Unknown names would silently be UTC. */
static int set_timezone(const char *name, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(256);
    struct stat info;

    strbuf_addf(&path, "/usr/share/zoneinfo/%s", name);
    if (strstr(name, "..") != NULL || strbuf_text(&path) == NULL ||
        stat(strbuf_text(&path), &info) < 0 || !S_ISREG(info.st_mode))
        return err_set(e, ERR_INPUT, "DUNGHEN_TIMEZONE = \"%s\" is not in the tz database", name);
    setenv("TZ", name, 1);
    tzset();
    return 0;
}

/* Makes path and its parents. */
static int make_directory(const char *path, struct err *e)
{
    char *copy = mem_text(path);
    int rc = 0;

    for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(copy, 0755);
        *slash = '/';
    }
    if (mkdir(copy, 0700) < 0 && errno != EEXIST)
        rc = err_set(e, ERR_INPUT, "DUNGHEN_RUN_DIR = \"%s\" cannot be made: %s", path,
                     strerror(errno));
    free(copy);
    return rc;
}

int service_start(const struct config_program *program, const struct config_key keys[],
                  void *settings, struct service *service, char **argv, bool *done, struct err *e)
{
    enum log_level level;

    log_open(program->name, LOG_INFO);
    if (config_start(program, keys, settings, argv, done, e) < 0)
        return -1;
    if (service->run_dir == NULL) /* --help and --version read no settings */
        return 0;
    if (log_level_read(service->log_level, &level, e) < 0)
        return err_in(e, "DUNGHEN_LOG");
    log_open(program->name, level);
    if (set_timezone(service->timezone, e) < 0)
        return -1;
    if (*done)
        return 0;
    if (make_directory(service->run_dir, e) < 0)
        return -1;
    return crypto_open(e);
}

int service_endpoint(const struct service *service, const char *name, char **endpoint,
                     struct err *e)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(4096);

    if ((*endpoint)[0] != '\0')
        return 0;
    strbuf_addf(&text, "%s/%s.ipc", service->run_dir, name);
    if (text.len > CONFIG_SOCKET_PATH_BYTES)
        return err_set(e, ERR_INPUT,
                       "DUNGHEN_RUN_DIR is too long for a socket: \"%s\" has %zu "
                       "bytes, the limit is %d",
                       strbuf_text(&text), text.len, CONFIG_SOCKET_PATH_BYTES);
    free(*endpoint);
    strbuf_free(&text);
    strbuf_addf(&text, "ipc://%s/%s.ipc", service->run_dir, name);
    *endpoint = mem_text(strbuf_text(&text));
    return 0;
}
