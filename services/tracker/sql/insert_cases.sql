-- New cases, one a row of the arrays, each with what the citizen said, what the door sealed of the contact,
-- and its place in the lists of what is open and of what has changed: in one statement, since at some
-- cases a transaction it is the statements that cost. A case that is there already fails the batch.
-- The arrays are read side by side in the select list: in FROM each would become a table of its own first.
WITH given AS MATERIALIZED (
    SELECT unnest($1::uuid[]) AS id, unnest($2::text[]) AS reference, unnest($3::text[]) AS kind,
           unnest($4::text[]) AS service, unnest($5::text[]) AS unit, unnest($6::text[]) AS state,
           unnest($7::int2[]) AS priority, unnest($8::text[]) AS channel, unnest($9::text[]) AS language,
           unnest($10::bool[]) AS hide_name, unnest($11::bool[]) AS anonymous,
           unnest($12::timestamptz[]) AS received_at, unnest($13::timestamptz[]) AS due_at,
           unnest($14::text[]) AS clock, unnest($15::int8[]) AS amount, unnest($16::text[]) AS calendar,
           unnest($17::text[]) AS area, unnest($18::float8[]) AS lat, unnest($19::float8[]) AS lon,
           unnest($20::text[]) AS regime, unnest($21::date[]) AS regime_from, unnest($22::text[]) AS via,
           unnest($23::json[]) AS content, unnest($24::bytea[]) AS sealed,
           unnest($25::bytea[]) AS phone_index, unnest($26::bytea[]) AS email_index
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
