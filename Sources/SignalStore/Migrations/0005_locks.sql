-- As before, but two writers at midnight are serialized by a table lock, which requires a privilege: an
-- advisory lock can be held by anyone, who could then prevent partitions. The lock is taken only when
-- there is something to create, and conflicts with neither reads nor inserts.
--
-- The day must also be one that late readings or a wrong clock can plausibly have, such as that of a
-- clock without battery, which starts in 1970: a caller can create some four thousand partitions at most.
CREATE OR REPLACE FUNCTION make_day_partition(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  partition text := 'machine_signals_' || to_char(day, 'YYYYMMDD');
BEGIN
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN;
  END IF;
  IF day IS NULL OR day NOT BETWEEN CURRENT_DATE - 3653 AND CURRENT_DATE + 366
    AND day NOT BETWEEN DATE '1970-01-01' AND DATE '1970-01-31'
  THEN
    RAISE EXCEPTION
      'there is no partition for the day %: it is over ten years ago or over a year ahead', day
      USING ERRCODE = '22008';
  END IF;
  LOCK TABLE ONLY machine_signals IN SHARE UPDATE EXCLUSIVE MODE;
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN;
  END IF;
  -- Created separately and then attached: creating it in place would lock out all readers.
  EXECUTE format(
    'CREATE TABLE %I (LIKE machine_signals INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
  EXECUTE format(
    'ALTER TABLE machine_signals ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition,
    day || ' 00:00+00', day + 1 || ' 00:00+00');
END
$$;

-- Replacing the function kept its owner and privileges, but not these settings.
DO $$
BEGIN
  EXECUTE format(
    'ALTER FUNCTION make_day_partition(date) SET search_path = %I, pg_temp', current_schema());
  ALTER FUNCTION make_day_partition(date) SET datestyle = 'ISO';
END
$$;
