public import Postgres

/// Queries for the newest readings of segments; columns and parameters are those of ``ReadingQueries``.
///
/// Every segment has a reading at its stop, so the N segments with the latest stops contain N readings at
/// or after the earliest of these stops, and no other segment can have a newer one. Most of the N are
/// seldom needed: once the segments before one, none of which starts before its stop, hold N readings,
/// that stop is the bound. At most the last N readings of a segment are decoded.
public enum SegmentQueries {
  /// As ``ReadingQueries/newest``; served by the index `segments_type_stop`.
  public static let newest = PreparedStatement(
    name: "newest",
    sql: """
      SELECT reading.id, reading.value, reading.time, machine.name, true, type.unit
      FROM signal_types type
      LEFT JOIN LATERAL (
        \(readings(of: "type_id = type.id", limit: "$2", since: "$3"))
      ) reading ON true
      LEFT JOIN machines machine ON machine.id = reading.machine_id
      WHERE type.name = $1
      ORDER BY reading.time DESC, reading.machine_id, reading.id DESC
      """)

  /// As ``ReadingQueries/newestOfMachine``; served by the index `segments_machine_type_stop`.
  public static let newestOfMachine = PreparedStatement(
    name: "newest_of_machine",
    sql: """
      SELECT reading.id, reading.value, reading.time, machine.name, machine.id IS NOT NULL,
        type.unit
      FROM signal_types type
      LEFT JOIN machines machine ON machine.name = $3
      LEFT JOIN LATERAL (
        \(readings(of: "machine_id = machine.id AND type_id = type.id", limit: "$2", since: "$4"))
      ) reading ON true
      WHERE type.name = $1
      ORDER BY reading.time DESC, reading.id DESC
      """)

  private static func readings(of condition: String, limit: String, since: String) -> String {
    """
    SELECT decoded.id, decoded.value, decoded.time, machine_id
      FROM (
        SELECT *, max(stop) FILTER (
          WHERE rank >= \(limit) OR reach >= stop AND count_before >= \(limit)) OVER () AS bound
        FROM (
          SELECT *, row_number() OVER later AS rank,
            sum(count) OVER (later ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
              AS count_before,
            min(start) OVER (later ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
          FROM (
            SELECT machine_id, start, stop, first_id, step, scale, int2_values, int4_values,
              float8_values, offsets, id_shifts, coalesce(cardinality(int2_values),
                cardinality(int4_values), cardinality(float8_values)) AS count
            FROM segments WHERE \(condition) AND stop >= \(since)
            ORDER BY stop DESC LIMIT \(limit)
          ) newest
          WINDOW later AS (ORDER BY stop DESC)
        ) ranked
      ) segment
      CROSS JOIN LATERAL decode_segment(first_id, start, step, scale, int2_values, int4_values,
        float8_values, offsets, id_shifts, greatest(count - \(limit) + 1, 1)::integer) decoded
      WHERE stop >= coalesce(bound, \(since)) AND decoded.time >= coalesce(bound, \(since))
      ORDER BY decoded.time DESC, machine_id, decoded.id DESC LIMIT \(limit)
    """
  }
}
