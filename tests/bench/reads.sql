-- A million cases of the last 90 days, spread over services, units and areas as a city's are, 3 of 100 open;
-- :rows says how many. And a table of measures of three years.
INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
                   received_at, due_at, answered_at, clock, amount, calendar, area, lat, lon)
SELECT (lpad(to_hex((extract(epoch FROM r.at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(r.n::text), 1, 3) || '8' || substr(md5(r.n::text), 4, 15))::uuid,
       upper(substr(translate(md5('r' || r.n), '01', 'xy'), 1, 5) || '-' || substr(translate(md5('s' || r.n), '01', 'xy'), 1, 5)),
       s.kind, s.code, u.code, CASE WHEN r.open THEN 'ASSIGNED' ELSE 'ANSWERED' END, 3, 'api', 'vi', false, false,
       r.at, r.at + interval '3 days', CASE WHEN NOT r.open THEN r.at + interval '2 days' END,
       'working_days', 3, 'OFFICE_HOURS', a.code, 10.6 + random() * 0.4, 106.5 + random() * 0.4
  FROM (SELECT n, now() - interval '90 days' * (1 - n::float8 / :rows) AS at,
               n > :rows * 0.98 OR n % 100 = 0 AS open,
               floor(power(random(), 3) * (SELECT count(*) FROM services)) AS service,
               floor(power(random(), 2) * (SELECT count(*) FROM units)) AS unit,
               floor(random() * (SELECT count(*) FROM areas)) AS area
          FROM generate_series(1, :rows) AS n) AS r
  JOIN (SELECT code, kind, row_number() OVER (ORDER BY code) - 1 AS n FROM services) AS s ON s.n = r.service
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS n FROM units) AS u ON u.n = r.unit
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS n FROM areas) AS a ON a.n = r.area
 ORDER BY r.n;
INSERT INTO open_cases (service, id)
SELECT service, id FROM cases WHERE answered_at IS NULL AND closed_at IS NULL;
INSERT INTO case_changes (at, id)
SELECT coalesce(closed_at, answered_at, received_at), id FROM cases;
INSERT INTO measures (day, unit, service, measure, value)
SELECT day::date, u.code, s.code, m.measure, 3
  FROM generate_series(current_date - 1095, current_date, interval '1 day') AS day,
       (SELECT code FROM units ORDER BY code LIMIT 60) AS u,
       (SELECT code FROM services ORDER BY code LIMIT 10) AS s,
       (VALUES ('received'), ('answered'), ('answered_on_time'), ('overdue')) AS m (measure);
ANALYZE cases, open_cases, case_changes;
ANALYZE measures;
