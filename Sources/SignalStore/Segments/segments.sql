-- Readings as segments: a row for each machine, type and batch instead of one for each reading. For the
-- columns see Segment in Sources/Signals.
--
-- Not a migration yet: the view machine_signals replaces the table of that name.
--
-- Server CPU time and size of 2,000,000 readings of 1,000 machines, ten to a segment: 0.3 s and 11.7 bytes
-- a reading without indexes; (type_id, stop) adds 0.13 s and 0.8 bytes, (machine_id, type_id, stop) 0.9 s
-- and 4.2 bytes, the constraints 0.2 s. One row a reading with two indexes: 9.5 s and 103 bytes.

-- Partitioned by stop rather than start, so that PostgreSQL scans partitions in the order of stop and
-- finds the newest segments in the last one. Both are in the same hour, so in the same day.
CREATE TABLE segments (
  -- Widest first, to avoid padding.
  start timestamptz NOT NULL,
  stop timestamptz NOT NULL,
  first_id bigint NOT NULL,
  machine_id integer NOT NULL,
  scale integer NOT NULL,
  step integer,
  type_id smallint NOT NULL,
  int2_values smallint[],
  int4_values integer[],
  float8_values double precision[],
  offsets integer[],
  id_shifts integer[],
  CONSTRAINT segments_one_hour
    CHECK (date_bin('1 hour', start, 'epoch') = date_bin('1 hour', stop, 'epoch')),
  -- array_position finds NULLs, and rejects arrays of several dimensions.
  CONSTRAINT segments_values CHECK (
    num_nonnulls(int2_values, int4_values, float8_values) = 1
    AND coalesce(array_lower(int2_values, 1), array_lower(int4_values, 1),
      array_lower(float8_values, 1), 0) = 1
    AND array_position(int2_values, NULL) IS NULL AND array_position(int4_values, NULL) IS NULL
    AND array_position(float8_values, NULL) IS NULL),
  CONSTRAINT segments_finite CHECK (
    float8_values IS NULL
    OR '-Infinity' < ALL (float8_values) AND 'Infinity' > ALL (float8_values) AND scale = 1),
  CONSTRAINT segments_scale CHECK (
    scale IN (1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000)),
  CONSTRAINT segments_times CHECK (
    CASE WHEN offsets IS NULL THEN
      step >= 0 AND stop = start + step * (coalesce(cardinality(int2_values),
        cardinality(int4_values), cardinality(float8_values)) - 1)::bigint * interval '1 microsecond'
    ELSE
      step IS NULL AND array_position(offsets, NULL) IS NULL AND array_lower(offsets, 1) = 1
      AND cardinality(offsets) = coalesce(cardinality(int2_values), cardinality(int4_values),
        cardinality(float8_values))
      AND offsets[1] = 0 AND 0 <= ALL (offsets)
      AND offsets[cardinality(offsets)] >= ALL (offsets)
      AND stop = start + offsets[cardinality(offsets)] * interval '1 microsecond'
    END IS TRUE),
  -- Safe from overflow; ids that are given out are below 2^53.
  CONSTRAINT segments_ids CHECK (
    first_id BETWEEN 1 AND 4611686018427387904
    AND (id_shifts IS NULL
      OR array_position(id_shifts, NULL) IS NULL AND array_lower(id_shifts, 1) = 1
      AND cardinality(id_shifts) = coalesce(cardinality(int2_values), cardinality(int4_values),
        cardinality(float8_values))
      AND id_shifts[1] = 0 AND -first_id - cardinality(id_shifts) < ALL (id_shifts)))
) PARTITION BY RANGE (stop);
COMMENT ON TABLE segments IS
  'Readings of one machine and type within an hour; see the views readings and machine_signals';
COMMENT ON COLUMN segments.start IS 'Time of the first reading';
COMMENT ON COLUMN segments.stop IS 'Time of the last reading';
COMMENT ON COLUMN segments.first_id IS 'Id of the first reading; the rest are consecutive, plus id_shifts';
COMMENT ON COLUMN segments.scale IS 'Divisor of int2_values and int4_values';
COMMENT ON COLUMN segments.step IS 'Microseconds between readings; NULL if there are offsets';
COMMENT ON COLUMN segments.offsets IS 'Microseconds from start to each reading';
COMMENT ON COLUMN segments.id_shifts IS 'Difference of each id from the consecutive one';

-- The newest of a type. Segments with the same stop share an entry.
CREATE INDEX segments_type_stop ON segments (type_id, stop);
-- The newest of a machine, and ranges.
CREATE INDEX segments_machine_type_stop ON segments (machine_id, type_id, stop);
-- Segments that may reach far beyond the end of a range. Batches of at most a second never do.
CREATE INDEX segments_long ON segments (machine_id, type_id, stop)
  WHERE stop - start > interval '1 second';

-- Creates the partition of a UTC day if it does not exist; for bounds and rights see 0005_locks.sql.
CREATE FUNCTION make_segments_partition(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  partition text := 'segments_' || to_char(day, 'YYYYMMDD');
BEGIN
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN;
  END IF;
  IF day IS NULL OR day NOT BETWEEN CURRENT_DATE - 3653 AND CURRENT_DATE + 366
    AND day NOT BETWEEN DATE '1970-01-01' AND DATE '1970-01-31'
  THEN
    RAISE EXCEPTION 'no partition for %: a day must be at most ten years ago and one year ahead', day
      USING ERRCODE = '22008';
  END IF;
  LOCK TABLE ONLY segments IN SHARE UPDATE EXCLUSIVE MODE;
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE format(
    'CREATE TABLE %I (LIKE segments INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
  EXECUTE format(
    'ALTER TABLE segments ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition,
    day || ' 00:00+00', day + 1 || ' 00:00+00');
END
$$;

DO $$
BEGIN
  EXECUTE format(
    'ALTER FUNCTION make_segments_partition(date) SET search_path = %I, pg_temp', current_schema());
  ALTER FUNCTION make_segments_partition(date) SET datestyle = 'ISO';
  REVOKE ALL ON FUNCTION make_segments_partition(date) FROM PUBLIC;
END
$$;

-- The readings of a segment from first_place on, counted from 1. The only decoder in SQL; it gives the same
-- bits as ReadingArrays.append: integers divided by a power of ten, and integral microseconds. The planner
-- inlines it.
CREATE FUNCTION decode_segment(
  first_id bigint, start timestamptz, step integer, scale integer, int2_values smallint[],
  int4_values integer[], float8_values double precision[], offsets integer[], id_shifts integer[],
  first_place integer DEFAULT 1
) RETURNS TABLE (id bigint, "time" timestamptz, value double precision)
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
  SELECT first_id + place + coalesce(id_shift, 0),
    start + coalesce(time_offset, step * place) * interval '1 microsecond',
    coalesce(coalesce(int2_value, int4_value)::double precision / scale::double precision,
      float8_value)
  FROM (
    -- In lockstep. In FROM each of them would be materialized, which takes a fifth longer.
    SELECT unnest(int2_values[first_place:]) AS int2_value,
      unnest(int4_values[first_place:]) AS int4_value,
      unnest(float8_values[first_place:]) AS float8_value,
      unnest(offsets[first_place:]) AS time_offset, unnest(id_shifts[first_place:]) AS id_shift,
      generate_series(first_place::bigint - 1, coalesce(cardinality(int2_values),
        cardinality(int4_values), cardinality(float8_values)) - 1) AS place
  ) element;
END;

-- One row a reading. Conditions on machine_id and type_id use the indexes, those on time cannot: use the
-- function readings.
CREATE VIEW machine_signals AS
SELECT reading.id, reading.time, reading.value, machine_id, type_id
FROM segments CROSS JOIN LATERAL decode_segment(first_id, start, step, scale, int2_values,
  int4_values, float8_values, offsets, id_shifts) reading;

-- With names, for people and their tools.
CREATE VIEW readings AS
SELECT machine.name AS machine, type.name AS type, type.unit, reading.time, reading.value
FROM machine_signals reading
JOIN machines machine ON machine.id = reading.machine_id
JOIN signal_types type ON type.id = reading.type_id;

-- Readings of a type in [from, to), of one machine or of all, in no particular order. The planner inlines
-- it, so that the times use the indexes.
--
-- A segment that ends after "to" may start before it. Segments of up to a second end within a second of
-- "to"; longer ones are few and have an index of their own, read up to the end of the hour.
CREATE FUNCTION readings(
  type text, "from" timestamptz, "to" timestamptz, machine text DEFAULT NULL
) RETURNS TABLE (
  machine_name text, type_name text, unit text, "time" timestamptz, value double precision
)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT machines.name, signal_types.name, signal_types.unit, reading.time, reading.value
  FROM signal_types
  CROSS JOIN machines
  CROSS JOIN LATERAL (
    SELECT first_id, start, step, scale, int2_values, int4_values, float8_values, offsets, id_shifts
    FROM segments
    WHERE machine_id = machines.id AND type_id = signal_types.id
      AND stop >= readings."from" AND stop < readings."to" + interval '1 second'
      AND start < readings."to"
    UNION ALL
    SELECT first_id, start, step, scale, int2_values, int4_values, float8_values, offsets, id_shifts
    FROM segments
    WHERE machine_id = machines.id AND type_id = signal_types.id
      AND stop >= readings."to" + interval '1 second'
      AND stop < date_bin('1 hour', readings."to", 'epoch') + interval '1 hour'
      AND start < readings."to" AND stop - start > interval '1 second'
  ) segment
  CROSS JOIN LATERAL decode_segment(first_id, start, step, scale, int2_values, int4_values,
    float8_values, offsets, id_shifts) reading
  WHERE signal_types.name = readings.type
    AND (readings.machine IS NULL OR machines.name = readings.machine)
    AND reading.time >= readings."from" AND reading.time < readings."to";
END;

-- Ids of readings. Each value is the first of a block of 2^20 that belongs to the calling session, so
-- writers never wait for each other. Unused ids of a block are lost with its session.
CREATE SEQUENCE reading_ids INCREMENT BY 1048576 MINVALUE 1 MAXVALUE 9007199253692417;
