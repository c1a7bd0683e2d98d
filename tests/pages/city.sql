-- What the tests of the city in the open count: figures of a year, and cases of two months.
INSERT INTO measure_deltas (day, unit, service, measure, value)
SELECT (date '2026-03-31' - make_interval(months => n))::date, '26740', 'HT01', m.measure, m.value
  FROM generate_series(1, 11) AS n,
       LATERAL (VALUES ('received', 400 + 30 * n), ('answered', 400 + 20 * n),
                       ('answered_on_time', 330 + 20 * n + 12 * (n % 5)),
                       ('rated_5', 20 + n), ('rated_2', 2 + n % 4)) AS m (measure, value);
INSERT INTO measure_deltas (day, unit, service, measure, value)
SELECT '2026-03-10', u.code, 'HT01', m.measure, m.value
  FROM (SELECT code FROM units WHERE kind = 'WARD' ORDER BY code LIMIT 30) AS u,
       (VALUES ('received', 35), ('answered', 31), ('answered_on_time', 30), ('late', 1)) AS m (measure, value);
INSERT INTO measure_deltas (day, unit, service, measure, value)
VALUES ('2026-03-11', '26740', 'HT01', 'rated_5', 30), ('2026-03-12', '26740', 'HT01', 'rated_4', 15),
       ('2026-03-12', '26740', 'HT01', 'rated_1', 5), ('2026-03-12', '26740', 'HT01', 'apologised', 4),
       ('2026-03-12', '26740', 'HT01', 'apologised_on_time', 3);
INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
                   received_at, due_at, answered_at, clock, amount, calendar, area, lat, lon)
SELECT (lpad(to_hex((extract(epoch FROM r.at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(r.n::text), 1, 3) || '8' || substr(md5(r.n::text), 4, 15))::uuid,
       upper(substr(translate(md5('r' || r.n), '01', 'xy'), 1, 5) || '-' || substr(translate(md5('s' || r.n), '01', 'xy'), 1, 5)),
       'field_report', CASE WHEN r.n % 2 = 0 THEN 'HT01' ELSE 'HT03' END, '26740',
       CASE WHEN r.n % 3 = 0 THEN 'ASSIGNED' ELSE 'ANSWERED' END, 3, 'api', 'vi', false, false,
       r.at, r.at + interval '3 days', CASE WHEN r.n % 3 > 0 THEN r.at + make_interval(days => 1 + r.n % 4) END,
       'working_days', 3, 'OFFICE_HOURS', '26740', 10.770 + 0.001 * (r.n % 11), 106.690 + 0.001 * (r.n % 13)
  FROM (SELECT n, now() - make_interval(hours => n) AS at FROM generate_series(1, 180) AS n) AS r;
INSERT INTO publications (case_id, reference, published_at, description, answer)
SELECT id, reference, now(), 'Hố ga mất nắp <b>trước</b> trường học', 'Đã thay nắp mới.'
  FROM cases WHERE reference = upper(substr(translate(md5('r2'), '01', 'xy'), 1, 5) || '-' || substr(translate(md5('s2'), '01', 'xy'), 1, 5));
INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
                   received_at, due_at, answered_at, clock, amount, calendar, area, lat, lon)
SELECT (lpad(to_hex((extract(epoch FROM r.at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(r.n::text), 1, 3) || '8' || substr(md5(r.n::text), 4, 15))::uuid,
       'LATE' || lpad(r.n::text, 5, '0'), 'field_report', 'HT01', '26740', 'ASSIGNED', 3, 'api', 'vi', false, false,
       r.at, r.at + interval '3 days', now(), 'working_days', 3, 'OFFICE_HOURS', '26740', 10.77, 106.69
  FROM (SELECT n, timestamptz '2026-03-12 09:00+07' + make_interval(hours => n) AS at FROM generate_series(1, 20) AS n) AS r;
-- Many that came in just now at one place of the next ward: what its map shows beside the place is older.
INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
                   received_at, due_at, clock, amount, calendar, area, lat, lon)
SELECT (lpad(to_hex((extract(epoch FROM r.at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(r.n::text), 1, 3) || '8' || substr(md5(r.n::text), 4, 15))::uuid,
       'BUSY' || lpad(r.n::text, 5, '0'), 'field_report', 'HT01', '26743', 'ASSIGNED', 3, 'api', 'vi', false, false,
       r.at, r.at + interval '3 days', 'working_days', 3, 'OFFICE_HOURS', '26743', 10.7725, 106.698
  FROM (SELECT n, now() - make_interval(secs => 30 * n) AS at FROM generate_series(1, 100) AS n) AS r;
