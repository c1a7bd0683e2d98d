-- By units.
\set key c.unit
\set type text
\set has true
\ir parts/list_by_key.sql
