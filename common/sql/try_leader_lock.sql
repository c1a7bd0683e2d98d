-- Whether this session is now the one that leads, which only a program may that was built for the database's last
-- migration, $2. It ends with the session.
SELECT CASE WHEN (SELECT max(number) FROM schema_migrations) = $2::integer THEN pg_try_advisory_lock($1::int8)
            ELSE false END
