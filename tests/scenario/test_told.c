/* SPDX-License-Identifier: Apache-2.0 */
/* Thousands of events flow while notifier is killed again and again, and sometimes the database,
 * and while mail server and gateway fail in every way. Afterwards the world outside says who got
 * what: every person exactly one message for each event, nothing missing. */
#include "town.h"

#include "chance.h"
#include "clock.h"
#include "format.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { CASES = 250, KILL_LEAST_MS = 40, KILL_MOST_MS = 900, KILLS_LEAST = 12, CALM_MS = 240000 };

/* Each case has each of these once, so that a text tells its event. */
static const char *const types[] = {"received",   "info_requested", "answered", "reopened",
                                    "apologised", "extended",       "overdue",  "accepted"};
enum { TO_CITIZENS = 6 };

/* ---- what the world says ---- */

struct tally {
    json_t *texts; /* recipient and text to the key that brought it */
    size_t repeated, strange;
};

static void tally_one(struct tally *t, const char *to, const char *text, const char *key)
{
    AUTO(format_free) char *what = format_new("%s\n%s", to, text);
    const char *before = json_string_value(json_object_get(t->texts, what));

    if (before == NULL)
        json_object_set_new(t->texts, what, json_string(key));
    else if (strcmp(before, key) == 0)
        t->repeated++; /* the gateway knows the key: the person got it once */
    else
        t->strange++; /* told twice */
}

static void take_sms(struct tally *t, const json_t *request)
{
    AUTO(json_release)
    json_t *body = json_loads(json_string_value(json_object_get(request, "body")), 0, NULL);

    tally_one(t, json_string_value(json_object_get(body, "to")),
              json_string_value(json_object_get(body, "text")),
              json_string_value(json_object_get(request, "key")));
}

static void take_mail(struct tally *t, const json_t *mail)
{
    tally_one(t, json_string_value(json_object_get(mail, "to")),
              json_string_value(json_object_get(mail, "text")),
              json_string_value(json_object_get(mail, "key")));
}

static void expect_each_once(struct town *town, const char *what, size_t wanted,
                             void (*take)(struct tally *t, const json_t *thing))
{
    AUTO(json_release) json_t *seen = outside_seen(town->outside, what);
    AUTO(json_release) json_t *texts = json_object();
    struct tally t = {.texts = texts};
    const json_t *thing;
    size_t i;

    json_array_foreach(seen, i, thing) take(&t, thing);
    print_message("%s: %zu messages to people, %zu repeated under their keys\n", what,
                  json_object_size(texts), t.repeated);
    assert_int_equal(t.strange, 0);
    assert_int_equal(json_object_size(texts), wanted);
    assert_int_equal(outside_keys(seen), wanted);
}

/* ---- the flow ---- */

static void add_cases(struct town *t)
{
    for (int i = 1; i <= CASES; i++) {
        AUTO(format_free) char *phone = format_new("+8490%07d", i);
        AUTO(format_free) char *email = format_new("nguoi.%d@example.org", i);
        town_add_case(t, i, "Nguyễn Văn An", phone, email);
    }
}

static void again(struct town *t)
{
    struct err e;

    if (process_again(t->notifier, &e) < 0)
        fail_msg("%s", e.text);
}

static int kill_some(struct town *t, struct chance *chance)
{
    struct err e;

    process_kill(t->notifier);
    if (chance_between(chance, 1, 6) == 1) {
        cluster_kill(t->cluster);
        if (cluster_start(t->cluster, &e) < 0)
            fail_msg("%s", e.text);
    }
    again(t);
    return 1;
}

static void tells_everybody_once_though_it_is_killed(void **state)
{
    AUTO(town_close) struct town t;
    struct chance chance = {.state = chance_seed()};
    int kills = 0;

    (void)state;
    print_message("DUNGHEN_SEED=%" PRIu64 "\n", chance.state);
    town_open(&t);
    town_begin(&t);
    add_cases(&t);
    outside_behave(t.outside, "sms", "flaky");
    outside_behave(t.outside, "mail", "flaky");
    town_hurry(&t);
    town_start(&t);
    int64_t next = clock_mono_us();
    for (size_t type = 0; type < COUNT(types); type++)
        for (int i = 1; i <= CASES; i++) {
            town_add_event(&t, i, types[type],
                           "{\"question\":\"Ở đâu?\",\"new_due_at\":1795644137000000}");
            if (clock_mono_us() < next)
                continue;
            kills += kill_some(&t, &chance);
            next = clock_mono_us() +
                   chance_between(&chance, KILL_LEAST_MS, KILL_MOST_MS) * CLOCK_US_PER_MS;
        }
    for (; kills < KILLS_LEAST; kills++) {
        poll(NULL, 0, (int)chance_between(&chance, KILL_LEAST_MS, KILL_MOST_MS));
        kill_some(&t, &chance);
    }
    town_ready(&t);
    town_wait_settled_within(&t, CALM_MS);
    print_message("killed %d times, attempts %s\n", kills,
                  cluster_query(t.cluster, "SELECT sum(attempts) FROM deliveries"));
    print_message("of which nobody knew the outcome: %s\n",
                  cluster_query(t.cluster,
                                "SELECT count(*) FROM delivery_failures"
                                " WHERE kind = 'unknown'"));
    assert_string_equal(
        cluster_query(t.cluster, "SELECT count(*) FROM deliveries WHERE state <> 'delivered'"),
        "0");
    expect_each_once(&t, "sms", CASES * TO_CITIZENS, take_sms);
    expect_each_once(&t, "mail", CASES * (TO_CITIZENS + 1), take_mail); /* D1's focal officer too */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_everybody_once_though_it_is_killed),
    };

    return cmocka_run_group_tests_name("told", tests, NULL, NULL);
}
