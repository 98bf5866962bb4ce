internal import Postgres
internal import Signals
internal import Time

extension Connection {
  /// How far a producer's batches are stored; nil when the database does not know it.
  ///
  /// - Parameter producer: A UUID.
  /// - Throws: ``PostgresError``, also for what no producer has written.
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
        the database's ingest_watermarks has \(watermark.sequence) up to \(watermark.through) for the \
        producer \(producer); accepted is a sequence from 0 to \(Watermark.sequences.upperBound), and \
        the time of its batch
        """
      throw PostgresError(message: finding, action: "reading the watermark", shown: finding)
    }
    return watermark
  }

  /// How many of a producer's readings are in the table `dead_letters`.
  borrowing func deadLetters(of producer: String) throws(PostgresError) -> Int {
    let row = try execute(
      "SELECT count(*) FROM dead_letters WHERE producer = $1::text::uuid", Parameters(producer))
    return Int(row.integer(0, 0))
  }
}
