-- As before, but a day that no reading can have is rejected with datetime_field_overflow: the fault is
-- in the readings, and a retry cannot succeed.
CREATE OR REPLACE FUNCTION make_day_partition(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  partition text := 'machine_signals_' || to_char(day, 'YYYYMMDD');
BEGIN
  IF day IS NULL OR day < DATE '1970-01-01' OR day > CURRENT_DATE + 3653 THEN
    RAISE EXCEPTION 'there is no partition for the day %: it is before 1970 or over ten years ahead', day
      USING ERRCODE = '22008';
  END IF;
  -- "signalt" in ASCII; two writers at midnight create one partition.
  PERFORM pg_advisory_xact_lock(x'7369676e616c74'::bigint);
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
