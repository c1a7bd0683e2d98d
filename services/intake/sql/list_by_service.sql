-- By services.
\set key c.service
\set type text
\set kept true
\ir parts/list_by_key.sql
