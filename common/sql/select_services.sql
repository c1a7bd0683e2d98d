-- Every service, retired ones too, by code.
SELECT code, kind, regime, group_vi, group_en, name_vi, name_en, description_vi, description_en,
       closed_notice_vi, closed_notice_en, keywords, clock, amount, priority, place_required,
       anonymous_allowed, retired, incident, open311
  FROM services
 ORDER BY code COLLATE "C"
