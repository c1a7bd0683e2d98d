-- Inserts the rows of services.csv ($1, JSON) or brings them up to date. The
-- files give hours to the hour clocks, the table keeps seconds.
INSERT INTO services (code, kind, group_vi, group_en, name_vi, name_en, description_vi,
                      description_en, regime, clock, amount, priority, place_required,
                      anonymous_allowed, closed_notice_vi, closed_notice_en, keywords, basis,
                      incident, open311, retired)
SELECT code, kind, group_vi, group_en, name_vi, name_en, description_vi, description_en, regime,
       clock, CASE WHEN clock LIKE '%\_hours' THEN amount * 3600 ELSE amount END, priority,
       place = 'required', anonymous, closed_notice_vi, closed_notice_en, keywords,
       coalesce(basis, ''), incident, coalesce(open311, 'realtime'), false
  FROM json_to_recordset($1::json)
       AS f (code text, kind text, group_vi text, group_en text, name_vi text, name_en text,
             description_vi text, description_en text, regime text, clock text, amount bigint,
             priority integer, place text, anonymous boolean, closed_notice_vi text,
             closed_notice_en text, keywords text[], basis text, incident boolean,
             open311 text)
    ON CONFLICT (code) DO UPDATE
   SET kind = excluded.kind, group_vi = excluded.group_vi, group_en = excluded.group_en,
       name_vi = excluded.name_vi, name_en = excluded.name_en,
       description_vi = excluded.description_vi, description_en = excluded.description_en,
       regime = excluded.regime, clock = excluded.clock, amount = excluded.amount,
       priority = excluded.priority, place_required = excluded.place_required,
       anonymous_allowed = excluded.anonymous_allowed,
       closed_notice_vi = excluded.closed_notice_vi, closed_notice_en = excluded.closed_notice_en,
       keywords = excluded.keywords, basis = excluded.basis,
       incident = excluded.incident, open311 = excluded.open311, retired = false
