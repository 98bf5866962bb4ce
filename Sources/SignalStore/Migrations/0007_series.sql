-- Which machine has readings of which type, since when, and up to which day. It is written with the
-- readings, on first sight and once a day, so that a list of machines looks into one day for each and
-- nowhere for what a machine never had.
CREATE TABLE IF NOT EXISTS series (
  machine_id integer NOT NULL,
  type_id smallint NOT NULL,
  first_time timestamptz NOT NULL,
  last_day date NOT NULL,
  PRIMARY KEY (machine_id, type_id)
);
COMMENT ON COLUMN series.first_time IS 'Of the first reading stored';
COMMENT ON COLUMN series.last_day IS 'Of the newest reading stored, in UTC';

-- Pages of machines are in the order of the names' bytes, whatever the database's collation.
CREATE UNIQUE INDEX IF NOT EXISTS machines_name_bytes ON machines (name COLLATE "C");

-- What is stored already: of each day, along its index from one series to the next, which costs some
-- 20 microseconds each and not all readings. Without these settings a day that was never analyzed
-- is read as a whole for each of them.
CREATE FUNCTION first_readings_of_days()
RETURNS TABLE (machine_id integer, type_id smallint, first_time timestamptz)
LANGUAGE plpgsql
SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  partition regclass;
BEGIN
  FOR partition IN
    SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'machine_signals'::regclass
  LOOP
    RETURN QUERY EXECUTE format(
      'WITH RECURSIVE found AS (
        (SELECT machine_id, type_id, time FROM %1$s ORDER BY machine_id, type_id, time LIMIT 1)
        UNION ALL
        SELECT next.* FROM found CROSS JOIN LATERAL (
          SELECT machine_id, type_id, time FROM %1$s
          WHERE (machine_id, type_id) > (found.machine_id, found.type_id)
          ORDER BY machine_id, type_id, time LIMIT 1
        ) next
      ) SELECT * FROM found', partition);
  END LOOP;
END
$$;

-- Writers finish their transactions, then wait. A reading of a day to come is from a wrong clock: the last
-- day is the current one at most.
LOCK TABLE ONLY machine_signals IN SHARE MODE;
INSERT INTO series (machine_id, type_id, first_time, last_day)
SELECT machine_id, type_id, min(first_time),
  (coalesce(max(first_time) FILTER (WHERE first_time < now() + interval '1 hour'), now())
    AT TIME ZONE 'UTC')::date
FROM first_readings_of_days() GROUP BY machine_id, type_id
ON CONFLICT (machine_id, type_id) DO UPDATE SET
  first_time = least(series.first_time, excluded.first_time),
  last_day = greatest(series.last_day, excluded.last_day);
DROP FUNCTION first_readings_of_days();
