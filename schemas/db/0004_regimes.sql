-- What the law says of a case beyond its promise: regimes with their limits, the reasons that may be
-- given, the people of a unit, and the texts of letters and messages. Written by dunghen (the role
-- dunghen_ctl) alone. Format and rules of what is loaded here: schemas/catalogue.md.

-- The unit's sign in the numbers of its documents; NULL: its code.
ALTER TABLE units ADD COLUMN symbol text;
-- Its cases are incidents, which the law wants summed up in writing (regime_limits: summary).
ALTER TABLE services ADD COLUMN incident boolean NOT NULL DEFAULT false;

-- A version holds from its first to its last day; those of one regime do not overlap (checked at
-- loading). A case keeps the version of the day on which it was received.
CREATE TABLE regimes (
    code        text NOT NULL,
    valid_from  date,           -- NULL: since ever
    valid_until date,           -- the last day; NULL: for good
    name_vi     text NOT NULL,
    name_en     text NOT NULL,
    approval    boolean NOT NULL, -- another person than the drafter approves the answer
    apology     boolean NOT NULL, -- a late answer needs its apology first
    receipt     boolean NOT NULL, -- each case gets a numbered receipt
    anonymous   boolean NOT NULL, -- a case without any contact is possible
    extensions  integer NOT NULL CHECK (extensions BETWEEN 0 AND 9), -- how often
    returns     integer NOT NULL CHECK (returns BETWEEN 0 AND 9), -- before the desk's word binds
    basis       text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (code, valid_from),
    CHECK (valid_until >= valid_from)
);

CREATE TABLE regime_limits (
    regime      text NOT NULL,
    valid_from  date,           -- of the regime's version
    duty        text NOT NULL CHECK (duty IN ('accept', 'forward', 'answer', 'publish', 'update',
                                              'summary', 'extension', 'info', 'confirm')),
    clock       text NOT NULL CHECK (clock IN ('clock_hours', 'working_hours', 'working_days',
                                               'calendar_days')),
    amount      bigint NOT NULL CHECK (amount > 0), -- seconds for the hour kinds, else days
    basis       text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (regime, valid_from, duty)
);

CREATE TABLE reasons (
    purpose     text NOT NULL CHECK (purpose IN ('return', 'reject', 'extension', 'apology',
                                                 'suspend')),
    code        text NOT NULL,
    name_vi     text NOT NULL,
    name_en     text NOT NULL,
    PRIMARY KEY (purpose, code)
);

-- Whom flags reach and who signs letters.
CREATE TABLE people (
    unit        text NOT NULL REFERENCES units DEFERRABLE INITIALLY DEFERRED,
    role        text NOT NULL CHECK (role IN ('head', 'focal', 'leader', 'coordinator')),
    name        text,           -- NULL: a mailbox of the role, nobody by name
    title_vi    text NOT NULL,
    title_en    text NOT NULL,
    email       text,
    phone       text,
    UNIQUE NULLS NOT DISTINCT (unit, role, name),
    CHECK (num_nonnulls(email, phone) > 0)
);

CREATE TABLE templates (
    name        text NOT NULL,
    language    text NOT NULL CHECK (language IN ('vi', 'en')),
    subject     text,           -- NULL: the message has none (sms)
    body        text NOT NULL,
    PRIMARY KEY (name, language)
);

GRANT SELECT ON regimes, regime_limits, reasons, people, templates
   TO dunghen_intake, dunghen_router, dunghen_tracker, dunghen_dispatch, dunghen_sentinel,
      dunghen_notifier, dunghen_console, dunghen_letters;
GRANT SELECT, INSERT, UPDATE, DELETE ON regimes, regime_limits, reasons, people, templates
   TO dunghen_ctl;
