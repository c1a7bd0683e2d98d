/* SPDX-License-Identifier: Apache-2.0 */
/* links: letters ctl */
#include "certificate.h"
#include "sign.h"

#include <fcntl.h>
#include <openssl/cms.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char dir[64];
static const struct crypto_piece pieces[] = {{"the first span", 14}, {" and the second", 15}};

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof(dir), "/tmp/sign-XXXXXX");
    return mkdtemp(dir) != NULL ? 0 : -1;
}

static void file_path(const char *name, const char *ending, char path[160])
{
    snprintf(path, 160, "%s/%s.%s.pem", dir, name, ending);
}

static int remove_dir(void **state)
{
    static const char *const names[] = {"default", "SXD", "BAD"}, *const endings[] = {"key", "crt"};

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(names); i++) {
        char path[160];
        file_path(names[i / 2], endings[i % 2], path);
        unlink(path);
    }
    return rmdir(dir);
}

static void write_file(const char *name, const char *ending, const struct strbuf *text)
{
    char path[160];

    file_path(name, ending, path);
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text->data, text->len), text->len);
    close(fd);
}

static void make_pair(const char *name, const char *common_name)
{
    AUTO(strbuf_free) struct strbuf key = STRBUF(CERTIFICATE_PEM_MAX);
    AUTO(strbuf_free) struct strbuf certificate = STRBUF(CERTIFICATE_PEM_MAX);
    struct err e;

    if (certificate_make(common_name, &key, &certificate, &e) < 0)
        fail_msg("%s", e.text);
    write_file(name, "key", &key);
    write_file(name, "crt", &certificate);
}

static const struct signer *find(struct signers *signers, const char *unit)
{
    const struct signer *signer;
    struct err e;

    if (signers_find(signers, unit, &signer, &e) < 0)
        fail_msg("%s", e.text);
    return signer;
}

static void refuse(struct signers *signers, const char *unit, const char *why)
{
    const struct signer *signer;
    struct err e;

    assert_true(signers_find(signers, unit, &signer, &e) < 0);
    assert_int_equal(e.kind, ERR_SYSTEM);
    if (strstr(e.text, why) == NULL)
        fail_msg("not \"%s\" in \"%s\"", why, e.text);
}

/* By OpenSSL's CMS, where ours is made attribute by attribute; only the city's pair is trusted. */
static bool verifies(const uint8_t *der, size_t len, const char *data)
{
    char path[160];
    file_path("default", "crt", path);
    X509_STORE *trusted = X509_STORE_new();
    BIO *signature = BIO_new_mem_buf(der, (int)len), *content = BIO_new_mem_buf(data, -1);
    CMS_ContentInfo *cms = d2i_CMS_bio(signature, NULL);

    assert_non_null(cms);
    assert_int_equal(X509_STORE_load_file(trusted, path), 1);
    bool ok = CMS_verify(cms, NULL, trusted, content, NULL, CMS_BINARY | CMS_CADES) == 1;
    CMS_ContentInfo_free(cms);
    X509_STORE_free(trusted);
    BIO_free(signature);
    BIO_free(content);
    return ok;
}

static void without_files_there_is_no_signer(void **state)
{
    AUTO(signers_close) struct signers *signers = signers_open(dir);

    (void)state;
    assert_null(find(signers, "SXD"));
}

static void a_signature_is_of_these_bytes_alone(void **state)
{
    AUTO(signers_close) struct signers *signers = signers_open(dir);
    AUTO(signer_free_der) uint8_t *der = NULL;
    AUTO(signer_free_der) uint8_t *again = NULL;
    size_t len, again_len;
    struct err e;

    (void)state;
    make_pair("default", "Thành phố");
    const struct signer *signer = find(signers, "SXD");
    assert_string_equal(signer_name(signer), "Thành phố");
    assert_string_equal(signer_subject(signer), "CN=Thành phố");
    assert_int_equal(signer_sign(signer, pieces, COUNT(pieces), &der, &len, &e), 0);
    assert_true(verifies(der, len, "the first span and the second"));
    assert_false(verifies(der, len, "the first span and the third"));
    assert_int_equal(signer_sign(signer, pieces, COUNT(pieces), &again, &again_len, &e), 0);
    assert_int_equal(len, again_len);
    assert_memory_equal(der, again, len);
}

static void a_units_own_pair_goes_first_and_a_new_one_counts(void **state)
{
    AUTO(signers_close) struct signers *signers = signers_open(dir);

    (void)state;
    make_pair("default", "Thành phố");
    assert_string_equal(signer_name(find(signers, "SXD")), "Thành phố");
    make_pair("SXD", "Sở Xây dựng");
    const struct signer *signer = find(signers, "SXD");
    assert_string_equal(signer_name(signer), "Sở Xây dựng");
    assert_ptr_equal(signer, find(signers, "SXD")); /* not read again */
    assert_string_equal(signer_name(find(signers, "OTHER")), "Thành phố");
    make_pair("SXD", "Sở Xây dựng, khóa mới");
    assert_string_equal(signer_name(find(signers, "SXD")), "Sở Xây dựng, khóa mới");
}

static void what_is_wrong_with_a_pair_is_named(void **state)
{
    AUTO(signers_close) struct signers *signers = signers_open(dir);
    AUTO(strbuf_free) struct strbuf key = STRBUF(CERTIFICATE_PEM_MAX);
    AUTO(strbuf_free) struct strbuf certificate = STRBUF(CERTIFICATE_PEM_MAX);
    AUTO(strbuf_free) struct strbuf nonsense = STRBUF(100);
    char path[160];
    struct err e;

    (void)state;
    make_pair("BAD", "Sở");
    file_path("BAD", "key", path);
    assert_int_equal(chmod(path, 0640), 0);
    refuse(signers, "BAD", "others may read");
    assert_int_equal(certificate_make("Sở khác", &key, &certificate, &e), 0);
    make_pair("BAD", "Sở");
    write_file("BAD", "crt", &certificate);
    refuse(signers, "BAD", "is not the certificate of the key");
    strbuf_addf(&nonsense, "-----BEGIN CERTIFICATE-----\nnonsense\n");
    write_file("BAD", "crt", &nonsense);
    refuse(signers, "BAD", "could not read a certificate");
    write_file("BAD", "key", &nonsense);
    refuse(signers, "BAD", "could not read a key");
    file_path("BAD", "crt", path);
    unlink(path);
    write_file("BAD", "key", &key);
    refuse(signers, "BAD", "BAD.crt.pem");
}

static void a_long_name_is_cut_to_what_a_certificate_holds(void **state)
{
    AUTO(signers_close) struct signers *signers = signers_open(dir);

    (void)state;
    make_pair("SXD",
              "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông Thành phố Hồ Chí "
              "Minh");
    assert_string_equal(signer_name(find(signers, "SXD")),
                        "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông Thàn");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_files_there_is_no_signer),
        cmocka_unit_test(a_signature_is_of_these_bytes_alone),
        cmocka_unit_test(a_units_own_pair_goes_first_and_a_new_one_counts),
        cmocka_unit_test(what_is_wrong_with_a_pair_is_named),
        cmocka_unit_test(a_long_name_is_cut_to_what_a_certificate_holds),
    };

    return cmocka_run_group_tests_name("sign", tests, make_dir, remove_dir);
}
