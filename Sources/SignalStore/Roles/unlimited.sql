-- Descriptions of the limits that limits.sql could not set.
SELECT what
FROM (VALUES
  (1, 'temporary tables for everyone (TEMPORARY on the database)',
    has_database_privilege('public', current_database(), 'TEMPORARY')),
  (2, 'large objects for everyone (EXECUTE on lo_*)',
    has_function_privilege('public', 'lo_from_bytea(oid, bytea)', 'EXECUTE')),
  (3, 'any number of sessions for signals_reader or signals_writer (CONNECTION LIMIT)',
    EXISTS (SELECT FROM pg_roles
      WHERE rolname IN ('signals_reader', 'signals_writer') AND rolconnlimit = -1))
) AS checked (place, what, is_unlimited)
WHERE is_unlimited ORDER BY place
