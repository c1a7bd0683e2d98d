/* SPDX-License-Identifier: Apache-2.0 */
#include "webhook.h"

#include "base64.h"
#include "network.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PREFIX "whsec_"

enum { NEW_KEY_BYTES = 32 };

int webhook_key_read(const char *text, struct webhook_key *out, struct err *e)
{
    struct webhook_key key;

    if (strncmp(text, PREFIX, strlen(PREFIX)) != 0)
        return err_set(e, ERR_INPUT, "the secret does not begin with \"" PREFIX "\"");
    if (base64_read(text + strlen(PREFIX), key.bytes, sizeof(key.bytes), &key.len, e) < 0 ||
        key.len < WEBHOOK_KEY_MIN)
        return err_set(e, ERR_INPUT,
                       "the secret is not \"" PREFIX "\" and base64 of %d to %d bytes",
                       WEBHOOK_KEY_MIN, WEBHOOK_KEY_MAX);
    *out = key;
    return 0;
}

void webhook_key_new(struct webhook_key *out)
{
    out->len = NEW_KEY_BYTES;
    crypto_random(out->bytes, out->len);
}

void webhook_key_write(const struct webhook_key *key, struct strbuf *out)
{
    strbuf_addf(out, PREFIX);
    base64_add(out, key->bytes, key->len);
}

void webhook_seal(const struct crypto_ring *ring, const struct uuid *id, const char *secret,
                  struct strbuf *out)
{
    uint8_t sealed[WEBHOOK_SECRET_BYTES + CRYPTO_SEAL_OVERHEAD];
    size_t len = strlen(secret);

    assert(len <= WEBHOOK_SECRET_BYTES);
    crypto_seal(ring, id, secret, len, sealed);
    strbuf_add_hex(out, sealed, len + CRYPTO_SEAL_OVERHEAD);
}

/* A host with or without a port, and nothing else. */
static bool is_host(const char *text, size_t len)
{
    size_t name = network_host_len(text);

    if (name == 0 || name > len)
        return false;
    if (name < len && (text[name] != ':' || name + 1 == len))
        return false;
    return name == len || name + 1 + strspn(text + name + 1, "0123456789") == len;
}

/* Whether it is an address that is not the internet's, or a name of this machine (RFC 6761,
 * section 6.3). */
static bool is_private(const char *authority)
{
    static const char own[] = ".localhost";
    static const size_t own_len = sizeof(own) - 1;
    char host[NETWORK_TEXT_SIZE];
    uint8_t address[NETWORK_ADDRESS_BYTES];
    size_t skip = *authority == '[' ? 1 : 0;
    size_t len = strcspn(authority + skip, skip > 0 ? "]" : ":/?");

    if (len >= sizeof(host))
        return false;
    memcpy(host, authority + skip, len);
    host[len] = '\0';
    return strcasecmp(host, own + 1) == 0 ||
           (len > own_len && strcasecmp(host + len - own_len, own) == 0) ||
           (network_address_read(host, address) && !network_is_public(address));
}

/* Visible ASCII without what has a meaning of its own in front of the path. */
static bool has_form(const char *authority)
{
    size_t len = strcspn(authority, "/?#");

    for (const char *p = authority; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~' || *p == '#' || *p == '"' || *p == '<' || *p == '>')
            return false;
    return is_host(authority, len);
}

static enum webhook_url check_authority(const char *authority, bool local_allowed)
{
    if (!has_form(authority))
        return WEBHOOK_URL_FORM;
    return local_allowed || !is_private(authority) ? WEBHOOK_URL_GOOD : WEBHOOK_URL_PRIVATE;
}

enum webhook_url webhook_url_check(const char *url, bool local_allowed)
{
    static const char *const local[] = {"127.0.0.1", "localhost", "[::1]"};
    static const char https[] = "https://", http[] = "http://";
    const char *authority = url + sizeof(http) - 1;

    if (strlen(url) > WEBHOOK_URL_BYTES)
        return WEBHOOK_URL_LONG;
    if (strncmp(url, https, sizeof(https) - 1) == 0)
        return check_authority(url + sizeof(https) - 1, local_allowed);
    if (!local_allowed || strncmp(url, http, sizeof(http) - 1) != 0)
        return WEBHOOK_URL_SCHEME;
    for (size_t i = 0; i < COUNT(local); i++) {
        size_t len = strlen(local[i]);
        if (strncmp(authority, local[i], len) == 0 && strchr(":/?", authority[len]) != NULL)
            return check_authority(authority, local_allowed);
    }
    return WEBHOOK_URL_SCHEME;
}

int webhook_local_read(const char *setting, bool *local_allowed, struct err *e)
{
    *local_allowed = strcmp(setting, "local") == 0;
    if (*local_allowed || strcmp(setting, "public") == 0)
        return 0;
    return err_set(e, ERR_INPUT, "DUNGHEN_FRONT_ENDS = \"%s\" is neither public nor local",
                   setting);
}

void webhook_sign(const struct webhook_key *key, const struct webhook_message *message,
                  struct strbuf *out)
{
    uint8_t mac[CRYPTO_HMAC_BYTES];
    char timestamp[32];
    int len = snprintf(timestamp, sizeof(timestamp), ".%" PRId64 ".", message->timestamp_s);
    const struct crypto_piece pieces[] = {{message->id, strlen(message->id)},
                                          {timestamp, (size_t)len},
                                          {message->body, message->len}};

    crypto_hmac_sha256(key->bytes, key->len, pieces, COUNT(pieces), mac);
    strbuf_addf(out, "v1,");
    base64_add(out, mac, sizeof(mac));
}
