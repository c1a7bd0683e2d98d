/* SPDX-License-Identifier: Apache-2.0 */
#include "outside.h"

#include "child.h"
#include "clock.h"
#include "format.h"
#include "http_ask.h"
#include "mem.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "unit.h"

enum { START_MS = 60000, LOOK_MS = 20 };

struct outside {
    pid_t pid;
    char *dir, *ca;
    json_t *ports;
};

static int read_ports(struct outside *o, struct err *e)
{
    AUTO(format_free) char *path = format_new("%s/ports.json", o->dir);
    int64_t limit = clock_mono_us() + START_MS * (int64_t)CLOCK_US_PER_MS;

    while (o->ports == NULL && clock_mono_us() < limit) {
        o->ports = json_load_file(path, 0, NULL);
        if (o->ports == NULL)
            poll(NULL, 0, LOOK_MS);
    }
    return o->ports != NULL ? 0
                            : err_set(e, ERR_SYSTEM, "outside.py does not start; see %s", o->dir);
}

int outside_start(struct outside **out, const char *dir, struct err *e)
{
    AUTO(outside_close) struct outside *o = mem_new(1, sizeof(*o));

    o->dir = format_new("%s/outside", dir);
    o->ca = format_new("%s/ca.pem", o->dir);
    AUTO(format_free) char *log = format_new("%s/log", o->dir);
    if (mkdir(o->dir, 0700) < 0)
        return err_set(e, ERR_SYSTEM, "could not make %s", o->dir);
    const char *const argv[] = {"/usr/bin/python3", SOURCE_DIR "/tests/support/outside.py", o->dir,
                                NULL};
    const struct child_settings settings = {.argv = argv, .log = log};
    if (child_start(&o->pid, &settings, e) < 0 || read_ports(o, e) < 0)
        return -1;
    *out = o;
    o = NULL;
    return 0;
}

void outside_close(struct outside **outside)
{
    struct outside *o = *outside;
    struct err e;
    int status;

    if (o == NULL)
        return;
    if (o->pid > 0) {
        kill(o->pid, SIGKILL);
        (void)!child_wait(o->pid, START_MS, &status, &e);
    }
    json_release(&o->ports);
    free(o->ca);
    free(o->dir);
    free(o);
    *outside = NULL;
}

unsigned outside_port(const struct outside *outside, const char *name)
{
    return (unsigned)json_integer_value(json_object_get(outside->ports, name));
}

const char *outside_ca(const struct outside *outside)
{
    return outside->ca;
}

/* ---- what notifier needs for it ---- */

void outside_settings(const struct outside *o, char *out[OUTSIDE_SETTINGS])
{
    char *const settings[OUTSIDE_SETTINGS] = {
        format_new("DUNGHEN_SMTP_URL=smtp://127.0.0.1:%u", outside_port(o, "starttls")),
        format_new("DUNGHEN_SMTP_USER=notifier"),
        format_new("DUNGHEN_SMTP_PASSWORD=mật khẩu"),
        format_new("DUNGHEN_MAIL_FROM=no-reply@tiny.example"),
        format_new("DUNGHEN_CA_FILE=%s", o->ca),
        format_new("DUNGHEN_QUIET_HOURS="),
        format_new("DUNGHEN_RETRY_FIRST_MS=20"),
        format_new("DUNGHEN_DELIVERY_TIMEOUT_S=%d", OUTSIDE_LIMIT_S),
    };

    memcpy(out, settings, sizeof(settings));
}

static void write_file(const char *path, mode_t mode, const char *text)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

void outside_catalogue(const struct outside *o, const char *catalogue, const char *dir)
{
    AUTO(format_free) char *copy = format_new("cp -rT %s %s", catalogue, dir);
    AUTO(format_free) char *path = format_new("%s/gateways.csv", dir);
    const char *const cp[] = {"/bin/sh", "-c", copy, NULL};
    unsigned port = outside_port(o, "http");
    AUTO(format_free)
    char *rows = format_new(
        "channel,url,method,content_type,headers,body,success,refusal,secrets,timeout,places,"
        "deadline\n"
        "sms,http://127.0.0.1:%u/sms,POST,application/json,Authorization: Bearer {{secret_sms}},"
        "\"{\"\"to\"\":{{to}},\"\"text\"\":{{text}}}\",/CodeResult=100,/CodeResult=99,sms,%d,8,24\n"
        "zalo,http://127.0.0.1:%u/zalo,POST,application/x-www-form-urlencoded,,"
        "to={{to}}&text={{text}},,,,%d,8,24\n",
        port, OUTSIDE_LIMIT_S, port, OUTSIDE_LIMIT_S);
    struct err e;

    assert_int_equal(child_run(&(struct child_settings){.argv = cp}, &e), 0);
    write_file(path, 0644, rows);
}

void outside_secret(const char *keys_dir)
{
    AUTO(format_free) char *dir = format_new("%s/gateways", keys_dir);
    AUTO(format_free) char *path = format_new("%s/sms", dir);

    assert_int_equal(mkdir(dir, 0700), 0);
    write_file(path, 0600, "s3cret\n");
}

/* ---- asking it ---- */

static void ask(struct outside *o, const char *method, const char *path, const char *body,
                struct client_answer *out)
{
    const struct client_request request = {.port = outside_port(o, "http"),
                                           .method = method,
                                           .path = path,
                                           .body = body,
                                           .len = strlen(body)};

    http_ask(&request, out);
}

void outside_behave(struct outside *outside, const char *what, const char *how)
{
    AUTO(format_free) char *path = format_new("/behave/%s", what);
    AUTO(client_answer_free) struct client_answer answer = {0};

    ask(outside, "PUT", path, how, &answer);
    assert_int_equal(answer.status, 200);
}

void outside_forget(struct outside *outside)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    ask(outside, "PUT", "/forget", "", &answer);
    assert_int_equal(answer.status, 200);
}

static json_t *fetch(struct outside *outside, const char *path)
{
    AUTO(client_answer_free) struct client_answer answer = {0};

    ask(outside, "GET", path, "", &answer);
    json_t *seen = json_loadb(answer.body, answer.len, 0, NULL);
    assert_non_null(seen);
    return seen;
}

json_t *outside_seen(struct outside *outside, const char *what)
{
    AUTO(format_free) char *path = format_new("/seen/%s", what);

    return fetch(outside, path);
}

json_t *outside_told(struct outside *outside, const char *what, size_t from)
{
    AUTO(format_free) char *path = format_new("/told/%s?%zu", what, from);

    return fetch(outside, path);
}

size_t outside_keys(const json_t *seen)
{
    AUTO(json_release) json_t *keys = json_object();
    const json_t *thing;
    size_t i;

    json_array_foreach((json_t *)(uintptr_t)seen, i, thing)
        json_object_set_new(keys, json_string_value(json_object_get(thing, "key")), json_true());
    return json_object_size(keys);
}

json_t *outside_wait(struct outside *outside, const char *what, size_t count, int limit_ms)
{
    int64_t limit = clock_mono_us() + limit_ms * (int64_t)CLOCK_US_PER_MS;

    for (;;) {
        json_t *seen = outside_seen(outside, what);
        size_t keys = outside_keys(seen);
        if (keys >= count)
            return seen;
        json_release(&seen);
        if (clock_mono_us() > limit)
            fail_msg("%s has taken %zu messages, not %zu", what, keys, count);
        poll(NULL, 0, LOOK_MS);
    }
}
