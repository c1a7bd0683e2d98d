-- Open cases by squares.
\set table open_cases
\set key t.cell
\set has 't.cell IS NOT NULL'
\set among '$15::integer[]'
\ir parts/list_narrow.sql
