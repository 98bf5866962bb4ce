-- The three roles, where they are missing; one that exists stays as its administrator made it. They
-- belong to the whole cluster, and so does this: it runs in the database "postgres". What another
-- migrator has made meanwhile, whatever database it came for, is there.
--
-- What is set for a role is a default and no bound: it can set something else, also for good.
DO $$
BEGIN
  IF to_regrole('signals_owner') IS NULL THEN
    CREATE ROLE signals_owner NOLOGIN;
    COMMENT ON ROLE signals_owner IS 'Owns the tables of signals; nobody logs in with it';
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
END
$$;

-- Without a password: until it gets one, only who the server knows otherwise (peer, cert) gets in.
DO $$
BEGIN
  IF to_regrole('signals_writer') IS NULL THEN
    CREATE ROLE signals_writer LOGIN;
    ALTER ROLE signals_writer SET idle_in_transaction_session_timeout = '60s';
    COMMENT ON ROLE signals_writer IS 'signals-producer: adds readings, changes and removes none';
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
    COMMENT ON ROLE signals_reader IS 'signals-accessor: reads';
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
END
$$;
