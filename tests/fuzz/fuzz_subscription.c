/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_subscription - bodies of POST /api/v1/webhooks: what is accepted keeps its limits and can be
 * shown and sealed. */
/* links: intake */
#include "fuzz.h"

#include "door_catalogue.h"
#include "subscription.h"
#include "webhook.h"

#include <assert.h>
#include <string.h>

enum { ANSWER_BYTES = 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(json_release) json_t *document = NULL;
    AUTO(strbuf_free) struct strbuf out = STRBUF(ANSWER_BYTES);
    struct faults faults = {0};
    struct subscription s;
    struct tree tree;
    struct err e;

    if (json_parse((const char *)data, size, &document, &e) < 0)
        return 0;
    subscription_read(document, &door_catalogue, false, &s, &faults);
    if (faults.count > 0)
        return 0;
    assert(webhook_url_check(s.url, false) == WEBHOOK_URL_GOOD);
    assert(strlen(s.url) <= WEBHOOK_URL_BYTES && strncmp(s.url, "https://", 8) == 0);
    assert(strpbrk(s.url, " \r\n#") == NULL);
    assert(json_array_size(s.events) <= SUBSCRIPTION_CODES);
    assert(json_array_size(s.services) <= SUBSCRIPTION_CODES);
    assert(json_array_size(s.units) <= SUBSCRIPTION_CODES);
    assert(s.api_key == NULL || strlen(s.api_key) <= WEBHOOK_SECRET_BYTES);
    tree_init(&tree, true, &out);
    tree_record(&tree, "webhook");
    subscription_write(&tree, &s);
    tree_end(&tree);
    assert(strbuf_text(&out) != NULL);
    return 0;
}
