-- By services.
\set key c.service
\set type text
\set has true
\ir parts/list_by_key.sql
