-- Generates reproducible power readings of ten machines over five days, and two empty days ahead, as the
-- producer keeps them.
-- Usage: psql -v rows=NUMBER, in a migrated, empty database
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET TimeZone = 'UTC';

INSERT INTO machines (name) SELECT 'machine-' || n FROM generate_series(1, 10) n;

SELECT count(*) AS machines, :rows / 5 AS per_day, (SELECT id FROM signal_types WHERE name = 'power') AS power
FROM machines \gset

-- Each partition is filled before it is attached, which indexes it.
SELECT
  format('CREATE TABLE %I (LIKE machine_signals INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name),
  format(
    $$INSERT INTO %I (id, time, value, machine_id, type_id)
      SELECT n, timestamptz %L + (n - %s) * interval '1 day' / %s,
        round((230 + 40 * sin(n / 5000.0) + n %% 13)::numeric, 1), n %% %s + 1, %s
      FROM generate_series(%s::bigint, %s) n$$,
    name, day, first, :per_day, :machines, :power, first, least(first + :per_day - 1, :rows)),
  format(
    'ALTER TABLE machine_signals ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    name, day, day + interval '1 day')
FROM (
  SELECT day, to_char(day, '"machine_signals_"YYYYMMDD') AS name,
    (number - 1) * :per_day + 1 AS first
  FROM generate_series(timestamptz '2026-01-01', '2026-01-07', interval '1 day')
    WITH ORDINALITY AS days (day, number)
) partition
\gexec

SELECT setval(pg_get_serial_sequence('machine_signals', 'id'), :rows);
VACUUM (ANALYZE);
CHECKPOINT;
