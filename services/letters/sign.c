/* SPDX-License-Identifier: Apache-2.0 */
#include "sign.h"

#include "mem.h"
#include "strbuf.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SUBJECT_BYTES = 1000, CHAIN_MOST = 6, KEPT = 64 };

struct signer {
    EVP_PKEY *key;
    X509 *certificate;
    STACK_OF(X509) * chain; /* the certificate itself is not in it */
    char *name, *subject;
    char *key_path;
    struct stamp {
        ino_t inode;
        off_t size;
        struct timespec changed;
    } key_stamp, certificate_stamp;
};

struct signers {
    char *dir;
    struct signer *kept[KEPT];
    size_t next; /* is replaced next */
};

/* What OpenSSL says of its last failure. */
static int failed(struct err *e, const char *what)
{
    char reason[160];

    ERR_error_string_n(ERR_peek_last_error(), reason, sizeof(reason));
    ERR_clear_error();
    return err_set(e, ERR_SYSTEM, "could not %s: %s", what, reason);
}

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

static void free_pkcs7(PKCS7 **p7)
{
    PKCS7_free(*p7);
}

static void free_digest(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

/* ---- the pair ---- */

static int read_key(struct signer *s, const char *path, struct err *e)
{
    AUTO(close_file) FILE *file = fopen(path, "re");
    struct stat about;

    if (file == NULL || fstat(fileno(file), &about) < 0)
        return err_set(e, ERR_SYSTEM, "could not read \"%s\": %s", path, strerror(errno));
    if ((about.st_mode & 077) != 0)
        return err_set(e, ERR_SYSTEM, "others may read \"%s\": its mode must be 0600", path);
    s->key = PEM_read_PrivateKey(file, NULL, NULL, (void *)(uintptr_t) "");
    return s->key != NULL ? 0 : failed(e, "read a key of letters");
}

static int read_certificates(struct signer *s, const char *path, struct err *e)
{
    AUTO(close_file) FILE *file = fopen(path, "re");

    if (file == NULL)
        return err_set(e, ERR_SYSTEM, "could not read \"%s\": %s", path, strerror(errno));
    s->certificate = PEM_read_X509(file, NULL, NULL, NULL);
    if (s->certificate == NULL)
        return failed(e, "read a certificate of letters");
    s->chain = sk_X509_new_null();
    for (X509 *more; sk_X509_num(s->chain) < CHAIN_MOST &&
                     (more = PEM_read_X509(file, NULL, NULL, NULL)) != NULL;)
        sk_X509_push(s->chain, more);
    ERR_clear_error(); /* the end of the file */
    return 0;
}

static int check_fit(const struct signer *s, const char *path, struct err *e)
{
    if (X509_check_private_key(s->certificate, s->key) == 1)
        return 0;
    ERR_clear_error();
    return err_set(e, ERR_SYSTEM, "\"%s\" is not the certificate of the key beside it", path);
}

static int check_dates(const struct signer *s, const char *path, struct err *e)
{
    if (X509_cmp_current_time(X509_get0_notBefore(s->certificate)) < 0 &&
        X509_cmp_current_time(X509_get0_notAfter(s->certificate)) > 0)
        return 0;
    return err_set(e, ERR_SYSTEM, "the certificate \"%s\" is not valid today", path);
}

static struct stamp stamp_of(const char *path)
{
    struct stat about = {0};

    if (stat(path, &about) < 0)
        return (struct stamp){0};
    return (struct stamp){about.st_ino, about.st_size, about.st_mtim};
}

static bool same_stamp(const struct stamp *a, const struct stamp *b)
{
    return a->inode == b->inode && a->size == b->size && a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec;
}

static char *subject_text(const X509 *certificate)
{
    char text[SUBJECT_BYTES] = "";
    BIO *out = BIO_new(BIO_s_mem());

    X509_NAME_print_ex(out, X509_get_subject_name(certificate), 0,
                       XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
    int len = BIO_read(out, text, sizeof(text) - 1);
    text[len > 0 ? len : 0] = '\0';
    BIO_free(out);
    return mem_text(text);
}

/* The common name, else the whole subject. */
static char *name_text(const struct signer *s)
{
    const X509_NAME *subject = X509_get_subject_name(s->certificate);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    unsigned char *utf8 = NULL;

    if (at < 0 ||
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))) < 0)
        return mem_text(s->subject);
    char *name = mem_text((const char *)utf8);
    OPENSSL_free(utf8);
    return name;
}

static void signer_close(struct signer **signer)
{
    struct signer *s = *signer;

    if (s == NULL)
        return;
    EVP_PKEY_free(s->key);
    X509_free(s->certificate);
    sk_X509_pop_free(s->chain, X509_free);
    free(s->key_path);
    free(s->name);
    free(s->subject);
    free(s);
    *signer = NULL;
}

static int read_pair(struct signer **out, const char *key, const char *certificate, struct err *e)
{
    AUTO(signer_close) struct signer *s = mem_new(1, sizeof(*s));

    if (read_key(s, key, e) < 0 || read_certificates(s, certificate, e) < 0 ||
        check_fit(s, certificate, e) < 0)
        return -1;
    s->key_path = mem_text(key);
    s->subject = subject_text(s->certificate);
    s->name = name_text(s);
    *out = s;
    s = NULL;
    return 0;
}

/* ---- the folder ---- */

struct signers *signers_open(const char *dir)
{
    struct signers *signers = mem_new(1, sizeof(*signers));

    signers->dir = mem_text(dir);
    return signers;
}

void signers_close(struct signers **signers)
{
    if (*signers == NULL)
        return;
    for (size_t i = 0; i < KEPT; i++)
        signer_close(&(*signers)->kept[i]);
    free((*signers)->dir);
    free(*signers);
    *signers = NULL;
}

/* A pair that was read from these files as they are now. */
static struct signer *kept_pair(const struct signers *signers, const char *key_path,
                                const struct stamp *key, const struct stamp *certificate)
{
    for (size_t i = 0; i < KEPT; i++) {
        struct signer *s = signers->kept[i];
        if (s != NULL && strcmp(s->key_path, key_path) == 0 && same_stamp(&s->key_stamp, key) &&
            same_stamp(&s->certificate_stamp, certificate))
            return s;
    }
    return NULL;
}

static int find_pair(struct signers *signers, const char *key_path, const char *certificate_path,
                     const struct signer **out, struct err *e)
{
    AUTO(signer_close) struct signer *s = NULL;
    struct stamp key = stamp_of(key_path), certificate = stamp_of(certificate_path);
    struct signer *known = kept_pair(signers, key_path, &key, &certificate);

    if (known == NULL) {
        if (read_pair(&s, key_path, certificate_path, e) < 0)
            return -1;
        s->key_stamp = key;
        s->certificate_stamp = certificate;
        struct signer **place = &signers->kept[signers->next++ % KEPT];
        signer_close(place);
        *place = known = s;
        s = NULL;
    }
    *out = known;
    return check_dates(known, certificate_path, e);
}

int signers_find(struct signers *signers, const char *unit, const struct signer **out,
                 struct err *e)
{
    const char *const names[] = {unit, "default"};

    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(strbuf_free) struct strbuf key = STRBUF(PATH_MAX);
        AUTO(strbuf_free) struct strbuf certificate = STRBUF(PATH_MAX);
        strbuf_addf(&key, "%s/%s.key.pem", signers->dir, names[i]);
        strbuf_addf(&certificate, "%s/%s.crt.pem", signers->dir, names[i]);
        if (strbuf_text(&key) == NULL || strbuf_text(&certificate) == NULL)
            return err_set(e, ERR_INPUT, "the folder of keys has too long a name");
        if (access(strbuf_text(&key), F_OK) == 0)
            return find_pair(signers, strbuf_text(&key), strbuf_text(&certificate), out, e);
    }
    *out = NULL;
    return 0;
}

const char *signer_name(const struct signer *signer)
{
    return signer->name;
}

const char *signer_subject(const struct signer *signer)
{
    return signer->subject;
}

/* ---- a signature ---- */

static bool digest_pieces(const struct crypto_piece *pieces, size_t count, uint8_t *out,
                          unsigned *len)
{
    AUTO(free_digest) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool ok = digest != NULL && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1;

    for (size_t i = 0; ok && i < count; i++)
        ok = EVP_DigestUpdate(digest, pieces[i].data, pieces[i].len) == 1;
    return ok && EVP_DigestFinal_ex(digest, out, len) == 1;
}

/* The attribute that binds the signature to this certificate (RFC 5035). */
static bool add_signing_certificate(PKCS7_SIGNER_INFO *info, const X509 *certificate)
{
    ESS_SIGNING_CERT_V2 *value =
        OSSL_ESS_signing_cert_v2_new_init(EVP_sha256(), certificate, NULL, 1);
    unsigned char *der = NULL;
    int len = value != NULL ? i2d_ESS_SIGNING_CERT_V2(value, &der) : -1;
    ASN1_STRING *sequence = ASN1_STRING_type_new(V_ASN1_SEQUENCE);

    ESS_SIGNING_CERT_V2_free(value);
    if (len < 0 || sequence == NULL) {
        ASN1_STRING_free(sequence);
        return false;
    }
    ASN1_STRING_set0(sequence, der, len);
    if (PKCS7_add_signed_attribute(info, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE,
                                   sequence) == 1)
        return true;
    ASN1_STRING_free(sequence);
    return false;
}

static bool add_certificates(PKCS7 *p7, const struct signer *s)
{
    bool ok = PKCS7_add_certificate(p7, s->certificate) == 1;

    for (int i = 0; ok && i < sk_X509_num(s->chain); i++)
        ok = PKCS7_add_certificate(p7, sk_X509_value(s->chain, i)) == 1;
    return ok;
}

/* Attribute by attribute, because OpenSSL's own ways add the time of signing, which PAdES forbids.
 */
static bool sign_digest(PKCS7 *p7, const struct signer *s, const uint8_t *digest, unsigned len)
{
    PKCS7_SIGNER_INFO *info;

    if (PKCS7_set_type(p7, NID_pkcs7_signed) != 1 || PKCS7_content_new(p7, NID_pkcs7_data) != 1 ||
        PKCS7_set_detached(p7, 1) != 1 || !add_certificates(p7, s))
        return false;
    info = PKCS7_add_signature(p7, s->certificate, s->key, EVP_sha256());
    return info != NULL && PKCS7_add_attrib_content_type(info, OBJ_nid2obj(NID_pkcs7_data)) == 1 &&
           PKCS7_add1_attrib_digest(info, digest, (int)len) == 1 &&
           add_signing_certificate(info, s->certificate) && PKCS7_SIGNER_INFO_sign(info) == 1;
}

int signer_sign(const struct signer *signer, const struct crypto_piece *pieces, size_t count,
                uint8_t **out, size_t *len, struct err *e)
{
    AUTO(free_pkcs7) PKCS7 *p7 = PKCS7_new();
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;
    unsigned char *der = NULL;

    if (p7 == NULL || !digest_pieces(pieces, count, digest, &digest_len) ||
        !sign_digest(p7, signer, digest, digest_len))
        return failed(e, "sign");
    int der_len = i2d_PKCS7(p7, &der);
    if (der_len < 0)
        return failed(e, "write a signature");
    *out = der;
    *len = (size_t)der_len;
    return 0;
}

void signer_free_der(uint8_t **der)
{
    OPENSSL_free(*der);
    *der = NULL;
}
