-- By rare states.
\set table rare_cases
\set key t.state
\set has true
\set among '$15::text[]'
\ir parts/list_narrow.sql
