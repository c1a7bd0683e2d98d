-- Where what is open lies, so that it is found without walking all that ever happened there: that is
-- asked for before every report. A case's place does not change.

-- The square of a case's public place; NULL: it has none.
CREATE FUNCTION case_cell(c cases) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN c.kind = 'field_report' THEN place_cell(c.lat, c.lon) END $$;

ALTER TABLE open_cases ADD COLUMN cell integer;
UPDATE open_cases AS o SET cell = case_cell(c) FROM cases AS c WHERE c.id = o.id;
CREATE INDEX open_cases_cell ON open_cases (cell, id) WHERE cell IS NOT NULL;
