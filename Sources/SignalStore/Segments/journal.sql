-- The journal: a row for each stored transaction, numbered in commit order.
--
-- A reader that has seen a number has seen every lower one: numbers are taken under a lock that is held
-- until the commit is visible. Identity values alone become visible out of order. There are gaps, left by
-- transactions that were rolled back.

-- An empty table for writers to lock. Locking it requires the right to change it; an advisory lock could
-- be held by any role and would stop all storing.
CREATE TABLE journal_lock ();

CREATE SEQUENCE journal_numbers MAXVALUE 9007199254740991;

-- Times are a multirange so that a late reading does not make a row cover years. The readings of a row
-- are found by time and filtered by id, so ids need no index.
CREATE TABLE journal (
  number bigint PRIMARY KEY DEFAULT nextval('journal_numbers'),
  epoch uuid NOT NULL,
  producer uuid NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ids int8multirange NOT NULL CHECK (NOT isempty(ids)),
  times tstzmultirange NOT NULL CHECK (NOT isempty(times))
);
COMMENT ON COLUMN journal.number IS 'In the order of commits, with gaps';
COMMENT ON COLUMN journal.epoch IS 'See journal_state';

-- The history that numbers belong to: under another epoch, a number may be gone or belong to other
-- readings. Random, because a counter would go back with the database.
CREATE TABLE journal_state (
  id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  epoch uuid NOT NULL DEFAULT gen_random_uuid(),
  system_identifier bigint NOT NULL,
  timeline bigint NOT NULL,
  removed_through bigint NOT NULL DEFAULT 0
);
COMMENT ON COLUMN journal_state.removed_through IS 'The highest number that was trimmed';

-- Removes the rows stored before a time and returns how many. Removes only a prefix, and never the head.
--
-- It runs with its owner's rights: a writer may not delete.
CREATE FUNCTION trim_journal(before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$
  WITH kept AS (
    SELECT coalesce(
      (SELECT min(number) FROM journal WHERE stored_at >= before),
      (SELECT max(number) FROM journal)) AS first
  ), removed AS (
    DELETE FROM journal USING kept WHERE number < first RETURNING number
  ), state AS (
    UPDATE journal_state SET removed_through = last
    FROM (SELECT max(number) AS last FROM removed) removal WHERE last > removed_through
  )
  SELECT count(*) FROM removed
$$;

DO $$
BEGIN
  EXECUTE format(
    'ALTER FUNCTION trim_journal(timestamptz) SET search_path = %I, pg_temp', current_schema());
  REVOKE ALL ON FUNCTION trim_journal(timestamptz) FROM PUBLIC;
END
$$;
