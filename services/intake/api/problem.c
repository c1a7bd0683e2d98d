/* SPDX-License-Identifier: Apache-2.0 */
#include "problem.h"

#include "json.h"
#include "log.h"
#include "results.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PROBLEM_BYTES = 32 * 1024 };

static const struct {
    unsigned status;
    const char *name;
    const char *titles[LANGUAGES];
} problems[PROBLEMS] = {
    [PROBLEM_INVALID] = {400,
                         "invalid",
                         {"Thông tin gửi lên chưa đúng", "The submission breaks a rule"}},
    [PROBLEM_MALFORMED] = {400,
                           "malformed",
                           {"Nội dung không phải là JSON hợp lệ", "The body is not valid JSON"}},
    [PROBLEM_REFUSED] = {400, "refused", {"Không thể tiếp nhận", "The case was refused"}},
    [PROBLEM_BAD_KEY] = {400,
                         "idempotency-key",
                         {"Idempotency-Key không hợp lệ", "The Idempotency-Key is not valid"}},
    [PROBLEM_KEY_MISSING] = {401, "key-missing", {"Cần có khóa API", "An API key is needed"}},
    [PROBLEM_KEY_UNKNOWN] = {403,
                             "key-unknown",
                             {"Khóa API không có hoặc đã bị thu hồi",
                              "There is no such API key, or it was revoked"}},
    [PROBLEM_ORIGIN] = {403,
                        "key-origin",
                        {"Khóa API không dành cho trang web này",
                         "The API key is not for web pages of this origin"}},
    [PROBLEM_KEY_WEBHOOKS] = {403,
                              "key-webhooks",
                              {"Khóa API không được phép đăng ký nhận thông báo",
                               "The API key may not subscribe"}},
    [PROBLEM_NO_SUCH] = {404, "no-such", {"Không có mục này", "There is no such thing"}},
    [PROBLEM_NO_PATH] = {404,
                         "no-path",
                         {"Không có gì ở địa chỉ này", "There is nothing at this address"}},
    [PROBLEM_METHOD] = {405,
                        "method",
                        {"Địa chỉ này không nhận phương thức này",
                         "This address does not take this method"}},
    [PROBLEM_TOO_LARGE] = {413, "too-large", {"Nội dung gửi lên quá lớn", "The body is too large"}},
    [PROBLEM_QUOTA] = {429,
                       "quota",
                       {"Khóa API đã dùng hết hạn mức, vui lòng chờ",
                        "The quota of the API key is used up: please wait"}},
    [PROBLEM_TOO_MANY] = {429,
                          "too-many",
                          {"Gửi quá nhiều trong thời gian ngắn, vui lòng chờ",
                           "Too much in a short time: please wait"}},
    [PROBLEM_NOT_FOUND] = {404,
                           "not-found",
                           {"Không tìm thấy hồ sơ với mã và khóa này",
                            "There is no case with this reference and key"}},
    [PROBLEM_RULE] = {409,
                      "not-allowed",
                      {"Hiện không thể thực hiện việc này", "This is not possible now"}},
    [PROBLEM_MEDIA_TYPE] = {415,
                            "unsupported-media-type",
                            {"Content-Type phải là application/json",
                             "Content-Type must be application/json"}},
    [PROBLEM_CLOSED] = {422,
                        "closed-service",
                        {"Lĩnh vực này không tiếp nhận tại đây",
                         "This service is not accepted here"}},
    [PROBLEM_KEY_USED] = {422,
                          "idempotency-key-reused",
                          {"Idempotency-Key đã dùng cho nội dung khác",
                           "The Idempotency-Key was used for another request"}},
    [PROBLEM_INTERNAL] = {500, "internal", {"Hệ thống gặp lỗi", "Something failed here"}},
    [PROBLEM_BUSY] = {503,
                      "busy",
                      {"Hệ thống đang bận, vui lòng gửi lại sau ít giây",
                       "Busy: please send it again in a few seconds"}},
};

static void add_text(struct strbuf *out, const char *before, const char *text)
{
    strbuf_add(out, before, strlen(before));
    json_write_text(out, text, strlen(text));
}

static void add_faults(struct strbuf *out, const struct faults *faults, enum language language)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(PROBLEM_BYTES);

    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->rows[i];
        strbuf_clear(&text);
        fault_describe(fault, language, &text);
        add_text(out, i == 0 ? ",\"errors\":[{\"pointer\":" : ",{\"pointer\":", fault->pointer);
        add_text(out, ",\"rule\":", fault_rule(fault));
        add_text(out, ",\"detail\":", text.data);
        if (fault->value[0] != '\0')
            add_text(out, ",\"value\":", fault->value);
        strbuf_add(out, "}", 1);
    }
    if (faults->count > 0)
        strbuf_add(out, "]", 1);
}

static void begin(struct strbuf *body, enum problem problem, enum language language,
                  const char *detail)
{
    strbuf_addf(body, "{\"type\":\"/problems/%s\",\"status\":%u", problems[problem].name,
                problems[problem].status);
    add_text(body, ",\"title\":", problems[problem].titles[language]);
    if (detail != NULL)
        add_text(body, ",\"detail\":", detail);
}

const char *problem_retry_after(unsigned status)
{
    return status == 503 ? "2" : status == 500 ? "60" : NULL;
}

static void end(struct http_request *request, enum problem problem, struct strbuf *body)
{
    unsigned status = problems[problem].status;
    const char *retry_after = problem_retry_after(status);
    const struct http_header retry[] = {{"Retry-After", retry_after}, {0}};

    results_count(status);
    strbuf_add(body, "}", 1);
    http_reply(request, &(struct http_answer){.status = status,
                                              .type = "application/problem+json",
                                              .body = body->data,
                                              .len = body->len,
                                              .headers = retry_after != NULL ? retry : NULL});
}

void problem_reply(struct http_request *request, enum problem problem, enum language language,
                   const char *detail, const struct faults *faults)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(PROBLEM_BYTES);

    begin(&body, problem, language, detail);
    if (faults != NULL)
        add_faults(&body, faults, language);
    end(request, problem, &body);
}

void problem_reply_rule(struct http_request *request, enum problem problem, enum language language,
                        const char *rule, const char *detail)
{
    AUTO(strbuf_free) struct strbuf body = STRBUF(PROBLEM_BYTES);

    begin(&body, problem, language, detail);
    add_text(&body, ",\"rule\":", rule);
    end(request, problem, &body);
}

void problem_reply_too_large(struct http_request *request, enum language language, uint64_t limit)
{
    static const char *const texts[LANGUAGES] = {"Không được quá {0} byte.",
                                                 "Must not have more than {0} bytes."};
    AUTO(strbuf_free) struct strbuf body = STRBUF(PROBLEM_BYTES), text = STRBUF(PROBLEM_BYTES);
    char number[24];

    (void)snprintf(number, sizeof(number), "%" PRIu64, limit);
    language_fill(&text, texts[language], (const char *const[]){number});
    begin(&body, PROBLEM_TOO_LARGE, language, text.data);
    strbuf_addf(&body, ",\"limit\":%s", number);
    end(request, PROBLEM_TOO_LARGE, &body);
}

void problem_reply_err(struct http_request *request, enum language language, const struct err *e)
{
    static const enum problem by_kind[] = {
        [ERR_NONE] = PROBLEM_INTERNAL,     [ERR_INPUT] = PROBLEM_REFUSED,
        [ERR_CONFLICT] = PROBLEM_KEY_USED, [ERR_BUSY] = PROBLEM_BUSY,
        [ERR_SYSTEM] = PROBLEM_INTERNAL,
    };

    if (e->kind == ERR_SYSTEM)
        log_event(LOG_ERROR, "request failed", "why", e->text, NULL);
    problem_reply(request, by_kind[e->kind], language,
                  e->kind == ERR_INPUT || e->kind == ERR_CONFLICT ? e->text : NULL, NULL);
}
