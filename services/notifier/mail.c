/* SPDX-License-Identifier: Apache-2.0 */
#include "mail.h"

#include "base64.h"
#include "mime.h"

#include <string.h>

enum { HTML_BYTES = 256 * 1024 };

/* "=_" is in no line of quoted-printable or base64, so a boundary that begins with it is in no
 * part either. */
#define BOUNDARY "=_%s.%s"

static void add_headers(const struct mail *m, const char *id, struct strbuf *out)
{
    const char *at = strchr(m->from, '@');
    char thread[UUID_TEXT_SIZE];

    mime_add_address(out, "From", m->from_name, m->from);
    mime_add_address(out, "To", m->to_name, m->to);
    mime_add_header(out, "Subject", m->subject);
    mime_add_date(out, m->at_us);
    strbuf_addf(out, "Message-ID: <%s%s>\r\n", id, at);
    strbuf_addf(out, "References: <case.%s%s>\r\n", uuid_text(m->case_id, thread), at);
    strbuf_addf(out, "Auto-Submitted: auto-generated\r\n");
    strbuf_addf(out, "Content-Language: %s\r\n", m->language);
    if (m->unsubscribe != NULL)
        strbuf_addf(out,
                    "List-Unsubscribe:\r\n <%s>\r\n"
                    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
                    m->unsubscribe);
    strbuf_addf(out, "MIME-Version: 1.0\r\n");
}

static void add_multipart(struct strbuf *out, const char *kind, const char *id)
{
    strbuf_addf(out, "Content-Type: multipart/%s;\r\n boundary=\"" BOUNDARY "\"\r\n\r\n", kind, id,
                kind);
}

static void add_part(struct strbuf *out, const char *kind, const char *id, const char *type)
{
    strbuf_addf(out, "--" BOUNDARY "\r\nContent-Type: %s\r\n", id, kind, type);
}

static void end_parts(struct strbuf *out, const char *kind, const char *id)
{
    strbuf_addf(out, "--" BOUNDARY "--\r\n", id, kind);
}

static void add_html(const struct mail *m, struct strbuf *out)
{
    AUTO(strbuf_free) struct strbuf html = STRBUF(HTML_BYTES);

    strbuf_addf(&html,
                "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width\">\n</head>\n"
                "<body style=\"font-family: sans-serif; line-height: 1.6; max-width: 40em;"
                " margin: 1em auto; padding: 0 1em\">\n",
                m->language);
    mime_add_html(&html, m->text);
    strbuf_addf(&html, "</body>\n</html>\n");
    const char *text = strbuf_text(&html);
    mime_add_quoted(out, text != NULL ? text : "");
}

static void add_alternatives(const struct mail *m, const char *id, struct strbuf *out)
{
    static const char encoding[] = "Content-Transfer-Encoding: quoted-printable\r\n\r\n";

    add_multipart(out, "alternative", id);
    add_part(out, "alternative", id, "text/plain; charset=UTF-8");
    strbuf_addf(out, "%s", encoding);
    mime_add_quoted(out, m->text);
    add_part(out, "alternative", id, "text/html; charset=UTF-8");
    strbuf_addf(out, "%s", encoding);
    add_html(m, out);
    end_parts(out, "alternative", id);
}

static void add_letter(const struct mail *m, const char *id, struct strbuf *out)
{
    add_part(out, "mixed", id, "application/pdf");
    mime_add_attachment(out, m->letter_name);
    strbuf_addf(out, "Content-Transfer-Encoding: base64\r\n\r\n");
    base64_add_lines(out, m->letter, m->letter_len);
}

void mail_write(const struct mail *mail, struct strbuf *out)
{
    char id[UUID_TEXT_SIZE];

    uuid_text(mail->id, id);
    add_headers(mail, id, out);
    if (mail->letter == NULL) {
        add_alternatives(mail, id, out);
        return;
    }
    add_multipart(out, "mixed", id);
    strbuf_addf(out, "--" BOUNDARY "\r\n", id, "mixed");
    add_alternatives(mail, id, out);
    add_letter(mail, id, out);
    end_parts(out, "mixed", id);
}
