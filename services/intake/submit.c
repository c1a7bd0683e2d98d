/* SPDX-License-Identifier: Apache-2.0 */
/* submit - hands a checked submission to the outbox. */
#include "intake.h"

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

int submit(struct intake *intake, const struct door *door, struct http_request *request,
           const struct submission *s, struct err *e)
{
    const char *said = http_header(request, "Idempotency-Key");
    struct encode_request r = {.method = http_method(request), .path = http_path(request)};
    struct encode_key key;

    r.body = http_body(request, &r.len);
    if (encode_key(intake->ring, said, &r, &key, e) < 0)
        return -1;
    const struct outbox_item item = {.request = request,
                                     .language = s->answer_language,
                                     .accepted = door->accepted,
                                     .refused = door->refused};
    struct bus_message *m = outbox_add(intake->outbox, &item);
    encode_case(&intake->encoder, s, door->channel, &key, m);
    return 0;
}
