-- New cases, one a row of the arrays, each with what the citizen said, what the door sealed of the contact,
-- and its place in the lists of what is open and of what has changed: in one statement, since at some
-- cases a transaction it is the statements that cost. A case that is there already fails the batch.
WITH given AS MATERIALIZED (
    SELECT *
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int2[],
                  $8::text[], $9::text[], $10::bool[], $11::bool[], $12::timestamptz[],
                  $13::timestamptz[], $14::text[], $15::int8[], $16::text[], $17::text[],
                  $18::float8[], $19::float8[], $20::text[], $21::date[], $22::text[], $23::json[],
                  $24::bytea[], $25::bytea[], $26::bytea[])
        AS g (id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
              received_at, due_at, clock, amount, calendar, area, lat, lon, regime, regime_from, via,
              content, sealed, phone_index, email_index)
), new AS (
    INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language,
                       hide_name, anonymous, received_at, due_at, clock, amount, calendar, area,
                       lat, lon, regime, regime_from, via, returns, changes)
    SELECT id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
           received_at, due_at, clock, amount, calendar, area, lat, lon, regime, regime_from, via, 0, 1
      FROM given
    RETURNING id, service, received_at, case_cell(cases) AS cell
), said AS (
    INSERT INTO contents (case_id, content)
    SELECT id, content FROM given
), sealed AS (
    INSERT INTO contacts (case_id, sealed, phone_index, email_index)
    SELECT id, sealed, phone_index, email_index FROM given WHERE sealed IS NOT NULL
), opened AS (
    INSERT INTO open_cases (service, id, cell)
    SELECT service, id, cell FROM new
)
INSERT INTO case_changes (at, id)
SELECT received_at, id FROM new
