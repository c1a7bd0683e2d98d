-- Reference, state and service of the case $1.
SELECT reference, state, service
  FROM cases
 WHERE id = $1::uuid
