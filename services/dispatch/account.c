/* SPDX-License-Identifier: Apache-2.0 */
#include "account.h"

#include "mem.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct account *accounts_get(struct accounts *accounts, const char *key)
{
    struct account *account;

    HASH_FIND(hh, accounts->all, key, strlen(key), account);
    if (account != NULL)
        return account;
    account = mem_new(1, sizeof(*account));
    snprintf(account->key, sizeof(account->key), "%s", key);
    HASH_ADD(hh, accounts->all, key, strlen(account->key), account);
    return account;
}

void accounts_tick(struct accounts *accounts)
{
    for (struct account *account = accounts->all; account != NULL; account = account->hh.next)
        account->hellos = 0;
}

void accounts_free(struct accounts *accounts)
{
    struct account *account, *next;

    HASH_ITER(hh, accounts->all, account, next)
    {
        HASH_DEL(accounts->all, account);
        free(account);
    }
}

int account_greet(struct account *account, struct err *e)
{
    if (account->hellos == ACCOUNT_HELLOS)
        return err_set(e, ERR_BUSY, "more than %d HELLOs of this key in a second", ACCOUNT_HELLOS);
    account->hellos++;
    return 0;
}

int account_order(struct account *account, struct err *e)
{
    if (account->orders == ACCOUNT_ORDERS)
        return err_set(e, ERR_BUSY, "%d items of this key wait for the ledger", ACCOUNT_ORDERS);
    account->orders++;
    return 0;
}

void account_settle(struct account *account)
{
    assert(account->orders > 0);
    account->orders--;
}

bool account_takes_tasks(const struct account *account)
{
    return account->unsent_bytes < ACCOUNT_TASK_BYTES;
}

bool account_takes_words(const struct account *account)
{
    return account->unsent_bytes < ACCOUNT_UNSENT_BYTES;
}

/* The bytes of a frame that libzmq has. */
struct unsent {
    struct account *account;
    size_t counted;
    char bytes[];
};

static void on_sent(void *bytes, void *hint)
{
    struct unsent *unsent = hint;

    (void)bytes;
    unsent->account->unsent_bytes -= unsent->counted;
    free(unsent);
}

void account_frame(struct account *account, zmq_msg_t *frame, const void *bytes, size_t len)
{
    struct unsent *unsent = mem_new(1, sizeof(*unsent) + len);

    unsent->account = account;
    unsent->counted = len + ACCOUNT_FRAME_BYTES;
    memcpy(unsent->bytes, bytes, len);
    account->unsent_bytes += unsent->counted;
    int rc = zmq_msg_init_data(frame, unsent->bytes, len, on_sent, unsent);
    assert(rc == 0); /* only lack of memory fails */
}
