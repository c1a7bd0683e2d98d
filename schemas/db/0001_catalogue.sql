-- The catalogue: who is responsible for what, by when, on which calendar.
-- Written by dunghen (the role dunghen_ctl) alone; read by every service.
-- Format and rules of what is loaded here: schemas/catalogue.md.
--
-- Codes are the keys, as people write them: '25747', 'HT01', 'SXD'. The ledger
-- repeats them without foreign keys (a check a row would cost more than the
-- row): tracker refuses a code that its catalogue does not hold, units and
-- services are never deleted, only retired.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['intake', 'router', 'tracker', 'dispatch', 'sentinel',
                                'notifier', 'console', 'ctl']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dunghen_' || role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', 'dunghen_' || role);
        END IF;
    END LOOP;
END
$$;

-- One row. Each load and each change of a worker's key raises version; services
-- look at it once a second and read the catalogue again when it has moved.
CREATE TABLE catalogue (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    version     bigint NOT NULL,
    loaded_at   timestamptz NOT NULL,
    name        text NOT NULL,
    city_vi     text NOT NULL,
    city_en     text NOT NULL,
    timezone    text NOT NULL,
    country_calling_code text NOT NULL,
    desk        text NOT NULL,  -- unit that gets what no route matches
    calendar    text NOT NULL   -- of units that name none
);

CREATE TABLE calendars (
    code        text PRIMARY KEY,
    name_vi     text NOT NULL,
    name_en     text NOT NULL,
    first_year  integer NOT NULL,
    last_year   integer NOT NULL,
    cut_off_s   integer NOT NULL CHECK (cut_off_s BETWEEN 0 AND 86399) -- 0: none
);

CREATE TABLE calendar_hours (
    calendar    text NOT NULL REFERENCES calendars ON DELETE CASCADE,
    weekday     integer NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- 1 = Monday
    from_s      integer NOT NULL CHECK (from_s BETWEEN 0 AND 86399),
    to_s        integer NOT NULL CHECK (to_s > from_s AND to_s <= 86400),
    PRIMARY KEY (calendar, weekday, from_s)
);

CREATE TABLE calendar_days (
    calendar    text NOT NULL REFERENCES calendars ON DELETE CASCADE,
    day         date NOT NULL,
    works       boolean NOT NULL,
    hours_of    integer NOT NULL CHECK (hours_of BETWEEN 1 AND 7),
    name_vi     text NOT NULL,
    basis       text NOT NULL,
    status      text NOT NULL CHECK (status IN ('announced', 'projected')),
    PRIMARY KEY (calendar, day)
);

CREATE TABLE units (
    code        text PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('OFFICE', 'DEPARTMENT', 'CENTRE', 'WARD', 'POLICE',
                                              'UTILITY', 'INSPECTORATE')),
    parent      text REFERENCES units DEFERRABLE INITIALLY DEFERRED,
    name_vi     text NOT NULL,
    name_en     text NOT NULL,
    calendar    text NOT NULL REFERENCES calendars DEFERRABLE INITIALLY DEFERRED,
    valid_from  date,
    valid_until date,           -- the last day; NULL: still in force
    successors  text[] NOT NULL DEFAULT '{}',
    CHECK (valid_until >= valid_from)
);

CREATE TABLE areas (
    code        text PRIMARY KEY,
    unit        text NOT NULL REFERENCES units DEFERRABLE INITIALLY DEFERRED,
    shape       json NOT NULL   -- GeoJSON Polygon or MultiPolygon, WGS84, longitude first
);

CREATE TABLE services (
    code        text PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('field_report', 'rule_feedback', 'late_dossier',
                                              'question', 'suggestion', 'complaint',
                                              'denunciation')),
    group_vi    text NOT NULL,
    group_en    text NOT NULL,
    name_vi     text NOT NULL,
    name_en     text NOT NULL,
    description_vi text NOT NULL,
    description_en text NOT NULL,
    regime      text NOT NULL,
    clock       text NOT NULL CHECK (clock IN ('clock_hours', 'working_hours', 'working_days',
                                               'calendar_days')),
    amount      bigint NOT NULL CHECK (amount > 0), -- seconds for the hour kinds, else days
    priority    integer NOT NULL CHECK (priority BETWEEN 1 AND 5), -- 1 first
    place_required boolean NOT NULL,
    anonymous_allowed boolean NOT NULL,
    closed_notice_vi text,      -- set: closed at the door, with this notice
    closed_notice_en text,
    keywords    text[] NOT NULL DEFAULT '{}',
    basis       text NOT NULL,
    retired     boolean NOT NULL DEFAULT false -- no longer in the files; old cases keep it
);

CREATE TABLE service_attributes (
    service     text NOT NULL REFERENCES services,
    code        text NOT NULL,
    position    integer NOT NULL,
    datatype    text NOT NULL CHECK (datatype IN ('string', 'number', 'datetime', 'text',
                                                  'singlevaluelist', 'multivaluelist')),
    required    boolean NOT NULL,
    variable    boolean NOT NULL,
    description_vi text NOT NULL,
    description_en text NOT NULL,
    hint_vi     text NOT NULL DEFAULT '',
    hint_en     text NOT NULL DEFAULT '',
    PRIMARY KEY (service, code),
    UNIQUE (service, position)
);

CREATE TABLE service_attribute_values (
    service     text NOT NULL,
    attribute   text NOT NULL,
    key         text NOT NULL,
    position    integer NOT NULL,
    name_vi     text NOT NULL,
    name_en     text NOT NULL,
    PRIMARY KEY (service, attribute, key),
    FOREIGN KEY (service, attribute) REFERENCES service_attributes
);

CREATE TABLE routes (
    service     text NOT NULL,  -- a service's code or '*'
    area        text NOT NULL,  -- an area's code or '*'
    lead        text NOT NULL,  -- a unit's code, '@place', '@named' or '@superior'
    coordinators text[] NOT NULL DEFAULT '{}',
    valid_from  date,
    valid_until date,
    note        text NOT NULL DEFAULT '',
    CHECK (valid_until >= valid_from)
);

-- The programs of departments that may take tasks: a CURVE key and its units.
CREATE TABLE worker_keys (
    public_key  text PRIMARY KEY CHECK (length(public_key) = 40), -- Z85
    name        text NOT NULL UNIQUE,
    units       text[] NOT NULL CHECK (cardinality(units) > 0),
    created_at  timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz
);

GRANT SELECT ON catalogue, calendars, calendar_hours, calendar_days, units, areas, services,
      service_attributes, service_attribute_values, routes
   TO dunghen_intake, dunghen_router, dunghen_tracker, dunghen_dispatch, dunghen_sentinel,
      dunghen_notifier, dunghen_console;
GRANT SELECT ON worker_keys TO dunghen_dispatch, dunghen_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON catalogue, calendars, calendar_hours, calendar_days, units,
      areas, services, service_attributes, service_attribute_values, routes, worker_keys
   TO dunghen_ctl;
