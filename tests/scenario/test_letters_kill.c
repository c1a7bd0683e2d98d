/* SPDX-License-Identifier: Apache-2.0 */
/* Three hundred letters while the service and its renderers are killed at random: at the end each
 * letter has one file, whole and under its own hash, and no file is nobody's. */
#include "chance.h"
#include "city.h"
#include "format.h"
#include "issue.h"
#include "letter_check.h"
#include "must.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

enum { LETTERS = 300, ROUNDS = 40, PAUSE_MOST_MS = 250, CALM_MS = 600000 };

static struct city *city;
static char *letters_dir;

static int open_city(void **state)
{
    static const char *const names[] = {"letters", NULL};
    struct err e = {0};

    (void)state;
    must(city_open_with(&city, names, &e), &e);
    must(crypto_open(&e), &e);
    letters_dir = format_new("%s/var/letters", city_dir(city));
    return 0;
}

static int close_city(void **state)
{
    (void)state;
    city_close(&city);
    free(letters_dir);
    return 0;
}

static void kill_something(struct chance *chance)
{
    struct process *letters = city_service(city, "letters");
    struct err e;

    if (chance_between(chance, 0, 2) > 0) {
        pid_t renderer = letter_renderer(process_pid(letters));
        if (renderer > 0)
            kill(renderer, SIGKILL);
        return;
    }
    process_kill(letters);
    assert_int_equal(process_again(letters, &e), 0);
}

static void no_letter_is_lost_or_doubled(void **state)
{
    static struct uuid ids[LETTERS];
    const struct issue issue = {.form = "apology",
                                .language = "vi",
                                .unit = "D1",
                                .service = "LIGHT",
                                .fields =
                                    "{\"due_at\":1795599000000000,"
                                    "\"new_due_at\":1796205600000000,"
                                    "\"reason_code\":\"OVERLOAD\",\"signer\":null,"
                                    "\"title_vi\":\"Giám đốc\",\"title_en\":\"Director\"}"};
    struct chance chance = {chance_seed()};
    struct err e;

    (void)state;
    print_message("DUNGHEN_SEED=%llu\n", (unsigned long long)chance.state);
    for (int round = 0; round < ROUNDS; round++) {
        int first = round * LETTERS / ROUNDS, next = (round + 1) * LETTERS / ROUNDS;
        issue_letters(city_cluster(city), NULL, &issue, next - first, ids + first);
        poll(NULL, 0, (int)chance_between(&chance, 0, PAUSE_MOST_MS));
        kill_something(&chance);
    }
    AUTO(format_free)
    char *all = format_new("SELECT count(*) = %d FROM letter_files", LETTERS);
    city_wait_until(city, all, CALM_MS);
    assert_int_equal(letter_check_store(city_cluster(city), letters_dir), LETTERS);
    assert_string_equal(
        cluster_query(city_cluster(city), "SELECT count(DISTINCT hash) FROM letter_files"), "300");
    /* Whoever leads next removes what the killed have left. */
    process_kill(city_service(city, "letters"));
    assert_int_equal(process_again(city_service(city, "letters"), &e), 0);
    for (int i = 0; i < CALM_MS / 10 && letter_check_leftovers(letters_dir) > 0; i++)
        poll(NULL, 0, 10);
    assert_int_equal(letter_check_leftovers(letters_dir), 0);
    assert_int_equal(letter_check_store(city_cluster(city), letters_dir), LETTERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_letter_is_lost_or_doubled)};

    return cmocka_run_group_tests_name("letters_kill", tests, open_city, close_city);
}
