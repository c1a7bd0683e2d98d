-- Takes off the commands of before $1 among those in the blocks from $2 to before $3 of their table, and gives the
-- number of its blocks. Piece by piece, since an index on their time would be for this alone.
WITH gone AS (
    DELETE FROM commands
     WHERE ctid >= format('(%s,0)', $2::int8)::tid AND ctid < format('(%s,0)', $3::int8)::tid AND at < $1::timestamptz
)
SELECT pg_relation_size('commands') / current_setting('block_size')::int8
