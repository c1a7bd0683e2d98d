-- Everything that a list's filter says of one case but for its words and the circle around a place, so that
-- pages are passed over in the database: also which services are hidden, and when the case came in.
DROP FUNCTION case_fits(cases, text[], text[], text[], text[], boolean, double precision[]);

-- What is NULL lets everything through. Written into the walking statement by the planner, so it costs
-- no call. box: least and greatest latitude, then longitude, of the public place, which is rounded.
CREATE FUNCTION case_fits(c cases, services text[], units text[], areas text[], states text[], open boolean,
                          box double precision[], hidden text[], since timestamptz, until timestamptz)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT (services IS NULL OR c.service = ANY (services))
       AND (units IS NULL OR c.unit = ANY (units))
       AND (areas IS NULL OR c.area = ANY (areas))
       AND (states IS NULL OR c.state = ANY (states))
       AND (open IS NULL OR open = (c.answered_at IS NULL AND c.closed_at IS NULL))
       AND (box IS NULL
            OR c.kind = 'field_report'
               AND floor(c.lat * 1000 + 0.5) / 1000 BETWEEN box[1] AND box[2]
               AND floor(c.lon * 1000 + 0.5) / 1000 BETWEEN box[3] AND box[4])
       AND (hidden IS NULL OR c.service <> ALL (hidden))
       AND (since IS NULL OR c.received_at >= since)
       AND (until IS NULL OR c.received_at <= until)
    $$;
