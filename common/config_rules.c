/* SPDX-License-Identifier: Apache-2.0 */
#include "config_rules.h"

#include "http_listen.h"
#include "network.h"
#include "strbuf.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static bool is_port(const char *text)
{
    struct err ignored;
    int64_t port;

    return text_int64(text, "port", 1, UINT16_MAX, &port, &ignored) == 0;
}

/* What follows prefix in text; NULL: it begins otherwise. */
static const char *after(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);

    return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

static bool fits_listen(const char *value)
{
    return http_listen_reads(value) && is_port(strrchr(value, ':') + 1);
}

/* "*" is any address of this machine. */
static bool fits_address(const char *value)
{
    size_t host = value[0] == '*' ? 1 : network_host_len(value);

    return host > 0 && value[host] == ':' && is_port(value + host + 1);
}

static bool fits_endpoint(const char *value)
{
    const char *tcp = after(value, "tcp://"), *ipc = after(value, "ipc://");

    if (tcp != NULL)
        return fits_address(tcp);
    return ipc != NULL && ipc[0] != '\0' && strlen(ipc) <= CONFIG_SOCKET_PATH_BYTES;
}

/* A port, where there is one, and from the path on nothing that a URL cannot have. */
static bool fits_behind_host(const char *text)
{
    size_t len = strcspn(text, "/?#");
    char port[8] = "";

    for (const char *p = text; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~' || *p == '"' || *p == '<' || *p == '>')
            return false;
    if (len == 0)
        return true;
    if (text[0] != ':' || len > sizeof(port))
        return false;
    memcpy(port, text + 1, len - 1);
    return is_port(port);
}

static bool fits_url_of(const char *value, const char *plain, const char *with_tls)
{
    const char *host = after(value, plain);

    if (host == NULL)
        host = after(value, with_tls);
    size_t len = host != NULL ? network_host_len(host) : 0;
    return len > 0 && fits_behind_host(host + len);
}

static bool fits_url(const char *value)
{
    return fits_url_of(value, "http://", "https://");
}

static bool fits_base_url(const char *value)
{
    return fits_url(value) && strpbrk(value, "?#") == NULL && value[strlen(value) - 1] != '/';
}

static bool fits_mail_server(const char *value)
{
    return fits_url_of(value, "smtp://", "smtps://");
}

/* Only addresses in numbers are tried; a name or "*" is for ZeroMQ to look up. */
static int bound_works(const char *value, struct err *e)
{
    const char *tcp = after(value, "tcp://");

    return tcp != NULL && http_listen_reads(tcp) ? http_listen_works(tcp, e) : 0;
}

static bool fits_folder(const char *value)
{
    return value[0] != '\0';
}

/* The folder that has what value names, when that is not there yet. */
static void parent_of(const char *value, struct strbuf *out)
{
    size_t len = strlen(value);

    while (len > 0 && value[len - 1] == '/')
        len--;
    while (len > 0 && value[len - 1] != '/')
        len--;
    strbuf_add(out, value, len);
    strbuf_add(out, ".", 1);
}

static int folder_works(const char *value, struct err *e)
{
    AUTO(strbuf_free) struct strbuf parent = STRBUF(PATH_MAX);

    if (access(value, W_OK | X_OK) == 0)
        return 0;
    if (errno != ENOENT)
        return err_set(e, ERR_INPUT, "cannot be written in: %s", strerror(errno));
    parent_of(value, &parent);
    if (strbuf_text(&parent) == NULL || access(parent.data, W_OK | X_OK) < 0)
        return err_set(e, ERR_INPUT, "is not there and cannot be made: %s", strerror(errno));
    return 0;
}

const struct config_rule config_listen = {
    .fits = fits_listen,
    .form = "ADDRESS:PORT",
    .wants = "ADDRESS:PORT in numbers, such as 127.0.0.1:8080 or [::1]:8080",
    .works = http_listen_works,
};

const struct config_rule config_address = {
    .fits = fits_address,
    .form = "HOST:PORT",
    .wants = "HOST:PORT, such as 127.0.0.1:8080",
};

const struct config_rule config_endpoint = {
    .fits = fits_endpoint,
    .form = "tcp, ipc",
    .wants = "tcp://HOST:PORT or ipc://PATH with a path of at most 107 bytes",
};

const struct config_rule config_bound = {
    .fits = fits_endpoint,
    .form = "tcp, ipc",
    .wants = "tcp://HOST:PORT or ipc://PATH with a path of at most 107 bytes",
    .works = bound_works,
};

const struct config_rule config_folder = {
    .fits = fits_folder,
    .form = "FOLDER",
    .wants = "a folder's path",
    .works = folder_works,
};

const struct config_rule config_url = {
    .fits = fits_url,
    .form = "URL",
    .wants = "http:// or https:// with a host",
};

const struct config_rule config_base_url = {
    .fits = fits_base_url,
    .form = "URL",
    .wants = "http:// or https:// with a host, without a final slash, ? or #",
};

const struct config_rule config_mail_server = {
    .fits = fits_mail_server,
    .form = "URL",
    .wants = "smtp://HOST:PORT or smtps://HOST:PORT; a login is given by DUNGHEN_SMTP_USER",
    .is_secret = true,
};
