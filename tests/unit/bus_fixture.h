/* SPDX-License-Identifier: Apache-2.0 */
/* bus_fixture - a loop and a bus with a folder for its sockets: where both ends of a conversation
 * are in one test. */
#ifndef BUS_FIXTURE_H
#define BUS_FIXTURE_H

#include "bus.h"

#include "turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

struct bus_fixture {
    struct loop *loop;
    struct turn turn;
    struct bus *bus;
    char dir[32];
    char path[48]; /* of the one socket that is made in dir */
    char endpoint[64];
};

static inline void bus_fixture_open(struct bus_fixture *f)
{
    struct err e;

    *f = (struct bus_fixture){.dir = "/tmp/dunghen-bus-XXXXXX"};
    assert_non_null(mkdtemp(f->dir));
    snprintf(f->path, sizeof(f->path), "%s/s", f->dir);
    snprintf(f->endpoint, sizeof(f->endpoint), "ipc://%s", f->path);
    assert_int_equal(loop_open(&f->loop, &e), 0);
    turn_open(&f->turn, f->loop);
    assert_int_equal(bus_open(&f->bus, f->loop, &e), 0);
}

/* After everything opened on its bus. */
static inline void bus_fixture_close(struct bus_fixture *f)
{
    bus_close(&f->bus);
    loop_close(&f->loop);
    unlink(f->path);
    rmdir(f->dir);
}

#endif
