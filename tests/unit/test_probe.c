/* SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#include "metrics.h"
#include "strbuf.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

METRIC_COUNTER(probed, "test_probed_total", "Counted by the test.");

static struct fixture {
    struct loop *loop;
    struct probe *probe;
    const char *database;
    int client;
    char answer[65536];
    size_t len;
} f;

static const char *database_state(void *ctx)
{
    assert_ptr_equal(ctx, &f);
    return f.database;
}

static const char *router_state(void *ctx)
{
    (void)ctx;
    return NULL;
}

static const struct probe_check checks[] = {
    {"database", database_state},
    {"router", router_state},
    {0},
};

static int open_probe(void **state)
{
    struct err e = {0};

    (void)state;
    memset(&f, 0, sizeof(f));
    return loop_open(&f.loop, &e) < 0
               ? -1
               : probe_open(&f.probe, f.loop, "tracker", "127.0.0.1:0", checks, &f, &e);
}

static int close_probe(void **state)
{
    (void)state;
    probe_close(&f.probe);
    loop_close(&f.loop);
    return 0;
}

static void on_client(void *ctx)
{
    (void)ctx;
    ssize_t n = recv(f.client, f.answer + f.len, sizeof(f.answer) - 1 - f.len, MSG_DONTWAIT);
    if (n > 0) {
        f.len += (size_t)n;
        return;
    }
    loop_unwatch_fd(f.loop, f.client);
    loop_stop(f.loop);
}

/* The whole answer to a GET. */
static const char *get(const char *path)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(200);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)probe_port(f.probe)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct err e = {0};

    f.client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(f.client, (const struct sockaddr *)&address, sizeof(address)), 0);
    strbuf_addf(&text, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
    assert_int_equal(send(f.client, text.data, text.len, MSG_NOSIGNAL), text.len);
    f.len = 0;
    loop_watch_fd(f.loop, f.client, LOOP_READ, on_client, NULL);
    assert_int_equal(loop_run(f.loop, &e), 0);
    close(f.client);
    f.answer[f.len] = '\0';
    return f.answer;
}

static void assert_answer(const char *path, const char *status, const char *part)
{
    const char *answer = get(path);

    assert_non_null(strstr(answer, status));
    if (strstr(answer, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, answer);
}

static void is_healthy_whatever_the_checks_say(void **state)
{
    (void)state;
    f.database = "not connected";
    assert_answer("/healthz", "HTTP/1.1 200 ", "\r\n\r\nok\n");
}

static void is_ready_when_all_checks_are_well(void **state)
{
    (void)state;
    assert_answer("/readyz", "HTTP/1.1 200 ",
                  "\r\n\r\n{\"ready\":true,\"checks\":{\"database\":\"ok\",\"router\":\"ok\"}}");
}

static void tells_which_check_is_not_well(void **state)
{
    (void)state;
    f.database = "not \"connected\"";
    assert_answer("/readyz", "HTTP/1.1 503 ",
                  "{\"ready\":false,\"checks\":{\"database\":\"not \\\"connected\\\"\","
                  "\"router\":\"ok\"}}");
    f.database = "\xff";
    assert_answer("/readyz", "HTTP/1.1 503 ", "\"database\":\"failed\"");
}

static void is_not_ready_while_stopping(void **state)
{
    (void)state;
    probe_drain(f.probe);
    assert_answer("/readyz", "HTTP/1.1 503 ", "\"router\":\"ok\",\"service\":\"stopping\"}}");
}

static void shows_the_metrics(void **state)
{
    (void)state;
    metric_add(&probed, 3);
    assert_answer("/metrics", "HTTP/1.1 200 ", "\ntest_probed_total 3\n");
    assert_answer("/metrics", "Content-Type: text/plain; version=0.0.4", "service=\"tracker\"");
}

static void refuses_a_bad_address(void **state)
{
    struct probe *probe = NULL;
    struct err e = {0};

    (void)state;
    assert_int_equal(probe_open(&probe, f.loop, "tracker", "9101", checks, &f, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_null(probe);
}

#define SERVED(test) cmocka_unit_test_setup_teardown(test, open_probe, close_probe)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED(is_healthy_whatever_the_checks_say),
        SERVED(is_ready_when_all_checks_are_well),
        SERVED(tells_which_check_is_not_well),
        SERVED(is_not_ready_while_stopping),
        SERVED(shows_the_metrics),
        SERVED(refuses_a_bad_address),
    };

    return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
