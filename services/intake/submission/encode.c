/* SPDX-License-Identifier: Apache-2.0 */
#include "encode.h"

#include "answers.h"
#include "clock.h"
#include "contact.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { UUID_VERSION_CUSTOM = 0x80, UUID_VARIANT = 0x80, WHOSE_BYTES = 1024 };

/* A UUIDv8 (RFC 9562) made of a keyed hash. */
void encode_command(const struct crypto_ring *ring, const char *text, struct uuid *out)
{
    crypto_index(ring, "idempotency", text, out->bytes);
    out->bytes[6] = (uint8_t)((out->bytes[6] & 0x0F) | UUID_VERSION_CUSTOM);
    out->bytes[8] = (uint8_t)((out->bytes[8] & 0x3F) | UUID_VARIANT);
}

static void fill_fingerprint(const struct encode_request *r, char out[ENCODE_FINGERPRINT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t hash[CRYPTO_HASH_BYTES];
    /* Method and path have no zero byte: with theirs, the pieces cannot run together. */
    const struct crypto_piece pieces[] = {
        {r->method, strlen(r->method) + 1}, {r->path, strlen(r->path) + 1}, {r->body, r->len}};

    crypto_hash_pieces(pieces, COUNT(pieces), hash);
    for (size_t i = 0; i < ENCODE_FINGERPRINT_SIZE / 2; i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 0x0F];
    }
    out[ENCODE_FINGERPRINT_SIZE - 1] = '\0';
}

static bool is_visible(const char *text)
{
    while (*text > ' ' && *text <= '~')
        text++;
    return *text == '\0';
}

int encode_key_check(const char *key, struct err *e)
{
    size_t len = strlen(key);

    if (len >= 1 && len <= ENCODE_KEY_MAX && is_visible(key))
        return 0;
    return err_set(e, ERR_INPUT, "Idempotency-Key: must be 1 to %d visible ASCII characters",
                   ENCODE_KEY_MAX);
}

int encode_key(const struct crypto_ring *ring, const struct encode_said *said,
               const struct encode_request *request, struct encode_key *out, struct err *e)
{
    AUTO(strbuf_free) struct strbuf whose = STRBUF(WHOSE_BYTES);

    memset(out, 0, sizeof(*out));
    if (said->key == NULL)
        return 0;
    if (encode_key_check(said->key, e) < 0)
        return -1;
    if (said->via != NULL)
        strbuf_addf(&whose, "%s\n", said->via); /* a line's end is in no key */
    strbuf_addf(&whose, "%s", said->key);
    encode_command(ring, whose.data, &out->command);
    fill_fingerprint(request, out->fingerprint);
    return 0;
}

void encoder_init(struct encoder *encoder, const struct crypto_ring *ring)
{
    *encoder = (struct encoder){ring, STRBUF(BUS_MAX_FRAME_BYTES), STRBUF(BUS_MAX_FRAME_BYTES),
                                STRBUF(BUS_MAX_FRAME_BYTES), STRBUF(BUS_MAX_FRAME_BYTES)};
}

void encoder_free(struct encoder *encoder)
{
    strbuf_free(&encoder->head);
    strbuf_free(&encoder->content);
    strbuf_free(&encoder->secret);
    strbuf_free(&encoder->contact);
}

/* {"a":"...","b":"..."}: members of an object; those that are NULL are left out. */
static void add_member(struct strbuf *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    strbuf_add(out, out->len == 0 ? "{" : ",", 1);
    json_write_text(out, name, strlen(name));
    strbuf_add(out, ":", 1);
    json_write_text(out, value, strlen(value));
}

/* Of a text's characters none is written in more bytes ("\u000a"); of the rest, which is addresses
 * of files, codes and names of members, there is less than REST_BYTES. */
enum {
    CHARACTER_BYTES = 6,
    REST_BYTES = 32 * 1024,
    TEXT_CHARACTERS =
        SUBMISSION_DESCRIPTION + SUBMISSION_ADDRESS + SUBMISSION_ADDRESS_ID + SUBMISSION_ANSWERS,
};
static_assert(TEXT_CHARACTERS * CHARACTER_BYTES + REST_BYTES <= BUS_MAX_FRAME_BYTES,
              "a content fits into a frame");

/* For the unit that has the case: with the place, and the keys of the files. */
static void write_content(const struct submission *s, const struct crypto_ring *ring,
                          struct strbuf *out)
{
    strbuf_clear(out);
    add_member(out, "description", s->description);
    add_member(out, "address", s->address);
    if (!isnan(s->lat)) /* nine digits: a tenth of a metre */
        strbuf_addf(out, ",\"lat\":%.9g,\"lon\":%.9g", s->lat, s->lon);
    if (s->answer_count > 0) {
        strbuf_addf(out, ",\"attributes\":");
        answers_write(s, out);
    }
    add_member(out, "media_url", s->media_url);
    add_member(out, "address_id", s->address_id);
    for (size_t i = 0; i < s->more_media_count; i++) {
        strbuf_addf(out, i == 0 ? ",\"more_media\":[" : ",");
        json_write_text(out, s->more_media[i], strlen(s->more_media[i]));
    }
    if (s->more_media_count > 0)
        strbuf_add(out, "]", 1);
    if (s->file_count > 0) {
        strbuf_addf(out, ",\"attachments\":");
        attachments_write(s->files, s->file_count, ring, out);
    }
    strbuf_add(out, "}", 1);
}

static const char *given(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void write_contact(struct encoder *encoder, const struct submission *s,
                          const struct uuid *id)
{
    const char *phone = given(s->phone_e164), *email = given(s->email_lower);
    uint8_t phone_index[CRYPTO_INDEX_BYTES], email_index[CRYPTO_INDEX_BYTES];
    struct strbuf *secret = &encoder->secret;
    uint8_t sealed[CONTACT_BYTES + CRYPTO_SEAL_OVERHEAD];

    strbuf_clear(&encoder->contact);
    if (s->anonymous)
        return;
    strbuf_clear(secret);
    add_member(secret, "name", s->name);
    add_member(secret, "phone", phone);
    add_member(secret, "email", s->email);
    strbuf_add(secret, "}", 1);
    assert(secret->len <= CONTACT_BYTES);
    crypto_seal(encoder->ring, id, secret->data, secret->len, sealed);
    if (phone != NULL)
        crypto_index(encoder->ring, "phone", phone, phone_index);
    if (email != NULL)
        crypto_index(encoder->ring, "email", email, email_index);
    const struct sealed_contact contact = {phone != NULL ? phone_index : NULL,
                                           email != NULL ? email_index : NULL, sealed,
                                           secret->len + CRYPTO_SEAL_OVERHEAD};
    sealed_contact_write(&contact, &encoder->contact);
}

void encode_case(struct encoder *encoder, const struct submission *s, const char *channel,
                 const struct encode_key *key, struct bus_message *m)
{
    AUTO(json_release) json_t *files = attachments_list(s->files, s->file_count);
    const struct case_head head = {
        .id = uuid_new(),
        .received_at = clock_now_us(),
        .service = s->service->code,
        .channel = channel,
        .language = language_codes[s->answer_language],
        .unit = s->unit,
        .area = s->area,
        .lat = s->lat,
        .lon = s->lon,
        .hide_name = s->hide_name,
        .anonymous = s->anonymous,
        .command = key->command,
        .fingerprint = given(key->fingerprint),
        .attachments = files,
        .via = s->via,
    };

    strbuf_clear(&encoder->head);
    json_write(case_head_fields, &head, &encoder->head);
    write_content(s, encoder->ring, &encoder->content);
    write_contact(encoder, s, &head.id);
    assert(strbuf_text(&encoder->head) != NULL && strbuf_text(&encoder->content) != NULL);
    bus_add(m, encoder->head.data, encoder->head.len);
    bus_add(m, encoder->content.data, encoder->content.len);
    bus_add(m, encoder->contact.data, encoder->contact.len);
}
