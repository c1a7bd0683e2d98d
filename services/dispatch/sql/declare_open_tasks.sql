-- All tasks that workers may be handed at one moment, to be fetched in pieces by
-- fetch_open_tasks. Columns as in select_tasks.
DECLARE open_tasks NO SCROLL CURSOR WITH HOLD FOR
SELECT case_id, number, reference, service, unit, due_at, priority, epoch, kept_back,
       followers
  FROM task_offers
 WHERE finished_at IS NULL
