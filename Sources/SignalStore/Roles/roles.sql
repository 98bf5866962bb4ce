-- Creates the three roles where missing; an existing one is left as its administrator made it. Roles
-- belong to the whole cluster, so this runs in the database "postgres". Concurrent migrators of other
-- databases may have just created them.
--
-- Settings of a role are defaults, not limits: the role can change them, even permanently.
DO $$
BEGIN
  IF to_regrole('signals_owner') IS NULL THEN
    CREATE ROLE signals_owner NOLOGIN;
    COMMENT ON ROLE signals_owner IS 'Owns the tables of signals; cannot log in';
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
END
$$;

-- Without a password: until one is set, only other authentication methods (peer, cert) work.
DO $$
BEGIN
  IF to_regrole('signals_writer') IS NULL THEN
    CREATE ROLE signals_writer LOGIN;
    ALTER ROLE signals_writer SET idle_in_transaction_session_timeout = '60s';
    COMMENT ON ROLE signals_writer IS 'signals-producer: adds readings, but never changes or deletes any';
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
END
$$;

DO $$
BEGIN
  IF to_regrole('signals_reader') IS NULL THEN
    CREATE ROLE signals_reader LOGIN;
    ALTER ROLE signals_reader SET default_transaction_read_only = on;
    ALTER ROLE signals_reader SET statement_timeout = '30s';
    ALTER ROLE signals_reader SET idle_in_transaction_session_timeout = '60s';
    COMMENT ON ROLE signals_reader IS 'signals-accessor: read-only';
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
END
$$;
