-- Ownership and privileges in this database. Runs after every migration; every new table needs its
-- lines here, which a test checks.
DO $$
BEGIN
  -- Only superusers can transfer tables to a role that they are not a member of.
  IF NOT pg_has_role('signals_owner', 'MEMBER') THEN
    GRANT signals_owner TO CURRENT_USER;
  END IF;
EXCEPTION WHEN unique_violation THEN
  -- Another migrator has just done it.
END
$$;

-- One migrator at a time.
LOCK TABLE schema_migrations IN SHARE UPDATE EXCLUSIVE MODE;

DO $$
DECLARE
  relation regclass;
BEGIN
  -- Servers before 15 let everyone create tables and functions in our search_path by default.
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
  EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO signals_owner', current_schema());
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO signals_writer, signals_reader', current_schema());
  EXECUTE format(
    'GRANT CONNECT ON DATABASE %I TO signals_writer, signals_reader', current_database());
  FOR relation IN
    SELECT oid FROM pg_class
    WHERE relowner <> 'signals_owner'::regrole
      AND (oid IN ('signal_types'::regclass, 'machines'::regclass, 'machine_signals'::regclass,
          'ingest_watermarks'::regclass, 'dead_letters'::regclass, 'schema_migrations'::regclass,
          'series'::regclass)
        OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'machine_signals'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO signals_owner', relation);
  END LOOP;
END
$$;

ALTER FUNCTION make_day_partition(date) OWNER TO signals_owner;
GRANT EXECUTE ON FUNCTION make_day_partition(date) TO signals_writer;

-- Append-only: no UPDATE or DELETE except of the watermark and of series. The writer reads back what it
-- wrote for signals-producer verify.
GRANT SELECT ON signal_types, schema_migrations TO signals_writer;
GRANT SELECT, INSERT ON machines, machine_signals, dead_letters TO signals_writer;
GRANT SELECT, INSERT, UPDATE ON ingest_watermarks TO signals_writer;
GRANT SELECT, INSERT, UPDATE (first_time, last_day) ON series TO signals_writer;

GRANT SELECT ON signal_types, machines, machine_signals, series, ingest_watermarks, dead_letters,
  schema_migrations TO signals_reader;
