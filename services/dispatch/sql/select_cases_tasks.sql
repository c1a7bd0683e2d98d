-- The tasks of cases $1, as they are now; those that are finished are kept back. Columns as in select_tasks.
SELECT case_id, number, reference, service, unit, due_at, priority, epoch, kept_back,
       followers
  FROM task_offers
 WHERE case_id = ANY ($1::uuid[])
