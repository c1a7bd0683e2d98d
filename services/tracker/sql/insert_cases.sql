-- New cases, one a row of the arrays. A case that is there already fails the batch.
INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language,
                   hide_name, anonymous, received_at, due_at, clock, amount, calendar, area,
                   lat, lon, regime, regime_from, via, returns, changes)
SELECT * , 0, 1
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int2[],
              $8::text[], $9::text[], $10::bool[], $11::bool[], $12::timestamptz[],
              $13::timestamptz[], $14::text[], $15::int8[], $16::text[], $17::text[],
              $18::float8[], $19::float8[], $20::text[], $21::date[], $22::text[])
