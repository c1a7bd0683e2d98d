-- By areas.
\set key c.area
\set type text
\set has 'c.area IS NOT NULL'
\ir parts/list_by_key.sql
