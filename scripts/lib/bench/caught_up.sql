-- The number of readings stored in a period, and the seconds from the first commit (excluded) to the last.
-- Requires track_commit_timestamp.
WITH stored AS (
  SELECT pg_xact_commit_timestamp(xmin) AS at, count(*) AS readings
  FROM machine_signals
  WHERE time >= to_timestamp(:since) AND time < to_timestamp(:until)
  GROUP BY xmin
)
SELECT sum(readings) FILTER (WHERE at > (SELECT min(at) FROM stored)),
  extract(epoch FROM max(at) - min(at))
FROM stored;
