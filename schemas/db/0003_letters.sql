-- Letters that a unit sends to a citizen: receipt, request for information, refusal, apology.
-- What a letter says is decided and numbered by tracker, in the commit of its event; what it
-- looks like is made afterwards by the service letters, from these rows alone, so that no
-- commit waits for a page.

CREATE TABLE letters (
    id          uuid PRIMARY KEY,
    case_id     uuid NOT NULL,
    form        text NOT NULL CHECK (form IN ('receipt', 'information', 'refusal', 'apology')),
    unit        text NOT NULL,           -- sends it
    language    text NOT NULL,
    fields      json NOT NULL,           -- what its form needs beyond the case: schemas/letters.md
    drafted_at  timestamptz NOT NULL,
    -- A draft has none of these; an issued letter has all of them.
    register    text,                    -- of outgoing documents: 'PXL', ...
    year        smallint,                -- local year of issue; numbers begin again each year
    number      integer CHECK (number > 0),
    issued_at   timestamptz,
    issued_seq  bigint,                  -- of the event that issued it
    CHECK (num_nulls(register, year, number, issued_at, issued_seq) IN (0, 5))
);
CREATE INDEX letters_case ON letters (case_id); -- read by trace and by whoever sends the case's letters
-- A number is given once; read by tracker when it takes the lead.
CREATE UNIQUE INDEX letters_number ON letters (unit, register, year, number) WHERE number IS NOT NULL;
-- Read by the service letters, which follows what was issued.
CREATE UNIQUE INDEX letters_issued ON letters (issued_seq) WHERE issued_seq IS NOT NULL;

-- The last number of each register, so that the next one is found without looking at the letters.
CREATE TABLE letter_numbers (
    unit        text NOT NULL,
    register    text NOT NULL,
    year        smallint NOT NULL,
    last        integer NOT NULL CHECK (last > 0),
    PRIMARY KEY (unit, register, year)
) WITH (fillfactor = 50);

-- The rendered and signed files, content-addressed. Written by the service letters.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dunghen_letters') THEN
        CREATE ROLE dunghen_letters LOGIN;
    END IF;
END
$$;
CREATE TABLE letter_files (
    letter      uuid PRIMARY KEY,
    hash        bytea NOT NULL CHECK (length(hash) = 32), -- BLAKE2b-256 of the file, its name
    bytes       integer NOT NULL,
    pages       smallint NOT NULL,
    signed_by   text,                    -- subject of the certificate; NULL: the unit has no key
    rendered_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON letters, letter_numbers TO dunghen_tracker;
GRANT SELECT, INSERT ON letter_files TO dunghen_letters;
GRANT SELECT ON letters, letter_files
   TO dunghen_intake, dunghen_notifier, dunghen_console, dunghen_ctl, dunghen_letters;
GRANT SELECT ON letter_numbers TO dunghen_ctl;
GRANT SELECT ON catalogue, calendars, calendar_hours, calendar_days, units, areas, services,
      service_attributes, service_attribute_values, routes, cases, contacts, events
   TO dunghen_letters;
