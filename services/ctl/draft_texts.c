/* SPDX-License-Identifier: Apache-2.0 */
/* draft_texts - the rules of people.csv and templates.csv. */
#include "draft_rules.h"
#include "template_names.h"

#include <string.h>

/* ---- people ---- */

/* One mailbox at one host, as far as a mail server would try it. */
static bool is_address(const char *text)
{
    const char *at = strchr(text, '@');

    return at != NULL && at > text && strchr(at + 1, '@') == NULL && strchr(at, '.') > at + 1 &&
           at[strlen(at) - 1] != '.' && text[strcspn(text, " \t,;<>\"()")] == '\0';
}

static bool is_phone(const char *text)
{
    size_t digits = strspn(text + (text[0] == '+'), "0123456789");

    return digits >= 3 && digits <= 15 && text[digits + (text[0] == '+')] == '\0';
}

static void check_person(struct draft *d, const struct draft_person *p)
{
    const char *why = NULL;

    if (p->email == NULL && p->phone == NULL)
        why = "neither email nor phone is given";
    if (p->email != NULL && !is_address(p->email))
        why = "email is not one address NAME@HOST";
    if (p->phone != NULL && !is_phone(p->phone))
        why = "phone is not 3 to 15 digits, a + may come first";
    if (why != NULL)
        draft_mistake(d, DRAFT_PEOPLE, &p->row, "person-contact", why);
}

/* ---- texts ---- */

/* What a name may be after its prefix. Keep in step with schemas/catalogue.md. */
static const char *const letters[] = {"receipt", "information", "refusal", "apology", NULL};
static const char *const messages[] = {"received",         "question", "answered", "apology",
                                       "extended",         "reopened", "rejected", "forwarded",
                                       "closed",           "due_soon", "overdue",  "escalated_city",
                                       "escalated_leader", "duty",     NULL};

enum subject { SUBJECT_NONE, SUBJECT_NEEDED };
static const struct family {
    const char *prefix;
    const char *const *names;
    template_known_fn *knows;
    enum subject subject;
    bool one_line;
} families[] = {
    {"letter.", letters, template_letter_knows, SUBJECT_NEEDED, false},
    {"mail.", messages, template_message_knows, SUBJECT_NEEDED, false},
    {"sms.", messages, template_message_knows, SUBJECT_NONE, true},
};

static const struct family *family_of(const char *name)
{
    for (size_t i = 0; i < COUNT(families); i++) {
        size_t len = strlen(families[i].prefix);
        if (strncmp(name, families[i].prefix, len) != 0)
            continue;
        for (const char *const *n = families[i].names; *n != NULL; n++)
            if (strcmp(*n, name + len) == 0)
                return &families[i];
    }
    return NULL;
}

/* Its syntax, and of one that has it the names of its family. */
static void check_text(struct draft *d, const struct draft_template *t, const struct family *family,
                       const char *column, const char *text)
{
    const struct place place = {"templates.csv", t->row.line};
    struct err e;

    if (text == NULL)
        return;
    if (template_check(text, &e) < 0)
        findings_add(&d->findings, place, "template-syntax", "%s: %s", column, e.text);
    else if (family != NULL && template_check_names(text, family->knows, t->name, &e) < 0)
        findings_add(&d->findings, place, "template-value", "%s: %s", column, e.text);
}

static void check_shape(struct draft *d, const struct draft_template *t,
                        const struct family *family)
{
    if (family == NULL) {
        draft_mistake(d, DRAFT_TEMPLATES, &t->row, "template-name",
                      "no letter or message has that name");
        return;
    }
    if ((family->subject == SUBJECT_NEEDED) != (t->subject != NULL))
        draft_mistake(d, DRAFT_TEMPLATES, &t->row, "template-subject",
                      family->subject == SUBJECT_NEEDED ? "letters and mails have a subject"
                                                        : "an sms has no subject");
    if (family->one_line && t->body != NULL && strchr(t->body, '\n') != NULL)
        draft_mistake(d, DRAFT_TEMPLATES, &t->row, "template-line", "an sms has one line");
}

static void check_template(struct draft *d, const struct draft_template *t)
{
    const struct rowset *all = &d->parts[DRAFT_TEMPLATES];
    const struct family *family = t->name != NULL ? family_of(t->name) : NULL;

    check_text(d, t, family, "subject", t->subject);
    check_text(d, t, family, "body", t->body);
    if (t->name == NULL || t->language == NULL)
        return;
    check_shape(d, t, family);
    const char *other = draft_same(t->language, "vi") ? "en" : "vi";
    if (!all->partial && rowset_find2(all, t->name, other) == NULL)
        findings_add(&d->findings, (struct place){"templates.csv", t->row.line},
                     "template-language", "\"%s\" has no row for language \"%s\"", t->name, other);
}

void draft_check_texts(struct draft *d, const char *timezone)
{
    (void)timezone;
    for (size_t i = 0; i < d->parts[DRAFT_PEOPLE].count; i++) {
        const struct draft_person *p = rowset_row(&d->parts[DRAFT_PEOPLE], i);
        check_person(d, p);
    }
    for (size_t i = 0; i < d->parts[DRAFT_TEMPLATES].count; i++) {
        const struct draft_template *t = rowset_row(&d->parts[DRAFT_TEMPLATES], i);
        check_template(d, t);
    }
}
