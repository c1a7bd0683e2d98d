-- Open cases by services; NULL: by all of them.
\set table open_cases
\set key t.service
\set has true
\set among 'coalesce($15::text[], ARRAY(SELECT code FROM services))'
\ir parts/list_narrow.sql
