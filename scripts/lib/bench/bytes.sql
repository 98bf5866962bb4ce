-- Bytes per reading in the table and in each index.
WITH sizes AS (
  SELECT sum(pg_relation_size(inhrelid)) AS heap,
    (SELECT sum(pg_relation_size(indexrelid)) FROM pg_index
      WHERE indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'machine_signals'::regclass)
        AND pg_get_indexdef(indexrelid) LIKE '%(type_id,%') AS by_type,
    (SELECT sum(pg_relation_size(indexrelid)) FROM pg_index
      WHERE indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'machine_signals'::regclass)
        AND pg_get_indexdef(indexrelid) LIKE '%(machine_id,%') AS by_machine
  FROM pg_inherits WHERE inhparent = 'machine_signals'::regclass
), readings AS (SELECT count(*) AS count FROM machine_signals)
SELECT round(heap / count, 1), round(by_type / count, 1), round(by_machine / count, 1)
FROM sizes, readings;
