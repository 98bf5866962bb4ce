-- Server time of the query for the newest ten, in microseconds: the median of many executions of a prepared
-- plan, without the network; skips the days before the tenth reading, as the accessor does.
-- Usage: psql -v query="$(<QUERY)", the accessor's query, with its settings in PGOPTIONS
SET default_transaction_read_only = off;

SELECT format(
  $create$
    CREATE FUNCTION pg_temp.executions(text, bigint, timestamptz, many integer) RETURNS SETOF float8
    LANGUAGE plpgsql AS $body$
    DECLARE
      one_began timestamptz;
      one_row record;
    BEGIN
      FOR one_number IN 1..many LOOP
        one_began := clock_timestamp();
        FOR one_row IN %s LOOP END LOOP;
        RETURN NEXT extract(epoch FROM clock_timestamp() - one_began) * 1000000;
      END LOOP;
    END $body$
  $create$, :'query')
\gexec

SELECT min(time) AS since FROM (
  SELECT time FROM machine_signals
  WHERE type_id = (SELECT id FROM signal_types WHERE name = 'power') ORDER BY time DESC LIMIT 10
) newest \gset
-- Warm up: the first executions plan and load data into memory.
SELECT count(*) AS warm FROM pg_temp.executions('power', 10, :'since', 200) \gset
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds)
FROM pg_temp.executions('power', 10, :'since', 5000) microseconds;
