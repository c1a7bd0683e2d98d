/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { KEY_BITS = 2048, SERIAL_BYTES = 16, NAME_CHARACTERS = 64, DAY_S = 86400 };

static const struct extension {
    int nid;
    const char *value;
} extensions[] = {
    {NID_subject_key_identifier, "hash"},
    {NID_basic_constraints, "critical,CA:TRUE"}, /* it vouches for itself */
    {NID_key_usage, "critical,digitalSignature,nonRepudiation,keyCertSign"},
};

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_certificate(X509 **certificate)
{
    X509_free(*certificate);
}

static void free_bio(BIO **bio)
{
    BIO_free(*bio);
}

static int failed(struct err *e, const char *what)
{
    char reason[160];

    ERR_error_string_n(ERR_peek_last_error(), reason, sizeof(reason));
    ERR_clear_error();
    return err_set(e, ERR_SYSTEM, "could not %s: %s", what, reason);
}

static bool set_serial(X509 *x)
{
    uint8_t bytes[SERIAL_BYTES];
    BIGNUM *number = NULL;

    if (RAND_bytes(bytes, sizeof(bytes)) == 1) {
        bytes[0] &= 0x7f;
        number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    }
    bool ok = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)) != NULL;
    BN_free(number);
    return ok;
}

/* Bytes of the first characters that a common name has room for (RFC 5280's ub-common-name). */
static int name_len(const char *name)
{
    int len = 0;

    for (int characters = 0; name[len] != '\0'; len++) {
        characters += (name[len] & 0xC0) != 0x80; /* not a continuation byte */
        if (characters > NAME_CHARACTERS)
            break;
    }
    return len;
}

static bool set_names(X509 *x, const char *name)
{
    const unsigned char *bytes = (const unsigned char *)name;
    X509_NAME *subject = X509_get_subject_name(x);

    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, bytes, name_len(name), -1, 0) ==
               1 &&
           X509_set_issuer_name(x, subject) == 1;
}

/* From yesterday, so that a clock which is a little behind does not refuse it. */
static bool set_validity(X509 *x)
{
    return X509_gmtime_adj(X509_getm_notBefore(x), -DAY_S) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(x), CERTIFICATE_YEARS * 365L * DAY_S) != NULL;
}

static bool add_extensions(X509 *x)
{
    X509V3_CTX context;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, x, x, NULL, NULL, 0);
    for (size_t i = 0; i < COUNT(extensions); i++) {
        X509_EXTENSION *extension =
            X509V3_EXT_nconf_nid(NULL, &context, extensions[i].nid, extensions[i].value);
        bool ok = extension != NULL && X509_add_ext(x, extension, -1) == 1;
        X509_EXTENSION_free(extension);
        if (!ok)
            return false;
    }
    return true;
}

static void take(BIO *from, struct strbuf *out)
{
    char *data;
    long len = BIO_get_mem_data(from, &data);

    strbuf_add(out, data, (size_t)len);
}

int certificate_make(const char *name, struct strbuf *key, struct strbuf *certificate,
                     struct err *e)
{
    AUTO(free_key) EVP_PKEY *pair = EVP_RSA_gen(KEY_BITS);
    AUTO(free_certificate) X509 *x = X509_new();
    AUTO(free_bio) BIO *key_pem = BIO_new(BIO_s_mem());
    AUTO(free_bio) BIO *certificate_pem = BIO_new(BIO_s_mem());

    if (pair == NULL || x == NULL || key_pem == NULL || certificate_pem == NULL)
        return failed(e, "make a key");
    if (X509_set_version(x, X509_VERSION_3) != 1 || !set_serial(x) || !set_names(x, name) ||
        !set_validity(x) || X509_set_pubkey(x, pair) != 1 || !add_extensions(x) ||
        X509_sign(x, pair, EVP_sha256()) == 0)
        return failed(e, "make a certificate");
    if (PEM_write_bio_PrivateKey(key_pem, pair, NULL, NULL, 0, NULL, NULL) != 1 ||
        PEM_write_bio_X509(certificate_pem, x) != 1)
        return failed(e, "write a certificate");
    take(key_pem, key);
    take(certificate_pem, certificate);
    return 0;
}
