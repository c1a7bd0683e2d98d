/* SPDX-License-Identifier: Apache-2.0 */
/* leader - one process of a kind leads; any number of others stand by.
 *
 * The lead is an advisory lock of the service's own database session: who has
 * lost the session has lost the lead, and what a leader writes through that
 * session nobody else can write meanwhile. A standby tries a few times a
 * second; it does not wait in the server, where its snapshot would keep
 * vacuum from cleaning up.
 *
 * Nobody leads who was built for other tables than those that are there: an
 * older program would not write what newer ones want, and "dunghen migrate"
 * has the lead of those who write while it changes them. Who is older or newer
 * than the database stands by until that has changed. */
#ifndef LEADER_H
#define LEADER_H

#include "db.h"

/* One number for each kind of service; "dung" and following. */
enum leader_lock {
    LEADER_TRACKER = 0x64756e67,
    LEADER_DISPATCH = 0x64756e68,
    LEADER_SENTINEL = 0x64756e69,
    LEADER_LETTERS = 0x64756e6b,
    LEADER_NOTIFIER = 0x64756e6c,
};

struct leader;
/* leads: true with each new session that has the lock, false when it is lost. */
typedef void leader_fn(void *ctx, bool leads);

struct leader *leader_open(struct loop *loop, enum leader_lock lock, leader_fn *fn, void *ctx);
void leader_close(struct leader **leader);

/* To be called from db's on_ready and on_lost. The statements sql_common_all
 * (sql_common.h) must be among db's. */
void leader_connected(struct leader *leader, struct db *db);
void leader_lost(struct leader *leader);

bool leader_leads(const struct leader *leader);
/* Whether it leads or stands by, that is: has a session and knows. */
bool leader_is_settled(const struct leader *leader);
/* Why it neither leads nor could, or NULL; borrowed until the next turn. */
const char *leader_trouble(const struct leader *leader);

#endif
