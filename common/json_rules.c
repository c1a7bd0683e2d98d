/* SPDX-License-Identifier: Apache-2.0 */
#include "json_rules.h"

#include "text.h"

#include <string.h>

static int check_prose(const struct json_field *f, const char *text, size_t bytes, struct err *e)
{
    if (!text_is_clean(text, bytes))
        return err_set(e, ERR_INPUT,
                       "%s: must be Unicode without control characters other than new lines and "
                       "tabs",
                       f->name);
    if (text_is_blank(text, bytes))
        return err_set(e, ERR_INPUT, "%s: must have something to read", f->name);
    return 0;
}

static int check_word(const struct json_field *f, const char *text, struct err *e)
{
    AUTO(strbuf_free) struct strbuf list = STRBUF(sizeof(e->text));

    for (const char *const *word = f->words; *word != NULL; word++) {
        if (strcmp(*word, text) == 0)
            return 0;
        strbuf_addf(&list, "%s%s", word == f->words ? "" : ", ", *word);
    }
    return err_set(e, ERR_INPUT, "%s: must be one of %s", f->name, strbuf_text(&list));
}

int json_rule_text(const struct json_field *f, const char *text, size_t bytes, void *to,
                   struct err *e)
{
    /* Counting is for the few texts that bytes cannot judge: no text has more
     * characters than bytes, and none that is not empty has less than one. */
    bool too_long = (double)bytes > f->max && (double)text_length(text, bytes) > f->max;
    bool too_short =
        f->min <= 1 ? (double)bytes < f->min : (double)text_length(text, bytes) < f->min;
    if (too_long || too_short)
        return err_set(e, ERR_INPUT, "%s: must have %.0f to %.0f characters", f->name, f->min,
                       f->max);
    if (f->type == JSON_IS_PROSE && bytes > 0 && check_prose(f, text, bytes, e) < 0)
        return -1;
    if (f->words != NULL && check_word(f, text, e) < 0)
        return -1;
    *(const char **)to = text;
    return 0;
}

int json_rule_int(const struct json_field *f, int64_t n, void *to, struct err *e)
{
    if ((double)n < f->min || (double)n > f->max)
        return err_set(e, ERR_INPUT, "%s: must be from %.0f to %.0f", f->name, f->min, f->max);
    *(int64_t *)to = n;
    return 0;
}

int json_rule_float(const struct json_field *f, double n, void *to, struct err *e)
{
    if (!(n >= f->min && n <= f->max))
        return err_set(e, ERR_INPUT, "%s: must be from %g to %g", f->name, f->min, f->max);
    *(double *)to = n + 0.0; /* no negative zero, which would be written as another number */
    return 0;
}

int json_rule_uuid(const struct json_field *f, const char *text, void *to, struct err *e)
{
    if (uuid_read(text, to, e) < 0)
        return err_set(e, ERR_INPUT, "%s: must be a UUID", f->name);
    return 0;
}
