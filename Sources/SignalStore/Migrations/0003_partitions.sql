-- Creates the partition of a day (UTC) if it does not exist; the caller needs no privilege to create
-- tables.
--
-- It runs with its owner's privileges. It therefore takes a date instead of text, rejects days that no
-- reading can have, and searches only this schema: pg_temp comes last, since a caller could put its own
-- tables and functions there.
CREATE FUNCTION make_day_partition(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  partition text := 'machine_signals_' || to_char(day, 'YYYYMMDD');
BEGIN
  IF day IS NULL OR day < DATE '1970-01-01' OR day > CURRENT_DATE + 3653 THEN
    RAISE EXCEPTION 'there is no partition for the day %: it is before 1970 or over ten years ahead', day;
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

DO $$
BEGIN
  EXECUTE format(
    'ALTER FUNCTION make_day_partition(date) SET search_path = %I, pg_temp', current_schema());
  -- For to_char and text, whatever the caller has set.
  ALTER FUNCTION make_day_partition(date) SET datestyle = 'ISO';
  REVOKE ALL ON FUNCTION make_day_partition(date) FROM PUBLIC;
END
$$;
