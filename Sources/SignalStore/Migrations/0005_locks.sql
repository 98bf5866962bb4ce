-- As before, but two writers at midnight make one partition by a lock that takes a right to the table;
-- an advisory lock anybody may hold, and then no partition is made. It is asked for only where there is
-- something to make. Reading the table or adding to it is not in its way, nor is who may do no more.
--
-- And a day has to be one that late readings or a clock somewhat wrong can bring, such as one without a
-- battery, which begins in 1970: who may call this can make some four thousand partitions, and no more.
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
  -- Made beside the table and then attached: making it in place would lock out every reader.
  EXECUTE format(
    'CREATE TABLE %I (LIKE machine_signals INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
  EXECUTE format(
    'ALTER TABLE machine_signals ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition,
    day || ' 00:00+00', day + 1 || ' 00:00+00');
END
$$;

-- Replacing it has kept its owner and who may execute it, and lost these.
DO $$
BEGIN
  EXECUTE format(
    'ALTER FUNCTION make_day_partition(date) SET search_path = %I, pg_temp', current_schema());
  ALTER FUNCTION make_day_partition(date) SET datestyle = 'ISO';
END
$$;
