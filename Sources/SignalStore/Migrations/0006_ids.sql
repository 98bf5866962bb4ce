-- Ids are JSON numbers, which JavaScript rounds beyond 2^53. A sequence that was set higher restarts
-- after the highest id within the limit.
DO $$
DECLARE
  highest CONSTANT bigint := 9007199254740991;
  sequence text := pg_get_serial_sequence('machine_signals', 'id');
  last bigint;
BEGIN
  EXECUTE format('SELECT last_value FROM %s', sequence) INTO last;
  IF last > highest THEN
    PERFORM setval(sequence, coalesce(max(id), 1)) FROM machine_signals WHERE id <= highest;
  END IF;
  EXECUTE format('ALTER TABLE machine_signals ALTER COLUMN id SET MAXVALUE %s', highest);
END
$$;
