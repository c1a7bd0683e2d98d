/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_check.h"

#include "db.h"
#include "ledger.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

int64_t ledger_check_chain(struct cluster *cluster)
{
    uint8_t hash[CRYPTO_HASH_BYTES] = {0};
    PGconn *conn = cluster_connect(cluster, "dunghen");
    PGresult *rows = PQexecParams(conn,
                                  "SELECT seq, at, case_id, task, type, actor, detail, hash"
                                  "  FROM events ORDER BY seq",
                                  0, NULL, NULL, NULL, NULL, 1);

    assert_int_equal(PQresultStatus(rows), PGRES_TUPLES_OK);
    int count = PQntuples(rows);
    for (int row = 0; row < count; row++) {
        const struct ledger_event event = {.seq = db_int(rows, row, 0),
                                           .at_us = db_time(rows, row, 1),
                                           .case_id = db_uuid(rows, row, 2),
                                           .task = (int16_t)db_int(rows, row, 3),
                                           .type = db_text(rows, row, 4),
                                           .actor = db_text(rows, row, 5),
                                           .detail = db_text(rows, row, 6),
                                           .detail_len = db_len(rows, row, 6)};
        ledger_hash(hash, &event, hash);
        if (event.seq != row + 1)
            fail_msg("event %" PRId64 " stands where %d should", event.seq, row + 1);
        if (db_len(rows, row, 7) != sizeof(hash) ||
            memcmp(db_text(rows, row, 7), hash, sizeof(hash)) != 0)
            fail_msg("the chain breaks at event %" PRId64, event.seq);
    }
    PQclear(rows);
    PQfinish(conn);
    return count;
}

/* Both ways, since a difference in either is one. */
static const char differences[] =
    "WITH steps AS ("
    "    SELECT (e.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, t.unit, c.service, e.type,"
    "           e.at <= c.due_at AS on_time, e.detail ->> 'score' AS score, e.actor"
    "      FROM events AS e JOIN cases AS c ON c.id = e.case_id"
    "      JOIN tasks AS t ON t.case_id = e.case_id AND t.number = e.task"
    "), named AS ("
    "    SELECT day, unit, service, type AS measure FROM steps"
    "     WHERE type IN ('received', 'answered', 'returned', 'overdue', 'transferred', 'reopened',"
    "                    'rejected', 'merged', 'forwarded_out', 'withdrawn', 'closed',"
    "                    'info_requested', 'suspended', 'extended', 'apologised')"
    "       AND NOT (type = 'transferred' AND actor = 'sentinel')"
    "    UNION ALL SELECT day, unit, service, 'handed_over' FROM steps"
    "     WHERE type = 'transferred' AND actor = 'sentinel'"
    "    UNION ALL SELECT day, unit, service, 'apologised_on_time' FROM steps"
    "     WHERE type = 'apologised' AND on_time"
    "    UNION ALL SELECT day, unit, service, 'rated_' || score FROM steps WHERE type = 'rated'"
    "    UNION ALL SELECT day, unit, service, 'answered_on_time' FROM steps"
    "     WHERE type = 'answered' AND on_time"
    "    UNION ALL SELECT (e.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, e.detail ->> 'unit', "
    "c.service,"
    "                     e.type"
    "                FROM events AS e JOIN cases AS c ON c.id = e.case_id"
    "               WHERE e.type = 'merged_answered'"
    "    UNION ALL SELECT day, unit, service, 'late' FROM steps"
    "     WHERE type = 'answered' AND NOT on_time"
    "), counted AS ("
    "    SELECT day, unit, service, measure, count(*) AS value FROM named"
    "     GROUP BY day, unit, service, measure"
    "), differ AS ("
    "    (SELECT * FROM counted EXCEPT SELECT * FROM measures_now)"
    "    UNION ALL (SELECT * FROM measures_now EXCEPT SELECT * FROM counted)"
    "    UNION ALL (SELECT day, unit, 'unit', measure, sum(value) FROM measures GROUP BY 1, 2, 4"
    "               EXCEPT SELECT day, code, dimension, measure, value FROM measure_sums)"
    "    UNION ALL (SELECT day, service, 'service', measure, sum(value) FROM measures"
    "                GROUP BY 1, 2, 4"
    "               EXCEPT SELECT day, code, dimension, measure, value FROM measure_sums)"
    "    UNION ALL (SELECT day, code, dimension, measure, value FROM measure_sums"
    "                WHERE dimension = 'city'"
    "               EXCEPT SELECT day, '', 'city', measure, sum(value) FROM measures GROUP BY 1, 4)"
    ") SELECT string_agg(differ::text, ' ') FROM differ";

void ledger_check_measures(struct cluster *cluster)
{
    const char *found = cluster_query(cluster, differences);

    if (found != NULL)
        fail_msg("the measures are not what the events say: %s", found);
}

int64_t ledger_check_letters(struct cluster *cluster)
{
    static const char wrong[] =
        "SELECT string_agg(concat_ws(' ', unit, register, year, letters, highest, last), ', ')"
        "  FROM letter_numbers"
        "  FULL JOIN (SELECT unit, register, year, count(*) AS letters, max(number) AS highest,"
        "                    count(DISTINCT number) AS numbers"
        "               FROM letters WHERE number IS NOT NULL GROUP BY unit, register, year) AS l"
        "       USING (unit, register, year)"
        " WHERE letters IS DISTINCT FROM last OR highest IS DISTINCT FROM last"
        "    OR numbers IS DISTINCT FROM letters";
    const char *found = cluster_query(cluster, wrong);

    if (found != NULL)
        fail_msg("registers with gaps or repetitions: %s", found);
    return strtoll(cluster_query(cluster, "SELECT count(*) FROM letters WHERE number > 0"), NULL,
                   10);
}
