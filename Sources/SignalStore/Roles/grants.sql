-- What is whose in this database, and who may do what with it. It runs after every migration, so a new
-- table gets its lines here: a test finds one that has none.
DO $$
BEGIN
  -- Who has no superuser's rights gives tables only to a role that they are a member of.
  IF NOT pg_has_role('signals_owner', 'MEMBER') THEN
    GRANT signals_owner TO CURRENT_USER;
  END IF;
EXCEPTION WHEN unique_violation THEN
  -- Another migrator has done it.
END
$$;

-- One at a time.
LOCK TABLE schema_migrations IN SHARE UPDATE EXCLUSIVE MODE;

DO $$
DECLARE
  relation regclass;
BEGIN
  -- The default of servers before 15 lets everybody make tables and functions where ours are found.
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
  EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO signals_owner', current_schema());
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO signals_writer, signals_reader', current_schema());
  EXECUTE format(
    'GRANT CONNECT ON DATABASE %I TO signals_writer, signals_reader', current_database());
  FOR relation IN
    SELECT oid FROM pg_class
    WHERE relowner <> 'signals_owner'::regrole
      AND (oid IN ('signal_types'::regclass, 'machines'::regclass, 'machine_signals'::regclass,
          'ingest_watermarks'::regclass, 'dead_letters'::regclass, 'schema_migrations'::regclass)
        OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'machine_signals'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO signals_owner', relation);
  END LOOP;
END
$$;

ALTER FUNCTION make_day_partition(date) OWNER TO signals_owner;
GRANT EXECUTE ON FUNCTION make_day_partition(date) TO signals_writer;

-- What is added stays: no UPDATE and no DELETE but of the watermark. The writer reads what it wrote to
-- compare it (signals-producer verify).
GRANT SELECT ON signal_types, schema_migrations TO signals_writer;
GRANT SELECT, INSERT ON machines, machine_signals, dead_letters TO signals_writer;
GRANT SELECT, INSERT, UPDATE ON ingest_watermarks TO signals_writer;

GRANT SELECT ON signal_types, machines, machine_signals, ingest_watermarks, dead_letters,
  schema_migrations TO signals_reader;
