-- What the roles may take of the server. What the migrator has no right to limit stays as it is, and
-- unlimited.sql tells.
DO $$
BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
EXCEPTION WHEN insufficient_privilege THEN
END
$$;

-- Large objects: everybody may make some, as large as the disk, whatever else they may do.
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

-- Of the 100 sessions that a server has by default some stay for its administrator. A limit that is
-- there stays.
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
-- The last is what the server says when another migrator is at it.
EXCEPTION WHEN insufficient_privilege OR internal_error THEN
END
$$;
