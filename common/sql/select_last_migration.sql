-- The number of the database's last migration; NULL: it has none.
SELECT max(number) FROM schema_migrations
