/* SPDX-License-Identifier: Apache-2.0 */
/* "dunghen case": every step of a case, said on behalf of those who may, in a living city; and what
 * dispatch makes of it. */
#include "city_fixture.h"
#include "format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { LARGEST = 1 << 16, WAIT_MS = 60000 };

/* ---- saying ---- */

/* A verb of the case, which is in that state afterwards. */
static void expect(bool good, const char *state, int line)
{
    AUTO(format_free) char *wanted = format_new("%s\n", state);

    if (!good || strstr(strbuf_text(&output), wanted) == NULL)
        fail_msg("line %d: %s", line, strbuf_text(&output));
}
#define CASE(state, verb, reference, ...)                                                          \
    expect(DUNGHEN("case", verb, reference, __VA_ARGS__), state, __LINE__)

static void expect_refusal(bool good, const char *words, int line)
{
    if (good || strstr(strbuf_text(&output), words) == NULL)
        fail_msg("line %d: %s", line, strbuf_text(&output));
}
#define REFUSED(words, verb, reference, ...)                                                       \
    expect_refusal(DUNGHEN("case", verb, reference, __VA_ARGS__), words, __LINE__)

/* A complaint about noise in the first ward; its reference is yours to free. */
static char *new_case(void)
{
    return city_report(city,
                       "{\"service_code\":\"NOISE\",\"description\":\"Ồn\",\"anonymous\":true,"
                       "\"lat\":10.75,\"lon\":106.65}");
}

static const char *ask(const char *what, const char *reference)
{
    AUTO(format_free)
    char *sql = format_new("SELECT %s FROM cases WHERE reference = '%s'", what, reference);

    return cluster_query(city_cluster(city), sql);
}

static void verifies(void)
{
    if (!DUNGHEN("verify"))
        fail_msg("%s", strbuf_text(&output));
}

static const char lan[] = "officer:lan", minh[] = "head:minh", hoa[] = "coordinator:hoa";
static const char citizen[] = "citizen:-";
/* For ask(): whether lists tell it as changed when its last step was. */
static const char told_with_last_step[] =
    "(SELECT p.updated_at FROM public_cases AS p WHERE p.id = cases.id) = "
    "(SELECT max(e.at) FROM events AS e WHERE e.case_id = cases.id)";

/* ---- tests ---- */

static void carries_a_case_through_questions_and_back(void **state)
{
    static const char rare[] =
        "coalesce((SELECT r.state FROM rare_cases AS r WHERE r.id = cases.id), 'none')";
    AUTO(format_free) char *ref = new_case();

    (void)state;
    CASE("IN_PROGRESS", "accept", ref, "--as", lan);
    CASE("NEED_INFO", "ask", ref, "--as", lan, "--question", "Nhà số mấy?");
    assert_string_equal(ask(rare, ref), "NEED_INFO");
    assert_string_equal(ask(told_with_last_step, ref), "t");
    REFUSED("\"answer\" is not allowed while the case is NEED_INFO", "answer", ref, "--as", lan,
            "--result", "solved", "--text", "Xong");
    CASE("IN_PROGRESS", "info", ref, "--as", citizen, "--text", "Số 12");
    assert_string_equal(ask(rare, ref), "none");
    CASE("SUSPENDED", "suspend", ref, "--as", minh, "--decision", "12/QĐ", "--reason", "RELATED");
    assert_string_equal(ask(rare, ref), "SUSPENDED");
    CASE("IN_PROGRESS", "resume", ref, "--as", minh);
    CASE("IN_PROGRESS", "coordinate", ref, "--as", lan, "--unit", "D1", "--text", "Xin đo");
    CASE("ANSWERED", "answer", ref, "--as", lan, "--result", "solved", "--text", "Đã nhắc nhở");
    CASE("CLOSED", "rate", ref, "--as", citizen, "--score", "4", "--text", "Nhanh");
    REFUSED("\"rate\" is not allowed while the case is CLOSED", "rate", ref, "--as", citizen,
            "--score", "5");
    assert_string_equal(ask("paused_at IS NULL AND paused_us > 0 AND rated = 4", ref), "t");
    assert_true(DUNGHEN("trace", ref));
    assert_non_null(strstr(strbuf_text(&output), "Control sheet"));
    assert_non_null(strstr(strbuf_text(&output), "waiting for the citizen"));
    assert_non_null(strstr(strbuf_text(&output), "suspended by decision 12/QĐ"));
    verifies();
}

/* Of the most characters that a question may have, however many bytes each is or becomes: it is
 * recorded and told, and its letter is written. */
static void asks_at_the_greatest_length(void **state)
{
    static const char *const letters[] = {"ữ", "\""};
    AUTO(format_free) char *ref = new_case();

    (void)state;
    CASE("IN_PROGRESS", "accept", ref, "--as", lan);
    for (size_t i = 0; i < COUNT(letters); i++) {
        AUTO(strbuf_free) struct strbuf question = STRBUF(LARGEST);
        for (int n = 0; n < 4000; n++)
            strbuf_addf(&question, "%s", letters[i]);
        CASE("NEED_INFO", "ask", ref, "--as", lan, "--question", strbuf_text(&question));
        assert_true(DUNGHEN("trace", ref, "--json"));
        AUTO(format_free)
        char *asked = format_new(
            "(SELECT count(*) FROM letters AS l JOIN letter_files AS f"
            " ON f.letter = l.id WHERE l.case_id = cases.id"
            " AND l.fields ->> 'question' = repeat('%s', 4000))",
            letters[i]);
        AUTO(format_free)
        char *written = format_new("SELECT %s = 1 FROM cases WHERE reference = '%s'", asked, ref);
        city_wait_until(city, written, WAIT_MS);
        CASE("IN_PROGRESS", "info", ref, "--as", citizen, "--text", "Số 12");
    }
    verifies();
}

static void reopens_what_is_not_solved(void **state)
{
    AUTO(format_free) char *ref = new_case();

    (void)state;
    CASE("IN_PROGRESS", "accept", ref, "--as", lan);
    CASE("ANSWERED", "answer", ref, "--as", lan, "--result", "solved", "--text", "Đã nhắc nhở");
    CASE("REOPENED", "reopen", ref, "--as", citizen, "--text", "Vẫn ồn");
    assert_string_equal(ask(told_with_last_step, ref), "t");
    verifies();
    CASE("IN_PROGRESS", "accept", ref, "--as", lan);
    CASE("ANSWERED", "answer", ref, "--as", lan, "--result", "partly", "--text", "Đã phạt");
    assert_string_equal(ask("reopened || ' ' || changes", ref), "1 6");
    verifies();
}

/* As intake reads it. */
static void shows_what_was_published_to_everybody(void **state)
{
    static const char shown[] =
        "(SELECT concat_ws('|', p.answer, p.description, p.published_at = cases.published_at)"
        "   FROM public_cases AS p WHERE p.id = cases.id)";
    AUTO(format_free) char *ref = new_case();

    (void)state;
    CASE("IN_PROGRESS", "accept", ref, "--as", lan);
    CASE("ANSWERED", "answer", ref, "--as", lan, "--result", "solved", "--text", "Chào anh An");
    REFUSED("answer: is missing", "publish", ref, "--as", lan, "--description", "Karaoke");
    assert_string_equal(ask(shown, ref), "");
    CASE("ANSWERED", "publish", ref, "--as", lan, "--answer", "Đã nhắc nhở \"quán\"",
         "--description", "Karaoke");
    assert_string_equal(ask(shown, ref), "Đã nhắc nhở \"quán\"|Karaoke|t");
    CASE("REOPENED", "reopen", ref, "--as", citizen, "--text", "Vẫn ồn");
    CASE("IN_PROGRESS", "accept", ref, "--as", lan);
    CASE("ANSWERED", "answer", ref, "--as", lan, "--result", "solved", "--text", "Đã phạt");
    CASE("ANSWERED", "publish", ref, "--as", lan, "--answer", "Đã phạt");
    assert_string_equal(ask(shown, ref), "Đã phạt|t");
    verifies();
}

static void sends_cases_round_until_the_desk_decides(void **state)
{
    AUTO(format_free) char *ref = new_case();

    (void)state;
    CASE("RETURNED", "return", ref, "--as", lan, "--reason", "SUBJECT");
    CASE("ASSIGNED", "assign", ref, "--as", hoa, "--unit", "W2");
    CASE("ASSIGNED", "transfer", ref, "--as", "head:mai@W2", "--unit", "D1");
    REFUSED("returns: 2 are the most; the city office's decision binds", "return", ref, "--as",
            "officer:thu@D1", "--reason", "SUBJECT");
    CASE("ASSIGNED", "transfer", ref, "--as", hoa, "--unit", "W1", "--text", "Thuộc phường");
    CASE("ASSIGNED", "reject", ref, "--as", lan, "--reason", "OUTSIDE", "--text",
         "Ngoài thành phố");
    REFUSED("nobody reviews a refusal of his own", "confirm", ref, "--as", "head:lan");
    CASE("REJECTED", "confirm", ref, "--as", "reviewer:binh");
    verifies();
}

static void answers_whoever_said_the_same(void **state)
{
    AUTO(format_free) char *one = new_case();
    AUTO(format_free) char *two = new_case();
    AUTO(format_free) char *three = new_case();

    (void)state;
    CASE("MERGED", "merge", two, "--as", hoa, "--into", one);
    CASE("MERGED", "merge", three, "--as", hoa, "--into", one);
    CASE("WITHDRAWN", "withdraw", one, "--as", citizen);
    verifies();
    assert_string_equal(ask("state || ' ' || merged", two), "ASSIGNED 1");
    CASE("IN_PROGRESS", "accept", two, "--as", lan);
    CASE("ANSWERED", "answer", two, "--as", lan, "--result", "solved", "--text", "Đã nhắc nhở");
    assert_string_equal(ask("answered_at IS NOT NULL AND state = 'MERGED'", three), "t");
    assert_string_equal(ask("(SELECT count(*) FROM events WHERE type = 'merged_answered' "
                            "AND case_id = cases.id)",
                            three),
                        "1");
    assert_string_equal(ask("(SELECT updated_at FROM public_cases AS p WHERE p.id = cases.id) = "
                            "answered_at AND EXISTS (SELECT FROM case_changes AS h WHERE h.id = "
                            "cases.id AND h.at = answered_at)",
                            three),
                        "t");
    verifies();
}

static void forgets_ids_of_commands_that_nobody_says_again(void **state)
{
    (void)state;
    cluster_query(city_cluster(city),
                  "INSERT INTO commands SELECT gen_random_uuid(), gen_random_uuid(), '\\x00',"
                  " now() - interval '1 day' * days FROM (VALUES (89), (91)) AS t (days)");
    city_wait_until(
        city, "SELECT NOT EXISTS (SELECT FROM commands WHERE at < now() - interval '90 days')",
        WAIT_MS);
    assert_string_equal(cluster_query(city_cluster(city),
                                      "SELECT count(*) FROM commands"
                                      " WHERE at < now() - interval '80 days'"),
                        "1");
}

static void tells_the_unit_what_whoever_said_the_same_adds(void **state)
{
    AUTO(format_free) char *one = new_case();
    AUTO(format_free) char *two = new_case();
    AUTO(format_free) char *wanted = format_new("who follows it has added a note: %s", two);

    (void)state;
    CASE("MERGED", "merge", two, "--as", hoa, "--into", one);
    REFUSED("into: is not the case", "note", two, "--as", citizen, "--text", "Cả đêm");
    CASE("MERGED", "note", two, "--as", citizen, "--into", one, "--text", "Cả đêm");
    assert_string_equal(ask("(SELECT n.body ->> 'text' FROM notes AS n"
                            "  WHERE n.case_id = cases.id ORDER BY n.seq DESC LIMIT 1)",
                            two),
                        "Cả đêm");
    assert_string_equal(ask(told_with_last_step, one), "t");
    if (!DUNGHEN("trace", one) || strstr(strbuf_text(&output), wanted) == NULL)
        fail_msg("%s", strbuf_text(&output));
    verifies();
    CASE("IN_PROGRESS", "accept", one, "--as", lan);
    CASE("ANSWERED", "answer", one, "--as", lan, "--result", "solved", "--text", "Đã nhắc nhở");
    REFUSED("state: the answer is there", "note", two, "--as", citizen, "--into", one, "--text",
            "Cả đêm");
    verifies();
}

static void refuses_whoever_said_the_same_with_a_letter_each(void **state)
{
    AUTO(format_free) char *one = new_case();
    AUTO(format_free) char *two = new_case();
    AUTO(format_free) char *three = new_case();

    (void)state;
    CASE("MERGED", "merge", two, "--as", hoa, "--into", one);
    CASE("MERGED", "merge", one, "--as", hoa, "--into", three);
    assert_string_equal(ask("merged", three), "2");
    verifies();
    CASE("ASSIGNED", "reject", three, "--as", lan, "--reason", "OUTSIDE", "--text",
         "Ngoài thành phố");
    CASE("REJECTED", "confirm", three, "--as", "reviewer:binh");
    assert_string_equal(ask("state || ' ' || (SELECT fields ->> 'text' FROM letters"
                            " WHERE case_id = cases.id AND form = 'refusal' AND number > 0)",
                            two),
                        "REJECTED Ngoài thành phố");
    assert_string_equal(ask("state || ' ' || (SELECT fields ->> 'text' FROM letters"
                            " WHERE case_id = cases.id AND form = 'refusal' AND number > 0)",
                            one),
                        "REJECTED Ngoài thành phố");
    verifies();
}

/* "H.pdf", as verify names it; yours to free. The file is made by letters, some time after. */
static char *refusal_file(const char *reference)
{
    AUTO(format_free)
    char *sql = format_new(
        "SELECT encode(f.hash, 'hex') || '.pdf' FROM letter_files AS f JOIN letters AS l"
        " ON l.id = f.letter JOIN cases AS c ON c.id = l.case_id"
        " WHERE c.reference = '%s' AND l.form = 'refusal'",
        reference);
    AUTO(format_free) char *until = format_new("SELECT EXISTS (%s)", sql);

    city_wait_until(city, until, WAIT_MS);
    return format_new("%s", cluster_query(city_cluster(city), sql));
}

static void a_letter_that_is_gone_from_the_disk_is_found(void **state)
{
    AUTO(format_free) char *ref = new_case();

    (void)state;
    CASE("ASSIGNED", "reject", ref, "--as", lan, "--reason", "OUTSIDE", "--text", "Ngoài");
    CASE("REJECTED", "confirm", ref, "--as", "reviewer:binh");
    AUTO(format_free) char *name = refusal_file(ref);
    AUTO(format_free)
    char *path = format_new("%s/var/letters/%.2s/%s", city_dir(city), name, name + 2);
    AUTO(format_free) char *away = format_new("%s.away", path);
    AUTO(format_free) char *finding = format_new("has the file %s, which is not there\n", name);
    assert_true(DUNGHEN("verify", "--files"));
    assert_int_equal(rename(path, away), 0);
    bool good = DUNGHEN("verify", "--files");
    assert_int_equal(rename(away, path), 0);
    assert_false(good);
    assert_non_null(strstr(strbuf_text(&output), finding));
    assert_non_null(strstr(strbuf_text(&output), "wrong     letter "));
    assert_true(DUNGHEN("verify"));
}

/* A regime with everything, taken up by the running city. */
static void wants_receipt_and_apology(bool wants)
{
    const char *word = wants ? "true" : "false";
    AUTO(format_free)
    char *sql = format_new(
        "UPDATE regimes SET receipt = %s, apology = %s WHERE code = 'R1';"
        "UPDATE catalogue SET version = version + 1",
        word, word);

    cluster_query(city_cluster(city), sql);
}

/* Of that regime. */
static char *new_case_with_receipt(void)
{
    char *ref = new_case();

    for (int i = 0; strcmp(ask("(SELECT count(*) FROM letters WHERE case_id = cases.id"
                               " AND register = 'BN')",
                               ref),
                           "1") != 0;
         i++) {
        assert_true(i < 1000); /* the catalogue is taken up within a second */
        format_free(&ref);
        ref = new_case();
    }
    return ref;
}

static void apologises_before_it_is_late_and_extends(void **state)
{
    AUTO(format_free) char *ref = NULL;

    (void)state;
    wants_receipt_and_apology(true);
    ref = new_case_with_receipt();
    CASE("IN_PROGRESS", "accept", ref, "--as", lan);
    REFUSED("task: is not one of the unit's", "extend", ref, "--as", "head:minh@W2", "--reason",
            "VERIFY", "--until", "2036-12-01 09:00");
    REFUSED("due_at: lies beyond what the regime \"R1\" allows", "extend", ref, "--as", minh,
            "--reason", "VERIFY", "--until", "2036-12-01 09:00");
    CASE("IN_PROGRESS", "apologise", ref, "--as", minh, "--reason", "OVERLOAD", "--text",
         "Nhiều việc", "--until", "2027-06-02 09:00");
    CASE("ANSWERED", "answer", ref, "--as", lan, "--result", "solved", "--text", "Xong");
    assert_string_equal(ask("(SELECT form || ' ' || register || ' ' || number FROM letters "
                            "WHERE case_id = cases.id AND form = 'apology')",
                            ref),
                        "apology PXL 1");
    wants_receipt_and_apology(false);
    verifies();
}

static void apologises_to_whoever_said_the_same_with_a_letter_each(void **state)
{
    static const char letter[] =
        "(SELECT concat_ws(' ', register, number, unit, fields ->> 'text', to_timestamp("
        "(fields ->> 'due_at')::float8 / 1000000) = date_trunc('microseconds', cases.due_at))"
        "   FROM letters WHERE case_id = cases.id AND form = 'apology')";
    static const char notes[] = "(SELECT count(*) FROM notes WHERE case_id = cases.id)";

    (void)state;
    wants_receipt_and_apology(true);
    AUTO(format_free) char *one = new_case_with_receipt();
    AUTO(format_free) char *two = new_case();
    AUTO(format_free) char *three = new_case();
    CASE("MERGED", "merge", two, "--as", hoa, "--into", one);
    CASE("MERGED", "merge", three, "--as", hoa, "--into", one);
    CASE("IN_PROGRESS", "accept", one, "--as", lan);
    CASE("IN_PROGRESS", "apologise", one, "--as", minh, "--reason", "OVERLOAD", "--text",
         "Chờ vật tư", "--until", "2027-06-02 09:00");
    assert_string_equal(ask(letter, one), "PXL 2 W1 Chờ vật tư t");
    assert_string_equal(ask(letter, two), "PXL 3 W1 Chờ vật tư t");
    assert_string_equal(ask(letter, three), "PXL 4 W1 Chờ vật tư t");
    assert_string_equal(ask("apologised_at IS NOT NULL AND promised_at = '2027-06-02 09:00+07'"
                            "   AND state = 'MERGED'",
                            three),
                        "t");
    assert_string_equal(ask(notes, one), "1");
    assert_string_equal(ask(notes, two), "0");
    CASE("ANSWERED", "answer", one, "--as", lan, "--result", "solved", "--text", "Xong");
    wants_receipt_and_apology(false);
    verifies();
}

static void does_a_command_with_the_same_id_once(void **state)
{
    AUTO(format_free) char *ref = new_case();
    static const char id[] = "0190f3a1-0000-7000-8000-0000000000aa";

    (void)state;
    CASE("WITHDRAWN", "withdraw", ref, "--as", citizen, "--id", id);
    CASE("WITHDRAWN (was said before)", "withdraw", ref, "--as", citizen, "--id", id);
    REFUSED("id: was used before with another command", "withdraw", ref, "--as", hoa, "--id", id);
    verifies();
}

static void names_what_is_wrong_with_the_words(void **state)
{
    AUTO(format_free) char *ref = new_case();

    (void)state;
    REFUSED("--as ROLE:NAME[@UNIT] is needed", "accept", ref, "--task", "1");
    REFUSED("\"burn\" is not a verb", "burn", ref, "--as", lan);
    REFUSED("--question is not for \"accept\"", "accept", ref, "--as", lan, "--question", "?");
    REFUSED("--until \"morgen\" is not YYYY-MM-DD HH:MM", "coordinate", ref, "--as", lan, "--unit",
            "D1", "--until", "morgen");
    REFUSED("--until \"2035-02-29 10:00\" is a day that its month does not have", "coordinate", ref,
            "--as", lan, "--unit", "D1", "--until", "2035-02-29 10:00");
    REFUSED("there is no case 23456-789AZ", "accept", "23456-789AZ", "--as", lan);
    CASE("IN_PROGRESS", "accept", ref, "--as", lan);
    REFUSED("text: is missing", "answer", ref, "--as", lan, "--result", "solved");
}

/* ---- verify ---- */

/* Does it as the superuser, expects verify to find it in one case, and undoes it. */
static void expect_found(const char *table, const char *change, const char *where,
                         const char *finding)
{
    struct cluster *cluster = city_cluster(city);
    AUTO(format_free) char *save = format_new("CREATE TABLE saved AS SELECT * FROM %s", table);
    AUTO(format_free)
    char *edit = format_new("UPDATE %s SET %s WHERE ctid = (SELECT max(ctid) FROM %s WHERE %s)",
                            table, change, table, where);
    AUTO(format_free)
    char *undo = format_new(
        "BEGIN; DELETE FROM %s; INSERT INTO %s SELECT * FROM saved; "
        "DROP TABLE saved; COMMIT",
        table, table);

    cluster_query(cluster, save);
    cluster_query(cluster, edit);
    bool good = DUNGHEN("verify");
    cluster_query(cluster, undo);
    if (good || strstr(strbuf_text(&output), finding) == NULL)
        fail_msg("%s: %s: \"%s\" is not in:\n%s", table, change, finding, strbuf_text(&output));
}

/* Of all the cases above. */
static void nobody_edits_a_time_unseen(void **state)
{
    static const struct {
        const char *table, *change, *where, *finding;
    } edits[] = {
        {"cases", "answered_at = answered_at - interval '1 day'", "state = 'CLOSED'",
         "was answered at another time than its events say"},
        {"cases", "answered_at = answered_at - interval '1 day'",
         "state = 'MERGED' AND answered_at IS NOT NULL",
         "was answered at another time than its events say"},
        {"cases", "answered_at = NULL", "reopened > 0 AND answered_at IS NOT NULL",
         "was answered at another time than its events say"},
        {"cases", "closed_at = closed_at - interval '1 day'", "state = 'CLOSED'",
         "ended at another time than its events say"},
        {"cases", "closed_at = closed_at - interval '1 day'", "state = 'REJECTED'",
         "ended at another time than its events say"},
        {"cases", "closed_at = received_at", "state = 'ANSWERED'",
         "ended at another time than its events say"},
        {"cases", "apologised_at = apologised_at - interval '1 day'", "apologised_at IS NOT NULL",
         "was apologised for at another time than its events say"},
        {"cases", "promised_at = promised_at + interval '1 day'", "promised_at IS NOT NULL",
         "is promised with its apology for another time than its events say"},
        {"cases", "published_at = published_at - interval '1 day'", "published_at IS NOT NULL",
         "was published at another time than its events say"},
        {"cases", "clock_from = clock_from + interval '1 day'", "clock_from IS NOT NULL",
         "has a clock that began at another time than its events say"},
        {"cases", "reopened = 0", "reopened > 0", "was reopened 0 times, but not by its events"},
        {"cases", "extensions = 1", "reopened = 0", "was extended 1 times, but not by its events"},
        {"cases", "rated = 5", "rated = 4", "has another rating than its event says"},
        {"cases", "lat = lat + 0.001", "lat IS NOT NULL",
         "is at another place than its content says"},
        {"cases", "lon = NULL", "lon IS NOT NULL", "is at another place than its content says"},
        {"tasks", "finished_at = finished_at - interval '1 day'", "state = 'done'",
         "was finished at another time than its event says"},
        {"tasks", "finished_at = finished_at - interval '1 day'", "state = 'cancelled'",
         "was finished at another time than its event says"},
        {"tasks", "assigned_at = assigned_at + interval '1 day'", "number = 1",
         "was assigned at another time than its event says"},
        {"tasks", "assigned_at = assigned_at + interval '1 day'", "number = 2",
         "was assigned at another time than its event says"},
        {"tasks", "accepted_at = accepted_at - interval '1 day'", "accepted_at IS NOT NULL",
         "was accepted at another time than its event says"},
        {"tasks", "due_at = due_at + interval '1 day'", "role = 'lead' AND state = 'done'",
         "is due at another time than its events say"},
        {"tasks", "due_at = due_at + interval '1 day'", "role = 'lead' AND state = 'returned'",
         "is due at another time than its events say"},
        {"tasks", "due_at = due_at + interval '1 day'", "role = 'coordinate'",
         "is due at another time than its events say"},
        {"tasks", "worker = 'officer:nam'", "worker = 'officer:lan'",
         "was accepted by officer:nam, but its event says officer:lan"},
        {"tasks", "epoch = 7", "worker = 'officer:lan'",
         "has the lease 7, but its event says 9007"},
        {"tasks", "unit = 'W2'", "unit = 'W1' AND role = 'lead'", "but was opened for W1"},
        {"pauses", "since = since - interval '1 day'", "kind = 'info'",
         "has a pause that begins without its event"},
        {"pauses", "until = until + interval '1 day'", "until IS NOT NULL",
         "has a pause that ends without its event"},
        {"measure_sums", "value = value + 1", "measure = 'answered'", "were counted"},
        {"tasks", "number = 99", "role = 'coordinate'", "was opened by an event, and is not there"},
        {"cases", "merged = 0", "merged > 0 AND answered_at IS NOT NULL",
         "says that 0 were merged into it, which is not so"},
        {"cases", "merged_into = id", "state = 'MERGED'",
         "was merged into another case than its event says"},
    };

    (void)state;
    city_wait_until(city, "SELECT count(*) > 0 FROM measure_sums WHERE measure = 'answered'",
                    WAIT_MS);
    for (size_t i = 0; i < COUNT(edits); i++)
        expect_found(edits[i].table, edits[i].change, edits[i].where, edits[i].finding);
    verifies();
}

static void assert_told(const char *finding)
{
    if (strstr(strbuf_text(&output), finding) == NULL)
        fail_msg("\"%s\" is not in:\n%s", finding, strbuf_text(&output));
}

/* What the case above has that was published twice. */
static void nobody_edits_a_publication_unseen(void **state)
{
    static const struct {
        const char *edit, *undo, *finding;
    } edits[] = {
        {"answer = answer || '!'", "answer = left(answer, -1)",
         "with other words or photos than were published"},
        {"description = 'Karaoke'", "description = NULL",
         "with other words or photos than were published"},
        {"photos = '{another.jpg}'", "photos = '{}'",
         "with other words or photos than were published"},
        {"published_at = published_at - interval '1 day'",
         "published_at = published_at + interval '1 day'",
         "can be read by everybody since another time than its event says"},
        {"reference = 'X' || reference", "reference = substr(reference, 2)",
         "can be read by everybody under another reference"},
    };
    static const char away[] =
        "UPDATE publications SET case_id = (SELECT id FROM cases AS c WHERE NOT EXISTS (SELECT FROM"
        " publications AS p WHERE p.case_id = c.id) LIMIT 1)";
    static const char back[] =
        "UPDATE publications SET case_id = (SELECT case_id FROM events"
        " WHERE type = 'published' LIMIT 1)";
    struct cluster *cluster = city_cluster(city);

    (void)state;
    for (size_t i = 0; i < COUNT(edits); i++) {
        AUTO(format_free) char *edit = format_new("UPDATE publications SET %s", edits[i].edit);
        AUTO(format_free) char *undo = format_new("UPDATE publications SET %s", edits[i].undo);
        cluster_query(cluster, edit);
        bool good = DUNGHEN("verify");
        cluster_query(cluster, undo);
        assert_false(good);
        assert_told(edits[i].finding);
    }
    cluster_query(cluster, away);
    bool good = DUNGHEN("verify");
    cluster_query(cluster, back);
    assert_false(good);
    assert_told("can be read by everybody, and was not published");
    assert_told("was published, and cannot be read by everybody");
    verifies();
}

/* ---- dispatch ---- */

static void wait_for_open(int64_t tasks)
{
    AUTO(format_free)
    char *sql =
        format_new("SELECT count(*) = %lld FROM task_offers WHERE NOT kept_back", (long long)tasks);

    city_wait_until(city, sql, WAIT_MS);
    for (int i = 0; i < WAIT_MS / 20; i++) {
        if (process_metric(city_service(city, "dispatch"), "dunghen_dispatch_tasks_open") ==
            (double)tasks)
            return;
        city_wait_until(city, "SELECT pg_sleep(0.02) IS NOT NULL", WAIT_MS);
    }
    fail_msg("dispatch has not %lld tasks open", (long long)tasks);
}

/* The tasks of a case that stands still are nobody's to take; then they come back. */
static void dispatch_hands_out_nothing_of_a_case_that_stands(void **state)
{
    AUTO(format_free) char *ref = NULL;
    struct cluster *cluster = city_cluster(city);

    (void)state;
    int64_t before = strtoll(
        cluster_query(cluster, "SELECT count(*) FROM task_offers WHERE NOT kept_back"), NULL, 10);
    ref = new_case();
    wait_for_open(before + 1);
    CASE("ASSIGNED", "coordinate", ref, "--as", lan, "--unit", "D1");
    wait_for_open(before + 2);
    CASE("IN_PROGRESS", "accept", ref, "--as", lan);
    wait_for_open(before + 1);
    CASE("NEED_INFO", "ask", ref, "--as", lan, "--question", "Nhà số mấy?");
    wait_for_open(before);
    CASE("IN_PROGRESS", "info", ref, "--as", citizen, "--text", "Số 12");
    wait_for_open(before + 1);
    CASE("ASSIGNED", "transfer", ref, "--as", hoa, "--unit", "W2");
    wait_for_open(before + 2);
    CASE("WITHDRAWN", "withdraw", ref, "--as", citizen);
    wait_for_open(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carries_a_case_through_questions_and_back),
        cmocka_unit_test(asks_at_the_greatest_length),
        cmocka_unit_test(reopens_what_is_not_solved),
        cmocka_unit_test(shows_what_was_published_to_everybody),
        cmocka_unit_test(sends_cases_round_until_the_desk_decides),
        cmocka_unit_test(answers_whoever_said_the_same),
        cmocka_unit_test(forgets_ids_of_commands_that_nobody_says_again),
        cmocka_unit_test(tells_the_unit_what_whoever_said_the_same_adds),
        cmocka_unit_test(refuses_whoever_said_the_same_with_a_letter_each),
        cmocka_unit_test(a_letter_that_is_gone_from_the_disk_is_found),
        cmocka_unit_test(apologises_before_it_is_late_and_extends),
        cmocka_unit_test(apologises_to_whoever_said_the_same_with_a_letter_each),
        cmocka_unit_test(does_a_command_with_the_same_id_once),
        cmocka_unit_test(nobody_edits_a_time_unseen),
        cmocka_unit_test(nobody_edits_a_publication_unseen),
        cmocka_unit_test(names_what_is_wrong_with_the_words),
        cmocka_unit_test(dispatch_hands_out_nothing_of_a_case_that_stands),
    };

    return cmocka_run_group_tests_name("case", tests, open_city, close_city);
}
