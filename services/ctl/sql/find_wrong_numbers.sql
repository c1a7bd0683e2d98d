-- What is wrong with the registers of letters, one row a finding: each counts from 1 without a gap
-- to what is kept as its last number.
SELECT coalesce(n.unit, l.unit) || ', register ' || coalesce(n.register, l.register) || ' of ' ||
       coalesce(n.year, l.year),
       'has ' || coalesce(l.letters, 0) || ' letters up to number ' || coalesce(l.highest, 0) ||
       ', and ' || coalesce(n.last, 0) || ' as its last number'
  FROM letter_numbers AS n
  FULL JOIN (SELECT unit, register, year, count(*) AS letters, max(number) AS highest
               FROM letters
              WHERE number IS NOT NULL
              GROUP BY unit, register, year) AS l
       ON l.unit = n.unit AND l.register = n.register AND l.year = n.year
 WHERE l.letters IS DISTINCT FROM n.last OR l.highest IS DISTINCT FROM n.last
 ORDER BY 1
