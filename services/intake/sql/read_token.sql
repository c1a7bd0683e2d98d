-- Reference and state of the case $1.
SELECT reference, state
  FROM cases
 WHERE id = $1::uuid
