-- The cases $1 with all their tasks, for deciding on commands. One row a task. The last column has the
-- moments at which the clock stopped and went on, by turns; few cases have any.
SELECT c.id, c.reference, c.service, c.unit, c.state, c.received_at, c.due_at, c.clock, c.amount,
       c.changes, c.returns, c.answered_at,
       t.number, t.role, t.unit, t.state, t.priority, t.assigned_at, t.due_at, t.accepted_at,
       t.finished_at, t.epoch, t.raised, t.next_at,
       c.promised_at, c.apologised_at, c.closed_at, c.published_at, c.summarised_at, c.paused_at,
       c.paused_us, c.extensions, c.reopened, c.update_due_at, coalesce(c.rated, 0::int2), c.merged,
       c.drafted_by, c.draft_result, c.draft_digest, c.rejecting_by, c.rejecting_reason,
       c.merged_into, c.regime, c.language, c.clock_from, c.calendar, c.changed_at,
       t.outcome, c.days_end,
       CASE WHEN c.paused_us > 0
            THEN ARRAY(SELECT m.at
                         FROM pauses AS p, LATERAL (VALUES (p.since), (p.until)) AS m (at)
                        WHERE p.case_id = c.id AND p.until IS NOT NULL
                        ORDER BY p.since, m.at) END
  FROM unnest($1::uuid[]) AS asked (id)
  JOIN cases AS c ON c.id = asked.id
  JOIN tasks AS t ON t.case_id = c.id
 ORDER BY c.id, t.number
