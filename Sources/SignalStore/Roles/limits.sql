-- Resource limits of the roles. Limits that the migrator may not set are skipped and reported by
-- unlimited.sql.
DO $$
BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
EXCEPTION WHEN insufficient_privilege THEN
END
$$;

-- Large objects: by default everyone may create them, as large as the disk.
DO $$
DECLARE
  routine regprocedure;
BEGIN
  FOR routine IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND (starts_with(proname, 'lo_') OR proname IN ('loread', 'lowrite'))
      AND has_function_privilege('public', oid, 'EXECUTE')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', routine);
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
END
$$;

-- Leaves some of the server's default of 100 connections to the administrator. An existing limit is
-- kept.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT role, sessions
    FROM (VALUES ('signals_reader'::name, 64), ('signals_writer'::name, 16)) AS limits (role, sessions)
    JOIN pg_roles ON rolname = role WHERE rolconnlimit = -1
  LOOP
    EXECUTE format('ALTER ROLE %I CONNECTION LIMIT %s', wanted.role, wanted.sessions);
  END LOOP;
-- The last is raised when another migrator is running.
EXCEPTION WHEN insufficient_privilege OR internal_error THEN
END
$$;
