-- :rows cases, :per_day a day until now, spread over services, units and areas as a city's are. Open are two in
-- three of the last three days, some of which wait for information, and one in 500 of the older ones; one in ten of
-- those that were answered was late, by four days. Measures are what they count. Of the last 20,000 those that were
-- answered have texts.
CREATE TEMP TABLE made AS
SELECT r.n, (lpad(to_hex((extract(epoch FROM r.at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(r.n::text), 1, 3) || '8' || substr(md5(r.n::text), 4, 15))::uuid AS id,
       regexp_replace(upper(translate(lpad(to_hex(r.n * 365435296163 % 1099511627776), 10, '0'), '01', 'xy')), '^.{5}', '\&-')
           AS reference, -- scattered, and each but once
       s.kind, s.code AS service, u.code AS unit, a.code AS area, r.at, r.open,
       CASE WHEN NOT r.open THEN least(r.at + interval '1 day' * CASE WHEN r.n % 10 = 9 THEN 7 ELSE 2 END, now()) END
           AS answered_at
  FROM (SELECT n, at, CASE WHEN at > now() - interval '3 days' THEN n % 3 > 0 ELSE n % 500 = 0 END AS open,
               floor(power(random(), 3) * (SELECT count(*) FROM services)) AS service,
               floor(power(random(), 2) * (SELECT count(*) FROM units)) AS unit,
               floor(random() * (SELECT count(*) FROM areas)) AS area
          FROM (SELECT n, now() - interval '1 day' * ((:rows - n) / :per_day::float8) AS at
                  FROM generate_series(1, :rows) AS n) AS numbered) AS r
  JOIN (SELECT code, kind, row_number() OVER (ORDER BY code) - 1 AS n FROM services) AS s ON s.n = r.service
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS n FROM units) AS u ON u.n = r.unit
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS n FROM areas) AS a ON a.n = r.area;
-- Indexes are made anew behind the rows: much faster than row by row.
SET maintenance_work_mem = '512MB';
CREATE TEMP TABLE index_made_again AS
SELECT indexname AS name, indexdef AS statement
  FROM pg_indexes
 WHERE tablename = 'cases' AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = 'cases'::regclass);
SELECT format('DROP INDEX %I', name) FROM index_made_again
\gexec
INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
                   received_at, due_at, answered_at, clock, amount, calendar, area, lat, lon)
SELECT id, reference, kind, service, unit,
       CASE WHEN NOT open THEN 'ANSWERED' WHEN n % 30 = 1 THEN 'NEED_INFO' ELSE 'ASSIGNED' END, 3, 'api', 'vi', false,
       false, at, at + interval '3 days', answered_at,
       'working_days', 3, 'OFFICE_HOURS', area, 10.6 + random() * 0.4, 106.5 + random() * 0.4
  FROM made
 ORDER BY at;
SELECT statement FROM index_made_again
\gexec
INSERT INTO open_cases (service, id, cell)
SELECT c.service, c.id, case_cell(c) FROM made AS m JOIN cases AS c ON c.id = m.id WHERE m.open;
INSERT INTO rare_cases (id, state)
SELECT c.id, c.state FROM made AS m JOIN cases AS c ON c.id = m.id WHERE c.state = 'NEED_INFO';
INSERT INTO case_changes (at, id)
SELECT coalesce(answered_at, at), id FROM made;
INSERT INTO late_cases (id, unit, service, late)
SELECT c.id, c.unit, c.service, tstzrange(c.due_at, c.answered_at)
  FROM made AS m JOIN cases AS c ON c.id = m.id
 WHERE c.due_at < c.answered_at;
CREATE TEMP TABLE counted AS
SELECT at::date AS day, unit, service, 'received' AS measure, count(*) AS value FROM made GROUP BY 1, 2, 3
 UNION ALL
SELECT answered_at::date, unit, service, measure, count(*)
  FROM made, (VALUES ('answered'), ('answered_on_time')) AS m (measure)
 WHERE NOT open AND (measure = 'answered' OR answered_at <= at + interval '3 days')
 GROUP BY 1, 2, 3, 4;
INSERT INTO measures (day, unit, service, measure, value)
SELECT * FROM counted ORDER BY day, unit, service, measure
    ON CONFLICT (day, unit, service, measure) DO UPDATE SET value = measures.value + EXCLUDED.value;
INSERT INTO measure_sums (dimension, day, code, measure, value)
SELECT CASE WHEN unit IS NOT NULL THEN 'unit' WHEN service IS NOT NULL THEN 'service' ELSE 'city' END,
       day, coalesce(unit, service, ''), measure, sum(value)
  FROM counted
 GROUP BY GROUPING SETS ((day, measure), (day, measure, unit), (day, measure, service))
    ON CONFLICT (dimension, day, code, measure) DO UPDATE SET value = measure_sums.value + EXCLUDED.value;
INSERT INTO publications (case_id, reference, published_at, description, answer)
SELECT id, reference, answered_at, 'Ổ gà trên đường Điện Biên Phủ, trước chợ số ' || n || ', mưa là ngập, nhiều xe máy đã ngã.',
       'Đã vá mặt đường bằng bê tông nhựa nóng vào ngày ' || answered_at::date || '; đơn vị sẽ kiểm tra lại sau mùa mưa.'
  FROM made
 WHERE NOT open AND n > :rows - 20000;
ANALYZE cases, open_cases, rare_cases, case_changes, late_cases, publications, measures, measure_sums;
VACUUM cases, open_cases, rare_cases, case_changes, late_cases, measure_sums;
