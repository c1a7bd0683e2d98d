/* SPDX-License-Identifier: Apache-2.0 */
/* links: dispatch */
#include "account.h"

#include "unit.h"

static void a_key_has_one_account_and_others_another(void **state)
{
    struct accounts accounts = {0};
    struct account *one = accounts_get(&accounts, "one");

    (void)state;
    assert_string_equal(one->key, "one");
    assert_ptr_equal(accounts_get(&accounts, "one"), one);
    assert_ptr_not_equal(accounts_get(&accounts, "other"), one);
    accounts_free(&accounts);
    assert_null(accounts.all);
}

static void orders_are_bounded_until_they_are_settled(void **state)
{
    struct accounts accounts = {0};
    struct account *one = accounts_get(&accounts, "one");
    struct err e = {0};

    (void)state;
    for (int i = 0; i < ACCOUNT_ORDERS; i++)
        assert_int_equal(account_order(one, &e), 0);
    assert_int_equal(account_order(one, &e), -1);
    assert_int_equal(e.kind, ERR_BUSY);
    assert_int_equal(account_order(accounts_get(&accounts, "other"), &e), 0);
    account_settle(one);
    assert_int_equal(account_order(one, &e), 0);
    assert_int_equal(account_order(one, &e), -1);
    accounts_free(&accounts);
}

static void hellos_are_bounded_until_the_next_second(void **state)
{
    struct accounts accounts = {0};
    struct account *one = accounts_get(&accounts, "one");
    struct err e = {0};

    (void)state;
    for (int i = 0; i < ACCOUNT_HELLOS; i++)
        assert_int_equal(account_greet(one, &e), 0);
    assert_int_equal(account_greet(one, &e), -1);
    assert_int_equal(e.kind, ERR_BUSY);
    assert_int_equal(account_greet(accounts_get(&accounts, "other"), &e), 0);
    accounts_tick(&accounts);
    assert_int_equal(account_greet(one, &e), 0);
    accounts_free(&accounts);
}

static void what_is_not_sent_is_counted(void **state)
{
    static const char bytes[64 * 1024] = "words";
    struct accounts accounts = {0};
    struct account *one = accounts_get(&accounts, "one");
    zmq_msg_t frames[ACCOUNT_UNSENT_BYTES / sizeof(bytes)];
    size_t count = 0;

    (void)state;
    for (; account_takes_tasks(one); count++)
        account_frame(one, &frames[count], bytes, sizeof(bytes));
    assert_true(one->unsent_bytes < ACCOUNT_TASK_BYTES + 2 * sizeof(bytes));
    assert_true(account_takes_words(one)); /* there is room for answers yet */
    for (; account_takes_words(one); count++)
        account_frame(one, &frames[count], bytes, sizeof(bytes));
    assert_true(account_takes_words(accounts_get(&accounts, "other")));
    assert_memory_equal(zmq_msg_data(&frames[0]), bytes, sizeof(bytes));
    while (count > 0)
        zmq_msg_close(&frames[--count]);
    assert_true(account_takes_tasks(one));
    assert_int_equal(one->unsent_bytes, 0);
    accounts_free(&accounts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_has_one_account_and_others_another),
        cmocka_unit_test(orders_are_bounded_until_they_are_settled),
        cmocka_unit_test(hellos_are_bounded_until_the_next_second),
        cmocka_unit_test(what_is_not_sent_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
