/* SPDX-License-Identifier: Apache-2.0 */
#include "front.h"

#include "mem.h"
#include "open311_steps.h"

#include <stdlib.h>
#include <string.h>

/* Columns of sql/select_webhooks.sql after the name. */
enum {
    ID = FRONT_NAME + 1,
    KIND,
    URL,
    OWNER,
    LANGUAGE,
    JURISDICTION,
    OWN,
    TYPES,
    SERVICES,
    UNITS,
    SEALED,
    SEALED_KEY,
};

static void free_codes(struct front_codes *codes)
{
    for (size_t i = 0; i < codes->count; i++)
        free(codes->items[i]);
    free((void *)codes->items);
}

void front_free(struct front *f)
{
    free(f->url);
    free(f->owner);
    free(f->language);
    free(f->jurisdiction);
    free(f->api_key);
    free_codes(&f->types);
    free_codes(&f->services);
    free_codes(&f->units);
    *f = (struct front){0};
}

/* ---- reading ---- */

/* The text that is sealed for the front end; NULL without one. */
static int unseal(const PGresult *rows, int row, int column, struct crypto_ring *ring,
                  char out[WEBHOOK_SECRET_BYTES + 1], struct err *e)
{
    struct uuid id = db_uuid(rows, row, ID);
    size_t len = db_len(rows, row, column);

    memset(out, 0, WEBHOOK_SECRET_BYTES + 1);
    if (len > WEBHOOK_SECRET_BYTES + CRYPTO_SEAL_OVERHEAD)
        return err_set(e, ERR_INPUT, "the sealed secret is too long");
    return crypto_unseal(ring, &id, (const uint8_t *)db_text(rows, row, column), len, out, e);
}

static int read_secrets(const PGresult *rows, int row, struct crypto_ring *ring, struct front *out,
                        struct err *e)
{
    char text[WEBHOOK_SECRET_BYTES + 1];
    bool has_key = !db_is_null(rows, row, SEALED_KEY);

    if (unseal(rows, row, SEALED, ring, text, e) < 0 || webhook_key_read(text, &out->key, e) < 0 ||
        (has_key && unseal(rows, row, SEALED_KEY, ring, text, e) < 0))
        return -1;
    out->api_key = has_key ? mem_text(text) : NULL;
    memset(text, 0, sizeof(text));
    return 0;
}

static void read_codes(const PGresult *rows, int row, int column, struct front_codes *out)
{
    const char *text;
    size_t len;

    while ((text = db_array_text(rows, row, column, (int)out->count, &len)) != NULL) {
        out->items = mem_resize((void *)out->items, (out->count + 1) * sizeof(char *));
        out->items[out->count] = mem_new(len + 1, 1);
        memcpy(out->items[out->count++], text, len);
    }
}

static char *keep(const PGresult *rows, int row, int column)
{
    return db_is_null(rows, row, column) ? NULL : mem_text(db_text(rows, row, column));
}

int front_read(const PGresult *rows, int row, struct crypto_ring *ring, struct front *out,
               struct err *e)
{
    struct front f = {0};

    if (read_secrets(rows, row, ring, &f, e) < 0) {
        front_free(&f);
        return -1;
    }
    f.channel =
        strcmp(db_text(rows, row, KIND), "georeport") == 0 ? CHANNEL_GEOREPORT : CHANNEL_WEBHOOK;
    f.url = keep(rows, row, URL);
    f.owner = keep(rows, row, OWNER);
    f.language = keep(rows, row, LANGUAGE);
    f.jurisdiction = keep(rows, row, JURISDICTION);
    f.own = db_int(rows, row, OWN) != 0;
    read_codes(rows, row, TYPES, &f.types);
    read_codes(rows, row, SERVICES, &f.services);
    read_codes(rows, row, UNITS, &f.units);
    *out = f;
    return 0;
}

/* ---- choosing ---- */

static bool has(const struct front_codes *codes, const char *code)
{
    for (size_t i = 0; code != NULL && i < codes->count; i++)
        if (strcmp(codes->items[i], code) == 0)
            return true;
    return codes->count == 0;
}

static bool is_public(const struct front_event *event)
{
    return !event->is_hidden && open311_is_public(event->type);
}

bool front_wants(const struct front *f, const struct front_event *event)
{
    bool needs_public = f->owner != NULL || f->channel == CHANNEL_GEOREPORT;

    if (needs_public && !is_public(event))
        return false;
    if (f->channel == CHANNEL_GEOREPORT && open311_step(event->type) == NULL)
        return false;
    if (f->own && (f->owner == NULL || event->via == NULL || strcmp(f->owner, event->via) != 0))
        return false;
    return has(&f->types, event->type) && has(&f->services, event->service) &&
           has(&f->units, event->unit);
}
