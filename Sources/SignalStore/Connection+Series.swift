internal import Postgres
internal import Time

extension PostgresConnection {
  /// Widens rows of the table `series`, or adds them, in the order of its key, so that two writers
  /// cannot deadlock.
  ///
  /// A reading from a wrong clock may be of a day to come. `last_day` is the current day at most, with an
  /// hour's tolerance by the database's clock, or such a reading would hide all that follow it.
  ///
  /// - Parameter rows: By the database's ids.
  /// - Returns: The end of the last day that could be written, nil without rows.
  borrowing func widenSeries(
    _ rows: [(machine: Int32, type: Int16, extent: SeriesTracker.Extent)]
  ) throws(PostgresError) -> Timestamp? {
    guard !rows.isEmpty else { return nil }
    func list(_ value: ((machine: Int32, type: Int16, extent: SeriesTracker.Extent)) -> String)
      -> String
    { "{\(rows.map(value).joined(separator: ","))}" }
    let parameters = Parameters(
      list { "\($0.machine)" }, list { "\($0.type)" }, list { "\($0.extent.first)" },
      list { Partitions.label(Partitions.day(of: $0.extent.end) - 1) })
    let result = try execute(
      """
      WITH bound AS (
        SELECT ((statement_timestamp() + interval '1 hour') AT TIME ZONE 'UTC')::date AS day
      ), written AS (
        INSERT INTO series (machine_id, type_id, first_time, last_day)
        SELECT machine_id, type_id, first_time, least(last_day, bound.day)
        FROM bound, unnest(
          $1::text::integer[], $2::text::smallint[], $3::text::timestamptz[], $4::text::date[]
        ) AS seen (machine_id, type_id, first_time, last_day)
        ORDER BY machine_id, type_id
        ON CONFLICT (machine_id, type_id) DO UPDATE SET
          first_time = least(series.first_time, excluded.first_time),
          last_day = greatest(series.last_day, excluded.last_day)
        WHERE excluded.first_time < series.first_time OR excluded.last_day > series.last_day
      )
      SELECT (extract(epoch FROM (day + 1)::timestamp AT TIME ZONE 'UTC') * 1000000)::bigint FROM bound
      """, parameters)
    return Timestamp(microseconds: result.integer(0, 0))
  }
}
