-- By units.
\set key c.unit
\set type text
\set kept true
\ir parts/list_by_key.sql
