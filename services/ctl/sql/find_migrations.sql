-- Whether there is a table of what was applied.
SELECT to_regclass('schema_migrations') IS NOT NULL
