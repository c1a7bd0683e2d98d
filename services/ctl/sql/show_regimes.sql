-- Every version of every regime, one line each, as people read it.
SELECT r.code AS regime, coalesce(r.valid_from::text, '') AS from,
       coalesce(r.valid_until::text, '') AS until,
       CASE WHEN r.approval THEN 'yes' ELSE 'no' END AS approval,
       CASE WHEN r.apology THEN 'yes' ELSE 'no' END AS apology,
       CASE WHEN r.receipt THEN 'yes' ELSE 'no' END AS receipt,
       CASE WHEN r.anonymous THEN 'yes' ELSE 'no' END AS anonymous,
       r.extensions::text AS extensions, r.returns::text AS returns, r.name_en AS name
  FROM regimes AS r
 ORDER BY r.code COLLATE "C", r.valid_from NULLS FIRST
