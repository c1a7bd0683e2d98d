/* SPDX-License-Identifier: Apache-2.0 */
/* page_policy - what browsers may load for a page: nothing from elsewhere, but for the maps' tiles
 * where the operator has named a server of them. */
#include "intake.h"

#include <string.h>

enum { POLICY_BYTES = 1024 };

/* The address's beginning up to its path: "https://tiles.example.org:8443"; 0: it is none. */
static size_t origin_len(const char *url)
{
    static const char host[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
    size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
    size_t len = scheme > 0 ? strspn(url + scheme, host) : 0;

    return len > 0 && url[scheme + len] == '/' ? scheme + len : 0;
}

static int check(const char *url, struct err *e)
{
    if (origin_len(url) == 0)
        return err_set(
            e, ERR_INPUT,
            "DUNGHEN_TILE_URL: \"%s\" does not begin with http:// or https:// and a host", url);
    if (strstr(url, "{z}") == NULL || strstr(url, "{x}") == NULL || strstr(url, "{y}") == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_TILE_URL: \"%s\" has not {z}, {x} and {y}", url);
    return 0;
}

int page_policy_open(struct intake *intake, struct err *e)
{
    const char *tiles = intake->settings.tile_url;

    if (tiles[0] != '\0' && check(tiles, e) < 0)
        return -1;
    intake->policy = STRBUF(POLICY_BYTES);
    strbuf_addf(&intake->policy,
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'%s%.*s; "
                "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
                "base-uri 'none'; frame-ancestors 'none'",
                tiles[0] != '\0' ? " " : "", (int)origin_len(tiles), tiles);
    return strbuf_text(&intake->policy) != NULL
               ? 0
               : err_set(e, ERR_INPUT, "DUNGHEN_TILE_URL: the host's name is too long");
}
