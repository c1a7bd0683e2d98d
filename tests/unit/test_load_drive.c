/* SPDX-License-Identifier: Apache-2.0 */
/* links: ctl */
#include "load_drive.h"

#include "listener.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { REQUEST_ROOM = 16384 };

/* A server that answers one connection at a time, each request with the next of its answers, the
 * last one for ever. "" hangs up instead. */
struct server {
    pid_t pid;
    char url[64];
};

static const char accepted[] =
    "HTTP/1.1 201 Created\r\nContent-Length: 27\r\n\r\n"
    "{\"reference\":\"23456-789AB\"}";
static const char accepted_and_closed[] =
    "HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 27\r\n\r\n"
    "{\"reference\":\"23456-789AB\"}";
static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
static const char refused[] = "HTTP/1.1 422 Unprocessable\r\nContent-Length: 2\r\n\r\n{}";

/* False when the client has gone. */
static bool take_request(int fd)
{
    char text[REQUEST_ROOM + 1];
    size_t len = 0, wanted = REQUEST_ROOM;

    while (len < wanted) {
        ssize_t n = recv(fd, text + len, REQUEST_ROOM - len, 0);
        if (n <= 0)
            return false;
        len += (size_t)n;
        text[len] = '\0';
        const char *body = strstr(text, "\r\n\r\n");
        const char *length = strstr(text, "Content-Length: ");
        if (body != NULL && length != NULL)
            wanted = (size_t)(body + 4 - text) + strtoul(length + 16, NULL, 10);
    }
    return true;
}

static void serve(int listener, const char *const *answers)
{
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        while (take_request(fd)) {
            const char *answer = *answers;
            if (answers[1] != NULL)
                answers++;
            if (answer[0] == '\0' ||
                send(fd, answer, strlen(answer), MSG_NOSIGNAL) < (ssize_t)strlen(answer) ||
                answer == accepted_and_closed)
                break;
        }
        close(fd);
    }
}

static void server_open(struct server *s, const char *const *answers)
{
    unsigned port = 0;
    int fd = listener_open(&port);

    (void)snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%u", port);
    s->pid = fork();
    if (s->pid == 0)
        serve(fd, answers);
    close(fd);
}

static void server_close(struct server *s)
{
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
}

/* Sends count cases over one connection to a server with these answers. */
static void drive(const char *const *answers, int64_t count, bool keys, struct load_result *out)
{
    struct load_plan plan = {.run = 1, .services = {mem_text("HT04")}, .service_count = 1};
    struct load_texts *texts = load_texts_open();
    struct load_target target;
    struct server server;
    struct err e;

    server_open(&server, answers);
    assert_int_equal(load_target_read(server.url, &target, &e), 0);
    struct load_requests *requests = load_requests_open(texts, &plan, &target, keys);
    const struct load_drive_settings settings = {.target = &target,
                                                 .requests = requests,
                                                 .connections = 1,
                                                 .count = count,
                                                 .keys = keys,
                                                 .give_up_s = 20};
    assert_int_equal(load_drive(&settings, out, &e), 0);
    load_requests_close(&requests);
    load_texts_close(&texts);
    load_plan_free(&plan);
    server_close(&server);
}

static struct load_result *result_new(void)
{
    return mem_new(1, sizeof(struct load_result));
}

static void counts_what_is_accepted_and_refused(void **state)
{
    static const char *const answers[] = {accepted, refused, accepted, NULL};
    struct load_result *r = result_new();

    (void)state;
    drive(answers, 10, true, r);
    assert_int_equal(r->sent, 10);
    assert_int_equal(r->accepted, 9);
    assert_int_equal(r->refused, 1);
    assert_int_equal(r->errors + r->retries, 0);
    assert_int_equal(r->latency.total, 9);
    assert_string_equal(r->refusal, "422 {}");
    free(r);
}

static void with_keys_what_broke_or_found_the_server_busy_is_sent_again(void **state)
{
    static const char *const answers[] = {"", busy, "not http at all\r\n\r\n", accepted, NULL};
    struct load_result *r = result_new();

    (void)state;
    drive(answers, 3, true, r);
    assert_int_equal(r->sent, 3);
    assert_int_equal(r->accepted, 3);
    assert_int_equal(r->retries, 3);
    assert_int_equal(r->refused + r->errors, 0);
    free(r);
}

static void without_keys_nothing_is_sent_again(void **state)
{
    static const char *const answers[] = {"", busy, accepted, NULL};
    struct load_result *r = result_new();

    (void)state;
    drive(answers, 4, false, r);
    assert_int_equal(r->sent, 4);
    assert_int_equal(r->accepted, 2);
    assert_int_equal(r->refused, 1);
    assert_int_equal(r->errors, 1);
    assert_int_equal(r->retries, 0);
    free(r);
}

static void a_connection_that_the_server_closes_is_opened_again(void **state)
{
    static const char *const answers[] = {accepted_and_closed, accepted_and_closed, accepted, NULL};
    struct load_result *r = result_new();

    (void)state;
    drive(answers, 5, false, r);
    assert_int_equal(r->accepted, 5);
    assert_int_equal(r->errors, 0);
    free(r);
}

static void an_answer_without_a_reference_is_an_error(void **state)
{
    static const char *const answers[] = {"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}",
                                          accepted, NULL};
    struct load_result *r = result_new();

    (void)state;
    drive(answers, 2, true, r);
    assert_int_equal(r->accepted, 1);
    assert_int_equal(r->errors, 1);
    free(r);
}

static void gives_up_where_nobody_listens(void **state)
{
    struct load_plan plan = {.run = 1, .services = {mem_text("HT04")}, .service_count = 1};
    struct load_result *r = result_new();
    struct load_texts *texts = load_texts_open();
    struct load_target target;
    struct err e = {0};

    (void)state;
    assert_int_equal(load_target_read("http://127.0.0.1:1", &target, &e), 0);
    struct load_requests *requests = load_requests_open(texts, &plan, &target, true);
    assert_int_equal(load_drive(&(struct load_drive_settings){.target = &target,
                                                              .requests = requests,
                                                              .connections = 2,
                                                              .count = 1,
                                                              .give_up_s = 1},
                                r, &e),
                     -1);
    assert_int_equal(e.kind, ERR_BUSY);
    load_requests_close(&requests);
    load_texts_close(&texts);
    load_plan_free(&plan);
    free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_is_accepted_and_refused),
        cmocka_unit_test(with_keys_what_broke_or_found_the_server_busy_is_sent_again),
        cmocka_unit_test(without_keys_nothing_is_sent_again),
        cmocka_unit_test(a_connection_that_the_server_closes_is_opened_again),
        cmocka_unit_test(an_answer_without_a_reference_is_an_error),
        cmocka_unit_test(gives_up_where_nobody_listens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
