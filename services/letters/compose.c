/* SPDX-License-Identifier: Apache-2.0 */
#include "compose.h"

#include "clock.h"
#include "code.h"
#include "json.h"
#include "sheet.h"
#include "template.h"
#include "text.h"
#include "wording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 2000, BODY_BYTES = 80000, NAME = 200, TEXT = 8000 };
#define MAX_US 253402300799e6 /* 9999-12-31 */

/* schemas/letters.md; all forms together. */
struct fields {
    int64_t received_at, due_at, new_due_at, until; /* 0: not given */
    const char *question, *reason_code, *text;
    const char *signer, *title_vi, *title_en;
};

static const struct json_field fields_table[] = {
    JSON_INT(struct fields, received_at, false, 0, MAX_US),
    JSON_INT(struct fields, due_at, false, 0, MAX_US),
    JSON_INT(struct fields, new_due_at, false, 0, MAX_US),
    JSON_INT(struct fields, until, false, 0, MAX_US),
    JSON_TEXT(struct fields, question, false, 0, TEXT),
    JSON_TEXT(struct fields, reason_code, false, 1, CODE_SAID_MOST),
    JSON_TEXT(struct fields, text, false, 0, TEXT),
    JSON_TEXT(struct fields, signer, false, 0, NAME),
    JSON_TEXT(struct fields, title_vi, false, 0, NAME),
    JSON_TEXT(struct fields, title_en, false, 0, NAME),
    {0},
};

/* A form: its template, and whose reasons it gives. */
static const struct form {
    const char *name, *template, *purpose;
} forms[] = {
    {"receipt", "letter.receipt", NULL},
    {"information", "letter.information", NULL},
    {"refusal", "letter.refusal", "reject"},
    {"apology", "letter.apology", "apology"},
};

/* What the parts of one letter are made from, and the texts that they live in. */
struct composition {
    const struct catalogue *catalogue;
    const struct letter *letter;
    const struct wording *wording;
    const struct form *form;
    const struct catalogue_unit *unit;
    const struct catalogue_service *service; /* NULL: no longer known */
    struct fields fields;
    struct strbuf unit_name, place_date, number, to, title, body, signed_at, reason;
    char *over, *issuer, *signer_title;
};

static bool in_english(const struct composition *c)
{
    return strcmp(c->wording->language, "en") == 0;
}

static const char *either(const struct composition *c, const char *vi, const char *en)
{
    return in_english(c) ? en : vi;
}

static bool is_given(const char *text)
{
    return text != NULL && *text != '\0';
}

/* ---- the catalogue's part ---- */

static const struct form *find_form(const char *name)
{
    for (size_t i = 0; i < COUNT(forms); i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return NULL;
}

static int look_up(struct composition *c, struct err *e)
{
    const struct letter *l = c->letter;

    c->wording = wording_of(l->language);
    c->form = find_form(l->form);
    c->unit = catalogue_unit(c->catalogue, l->unit);
    c->service = catalogue_service(c->catalogue, l->service);
    if (c->form == NULL)
        return err_set(e, ERR_INPUT, "there is no form \"%s\"", l->form);
    if (c->unit == NULL)
        return err_set(e, ERR_INPUT, "the catalogue has no unit \"%s\"", l->unit);
    return 0;
}

/* ---- who sends it ---- */

static bool is_ward(const struct composition *c)
{
    return strcmp(c->unit->kind, "WARD") == 0;
}

/* For a ward its committee speaks. */
static void name_unit(struct composition *c)
{
    const char *name = either(c, c->unit->name_vi, c->unit->name_en);

    strbuf_addf(&c->unit_name, "%s%s", is_ward(c) ? c->wording->committee : "", name);
}

/* In capitals, and the committee on a line of its own. */
static char *head_name(const struct composition *c, const char *name)
{
    char *capitals = text_upper(name);
    char *committee = text_upper(c->wording->committee);
    size_t len = strlen(committee);

    if (strncmp(capitals, committee, len) == 0 && capitals[len] != '\0')
        capitals[len - 1] = '\n';
    free(committee);
    return capitals;
}

static void name_sender(struct composition *c)
{
    const struct catalogue_unit *above =
        c->unit->parent != NULL ? catalogue_unit(c->catalogue, c->unit->parent) : NULL;

    c->issuer = head_name(c, strbuf_text(&c->unit_name));
    /* A committee has nobody's name above its own. */
    if (above != NULL && !is_ward(c))
        c->over = head_name(c, either(c, above->name_vi, above->name_en));
}

/* A ward's letter is dated at the ward, which is its name without the kind of ward. */
static const char *place(const struct composition *c)
{
    static const char *const kinds[] = {"Phường ", "Xã ", "Thị trấn ", "Đặc khu "};

    if (in_english(c))
        return c->catalogue->city_en;
    for (size_t i = 0; is_ward(c) && i < COUNT(kinds); i++)
        if (strncmp(c->unit->name_vi, kinds[i], strlen(kinds[i])) == 0)
            return c->unit->name_vi + strlen(kinds[i]);
    return c->catalogue->city_vi;
}

static void add_number(const struct composition *c, struct strbuf *out)
{
    catalogue_document_number(c->catalogue, c->unit->code, c->letter->register_sign,
                              c->letter->number, out);
}

static void sign_off(struct composition *c)
{
    char when[CLOCK_TEXT_SIZE];
    const char *title = either(c, c->fields.title_vi, c->fields.title_en);

    c->signer_title = text_upper(is_given(title) ? title : c->wording->head);
    strbuf_addf(&c->signed_at, "%s%s", c->wording->signed_at,
                clock_text_local(c->letter->issued_at, when));
    strbuf_addf(&c->reason, "%s", c->wording->sign_reason);
    add_number(c, &c->reason);
}

/* ---- what it says ---- */

static void add(json_t *data, const char *key, const char *value)
{
    if (is_given(value))
        json_object_set_new(data, key, json_string(value));
}

/* As KEY_at with the time of day and KEY_on without. */
static void add_time(const struct composition *c, json_t *data, const char *key, int64_t us)
{
    AUTO(strbuf_free) struct strbuf text = STRBUF(200);
    char name[40];

    if (us == 0)
        return;
    snprintf(name, sizeof(name), "%s_at", key);
    wording_time(c->wording, us, &text);
    add(data, name, strbuf_text(&text));
    strbuf_clear(&text);
    snprintf(name, sizeof(name), "%s_on", key);
    wording_day(c->wording, us, &text);
    add(data, name, strbuf_text(&text));
}

static int64_t first_given(int64_t a, int64_t b)
{
    return a != 0 ? a : b;
}

static int add_reason(const struct composition *c, json_t *data, struct err *e)
{
    const char *code = c->fields.reason_code;

    if (c->form->purpose == NULL || code == NULL)
        return 0;
    const struct catalogue_reason *reason = catalogue_reason(c->catalogue, c->form->purpose, code);
    /* A code is nothing to tell a citizen. */
    if (reason == NULL)
        return err_set(e, ERR_INPUT, "the catalogue has no reason \"%s\" to %s", code,
                       c->form->purpose);
    add(data, "reason", either(c, reason->name_vi, reason->name_en));
    return 0;
}

static int gather(const struct composition *c, json_t *data, struct err *e)
{
    AUTO(strbuf_free) struct strbuf until = STRBUF(200);
    const struct fields *f = &c->fields;

    add(data, "reference", c->letter->reference);
    add(data, "unit", strbuf_text(&c->unit_name));
    add(data, "city", either(c, c->catalogue->city_vi, c->catalogue->city_en));
    add(data, "service",
        c->service != NULL ? either(c, c->service->name_vi, c->service->name_en)
                           : c->letter->service);
    add(data, "name", c->letter->name);
    add_time(c, data, "received", first_given(f->received_at, c->letter->received_at));
    add_time(c, data, "due", first_given(f->due_at, c->letter->due_at));
    add_time(c, data, "new_due", f->new_due_at);
    if (f->until != 0) {
        wording_time(c->wording, f->until, &until);
        add(data, "until", strbuf_text(&until));
    }
    add(data, "question", f->question);
    add(data, "text", f->text);
    return add_reason(c, data, e);
}

static int fill(const struct composition *c, const char *text, const json_t *data,
                struct strbuf *out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf filled = STRBUF(BODY_BYTES);

    if (template_render(text, data, TEMPLATE_PLAIN, &filled, e) < 0)
        return err_in(e, c->form->template);
    char *nfc = text_nfc(strbuf_text(&filled) != NULL ? filled.data : "", filled.len);
    if (nfc == NULL)
        return err_set(e, ERR_INPUT, "the letter has characters that are not text");
    strbuf_addf(out, "%s", nfc);
    free(nfc);
    return 0;
}

static int write_texts(struct composition *c, struct err *e)
{
    AUTO(json_release) json_t *data = json_object();
    const struct catalogue_template *t =
        catalogue_template(c->catalogue, c->form->template, c->wording->language);

    if (t == NULL || !is_given(t->subject))
        return err_set(e, ERR_INPUT, "the catalogue has no template \"%s\" in \"%s\"",
                       c->form->template, c->wording->language);
    if (gather(c, data, e) < 0 || fill(c, t->subject, data, &c->title, e) < 0)
        return -1;
    return fill(c, t->body, data, &c->body, e);
}

/* ---- all of it ---- */

static void address(struct composition *c)
{
    if (is_given(c->letter->name))
        strbuf_addf(&c->to, "%s%s", c->wording->to_person, c->letter->name);
    else
        strbuf_addf(&c->to, "%s%s", c->wording->to_nameless, c->letter->reference);
}

static void date(struct composition *c)
{
    strbuf_addf(&c->number, "%s", c->wording->number);
    add_number(c, &c->number);
    wording_place_day(c->wording, place(c), c->letter->issued_at, &c->place_date);
}

static int write_sheet(struct composition *c, struct strbuf *out, struct err *e)
{
    const struct sheet sheet = {
        .id = c->letter->id,
        .language = c->wording->language,
        .unit = c->unit->code,
        .issued_at = c->letter->issued_at,
        .over = c->over,
        .issuer = c->issuer,
        .nation = c->wording->nation,
        .motto = c->wording->motto,
        .number = strbuf_text(&c->number),
        .place_date = strbuf_text(&c->place_date),
        .title = strbuf_text(&c->title),
        .to = strbuf_text(&c->to),
        .body = strbuf_text(&c->body),
        .copies = c->wording->copies,
        .signer_title = c->signer_title,
        .signer_name = is_given(c->fields.signer) ? c->fields.signer : NULL,
        .signed_by = c->wording->signed_by,
        .signed_at = strbuf_text(&c->signed_at),
        .sign_reason = strbuf_text(&c->reason),
    };

    json_write(sheet_fields, &sheet, out);
    return strbuf_text(out) != NULL ? 0 : err_set(e, ERR_INPUT, "the letter is too long");
}

static int compose(struct composition *c, struct strbuf *out, struct err *e)
{
    AUTO(json_release) json_t *fields = NULL;

    if (json_parse(c->letter->fields, strlen(c->letter->fields), &fields, e) < 0 ||
        json_read(fields_table, fields, false, &c->fields, e) < 0)
        return err_in(e, "fields");
    if (look_up(c, e) < 0)
        return -1;
    name_unit(c);
    name_sender(c);
    date(c);
    address(c);
    sign_off(c);
    return write_texts(c, e) < 0 ? -1 : write_sheet(c, out, e);
}

static void composition_free(struct composition *c)
{
    struct strbuf *const texts[] = {&c->unit_name, &c->place_date, &c->number,    &c->to,
                                    &c->title,     &c->body,       &c->signed_at, &c->reason};
    char *const owned[] = {c->over, c->issuer, c->signer_title};

    for (size_t i = 0; i < COUNT(texts); i++)
        strbuf_free(texts[i]);
    for (size_t i = 0; i < COUNT(owned); i++)
        free(owned[i]);
}

int compose_sheet(const struct catalogue *catalogue, const struct letter *letter,
                  struct strbuf *out, struct err *e)
{
    AUTO(composition_free)
    struct composition c = {
        .catalogue = catalogue,
        .letter = letter,
        .unit_name = STRBUF(LINE_BYTES),
        .place_date = STRBUF(LINE_BYTES),
        .number = STRBUF(LINE_BYTES),
        .to = STRBUF(LINE_BYTES),
        .title = STRBUF(LINE_BYTES),
        .body = STRBUF(BODY_BYTES),
        .signed_at = STRBUF(LINE_BYTES),
        .reason = STRBUF(LINE_BYTES),
    };

    return compose(&c, out, e);
}
