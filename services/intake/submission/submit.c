/* SPDX-License-Identifier: Apache-2.0 */
/* submit - hands a checked submission to the outbox. */
#include "files.h"

#include <string.h>

int submit_begin(struct intake *intake, const struct catalogue **catalogue, struct err *e)
{
    *catalogue = catalogue_now(intake->watch);
    if (*catalogue == NULL)
        return err_set(e, ERR_BUSY, "the catalogue is not there yet");
    if (outbox_is_full(intake->outbox))
        return err_set(e, ERR_BUSY, "too many cases are on their way");
    intake->faults.count = 0;
    return 0;
}

/* A contact is its number, or without one its address. Who holds a key sends for many people. */
bool submit_admits(struct intake *intake, struct http_request *request, const struct submission *s)
{
    const char *contact = s->phone_e164[0] != '\0' ? s->phone_e164 : s->email_lower;

    return s->via != NULL || *contact == '\0' ||
           limits_contact(intake->limits, request, intake->ring, contact);
}

void submit_said(struct http_request *request, struct encode_request *out)
{
    *out = (struct encode_request){.method = http_method(request), .path = http_path(request)};
    out->body = files_said(request, &out->len);
    if (out->body == NULL)
        out->body = http_body(request, &out->len);
}

int submit(struct intake *intake, const struct door *door, struct http_request *request,
           const struct submission *s, struct err *e)
{
    const char *key = http_header(request, "Idempotency-Key");
    struct encode_request r;

    submit_said(request, &r);
    return submit_under(intake, door, request, s, &(struct submit_key){key, &r, NULL}, e);
}

int submit_under(struct intake *intake, const struct door *door, struct http_request *request,
                 const struct submission *s, const struct submit_key *under, struct err *e)
{
    struct encode_key key;

    const struct encode_said said = {under->key, s->via};
    if (encode_key(intake->ring, &said, under->said, &key, e) < 0)
        return -1;
    const struct outbox_item item = {.request = request,
                                     .language = s->answer_language,
                                     .accepted = door->accepted,
                                     .refused = door->refused,
                                     .own = under->own};
    struct bus_message *m = outbox_add(intake->outbox, &item);
    encode_case(&intake->encoder, s, door->channel, &key, m);
    return 0;
}
