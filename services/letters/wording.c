/* SPDX-License-Identifier: Apache-2.0 */
#include "wording.h"

#include <string.h>
#include <time.h>

static const struct wording wordings[] = {
    {
        .language = "vi",
        .nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        .motto = "Độc lập - Tự do - Hạnh phúc",
        .number = "Số: ",
        .to_person = "Kính gửi: Ông/Bà ",
        .to_nameless = "Kính gửi: Người gửi phản ánh, kiến nghị mã số ",
        .copies = "Nơi nhận:\n- Như trên;\n- Lưu: VT.",
        .committee = "Ủy ban nhân dân ",
        .head = "Thủ trưởng đơn vị",
        .signed_by = "Ký số bởi: ",
        .signed_at = "Thời gian ký: ",
        .sign_reason = "Ban hành văn bản số ",
    },
    {
        .language = "en",
        .nation = "SOCIALIST REPUBLIC OF VIET NAM",
        .motto = "Independence - Freedom - Happiness",
        .number = "No.: ",
        .to_person = "To: ",
        .to_nameless = "To: The sender of report ",
        .copies = "Copies to:\n- As above;\n- File.",
        .committee = "People's Committee of ",
        .head = "Head of the unit",
        .signed_by = "Digitally signed by: ",
        .signed_at = "Signed at: ",
        .sign_reason = "Issue of document no. ",
    },
};

static const char *const english_months[] = {"January",   "February", "March",    "April",
                                             "May",       "June",     "July",     "August",
                                             "September", "October",  "November", "December"};

const struct wording *wording_of(const char *language)
{
    for (size_t i = 0; i < COUNT(wordings); i++)
        if (strcmp(wordings[i].language, language) == 0)
            return &wordings[i];
    return &wordings[0];
}

static bool is_english(const struct wording *w)
{
    return w == &wordings[1];
}

static struct tm local(int64_t us)
{
    time_t seconds = us / 1000000;
    struct tm tm = {0};

    localtime_r(&seconds, &tm);
    return tm;
}

/* In Vietnamese days below 10 and the months 1 and 2 have a zero in front, as the decree says, so
 * that none of them can be changed afterwards. */
static void add_day(const struct wording *w, const struct tm *tm, struct strbuf *out)
{
    int year = tm->tm_year + 1900, month = tm->tm_mon + 1;

    if (is_english(w))
        strbuf_addf(out, "%d %s %d", tm->tm_mday, english_months[tm->tm_mon], year);
    else
        strbuf_addf(out, "%02d tháng %0*d năm %d", tm->tm_mday, month < 3 ? 2 : 1, month, year);
}

void wording_day(const struct wording *w, int64_t us, struct strbuf *out)
{
    struct tm tm = local(us);

    add_day(w, &tm, out);
}

void wording_time(const struct wording *w, int64_t us, struct strbuf *out)
{
    struct tm tm = local(us);

    if (is_english(w))
        strbuf_addf(out, "%02d:%02d on ", tm.tm_hour, tm.tm_min);
    else
        strbuf_addf(out, "%02d giờ %02d phút, ngày ", tm.tm_hour, tm.tm_min);
    add_day(w, &tm, out);
}

void wording_place_day(const struct wording *w, const char *place, int64_t us, struct strbuf *out)
{
    struct tm tm = local(us);

    strbuf_addf(out, is_english(w) ? "%s, " : "%s, ngày ", place);
    add_day(w, &tm, out);
}
