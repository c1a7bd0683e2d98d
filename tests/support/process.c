/* SPDX-License-Identifier: Apache-2.0 */
#include "process.h"

#include "child.h"
#include "format.h"
#include "http_client.h"
#include "mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY_LIMIT_MS = 60000, STOP_LIMIT_MS = 60000, LOOK_EVERY_MS = 5, SHOWN_BYTES = 3000 };
enum { PORTS_FROM = 12000, PORTS = 20000 };

struct process {
    char *path, *log, *dir;
    char **env;
    unsigned port;
    pid_t pid;  /* 0: not running */
    bool asked; /* to stop */
};

static bool is_free(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        abort();
    bool bound = bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    close(fd);
    return bound;
}

/* Below those that the kernel gives to clients, which would take it while a service is down. */
unsigned process_free_port(void)
{
    unsigned port;

    do
        port = PORTS_FROM + arc4random_uniform(PORTS);
    while (!is_free(port));
    return port;
}

/* ---- its log ---- */

static int make_log(struct process *p, const char *name, struct err *e)
{
    AUTO(format_free) char *dir = format_new(TEST_LOG_DIR "/%s", program_invocation_short_name);

    if ((mkdir(TEST_LOG_DIR, 0755) < 0 && errno != EEXIST) ||
        (mkdir(dir, 0755) < 0 && errno != EEXIST))
        return err_set(e, ERR_SYSTEM, "could not make %s: %s", dir, strerror(errno));
    p->log = format_new("%s/%s.log", dir, name);
    if (unlink(p->log) < 0 && errno != ENOENT)
        return err_set(e, ERR_SYSTEM, "could not remove %s: %s", p->log, strerror(errno));
    return 0;
}

void process_show_log(const struct process *p)
{
    char end[SHOWN_BYTES + 1] = "";
    FILE *file = fopen(p->log, "re");

    fprintf(stderr, "---- the end of %s\n", p->log);
    if (file == NULL)
        return;
    if (fseek(file, -(long)SHOWN_BYTES, SEEK_END) < 0)
        rewind(file);
    end[fread(end, 1, SHOWN_BYTES, file)] = '\0';
    fclose(file);
    fprintf(stderr, "%s----\n", end);
}

/* ---- its life ---- */

/* Keeps copies of env and of the listening address. */
static void keep_environment(struct process *p, const char *const *env)
{
    size_t count = 0;

    while (env != NULL && env[count] != NULL)
        count++;
    p->env = mem_new(count + 2, sizeof(*p->env));
    for (size_t i = 0; i < count; i++)
        p->env[i] = mem_text(env[i]);
    p->env[count] = format_new("DUNGHEN_METRICS_LISTEN=127.0.0.1:%u", p->port);
}

int process_again(struct process *p, struct err *e)
{
    p->asked = false;
    return child_start(&p->pid,
                       &(struct child_settings){.argv = (const char *[]){p->path, NULL},
                                                .env = (const char *const *)p->env,
                                                .log = p->log,
                                                .dir = p->dir},
                       e);
}

int process_start(struct process **out, const struct process_settings *settings, struct err *e)
{
    AUTO(process_close) struct process *p = mem_new(1, sizeof(*p));

    p->path = format_new(BIN_DIR "/%s", settings->program);
    p->dir = settings->dir != NULL ? mem_text(settings->dir) : NULL;
    p->port = process_free_port();
    keep_environment(p, settings->env);
    if (make_log(p, settings->name, e) < 0 || process_again(p, e) < 0)
        return -1;
    *out = p;
    p = NULL;
    return 0;
}

void process_kill(struct process *p)
{
    if (p->pid == 0)
        return;
    kill(p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
    p->pid = 0;
}

void process_close(struct process **process)
{
    struct process *p = *process;

    if (p == NULL)
        return;
    process_kill(p);
    for (char **setting = p->env; setting != NULL && *setting != NULL; setting++)
        free(*setting);
    free(p->env);
    free(p->dir);
    free(p->log);
    free(p->path);
    free(p);
    *process = NULL;
}

unsigned process_port(const struct process *p)
{
    return p->port;
}

pid_t process_pid(const struct process *p)
{
    return p->pid;
}

/* NULL: that it is ready. */
bool process_says(const struct process *p, const char *text)
{
    struct client_request request = {.port = p->port, .method = "GET", .path = "/readyz"};
    AUTO(client_answer_free) struct client_answer answer = {0};
    struct err e;

    if (client_send(&request, &answer, &e) < 0)
        return false;
    return text != NULL ? strstr(answer.body, text) != NULL : answer.status == 200;
}

static int wait_until(struct process *p, const char *said, struct err *e)
{
    char text[64];
    int status = 0;

    for (int waited = 0; waited < READY_LIMIT_MS; waited += LOOK_EVERY_MS) {
        if (process_says(p, said))
            return 0;
        if (child_wait(p->pid, LOOK_EVERY_MS, &status, e) == 0) {
            p->pid = 0;
            process_show_log(p);
            return err_set(e, ERR_SYSTEM, "%s %s", p->path, child_end_text(status, text));
        }
    }
    process_show_log(p);
    return err_set(e, ERR_BUSY, "%s does not become ready, or does not say so", p->path);
}

int process_wait_ready(struct process *p, struct err *e)
{
    return wait_until(p, NULL, e);
}

int process_wait_says(struct process *p, const char *text, struct err *e)
{
    return wait_until(p, text, e);
}

void process_ask_to_stop(struct process *p)
{
    kill(p->pid, SIGTERM);
    p->asked = true;
}

bool process_is_over(const struct process *p)
{
    siginfo_t end = {0};

    return waitid(P_PID, (id_t)p->pid, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid != 0;
}

int process_stop(struct process *p, struct err *e)
{
    char text[64];
    int status = 0;

    if (p->pid == 0) /* which kill() takes for the test itself */
        return err_set(e, ERR_SYSTEM, "%s is not running", p->path);
    if (!p->asked) /* a second signal would be an order */
        process_ask_to_stop(p);
    if (child_wait(p->pid, STOP_LIMIT_MS, &status, e) < 0) {
        process_show_log(p);
        return err_in(e, p->path);
    }
    p->pid = 0;
    if (status == 0)
        return 0;
    process_show_log(p);
    return err_set(e, ERR_SYSTEM, "%s %s", p->path, child_end_text(status, text));
}

double process_metric(const struct process *p, const char *name)
{
    struct client_request request = {.port = p->port, .method = "GET", .path = "/metrics"};
    AUTO(client_answer_free) struct client_answer answer = {0};
    size_t len = strlen(name);
    struct err e;

    if (client_send(&request, &answer, &e) < 0)
        return (double)NAN;
    for (const char *line = answer.body; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, len) == 0 && line[len] == ' ')
            return strtod(line + len, NULL);
    }
    return (double)NAN;
}
