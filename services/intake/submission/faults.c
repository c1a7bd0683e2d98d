/* SPDX-License-Identifier: Apache-2.0 */
#include "faults.h"

#include "json.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum { RULE_BYTES = 1024 };

static const struct {
    const char *name;
    const char *texts[LANGUAGES];
} rules[RULES] = {
    [RULE_MISSING] = {"missing", {"Không được để trống.", "Is missing."}},
    [RULE_UNKNOWN] = {"unknown", {"Không có trường này.", "Is not a known field."}},
    [RULE_TEXT] = {"text", {"Phải là văn bản.", "Must be a text."}},
    [RULE_NUMBER] = {"number", {"Phải là số.", "Must be a number."}},
    [RULE_YES_NO] = {"boolean", {"Phải là true hoặc false.", "Must be true or false."}},
    [RULE_OBJECT] = {"object", {"Phải là một đối tượng JSON.", "Must be an object."}},
    [RULE_LIST] = {"array", {"Phải là một danh sách JSON.", "Must be an array."}},
    [RULE_CLEAN] = {"utf-8",
                    {"Phải là văn bản UTF-8 hợp lệ, không có ký tự điều khiển.",
                     "Must be valid UTF-8 without control characters."}},
    [RULE_LENGTH] = {"length",
                     {"Không được dài quá {0} ký tự.", "Must not have more than {0} characters."}},
    [RULE_RANGE] = {"range", {"Nằm ngoài giới hạn cho phép.", "Is out of range."}},
    [RULE_PAIR] = {"pair",
                   {"Vĩ độ và kinh độ phải đi cùng nhau.", "Latitude and longitude go together."}},
    [RULE_PLACE] = {"place",
                    {"Cần cho biết địa điểm: tọa độ hoặc địa chỉ.",
                     "A place is needed: coordinates or an address."}},
    [RULE_OUTSIDE] = {"outside-city",
                      {"Chỗ này nằm ngoài ranh giới Thành phố.", "Is outside the city."}},
    [RULE_SERVICE] = {"service", {"Không có lĩnh vực này.", "Is not a service of the catalogue."}},
    [RULE_UNIT] = {"unit", {"Không có đơn vị này.", "Is not a unit of the catalogue."}},
    [RULE_AREA] = {"area", {"Không có địa bàn này.", "Is not an area of the catalogue."}},
    [RULE_LANGUAGE] = {"language", {"Phải là \"vi\" hoặc \"en\".", "Must be \"vi\" or \"en\"."}},
    [RULE_NAMED] = {"anonymous-not-allowed",
                    {"Lĩnh vực này không nhận phản ánh ẩn danh.",
                     "This service takes no anonymous reports."}},
    [RULE_NAMELESS] = {"anonymous-with-contact",
                       {"Phản ánh ẩn danh không kèm thông tin liên hệ.",
                        "An anonymous report has no contact."}},
    [RULE_REACH] = {"phone-or-email",
                    {"Cần số điện thoại hoặc thư điện tử.", "A phone number or e-mail is needed."}},
    [RULE_PHONE] = {"phone", {"Không phải số điện thoại hợp lệ.", "Is not a phone number."}},
    [RULE_EMAIL] = {"email",
                    {"Không phải địa chỉ thư điện tử hợp lệ.", "Is not an e-mail address."}},
    [RULE_URL] = {"url",
                  {"Phải là địa chỉ http:// hoặc https://.",
                   "Must be an address with http:// or https://."}},
    [RULE_CHOICE] = {"choice",
                     {"Không phải một trong các lựa chọn.", "Is not one of the values offered."}},
    [RULE_DATETIME] = {"datetime",
                       {"Phải là ngày hoặc thời điểm theo ISO 8601.",
                        "Must be a date or a date and time by ISO 8601."}},
    [RULE_ONCE] = {"once", {"Chỉ được nêu một lần.", "Must be given once."}},
    [RULE_MANY] = {"too-many", {"Có quá nhiều giá trị.", "Has too many values."}},
    [RULE_SPAN] = {"span",
                   {"Không được cách nhau quá {0} ngày.", "Must not span more than {0} days."}},
    [RULE_CURSOR] = {"cursor",
                     {"Không phải con trỏ trang đã được cấp.",
                      "Is not a cursor that was given out here."}},
    [RULE_FILE_TYPE] =
        {"file-type",
         {"Chỉ nhận ảnh JPEG, PNG, WebP; tệp PDF; video MP4, MOV, 3GP; âm thanh M4A, "
          "MP3, Ogg.",
          "Must be a photo (JPEG, PNG, WebP), a PDF, a video (MP4, MOV, 3GP) or a "
          "sound (M4A, MP3, Ogg)."}},
    [RULE_FILE_SIZE] = {"file-size",
                        {"Tệp không được lớn hơn {0} MB.", "Must not have more than {0} MB."}},
    [RULE_FILE_COUNT] = {"file-count",
                         {"Chỉ được gửi tối đa {0} tệp loại này.",
                          "Must not be more than {0} files of this kind."}},
    [RULE_FILE_EMPTY] = {"file-empty", {"Tệp trống.", "Is an empty file."}},
    [RULE_FILE_TRUNCATED] = {"file-truncated",
                             {"Tệp bị cắt cụt, hãy gửi lại.",
                              "Ends early: the file is cut off. Please send it again."}},
    [RULE_FILE_DAMAGED] = {"file-damaged",
                           {"Tệp bị hỏng, không đọc được.", "Is damaged and cannot be read."}},
    [RULE_FILE_PIXELS] = {"file-pixels",
                          {"Ảnh có quá nhiều điểm ảnh.", "Is a picture of too many pixels."}},
    [RULE_FILE_MIXED] = {"file-mixed",
                         {"Tệp chứa thứ khác ngoài nội dung của loại tệp này.",
                          "Holds something else than a file of its kind should."}},
    [RULE_HTTPS] = {"https", {"Phải là địa chỉ https://.", "Must be an address with https://."}},
    [RULE_ADDRESS] = {"address",
                      {"Phải là địa chỉ của một máy chủ, không kèm tên đăng nhập hoặc #.",
                       "Must be the address of a host, without a login or #."}},
    [RULE_PUBLIC] = {"public-address",
                     {"Phải là địa chỉ trên Internet, không phải của máy này hay mạng nội bộ.",
                      "Must be an address of the internet, not of this machine or a private "
                      "network."}},
    [RULE_BASE] = {"base-address",
                   {"Phải là địa chỉ gốc, không kèm ?.",
                    "Must be a base address, without a query."}},
    [RULE_ATTACHMENT] = {"attachment",
                         {"Tệp đính kèm này không có hoặc đã quá hạn, hãy tải lên lại.",
                          "Is not an attachment that was uploaded here lately: upload it again."}},
};

void faults_pointer(struct strbuf *out, const char *parent, const char *key)
{
    strbuf_add(out, parent, strlen(parent));
    if (key != NULL && strnlen(key, FAULT_KEY_BYTES + 1) <= FAULT_KEY_BYTES &&
        text_is_clean(key, strlen(key)))
        json_add_step(out, key);
}

/* What was given and is wrong is not missing too, nor twice too many. */
static bool is_told(const struct faults *faults, const struct fault *fault)
{
    bool follows = fault->rule == RULE_MISSING || fault->rule == RULE_PAIR;

    for (size_t i = 0; i < faults->count; i++)
        if (strcmp(faults->rows[i].pointer, fault->pointer) == 0 &&
            (follows || (faults->rows[i].rule == fault->rule && fault->rule == RULE_MANY)))
            return true;
    return false;
}

static void add(struct faults *faults, const char *parent, const char *key, struct fault fault)
{
    AUTO(strbuf_free) struct strbuf pointer = STRBUF(FAULT_POINTER_BYTES - 1);

    if (faults->count == FAULTS_MAX)
        return;
    faults_pointer(&pointer, parent, key);
    const char *text = strbuf_text(&pointer);
    (void)snprintf(fault.pointer, sizeof(fault.pointer), "%s", text != NULL ? text : parent);
    if (!is_told(faults, &fault))
        faults->rows[faults->count++] = fault;
}

void faults_add(struct faults *faults, const char *parent, const char *key, enum rule rule)
{
    add(faults, parent, key, (struct fault){.rule = rule});
}

void faults_add_length(struct faults *faults, const char *parent, const char *key, unsigned limit)
{
    add(faults, parent, key, (struct fault){.rule = RULE_LENGTH, .limit = limit});
}

/* Between two characters. */
static size_t cut(const char *text, size_t most)
{
    size_t len = strnlen(text, most);

    while (text[len] != '\0' && len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    return len;
}

void faults_add_value(struct faults *faults, const char *name, enum rule rule, const char *value)
{
    struct fault fault = {.rule = rule};

    memcpy(fault.value, value, cut(value, sizeof(fault.value) - 1));
    add(faults, "", name, fault);
}

void faults_add_span(struct faults *faults, const char *key, unsigned days)
{
    add(faults, "", key, (struct fault){.rule = RULE_SPAN, .limit = days});
}

void faults_add_file(struct faults *faults, const char *parent, const char *key, enum rule rule,
                     unsigned limit, const char *name)
{
    struct fault fault = {.rule = rule, .limit = limit};

    memcpy(fault.value, name, cut(name, sizeof(fault.value) - 1));
    add(faults, parent, key, fault);
}

const char *rule_name(enum rule rule)
{
    return rules[rule].name;
}

enum rule rule_read(const char *name)
{
    size_t rule = 0;

    while (rule < RULES && strcmp(rules[rule].name, name) != 0)
        rule++;
    return (enum rule)rule;
}

const char *fault_rule(const struct fault *fault)
{
    return rule_name(fault->rule);
}

void fault_describe(const struct fault *fault, enum language language, struct strbuf *out)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(RULE_BYTES);
    char limit[16];

    (void)snprintf(limit, sizeof(limit), "%u", fault->limit);
    language_fill(&text, rules[fault->rule].texts[language], (const char *const[]){limit});
    if (fault->value[0] == '\0')
        strbuf_add(out, text.data, text.len);
    else /* in the place of the full stop */
        strbuf_addf(out, "%.*s: \"%s\".", (int)text.len - 1, text.data, fault->value);
}
