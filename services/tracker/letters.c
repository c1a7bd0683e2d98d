/* SPDX-License-Identifier: Apache-2.0 */
#include "letters.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { FIELDS_BYTES = 48 * 1024 };

static const char of_receipts[] = "BN", of_information[] = "YCBS", of_refusals[] = "TC",
                  of_apologies[] = "PXL";

/* A case has at most one refusal, and one apology on each of its clocks: saying it again is the
 * same letter, so that a draft is found without being remembered. */
static struct uuid id_of(const struct case_row *c, const char *form)
{
    const uint8_t clock = (uint8_t)c->terms.reopened;
    struct uuid id;
    const struct crypto_piece pieces[] = {
        {c->id.bytes, sizeof(c->id.bytes)}, {&clock, 1}, {form, strlen(form)}};

    crypto_id(pieces, COUNT(pieces), id.bytes);
    return id;
}

/* ---- fields ---- */

static void add_text(struct strbuf *fields, const char *key, const char *text)
{
    strbuf_addf(fields, "%s\"%s\":", fields->len == 0 ? "{" : ",", key);
    if (text == NULL)
        strbuf_addf(fields, "null");
    else
        json_write_text(fields, text, strlen(text));
}

static void add_time(struct strbuf *fields, const char *key, int64_t us)
{
    strbuf_addf(fields, "%s\"%s\":", fields->len == 0 ? "{" : ",", key);
    if (us == INT64_MIN || us == INT64_MAX)
        strbuf_addf(fields, "null");
    else
        strbuf_addf(fields, "%" PRId64, us);
}

/* The head of the unit signs. */
static void end_fields(const struct workset *set, const struct case_row *c, struct strbuf *fields)
{
    size_t count = 0;
    const struct catalogue_person *head =
        catalogue_people(set->catalogue, c->unit->code, "head", &count);

    add_text(fields, "signer", head != NULL ? head->name : NULL);
    add_text(fields, "title_vi", head != NULL ? head->title_vi : NULL);
    add_text(fields, "title_en", head != NULL ? head->title_en : NULL);
    strbuf_add(fields, "}", 1);
}

static struct letter_row *begin(struct workset *set, const struct case_row *c,
                                const struct uuid *id, const char *form)
{
    struct letter_row *letter = workset_letter(set, id);

    strbuf_free(&letter->fields);
    *letter = (struct letter_row){.id = *id,
                                  .of = c,
                                  .form = form,
                                  .unit = c->unit,
                                  .drafted_at = set->now,
                                  .fields = STRBUF(FIELDS_BYTES)};
    return letter;
}

/* ---- issuing ---- */

static int local_year(int64_t us)
{
    struct tm tm;
    time_t s = (time_t)(us / 1000000);

    localtime_r(&s, &tm);
    return tm.tm_year + 1900;
}

static void issue(struct workset *set, struct case_row *c, struct letter_row *letter,
                  const char *kind)
{
    char id[UUID_TEXT_SIZE];
    struct event_row *event = workset_event(set, c, case_lead(c), "letter_issued", "tracker");

    letter->kind = kind;
    letter->year = local_year(set->now);
    letter->number =
        registers_take(set->registers, &set->taken, letter->unit->code, kind, letter->year);
    letter->issued_seq = event->seq;
    strbuf_addf(&event->detail,
                "{\"letter\":\"%s\",\"form\":\"%s\",\"unit\":\"%s\",\"register\":\"%s\","
                "\"year\":%d,\"number\":%" PRId64 "}",
                uuid_text(&letter->id, id), letter->form, letter->unit->code, kind, letter->year,
                letter->number);
    workset_seal(set, event);
}

void letters_receipt(struct workset *set, struct case_row *c)
{
    const struct uuid id = uuid_new();
    struct letter_row *letter = begin(set, c, &id, "receipt");

    add_time(&letter->fields, "received_at", c->received_at);
    add_time(&letter->fields, "due_at", c->due_at);
    end_fields(set, c, &letter->fields);
    issue(set, c, letter, of_receipts);
}

void letters_information(const struct work *w, int64_t until)
{
    const struct uuid id = uuid_new();
    struct letter_row *letter = begin(w->set, w->c, &id, "information");

    add_text(&letter->fields, "question", w->body.question.question);
    add_time(&letter->fields, "until", until);
    end_fields(w->set, w->c, &letter->fields);
    issue(w->set, w->c, letter, of_information);
}

void letters_draft_refusal(const struct work *w)
{
    const struct uuid id = id_of(w->c, "refusal");
    struct letter_row *letter = begin(w->set, w->c, &id, "refusal");

    add_text(&letter->fields, "reason_code", w->body.rejection.reason_code);
    add_text(&letter->fields, "text", w->body.rejection.text);
    end_fields(w->set, w->c, &letter->fields);
}

/* The letter of w's case as it is, perhaps a draft of an earlier batch. Of a case that was merged
 * it says what the lead's says, whose unit sends it, and is written from that in the database:
 * however many they are, its words go there once. */
static struct letter_row *sent_by(const struct work *w, const struct case_row *lead,
                                  const char *form)
{
    const struct uuid id = id_of(w->c, form);
    struct letter_row *letter = workset_letter(w->set, &id);

    letter->id = id;
    letter->of = w->c;
    letter->form = form;
    letter->unit = lead->unit;
    if (lead != w->c) {
        strbuf_free(&letter->fields);
        letter->like = id_of(lead, form);
    }
    return letter;
}

/* Its fields stand in the draft. */
void letters_issue_refusal(const struct work *w, const struct case_row *lead)
{
    issue(w->set, w->c, sent_by(w, lead, "refusal"), of_refusals);
}

struct uuid letters_apology_id(const struct case_row *c)
{
    return id_of(c, "apology");
}

static struct letter_row *write_apology(const struct work *w, int64_t new_due_at,
                                        const char *reason_code, const char *text)
{
    const struct uuid id = letters_apology_id(w->c);
    struct letter_row *letter = begin(w->set, w->c, &id, "apology");

    add_time(&letter->fields, "due_at", w->c->due_at);
    add_time(&letter->fields, "new_due_at", new_due_at);
    add_text(&letter->fields, "reason_code", reason_code);
    add_text(&letter->fields, "text", text);
    end_fields(w->set, w->c, &letter->fields);
    return letter;
}

void letters_draft_apology(const struct work *w)
{
    write_apology(w, INT64_MIN, NULL, NULL);
}

void letters_issue_apology(const struct work *w, const struct case_row *lead)
{
    const struct case_apology *body = &w->body.apology;
    struct letter_row *letter =
        lead == w->c ? write_apology(w, body->new_due_at, body->reason_code, body->text)
                     : sent_by(w, lead, "apology");

    issue(w->set, w->c, letter, of_apologies);
}
