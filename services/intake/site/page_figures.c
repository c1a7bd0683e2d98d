/* SPDX-License-Identifier: Apache-2.0 */
#include "page_figures.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PERCENT = 100, GROUP = 3 };

const char *page_count(enum language language, int64_t n, char out[PAGE_FIGURE_SIZE])
{
    char digits[PAGE_FIGURE_SIZE];
    size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRId64, n), at = 0;

    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % GROUP == 0 && digits[i - 1] != '-')
            out[at++] = language == LANGUAGE_VI ? '.' : ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

/* In tenths of a percent, rounded down; what rounding has left below an exact tenth is that tenth.
 */
static int tenths_of(double share)
{
    return (int)floor(share * PERCENT * 10 + 1e-6);
}

const char *page_share(enum language language, double share, char out[PAGE_FIGURE_SIZE])
{
    if (isnan(share)) {
        (void)snprintf(out, PAGE_FIGURE_SIZE, "–");
        return out;
    }
    int tenths = tenths_of(share);
    if (tenths % 10 == 0)
        (void)snprintf(out, PAGE_FIGURE_SIZE, "%d%%", tenths / 10);
    else
        (void)snprintf(out, PAGE_FIGURE_SIZE, "%d%c%d%%", tenths / 10,
                       language == LANGUAGE_VI ? ',' : '.', tenths % 10);
    return out;
}

json_t *page_bar(enum language language, double share, int target)
{
    char text[PAGE_FIGURE_SIZE], width[PAGE_FIGURE_SIZE];
    json_t *bar =
        json_pack("{s:s, s:i}", "share", page_share(language, share, text), "target", target);

    if (isnan(share))
        return bar;
    (void)snprintf(width, sizeof(width), "%d.%d", tenths_of(share) / 10, tenths_of(share) % 10);
    json_object_set_new(bar, "width", json_string(width));
    json_object_set_new(bar, "met", json_boolean(share * PERCENT > target));
    return bar;
}

static void set_count(json_t *to, enum language language, const char *name, int64_t n)
{
    char text[PAGE_FIGURE_SIZE];

    json_object_set_new(to, name, json_string(page_count(language, n, text)));
}

static void set_share(json_t *to, enum language language, const char *name, double share)
{
    char text[PAGE_FIGURE_SIZE];

    json_object_set_new(to, name, json_string(page_share(language, share, text)));
}

json_t *page_figures(enum language language, const struct figures *f)
{
    json_t *to = json_object();

    set_count(to, language, "received", f->received);
    set_count(to, language, "answered", f->answered);
    set_count(to, language, "answered_on_time", f->answered_on_time);
    set_count(to, language, "late", f->open_late);
    set_count(to, language, "due", f->answered + f->open_late);
    set_count(to, language, "letters", f->apologised);
    set_count(to, language, "letters_on_time", f->apologised_on_time);
    set_count(to, language, "owed", f->letters_owed);
    set_count(to, language, "rated", figures_rated(f));
    set_count(to, language, "satisfied_count", figures_satisfied_count(f));
    set_share(to, language, "response", figures_response(f));
    set_share(to, language, "of_answered", figures_on_time_of_answered(f));
    json_object_set_new(to, "is_rated", json_boolean(figures_rated(f) > 0));
    json_object_set_new(to, "is_late", json_boolean(f->open_late > 0));
    json_object_set_new(to, "owes", json_boolean(f->letters_owed > 0));
    json_object_set_new(to, "on_time", page_bar(language, figures_on_time(f), PAGE_TARGET_ON_TIME));
    json_object_set_new(to, "satisfied",
                        page_bar(language, figures_satisfied(f), PAGE_TARGET_SATISFIED));
    return to;
}
