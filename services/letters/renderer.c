/* SPDX-License-Identifier: Apache-2.0 */
#include "renderer.h"

#include "blobs.h"
#include "log.h"
#include "messages.h"
#include "pdfa.h"
#include "sheet.h"
#include "sign.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    SOCKET = STDIN_FILENO,
    FILE_MAX = 32 << 20, /* bytes of a letter */
    FILES_MOST = 64,
    TITLE_BYTES = 4000,
    DIGITS = 2 * CRYPTO_HASH_BYTES,
};

struct renderer {
    struct renderer_settings settings;
    struct type_fonts *fonts;
    struct signers *signers;
    struct strbuf page, file; /* kept, so that their room is used again */
};

static const struct config_key keys[] = {RENDERER_KEYS(struct renderer, settings), {0}};

/* ---- one letter ---- */

/* What readers show as the document's name. */
static void write_title(const struct sheet *sheet, struct strbuf *out)
{
    strbuf_addf(out, "%s (%s)", sheet->title, sheet->number);
}

static int make_pdf(struct renderer *r, const struct sheet *sheet, const struct sheet_marks *marks,
                    struct sheet_result *result, struct pdfa_hole *hole, struct err *e)
{
    AUTO(strbuf_free) struct strbuf title = STRBUF(TITLE_BYTES);
    struct pdfa_field field = {.name = marks->signer, .reason = sheet->sign_reason};

    strbuf_clear(&r->page);
    strbuf_clear(&r->file);
    write_title(sheet, &title);
    const struct pdfa_about about = {title.data, sheet->issuer, sheet->language, sheet->issued_at};
    if (sheet_set(r->fonts, sheet, marks, &r->page, result, e) < 0)
        return -1;
    memcpy(field.place, result->signature, sizeof(field.place));
    return pdfa_make(&r->page, &about, marks->signer != NULL ? &field : NULL, &r->file, hole, e);
}

static int sign(struct renderer *r, const struct signer *signer, const struct pdfa_hole *hole,
                struct err *e)
{
    AUTO(signer_free_der) uint8_t *der = NULL;
    struct crypto_piece spans[2];
    size_t len;

    pdfa_signed_spans(&r->file, hole, spans);
    if (signer_sign(signer, spans, COUNT(spans), &der, &len, e) < 0)
        return -1;
    return pdfa_fill(&r->file, hole, der, len, e);
}

static const char *existing(const struct strbuf *path)
{
    return strbuf_text(path) != NULL && access(strbuf_text(path), R_OK) == 0 ? strbuf_text(path)
                                                                             : NULL;
}

/* The unit's seal, or none: the city's would be another's on its letter. */
static void find_marks(const struct renderer *r, const struct sheet *sheet,
                       const struct signer *signer, struct strbuf *seal, struct sheet_marks *marks)
{
    strbuf_addf(seal, "%s/letters/%s.seal.png", r->settings.keys_dir, sheet->unit);
    marks->signer = signer != NULL ? signer_name(signer) : NULL;
    marks->seal = existing(seal);
}

static int store(struct renderer *r, const struct sheet *sheet, uint8_t hash[CRYPTO_HASH_BYTES],
                 struct err *e)
{
    char id[UUID_TEXT_SIZE], writer[UUID_TEXT_SIZE + 20];

    snprintf(writer, sizeof(writer), "%s.%d", uuid_text(&sheet->id, id), (int)getpid());
    return blobs_put(r->settings.letters_dir, writer, ".pdf", &r->file, hash, e);
}

static int render(struct renderer *r, const struct sheet *sheet, struct strbuf *answer,
                  struct err *e)
{
    AUTO(strbuf_free) struct strbuf seal = STRBUF(PATH_MAX);
    AUTO(strbuf_free) struct strbuf digits = STRBUF(DIGITS);
    const struct signer *signer;
    struct sheet_marks marks;
    struct sheet_result result;
    struct pdfa_hole hole;
    uint8_t hash[CRYPTO_HASH_BYTES];

    if (signers_find(r->signers, sheet->unit, &signer, e) < 0)
        return -1;
    find_marks(r, sheet, signer, &seal, &marks);
    if (make_pdf(r, sheet, &marks, &result, &hole, e) < 0 ||
        (signer != NULL && sign(r, signer, &hole, e) < 0) || store(r, sheet, hash, e) < 0)
        return -1;
    strbuf_add_hex(&digits, hash, sizeof(hash));
    const struct letter_file file = {strbuf_text(&digits), (int64_t)r->file.len, result.pages,
                                     signer != NULL ? signer_subject(signer) : NULL};
    json_write(letter_file_fields, &file, answer);
    return 0;
}

/* ---- messages ---- */

static int serve(struct renderer *r, const char *message, size_t len, struct strbuf *answer,
                 struct err *e)
{
    AUTO(json_release) json_t *document = NULL;
    struct sheet sheet = {0};

    if (json_parse(message, len, &document, e) < 0 ||
        json_read(sheet_fields, document, true, &sheet, e) < 0)
        return -1;
    return render(r, &sheet, answer, e);
}

/* False: the service has gone. */
static bool serve_next(struct renderer *r, char *room)
{
    AUTO(strbuf_free) struct strbuf answer = STRBUF(RENDERER_MESSAGE_MAX);
    ssize_t len = recv(SOCKET, room, RENDERER_MESSAGE_MAX, 0);
    struct err e;

    if (len < 0 && errno == EINTR)
        return true;
    if (len <= 0)
        return false;
    if (serve(r, room, (size_t)len, &answer, &e) < 0)
        refusal_write(&e, &answer);
    return send(SOCKET, answer.data, answer.len, MSG_NOSIGNAL) == (ssize_t)answer.len;
}

/* ---- what it may not ---- */

static void limit(int resource, rlim_t most)
{
    setrlimit((__rlimit_resource_t)resource, &(struct rlimit){most, most});
}

/* It holds keys: no dump of it, no way to more rights, no more memory and files than it needs. */
static void drop(const struct renderer_settings *settings)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, FILE_MAX);
    limit(RLIMIT_NOFILE, FILES_MOST);
#ifndef __SANITIZE_ADDRESS__ /* whose shadow is larger than any limit */
    limit(RLIMIT_AS, (rlim_t)settings->memory_mb << 20);
#else
    (void)settings;
#endif
}

static void renderer_free(struct renderer *r)
{
    type_fonts_close(&r->fonts);
    signers_close(&r->signers);
    strbuf_free(&r->page);
    strbuf_free(&r->file);
    config_free(keys, r);
}

static void open_signers(struct renderer *r)
{
    AUTO(strbuf_free) struct strbuf dir = STRBUF(PATH_MAX);

    strbuf_addf(&dir, "%s/letters", r->settings.keys_dir);
    r->signers = signers_open(strbuf_text(&dir) != NULL ? dir.data : "");
}

static int run(struct err *e)
{
    AUTO(renderer_free)
    struct renderer r = {.page = STRBUF(FILE_MAX), .file = STRBUF(FILE_MAX)};
    static char room[RENDERER_MESSAGE_MAX];

    if (config_read(keys, &r, e) < 0 || crypto_open(e) < 0)
        return -1;
    tzset();
    open_signers(&r);
    drop(&r.settings);
    if (type_fonts_open(&r.fonts, r.settings.fonts_dir, e) < 0)
        return -1;
    if (send(SOCKET, "{}", 2, MSG_NOSIGNAL) < 0)
        return 0;
    while (serve_next(&r, room))
        continue;
    return 0;
}

int renderer_main(void)
{
    struct err e;

    log_open("letters-renderer", LOG_INFO);
    if (run(&e) < 0)
        return log_exit(&e);
    return 0;
}
