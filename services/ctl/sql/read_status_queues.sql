-- What is open, by unit, and whether the unit has ended by the local day in the zone $1. Where most tasks are
-- finished, only those in the partial index tasks_open are read.
SELECT q.*, u.name_vi, coalesce(u.valid_until < (now() AT TIME ZONE $1)::date, false) AS has_ended
  FROM (SELECT unit,
               count(*) FILTER (WHERE state = 'open'),
               count(*) FILTER (WHERE state = 'accepted'),
               count(*) FILTER (WHERE due_at < now()),
               count(*) FILTER (WHERE due_at >= now() AND due_at < now() + interval '24 hours'),
               min(assigned_at) FILTER (WHERE state = 'open'),
               min(due_at)
          FROM tasks
         WHERE finished_at IS NULL
         GROUP BY unit) AS q
  LEFT JOIN units AS u ON u.code = q.unit
 ORDER BY q.unit COLLATE "C"
