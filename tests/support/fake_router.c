/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_router.h"

#include "bus.h"
#include "clock.h"
#include "mem.h"
#include "messages.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_BYTES = 1024, DUE_AFTER_S = 3600 };

struct fake_router {
    pid_t pid;
};

/* What the child is. */
struct answering {
    struct loop *loop;
    struct bus *bus;
    struct bus_server *server;
    struct uuid slow; /* the case that was not answered the first time */
};

static const struct {
    const char *word;
    enum err_kind kind;
} refusals[] = {
    {"ROUTER-BUSY", ERR_BUSY},
    {"ROUTER-INPUT", ERR_INPUT},
    {"ROUTER-CONFLICT", ERR_CONFLICT},
    {"ROUTER-SYSTEM", ERR_SYSTEM},
};

static bool holds(const struct bus_message *m, int frame, const char *word)
{
    return memmem(bus_data(m, frame), bus_len(m, frame), word, strlen(word)) != NULL;
}

static void write_receipt(const struct case_head *head, bool at_desk, struct strbuf *out)
{
    char reference[REFERENCE_SIZE];

    reference_new(reference);
    const struct case_receipt receipt = {
        .id = head->id,
        .reference = reference,
        .unit = at_desk ? "OFFICE" : "D1",
        .state = at_desk ? "SCREENING" : "ASSIGNED",
        .received_at = head->received_at,
        .due_at = head->received_at + DUE_AFTER_S * (int64_t)CLOCK_US_PER_S,
    };
    json_write(case_receipt_fields, &receipt, out);
}

static void write_refusal(enum err_kind kind, struct strbuf *out)
{
    struct err e;

    err_set(&e, kind, "refused by the test");
    refusal_write(&e, out);
}

/* False: the whole message is to stay without an answer. */
static bool answer_item(struct answering *a, const struct bus_message *m, int frame,
                        struct strbuf *out)
{
    AUTO(json_release) json_t *document = NULL;
    struct case_head head = {0};
    struct err e;

    for (size_t i = 0; i < COUNT(refusals); i++) {
        if (!holds(m, frame + 1, refusals[i].word))
            continue;
        write_refusal(refusals[i].kind, out);
        return true;
    }
    if (json_parse(bus_data(m, frame), bus_len(m, frame), &document, &e) < 0 ||
        json_read(case_head_fields, document, true, &head, &e) < 0)
        return false;
    bool is_first = !uuid_equal(&a->slow, &head.id);
    if (holds(m, frame + 1, "ROUTER-SLOW"))
        a->slow = head.id;
    if (holds(m, frame + 1, "ROUTER-SILENT") || (holds(m, frame + 1, "ROUTER-SLOW") && is_first))
        return false;
    if (holds(m, frame + 1, "ROUTER-BROKEN"))
        strbuf_addf(out, "not JSON");
    else
        write_receipt(&head, holds(m, frame + 1, "ROUTER-DESK"), out);
    return true;
}

static void on_submit(void *ctx, const struct bus_address *from, struct bus_message *m)
{
    AUTO(bus_message_free) struct bus_message answer = {0};
    AUTO(strbuf_free) struct strbuf text = STRBUF(ANSWER_BYTES);
    struct answering *a = ctx;

    if (!bus_is(m, TOPIC_SUBMIT) || (m->count - 1) % SUBMIT_FRAMES != 0)
        return;
    bus_add(&answer, TOPIC_ANSWER, strlen(TOPIC_ANSWER));
    for (int frame = 1; frame < m->count; frame += SUBMIT_FRAMES) {
        strbuf_clear(&text);
        if (!answer_item(a, m, frame, &text))
            return;
        bus_add(&answer, text.data, text.len);
    }
    bus_answer(a->server, from, &answer);
}

/* The child's whole life; says on the pipe that it listens. */
static void live(const char *endpoint, int pipe_end)
{
    struct answering a = {0};
    struct err e;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (loop_open(&a.loop, &e) < 0 || bus_open(&a.bus, a.loop, &e) < 0 ||
        bus_serve(&a.server, a.bus, endpoint, on_submit, &a, &e) < 0 ||
        write(pipe_end, "!", 1) != 1)
        _exit(1);
    close(pipe_end);
    _exit(loop_run(a.loop, &e) < 0 ? 1 : 0);
}

int fake_router_start(struct fake_router **out, const char *endpoint, struct err *e)
{
    int ends[2];
    char ready;

    if (pipe(ends) < 0)
        return err_set(e, ERR_SYSTEM, "could not make a pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid == 0)
        live(endpoint, ends[1]);
    close(ends[1]);
    bool good = pid > 0 && read(ends[0], &ready, 1) == 1;
    close(ends[0]);
    if (!good)
        return err_set(e, ERR_SYSTEM, "the fake router did not start on %s", endpoint);
    *out = mem_new(1, sizeof(**out));
    (*out)->pid = pid;
    return 0;
}

void fake_router_close(struct fake_router **router)
{
    if (*router == NULL)
        return;
    kill((*router)->pid, SIGKILL);
    waitpid((*router)->pid, NULL, 0);
    free(*router);
    *router = NULL;
}
