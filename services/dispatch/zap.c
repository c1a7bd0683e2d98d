/* SPDX-License-Identifier: Apache-2.0 */
/* zap - request: version, id, domain, address, routing id, mechanism, credentials.
 * Reply: version, id, status, text, user id, metadata. */
#include "zap.h"

#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { REQUEST_FRAMES = 7, KEY_BYTES = 32, KEY_TEXT_SIZE = 41 };
enum { VERSION, ID, DOMAIN, ADDRESS, ROUTING_ID, MECHANISM, CREDENTIALS };

struct zap {
    struct loop *loop;
    void *socket;
    zap_fn *fn;
    void *ctx;
};

static bool frame_is(zmq_msg_t *frame, const char *text)
{
    return zmq_msg_size(frame) == strlen(text) &&
           memcmp(zmq_msg_data(frame), text, strlen(text)) == 0;
}

/* Reads a whole request; how many of its frames were kept. */
static int receive(void *socket, zmq_msg_t frames[REQUEST_FRAMES])
{
    int count = 0;
    bool more = true;

    while (more) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) < 0)
            return count;
        more = zmq_msg_more(&frame) != 0;
        if (count < REQUEST_FRAMES)
            zmq_msg_move(&frames[count++], &frame);
        zmq_msg_close(&frame);
    }
    return count;
}

static bool is_welcome(const struct zap *zap, zmq_msg_t frames[REQUEST_FRAMES], int count,
                       char key[KEY_TEXT_SIZE])
{
    if (count < REQUEST_FRAMES || !frame_is(&frames[VERSION], "1.0") ||
        !frame_is(&frames[DOMAIN], ZAP_DOMAIN) || !frame_is(&frames[MECHANISM], "CURVE") ||
        zmq_msg_size(&frames[CREDENTIALS]) != KEY_BYTES)
        return false;
    zmq_z85_encode(key, zmq_msg_data(&frames[CREDENTIALS]), KEY_BYTES);
    return zap->fn(zap->ctx, key);
}

static void reply(const struct zap *zap, zmq_msg_t *id, bool welcome, const char *key)
{
    const char *texts[] = {welcome ? "200" : "400", welcome ? "OK" : "unknown key",
                           welcome ? key : "", ""};

    zmq_send(zap->socket, "1.0", 3, ZMQ_SNDMORE);
    zmq_msg_send(id, zap->socket, ZMQ_SNDMORE);
    for (size_t i = 0; i < COUNT(texts); i++)
        zmq_send(zap->socket, texts[i], strlen(texts[i]), i + 1 < COUNT(texts) ? ZMQ_SNDMORE : 0);
}

static void on_question(void *ctx)
{
    struct zap *zap = ctx;
    zmq_msg_t frames[REQUEST_FRAMES];
    char key[KEY_TEXT_SIZE] = "";

    for (int i = 0; i < REQUEST_FRAMES; i++)
        zmq_msg_init(&frames[i]);
    int count = receive(zap->socket, frames);
    if (count > 0)
        reply(zap, &frames[ID], is_welcome(zap, frames, count, key), key);
    for (int i = 0; i < REQUEST_FRAMES; i++)
        zmq_msg_close(&frames[i]);
}

int zap_open(struct zap **out, struct loop *loop, void *zmq, zap_fn *fn, void *ctx, struct err *e)
{
    AUTO(zap_close) struct zap *zap = mem_new(1, sizeof(*zap));

    *zap = (struct zap){.loop = loop, .socket = zmq_socket(zmq, ZMQ_REP), .fn = fn, .ctx = ctx};
    if (zap->socket == NULL || zmq_bind(zap->socket, "inproc://zeromq.zap.01") < 0)
        return err_set(e, ERR_SYSTEM, "could not answer for keys: %s", zmq_strerror(errno));
    loop_watch_zmq(loop, zap->socket, on_question, zap);
    *out = zap;
    zap = NULL;
    return 0;
}

void zap_close(struct zap **zap)
{
    if (*zap == NULL)
        return;
    if ((*zap)->socket != NULL) {
        loop_unwatch_zmq((*zap)->loop, (*zap)->socket);
        zmq_close((*zap)->socket);
    }
    free(*zap);
    *zap = NULL;
}
