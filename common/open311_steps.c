/* SPDX-License-Identifier: Apache-2.0 */
#include "open311_steps.h"

#include <string.h>

static const struct {
    const char *ours, *theirs;
} states[] = {
    {"RECEIVED", "open"},
    {"SCREENING", "for_triage"},
    {"ASSIGNED", "open"},
    {"IN_PROGRESS", "in_progress"},
    {"NEED_INFO", "investigating"},
    {"DRAFTED", "in_progress"},
    {"APPROVED", "in_progress"},
    {"ANSWERED", "fixed"},
    {"CLOSED", "closed"},
    {"REJECTED", "no_further_action"},
    {"MERGED", "duplicate"},
    {"FORWARDED_OUT", "not_councils_responsibility"},
    {"RETURNED", "internal_referral"},
    {"SUSPENDED", "planned"},
    {"REOPENED", "reopen"},
    {"WITHDRAWN", "cancelled"},
};

const char *open311_state(const char *state)
{
    for (size_t i = 0; i < COUNT(states); i++)
        if (strcmp(states[i].ours, state) == 0)
            return states[i].theirs;
    return "open";
}

/* Who gets the case is told by the step that led there: transferred, returned, reopened, split. So
 * "assigned" is no update of its own, which would say of a case that its unit has back after "not
 * solved" that it went elsewhere. */
static const struct open311_step steps[] = {
    {"received", "open", "Đã tiếp nhận.", "Received."},
    {"assigned", NULL, NULL, NULL},
    {"transferred", "internal_referral", "Đã chuyển đến đơn vị khác.", "Passed to another unit."},
    {"returned", "for_triage", "Đang xác định lại đơn vị chịu trách nhiệm.",
     "Looking again for the unit that is responsible."},
    {"accepted", "in_progress", "Đơn vị đang xử lý.", "The unit is working on it."},
    {"info_requested", "investigating", "Đang chờ người gửi bổ sung thông tin.",
     "Waiting for information from the sender."},
    {"info_given", "in_progress", "Đã có thông tin bổ sung.", "The information has come."},
    {"suspended", "planned", "Tạm dừng xử lý.", "Suspended."},
    {"resumed", "in_progress", "Tiếp tục xử lý.", "Resumed."},
    {"extended", "action_scheduled", "Đã gia hạn.", "The date was extended."},
    {"apologised", "action_scheduled", "Đã gửi thư xin lỗi và hẹn ngày mới.",
     "Apologised, with a new date."},
    {"answered", "fixed", "Đã trả lời.", "Answered."},
    {"merged_answered", "fixed", "Đã trả lời cùng hồ sơ đã gộp.",
     "Answered, with the request that it was joined with."},
    {"published", "fixed", "Đã công khai kết quả.", "The result is published."},
    {"rejected", "no_further_action", "Không thụ lý.", "Refused."},
    {"merged", "duplicate", "Đã gộp vào hồ sơ khác.", "Joined with another request."},
    {"split", "open", "Đã tách khỏi hồ sơ chung.", "Looked at by itself again."},
    {"forwarded_out", "not_councils_responsibility", "Đã chuyển đến cơ quan ngoài thành phố.",
     "Passed to a body outside the city."},
    {"withdrawn", "cancelled", "Người gửi đã rút.", "Withdrawn by the sender."},
    {"reopened", "reopen", "Đã mở lại.", "Opened again."},
    {"closed", "closed", "Đã đóng.", "Closed."},
};

static const struct open311_step *find(const char *event_type)
{
    for (size_t i = 0; i < COUNT(steps); i++)
        if (strcmp(steps[i].type, event_type) == 0)
            return &steps[i];
    return NULL;
}

bool open311_is_public(const char *event_type)
{
    return find(event_type) != NULL;
}

const struct open311_step *open311_step(const char *event_type)
{
    const struct open311_step *step = find(event_type);

    return step != NULL && step->status != NULL ? step : NULL;
}

void open311_add_steps(struct db_args *args)
{
    db_array_begin(args, DB_ARRAY_TEXT);
    for (size_t i = 0; i < COUNT(steps); i++)
        if (steps[i].status != NULL)
            db_item_text(args, steps[i].type);
    db_array_end(args);
}

const char *open311_words(const struct open311_step *step, const char *answer, bool in_english)
{
    if (answer != NULL && strcmp(step->type, "published") == 0)
        return answer;
    return in_english ? step->text_en : step->text_vi;
}
