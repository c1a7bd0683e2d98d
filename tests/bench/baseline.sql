-- What one accepted case writes, as pgbench's clients write it: one case a transaction. intake.py
-- also runs it with a pipeline in place of BEGIN and END, which saves five of six round trips.
-- The ids rise and the references do not, as the door's.
\set n :n + 1
\set id :n * 64 + :client_id
\set scattered (:id * 2654435761) % 1099511627776
BEGIN;
INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language, hide_name,
                   anonymous, received_at, due_at, clock, amount, calendar, area, lat, lon,
                   returns, changes)
VALUES (('01940000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid,
        lpad(to_hex(:scattered::bigint), 11, '0'), 'field_report', 'HT04', 'TTHT', 'ASSIGNED', 3, 'api',
        'vi', false, false, now(), now() + interval '2 days', 'working_days', 2, 'OFFICE_HOURS', '26734',
        10.776889, 106.700806, 0, 1);
INSERT INTO open_cases (service, id, cell)
VALUES ('HT04', ('01940000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid,
        place_cell(10.776889, 106.700806));
INSERT INTO case_changes (at, id)
VALUES (now(), ('01940000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid);
INSERT INTO contents (case_id, content)
VALUES (('01940000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid, :content);
INSERT INTO contacts (case_id, sealed, phone_index)
VALUES (('01940000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid, :sealed, :phone_index);
INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at, raised, next_at)
VALUES (('01940000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid, 1, 'lead', 'TTHT', 'open',
        3, now(), now() + interval '2 days', 0, now() + interval '1 day');
INSERT INTO events (seq, at, case_id, task, type, actor, detail, hash)
VALUES (:id, now(), ('01940000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid, 1, 'received',
        'citizen', :detail, :hash);
END;
