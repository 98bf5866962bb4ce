internal import Postgres
internal import Time

extension PostgresConnection {
  /// Widens rows of the table `series`, or makes them: in the order of its key, so that two writers
  /// cannot wait for each other.
  ///
  /// - Parameter rows: By the database's ids.
  borrowing func widenSeries(
    _ rows: [(machine: Int32, type: Int16, extent: SeriesTracker.Extent)]
  ) throws(PostgresError) {
    guard !rows.isEmpty else { return }
    func list(_ value: ((machine: Int32, type: Int16, extent: SeriesTracker.Extent)) -> String)
      -> String
    { "{\(rows.map(value).joined(separator: ","))}" }
    let parameters = Parameters(
      list { "\($0.machine)" }, list { "\($0.type)" }, list { "\($0.extent.first)" },
      list { Partitions.label(Partitions.day(of: $0.extent.end) - 1) })
    try execute(
      """
      INSERT INTO series (machine_id, type_id, first_time, last_day)
      SELECT * FROM unnest(
        $1::text::integer[], $2::text::smallint[], $3::text::timestamptz[], $4::text::date[]
      ) AS seen (machine_id, type_id, first_time, last_day)
      ORDER BY machine_id, type_id
      ON CONFLICT (machine_id, type_id) DO UPDATE SET
        first_time = least(series.first_time, excluded.first_time),
        last_day = greatest(series.last_day, excluded.last_day)
      WHERE excluded.first_time < series.first_time OR excluded.last_day > series.last_day
      """, parameters)
  }
}
