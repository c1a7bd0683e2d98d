/* SPDX-License-Identifier: Apache-2.0 */
/* main - dunghen-notifier: tells people what has become of their cases, and units what is due. */
#include "notifier.h"

#include "sql_common.h"   /* generated from common/sql/ */
#include "sql_notifier.h" /* generated from sql/ */

#include "clock.h"
#include "log.h"
#include "messages.h"
#include "text.h"

#include <limits.h>
#include <string.h>

enum {
    TICK_MS = 500,
    AGAIN_US = 2000000,
    EXPIRE_US = 20000000,
    SILENCE_US = 5000000,
    HINTS_US = 50000, /* between two readings of the events' table */
    DRAIN_US = 20 * 1000000,
    S_PER_H = 3600,
};

static const struct config_program program = {
    "dunghen-notifier",
    "tells people what becomes of their cases: e-mail, SMS, Zalo, webhooks.",
};

static const struct config_key keys[] = {
    SERVICE_KEYS(struct notifier_settings, service, "127.0.0.1:9106"),
    CONFIG_TEXT(struct notifier_settings, keys_dir, "DUNGHEN_KEYS_DIR", "var/keys",
                "Directory of contact.keys, and of gateways/NAME, the gateways' secrets."),
    CONFIG_TEXT(struct notifier_settings, letters_dir, "DUNGHEN_LETTERS_DIR", "var/letters",
                "Directory where the service letters keeps its files."),
    SERVICE_ENDPOINT(struct notifier_settings, events_endpoint, "DUNGHEN_EVENTS_ENDPOINT",
                     "Where the tracker publishes events."),
    SERVICE_ENDPOINT(struct notifier_settings, letters_endpoint, "DUNGHEN_LETTERS_ENDPOINT",
                     "Where the service letters is asked to render."),
    SERVICE_ENDPOINT(struct notifier_settings, endpoint, "DUNGHEN_NOTIFIER_ENDPOINT",
                     "Where choices and resends are asked for."),
    CONFIG_RULED(struct notifier_settings, public_url, "DUNGHEN_PUBLIC_URL", &config_base_url,
                 "http://127.0.0.1:8080", "What the links in messages begin with."),
    CONFIG_RULED(struct notifier_settings, smtp_url, "DUNGHEN_SMTP_URL", &config_mail_server, "",
                 "The mail server, smtp://HOST:PORT or smtps://HOST:PORT. Empty: no mails."),
    CONFIG_TEXT(struct notifier_settings, smtp_tls, "DUNGHEN_SMTP_TLS", "required",
                "Whether smtp:// must turn to TLS (STARTTLS): required or off."),
    CONFIG_TEXT(struct notifier_settings, smtp_user, "DUNGHEN_SMTP_USER", "",
                "Login at the mail server. Empty: none."),
    CONFIG_TEXT(struct notifier_settings, smtp_password, "DUNGHEN_SMTP_PASSWORD", "",
                "Its password."),
    CONFIG_TEXT(struct notifier_settings, mail_from, "DUNGHEN_MAIL_FROM", "",
                "The address that mails come from."),
    CONFIG_TEXT(struct notifier_settings, mail_from_name, "DUNGHEN_MAIL_FROM_NAME", "Đúng Hẹn",
                "The name that stands with it."),
    CONFIG_TEXT(
        struct notifier_settings, ca_file, "DUNGHEN_CA_FILE", "",
        "Certificates that mail server and gateways are checked with. Empty: the system's."),
    CONFIG_TEXT(struct notifier_settings, quiet_hours, "DUNGHEN_QUIET_HOURS", "21:00-07:00",
                "Hours without SMS and Zalo to citizens who have not chosen. Empty: none."),
    CONFIG_INT(struct notifier_settings, smtp_connections, "DUNGHEN_SMTP_CONNECTIONS", "8", 1, 64,
               "Mails that are handed over at once."),
    CONFIG_INT(struct notifier_settings, webhook_connections, "DUNGHEN_WEBHOOK_CONNECTIONS", "4", 1,
               64, "Requests at once to each front end."),
    WEBHOOK_LOCAL_KEY(struct notifier_settings, front_ends),
    CONFIG_INT(struct notifier_settings, timeout_s, "DUNGHEN_DELIVERY_TIMEOUT_S", "30", 1, 300,
               "Seconds for a mail or a webhook to be handed over."),
    CONFIG_INT(struct notifier_settings, deadline_h, "DUNGHEN_DELIVERY_DEADLINE_H", "24", 1, 720,
               "Hours for which a mail or a webhook is tried."),
    CONFIG_INT(struct notifier_settings, retry_first_ms, "DUNGHEN_RETRY_FIRST_MS", "10000", 10,
               3600000, "Milliseconds to the second attempt; twice as long to each one after it."),
    CONFIG_INT(struct notifier_settings, keep_days, "DUNGHEN_DELIVERIES_KEEP_DAYS", "400", 1, 36500,
               "Days for which deliveries are kept after they were delivered or given up."),
    {0},
};

static const struct sql *const *const statements[] = {sql_notifier_all, sql_common_all, NULL};

static const char *const session[] = {DB_LOOKUPS, NULL};

/* ---- what it depends on ---- */

static const char *check_database(void *ctx)
{
    const struct notifier *n = ctx;

    return db_trouble(n->db);
}

static const char *check_leader(void *ctx)
{
    const struct notifier *n = ctx;

    if (leader_leads(n->leader) && !n->begun)
        return "has not begun";
    return leader_trouble(n->leader);
}

static const char *check_events(void *ctx)
{
    const struct notifier *n = ctx;

    return follow_trouble(n->follow);
}

static const char *check_catalogue(void *ctx)
{
    const struct notifier *n = ctx;

    return catalogue_trouble(n->watch);
}

static const struct probe_check checks[] = {
    {"database", check_database},
    {"leader", check_leader},
    {"events", check_events},
    {"catalogue", check_catalogue},
    {0},
};

static void on_ready(void *ctx)
{
    struct notifier *n = ctx;

    leader_connected(n->leader, n->db);
}

static void on_lost(void *ctx)
{
    struct notifier *n = ctx;

    leader_lost(n->leader);
}

/* ---- turns ---- */

static void on_tick(void *ctx)
{
    struct notifier *n = ctx;

    n->outcomes.failed = false; /* they are tried again when this turn ends */
    lead_tick(n);
    sender_tick(n);
}

/* A place is free when its outcome is on its way to the table: new claims come after it. */
static void on_turn_end(void *ctx)
{
    struct notifier *n = ctx;

    fanout_turn(n);
    if (n->outcomes.count > n->outcomes.sent && !n->outcomes.failed) {
        outcomes_send(&n->outcomes, n->db);
        sender_turn(n);
    }
    if (n->stopping && n->attempt_count == 0 && n->outcomes.count == 0)
        loop_stop(n->loop);
}

static void on_patience_over(void *ctx)
{
    struct notifier *n = ctx;

    loop_stop(n->loop);
}

/* What is under way is waited for: then its outcome is known. */
static void on_stop(void *ctx)
{
    struct notifier *n = ctx;

    n->stopping = true;
    probe_drain(n->probe);
    loop_timer_set_us(loop_timer_new(n->loop, on_patience_over, n), DRAIN_US);
}

/* ---- opening and closing ---- */

static int check_mail(struct notifier *n, struct err *e)
{
    const struct notifier_settings *s = &n->settings;
    bool is_smtps = strncmp(s->smtp_url, "smtps://", 8) == 0;

    if (*s->smtp_url == '\0')
        return 0;
    if (strcmp(s->smtp_tls, "required") != 0 && strcmp(s->smtp_tls, "off") != 0)
        return err_set(e, ERR_INPUT, "DUNGHEN_SMTP_TLS = \"%s\" is neither required nor off",
                       s->smtp_tls);
    if (strcmp(s->smtp_tls, "off") == 0 && !is_smtps && *s->smtp_user != '\0')
        return err_set(e, ERR_INPUT, "DUNGHEN_SMTP_USER: no login without TLS");
    if (!text_is_email(s->mail_from))
        return err_set(e, ERR_INPUT, "DUNGHEN_MAIL_FROM = \"%s\" is not an address", s->mail_from);
    return 0;
}

static void open_lanes(struct notifier *n)
{
    const struct notifier_settings *s = &n->settings;

    n->lanes.mail = (struct lane){
        .name = "mail",
        .channel = CHANNEL_MAIL,
        .is_open = *s->smtp_url != '\0',
        .limit = (int)s->smtp_connections,
        .deadline_us = s->deadline_h * S_PER_H * CLOCK_US_PER_S,
        .timeout_ms = s->timeout_s * 1000,
    };
    n->lanes.sms = (struct lane){.name = "sms", .channel = CHANNEL_SMS};
    n->lanes.zalo = (struct lane){.name = "zalo", .channel = CHANNEL_ZALO};
}

/* The ring may not be made yet when all services start at once, but then there is no contact. */
static int open_ring(struct notifier *n, struct err *e)
{
    AUTO(strbuf_free) struct strbuf path = STRBUF(PATH_MAX);

    strbuf_addf(&path, "%s/contact.keys", n->settings.keys_dir);
    if (strbuf_text(&path) == NULL)
        return err_set(e, ERR_INPUT, "DUNGHEN_KEYS_DIR is too long");
    return crypto_ring_open(&n->ring, strbuf_text(&path), e);
}

static int open_database(struct notifier *n, struct err *e)
{
    const struct service *s = &n->settings.service;
    const struct db_settings settings = {
        .target = {s->database_url, s->run_dir, "dunghen_notifier", program.name},
        .session = session,
        .statements = statements,
        .on_ready = on_ready,
        .on_lost = on_lost,
        .ctx = n,
    };

    n->leader = leader_open(n->loop, LEADER_NOTIFIER, lead_change, n);
    if (db_open(&n->db, n->loop, &settings, e) < 0)
        return -1;
    const struct catalogue_watch_settings watch = {
        .db = n->db, .on_change = lead_catalogue, .ctx = n};
    n->watch = catalogue_watch_open(n->loop, &watch);
    return 0;
}

static int open_bus(struct notifier *n, struct err *e)
{
    struct notifier_settings *s = &n->settings;

    if (service_endpoint(&s->service, "events", &s->events_endpoint, e) < 0 ||
        service_endpoint(&s->service, "letters", &s->letters_endpoint, e) < 0 ||
        service_endpoint(&s->service, "notifier", &s->endpoint, e) < 0 ||
        bus_open(&n->bus, n->loop, e) < 0)
        return -1;
    const struct bus_client_settings letters = {.endpoint = s->letters_endpoint,
                                                .again_us = AGAIN_US,
                                                .expire_us = EXPIRE_US,
                                                .max_calls = NOTIFIER_ASKED};
    return bus_connect(&n->letters, n->bus, &letters, e);
}

static int open_follow(struct notifier *n, struct err *e)
{
    const struct follow_settings settings = {
        .db = n->db,
        .bus = n->bus,
        .endpoint = n->settings.events_endpoint,
        .missed = &sql_select_events,
        .seq_column = fanout_seq_column,
        .pause_us = HINTS_US,
        .take_rows = fanout_take,
        .ctx = n,
    };

    return follow_open(&n->follow, n->loop, &settings, e);
}

static int notifier_open(struct notifier *n, struct err *e)
{
    if (check_mail(n, e) < 0 ||
        webhook_local_read(n->settings.front_ends, &n->local_allowed, e) < 0 ||
        quiet_read(n->settings.quiet_hours, "DUNGHEN_QUIET_HOURS", &n->quiet, e) < 0 ||
        open_ring(n, e) < 0)
        return -1;
    open_lanes(n);
    if (loop_open(&n->loop, e) < 0 || transfers_open(&n->transfers, n->loop, e) < 0 ||
        open_bus(n, e) < 0 || open_database(n, e) < 0 || open_follow(n, e) < 0)
        return -1;
    if (probe_open(&n->probe, n->loop, "notifier", n->settings.service.metrics_listen, checks, n,
                   e) < 0)
        return -1;
    loop_every_ms(n->loop, TICK_MS, on_tick, n);
    loop_after_turn(n->loop, on_turn_end, n);
    loop_on_stop(n->loop, on_stop, n);
    return 0;
}

static void notifier_close(struct notifier *n)
{
    probe_close(&n->probe);
    transfers_close(&n->transfers);
    attempts_free(n);
    bus_server_close(&n->server);
    follow_close(&n->follow);
    catalogue_watch_close(&n->watch);
    leader_close(&n->leader);
    db_close(&n->db);
    bus_client_close(&n->letters);
    bus_close(&n->bus);
    asked_free(n);
    outcomes_free(&n->outcomes);
    lanes_free(&n->lanes);
    crypto_ring_close(&n->ring);
    db_args_free(&n->lead_args);
    db_args_free(&n->fanout_args);
    for (size_t i = 0; i < COUNT(n->claim_args); i++)
        db_args_free(&n->claim_args[i]);
    db_args_free(&n->tick_args);
    for (size_t i = 0; i < COUNT(n->purge_args); i++)
        db_args_free(&n->purge_args[i]);
    db_args_free(&n->asked_args);
    db_args_free(&n->revoked_args);
    loop_close(&n->loop);
    config_free(keys, &n->settings);
}

int main(int argc, char **argv)
{
    AUTO(notifier_close) struct notifier n = {0};
    struct err e = {0};
    bool done;

    (void)argc;
    if (service_start(&program, keys, &n.settings, &n.settings.service, argv, &done, &e) < 0)
        return log_exit(&e);
    if (done)
        return 0;
    if (notifier_open(&n, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "started", "mail", n.lanes.mail.is_open ? "on" : "off", NULL);
    if (loop_run(n.loop, &e) < 0)
        return log_exit(&e);
    log_event(LOG_INFO, "stopped", NULL);
    return 0;
}
