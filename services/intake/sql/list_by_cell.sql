-- By squares.
\set key 'place_cell(c.lat, c.lon)'
\set type integer
\set has 'c.kind = ''field_report'' AND c.lat IS NOT NULL'
\ir parts/list_by_key.sql
