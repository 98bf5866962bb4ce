internal import Postgres
internal import Signals
internal import Time

extension PostgresConnection {
  /// How far a producer's batches are stored; nil for an unknown producer.
  ///
  /// - Parameter producer: A UUID.
  /// - Throws: ``PostgresError``, also for values that no producer can have written.
  borrowing func watermark(of producer: String) throws(PostgresError) -> Watermark? {
    let row = try execute(
      """
      SELECT sequence, through FROM ingest_watermarks
      WHERE producer = $1::text::uuid AND stream = 0
      """, Parameters(producer))
    guard row.rowCount == 1 else { return nil }
    let watermark = Watermark(
      sequence: row.integer(0, 0), through: Timestamp(microseconds: row.microseconds(0, 1)))
    guard watermark.isPlausible else {
      let finding = """
        ingest_watermarks has \(watermark.sequence) up to \(watermark.through) for producer \
        \(producer); expected a sequence from 0 to \(Watermark.sequences.upperBound) and the end of \
        its batch
        """
      throw PostgresError(message: finding, action: "reading the watermark", shown: finding)
    }
    return watermark
  }

  /// The number of a producer's readings in `dead_letters`.
  borrowing func deadLetters(of producer: String) throws(PostgresError) -> Int {
    let row = try execute(
      "SELECT count(*) FROM dead_letters WHERE producer = $1::text::uuid", Parameters(producer))
    return Int(row.integer(0, 0))
  }
}
