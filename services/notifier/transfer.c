/* SPDX-License-Identifier: Apache-2.0 */
#include "transfer.h"

#include "clock.h"
#include "mem.h"
#include "network.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { CONNECT_MS = 10000, IDLE_CONNECTIONS = 32 };

struct transfers {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer *timer;
    struct transfer *all;
};

struct transfer {
    struct transfers *of;
    struct transfer *next, *before;
    CURL *easy;
    struct curl_slist *list; /* headers, or recipients */
    struct strbuf out;       /* what is sent */
    size_t sent;
    struct strbuf in; /* what is answered */
    bool is_mail;
    bool is_barred; /* every address that was tried is not the internet's */
    transfer_fn *fn;
    void *ctx;
};

/* A descriptor of libcurl that the loop watches. */
struct socket_watch {
    struct transfers *of;
    curl_socket_t fd;
};

/* ---- ends ---- */

static void transfer_free(struct transfer **transfer)
{
    struct transfer *t = *transfer;

    if (t == NULL)
        return;
    if (t->easy != NULL) {
        curl_multi_remove_handle(t->of->multi, t->easy);
        curl_easy_cleanup(t->easy);
    }
    curl_slist_free_all(t->list);
    strbuf_free(&t->out);
    strbuf_free(&t->in);
    free(t);
    *transfer = NULL;
}

static void unlink_transfer(struct transfer *t)
{
    if (t->before != NULL)
        t->before->next = t->next;
    else
        t->of->all = t->next;
    if (t->next != NULL)
        t->next->before = t->before;
}

/* Whether the other side cannot have taken what we send: it was not reached, or had not been
 * given the whole of it. */
static bool was_not_handed_over(const struct transfer *t, CURLcode code)
{
    switch ((int)code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED:
    case CURLE_LOGIN_DENIED:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return true;
    default:
        return t->is_mail && t->sent < t->out.len;
    }
}

static long number_of(CURL *easy, CURLINFO what)
{
    long value = 0;

    return curl_easy_getinfo(easy, what, &value) == CURLE_OK ? value : 0;
}

/* SMTP: a code that is not of the 200s comes with an error of libcurl's. */
static void judge(const struct transfer *t, CURLcode code, struct transfer_result *r)
{
    long status = number_of(t->easy, CURLINFO_RESPONSE_CODE);
    bool has_failed = code != CURLE_OK;

    r->problem = t->is_barred ? "the address is not public" : curl_easy_strerror(code);
    r->shut_out = code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED;
    if (!has_failed || (t->is_mail && status >= 400)) {
        r->end = TRANSFER_ANSWERED;
        r->status = (int)status;
    } else {
        r->end =
            t->is_barred || was_not_handed_over(t, code) ? TRANSFER_UNREACHED : TRANSFER_UNKNOWN;
    }
}

static void finish(struct transfer *t, CURLcode code)
{
    struct transfer_result result = {0};
    curl_off_t wait = 0;

    judge(t, code, &result);
    if (!t->is_mail && curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK)
        result.retry_after_s = wait;
    result.answer = t->in.len > 0 ? t->in.data : "";
    result.len = t->in.len;
    unlink_transfer(t);
    t->fn(t->ctx, &result);
    transfer_free(&t);
}

static void take_finished(struct transfers *ts)
{
    int left;

    for (CURLMsg *m = curl_multi_info_read(ts->multi, &left); m != NULL;
         m = curl_multi_info_read(ts->multi, &left)) {
        struct transfer *t = NULL;
        CURLcode code = m->data.result;
        if (m->msg == CURLMSG_DONE &&
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t) == CURLE_OK)
            finish(t, code);
    }
}

/* ---- the loop ---- */

static void act(struct transfers *ts, curl_socket_t fd)
{
    int running;

    curl_multi_socket_action(ts->multi, fd, 0, &running);
    take_finished(ts);
}

static void on_socket(void *ctx)
{
    const struct socket_watch *w = ctx;

    act(w->of, w->fd); /* may free w */
}

static void on_timer(void *ctx)
{
    act(ctx, CURL_SOCKET_TIMEOUT);
}

static int set_timer(CURLM *multi, long delay_ms, void *ctx)
{
    struct transfers *ts = ctx;

    (void)multi;
    if (delay_ms < 0)
        loop_timer_cancel(ts->timer);
    else
        loop_timer_set_us(ts->timer, delay_ms * CLOCK_US_PER_MS);
    return 0;
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
    struct transfers *ts = ctx;
    struct socket_watch *w = socket_ctx;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        loop_unwatch_fd(ts->loop, fd);
        free(w);
        return 0;
    }
    if (w == NULL) {
        w = mem_new(1, sizeof(*w));
        *w = (struct socket_watch){ts, fd};
        curl_multi_assign(ts->multi, fd, w);
    }
    loop_watch_fd(ts->loop, fd,
                  (what != CURL_POLL_OUT ? LOOP_READ : 0) | (what != CURL_POLL_IN ? LOOP_WRITE : 0),
                  on_socket, w);
    return 0;
}

int transfers_open(struct transfers **out, struct loop *loop, struct err *e)
{
    struct transfers *ts = mem_new(1, sizeof(*ts));

    ts->loop = loop;
    ts->timer = loop_timer_new(loop, on_timer, ts);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        ts->multi = curl_multi_init();
    if (ts->multi == NULL) {
        free(ts);
        return err_set(e, ERR_SYSTEM, "could not start libcurl");
    }
    curl_multi_setopt(ts->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(ts->multi, CURLMOPT_SOCKETDATA, ts);
    curl_multi_setopt(ts->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(ts->multi, CURLMOPT_TIMERDATA, ts);
    curl_multi_setopt(ts->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
    *out = ts;
    return 0;
}

void transfers_close(struct transfers **transfers)
{
    struct transfers *ts = *transfers;

    if (ts == NULL)
        return;
    while (ts->all != NULL) {
        struct transfer *t = ts->all;
        unlink_transfer(t);
        transfer_free(&t);
    }
    curl_multi_cleanup(ts->multi);
    curl_global_cleanup();
    loop_timer_cancel(ts->timer);
    free(ts);
    *transfers = NULL;
}

/* ---- beginnings ---- */

static size_t give(char *buffer, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    size_t left = t->out.len - t->sent, len = size * count < left ? size * count : left;

    if (len > 0)
        memcpy(buffer, t->out.data + t->sent, len);
    t->sent += len;
    return len;
}

/* What is longer than we read is let go: the status counts. */
static size_t take(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    size_t room = TRANSFER_ANSWER_BYTES - t->in.len;

    strbuf_add(&t->in, data, size * count < room ? size * count : room);
    return size * count;
}

static struct transfer *transfer_new(struct transfers *ts, struct strbuf *body, transfer_fn *fn,
                                     void *ctx)
{
    struct transfer *t = mem_new(1, sizeof(*t));

    t->of = ts;
    t->easy = curl_easy_init();
    t->in = STRBUF(TRANSFER_ANSWER_BYTES);
    t->out = *body;
    *body = STRBUF(body->limit);
    t->fn = fn;
    t->ctx = ctx;
    return t;
}

/* Values that are the same for both kinds; false when one is refused. */
static bool set_common(struct transfer *t, const char *url, const char *ca_file, int64_t timeout_ms)
{
    CURL *easy = t->easy;

    return easy != NULL && curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PRIVATE, t) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, t) == CURLE_OK &&
           (*ca_file == '\0' || curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file) == CURLE_OK);
}

static int begin(struct transfer *t, bool is_set, struct err *e)
{
    struct transfers *ts = t->of;

    if (!is_set || curl_multi_add_handle(ts->multi, t->easy) != CURLM_OK) {
        transfer_free(&t);
        return err_set(e, ERR_SYSTEM, "libcurl does not take the request");
    }
    t->next = ts->all;
    if (ts->all != NULL)
        ts->all->before = t;
    ts->all = t;
    return 0;
}

static bool set_mail(struct transfer *t, const struct transfer_mail *m)
{
    CURL *easy = t->easy;
    bool has_login = *m->user != '\0';

    t->list = curl_slist_append(NULL, m->to);
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USE_SSL,
                            (long)(m->plain ? CURLUSESSL_NONE : CURLUSESSL_ALL)) == CURLE_OK &&
           (!has_login || (curl_easy_setopt(easy, CURLOPT_USERNAME, m->user) == CURLE_OK &&
                           curl_easy_setopt(easy, CURLOPT_PASSWORD, m->password) == CURLE_OK)) &&
           curl_easy_setopt(easy, CURLOPT_MAIL_FROM, m->from) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, t->list) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_READFUNCTION, give) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_READDATA, t) == CURLE_OK;
}

int transfer_mail(struct transfers *transfers, const struct transfer_mail *mail, transfer_fn *fn,
                  void *ctx, struct err *e)
{
    struct transfer *t = transfer_new(transfers, mail->message, fn, ctx);

    t->is_mail = true;
    bool is_set = set_common(t, mail->url, mail->ca_file, mail->timeout_ms) && set_mail(t, mail);
    return begin(t, is_set, e);
}

static bool add_headers(struct transfer *t, const char *const *headers)
{
    for (; *headers != NULL; headers++) {
        struct curl_slist *longer = curl_slist_append(t->list, *headers);
        if (longer == NULL)
            return false;
        t->list = longer;
    }
    return true;
}

/* Looks at the address itself, after every name was resolved. */
static curl_socket_t open_public(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
    uint8_t address[NETWORK_ADDRESS_BYTES];
    struct transfer *t = ctx;

    (void)purpose;
    t->is_barred = !network_address_of(&to->addr, address) || !network_is_public(address);
    return t->is_barred ? CURL_SOCKET_BAD
                        : socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* Likewise of a connection that another transfer has left open. */
static int use_public(void *ctx, char *to, char *from, int to_port, int from_port)
{
    uint8_t address[NETWORK_ADDRESS_BYTES];
    struct transfer *t = ctx;

    (void)from;
    (void)to_port;
    (void)from_port;
    t->is_barred = !network_address_read(to, address) || !network_is_public(address);
    return t->is_barred ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static bool set_public(struct transfer *t)
{
    CURL *easy = t->easy;

    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_public) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, use_public) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQDATA, t) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK;
}

static bool set_http(struct transfer *t, const struct transfer_http *h)
{
    CURL *easy = t->easy;
    bool has_body = t->out.len > 0 || strcmp(h->method, "GET") != 0;

    return add_headers(t, h->headers) && (!h->public_only || set_public(t)) &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->list) == CURLE_OK &&
           (!has_body ||
            (curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)t->out.len) == CURLE_OK &&
             curl_easy_setopt(easy, CURLOPT_POSTFIELDS, t->out.len > 0 ? t->out.data : "") ==
                 CURLE_OK)) &&
           curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, h->method) == CURLE_OK;
}

int transfer_http(struct transfers *transfers, const struct transfer_http *http, transfer_fn *fn,
                  void *ctx, struct err *e)
{
    struct transfer *t = transfer_new(transfers, http->body, fn, ctx);
    bool is_set = set_common(t, http->url, http->ca_file, http->timeout_ms) && set_http(t, http);

    return begin(t, is_set, e);
}
