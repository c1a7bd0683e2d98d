-- Whether plans may look rows up one by one ($1: on or off), until the transaction ends. What is grouped from
-- a range of events has no statistics, and was walked once for each row: joins of it must not.
SELECT set_config('enable_nestloop', $1::text, true)
