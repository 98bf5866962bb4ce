public import Postgres
public import Signals
public import Time

/// Writes a producer's batches to the database, each exactly once.
///
/// Batches and the producer's watermark are stored in one transaction. If the result of a commit is
/// lost, the watermark shows after reconnecting whether it happened.
public struct ReadingWriter: ~Copyable {
  let connection: PostgresConnection
  /// A UUID.
  private let producer: String
  private var partitions = Partitions()
  private var series: SeriesTracker
  /// Database ids by the producer's type numbers.
  private let typeIDs: [Int16]
  private var machineIDs: [Int32] = []
  private let machineName: @Sendable (Int32) -> String
  private var copy = BinaryCopy()

  /// - Parameters:
  ///   - producer: The producer's UUID.
  ///   - types: The type names, in the order of the producer's type numbers.
  ///   - machineName: The name for a machine number; machines are registered when first written.
  /// - Throws: ``PostgresError``, also when a type does not exist in the database.
  public init(
    _ connection: consuming PostgresConnection, producer: String, types: [String],
    machineName: @escaping @Sendable (Int32) -> String
  ) throws(PostgresError) {
    try connection.prepareForWriting()
    let typeIDs = try connection.typeIDs(types)
    try connection.execute(
      """
      INSERT INTO ingest_watermarks (producer, sequence, through)
      VALUES ($1::text::uuid, 0, '-infinity') ON CONFLICT (producer, stream) DO NOTHING
      """, Parameters(producer))
    self.connection = connection
    self.typeIDs = typeIDs
    series = SeriesTracker(typeCount: types.count)
    self.producer = producer
    self.machineName = machineName
  }

  /// How far this producer's batches are stored; sequence 0 when there are none.
  public func watermark() throws(PostgresError) -> Watermark {
    guard let watermark = try connection.watermark(of: producer) else {
      throw PostgresError(
        message: "ingest_watermarks has no row for \(producer)", action: "reading the watermark")
    }
    return watermark
  }

  /// The database's clock.
  public func time() throws(PostgresError) -> Timestamp {
    let row = try connection.execute("SELECT clock_timestamp()")
    return Timestamp(microseconds: row.microseconds(0, 0))
  }

  /// The number of this producer's readings in `dead_letters`.
  public func deadLetters() throws(PostgresError) -> Int {
    try connection.deadLetters(of: producer)
  }

  /// Stores consecutive batches and advances the watermark to the last, all or nothing.
  ///
  /// - Parameters:
  ///   - sequence: The expected watermark.
  ///   - meanwhile: Called repeatedly while the database is busy.
  /// - Returns: Whether the watermark was as expected. If not, nothing is stored: read the watermark
  ///   again.
  /// - Throws: ``PostgresError``. If the session was lost, it is unknown whether the batches are
  ///   stored.
  public mutating func write(
    _ batches: [Batch], after sequence: Int64, meanwhile: () -> Void = {}
  ) throws(PostgresError) -> Bool {
    guard let last = batches.last else { return true }
    try prepare(batches)
    copy.reset()
    var changes: SeriesTracker.Changes = [:]
    for batch in batches {
      series.note(batch.rows[...], in: &changes)
      copy.append(rows: batch.rows) { [machineIDs, typeIDs] in
        ReadingRows.identify($0, machines: machineIDs, types: typeIDs)
      }
    }
    copy.finish()
    var isExpected = false
    var end: Timestamp?
    try connection.transaction { [changes] session throws(PostgresError) in
      isExpected = try move(session, from: sequence, to: last)
      if isExpected {
        let count = batches.reduce(0) { $0 + $1.count }
        try send(copy, of: count, session, meanwhile: meanwhile)
        end = try session.widenSeries(rows(changes))
      }
    }
    if isExpected { series.settle(changes, through: end) }
    return isExpected
  }

  /// Stores a batch that the database rejects as a whole, isolating the rejected readings, which go to
  /// `dead_letters`.
  ///
  /// - Returns: The number of rejected readings; nil when the watermark was not as expected.
  public mutating func isolateRejects(_ batch: Batch, after sequence: Int64) throws(PostgresError)
    -> Int?
  {
    try registerMachines([batch])
    var refusal: PostgresError?
    do {
      try partitions.ensure([batch], connection)
    } catch {
      guard error.isOfContent else { throw error }
      refusal = error
    }
    var refused: Int?
    var changes: SeriesTracker.Changes = [:]
    var end: Timestamp?
    try connection.transaction { [refusal] session throws(PostgresError) in
      // Deferred constraints would fail the whole transaction at its end, again and again.
      try session.execute("SET CONSTRAINTS ALL IMMEDIATE")
      guard try move(session, from: sequence, to: batch) else { return }
      refused =
        if let refusal {
          try deadLetter(batch, 0..<batch.count, refusal, session)
        } else {
          try store(batch, 0..<batch.count, session, &changes)
        }
      end = try session.widenSeries(rows(changes))
    }
    series.settle(changes, through: end)
    return refused
  }

  /// Waits until `descriptor` is readable; notices when the session is lost.
  ///
  /// - Returns: Whether it is readable; false on timeout.
  /// - Throws: ``PostgresError`` when the session is lost.
  public func wait(for descriptor: Int32, atMost duration: Duration) throws(PostgresError) -> Bool {
    try connection.waitWhileIdle(for: descriptor, atMost: duration)
  }

  private static let copyStatement =
    "COPY machine_signals (\(ReadingRows.columns)) FROM STDIN (FORMAT binary)"

  /// Creates what the batches' rows refer to.
  private mutating func prepare(_ batches: [Batch]) throws(PostgresError) {
    try partitions.ensure(batches, connection)
    try registerMachines(batches)
  }

  private mutating func registerMachines(_ batches: [Batch]) throws(PostgresError) {
    let last = batches.reduce(0) { max($0, ReadingRows.lastMachine($1.rows)) }
    if machineIDs.count <= last {
      let names = (Int32(machineIDs.count)...last).map(machineName)
      machineIDs += try connection.registerMachines(names)
    }
  }

  /// Rows for the table `series`.
  private func rows(_ changes: SeriesTracker.Changes)
    -> [(machine: Int32, type: Int16, extent: SeriesTracker.Extent)]
  {
    changes.map { (machineIDs[Int($0.machine)], typeIDs[Int($0.type)], $1) }
  }

  /// Advances the watermark. This comes first in a transaction, so that a concurrent session of the
  /// same producer waits and then finds a different watermark.
  private borrowing func move(
    _ session: borrowing PostgresConnection, from sequence: Int64, to batch: Batch
  ) throws(PostgresError) -> Bool {
    var parameters = Parameters(producer)
    parameters.append(sequence)
    parameters.append(batch.sequence)
    parameters.append(microseconds: batch.through.microseconds)
    let moved = try session.execute(
      """
      UPDATE ingest_watermarks SET sequence = $3, through = $4, updated_at = now()
      WHERE producer = $1::text::uuid AND stream = 0 AND sequence = $2
      """, parameters)
    return moved.affectedRows == 1
  }

  /// Adds rows within a transaction.
  ///
  /// - Throws: ``PostgresError``, also when the server accepted them without keeping all: a trigger may
  ///   drop rows silently.
  private borrowing func send(
    _ copy: BinaryCopy, of count: Int, _ session: borrowing PostgresConnection,
    meanwhile: () -> Void = {}
  ) throws(PostgresError) {
    let kept = try session.copy(ReadingWriter.copyStatement, copy, meanwhile: meanwhile)
    guard kept != count else { return }
    let finding = "the database dropped \(count - kept) of \(count) readings"
    throw PostgresError(
      message: "\(finding); is there a trigger or a rule on machine_signals?",
      action: "storing readings", shown: finding)
  }

  /// Stores some readings of a batch within a transaction, bisecting until the rejected ones are
  /// isolated.
  private func store(
    _ batch: Batch, _ places: Range<Int>, _ session: borrowing PostgresConnection,
    _ changes: inout SeriesTracker.Changes
  ) throws(PostgresError) -> Int {
    let size = ReadingRows.size
    let rows = batch.rows[places.lowerBound * size..<places.upperBound * size]
    var copy = BinaryCopy()
    copy.append(rows: rows) { ReadingRows.identify($0, machines: machineIDs, types: typeIDs) }
    copy.finish()
    try session.execute("SAVEPOINT part")
    do {
      try send(copy, of: places.count, session)
      try session.execute("RELEASE part")
      series.note(rows, in: &changes)
      return 0
    } catch {
      guard error.isOfContent else { throw error }
      try session.execute("ROLLBACK TO part")
      try session.execute("RELEASE part")
      guard places.count > 1 else { return try deadLetter(batch, places, error, session) }
      let middle = places.lowerBound + places.count / 2
      return try store(batch, places.lowerBound..<middle, session, &changes)
        + store(batch, middle..<places.upperBound, session, &changes)
    }
  }

  /// Stores some readings of a batch in `dead_letters`; returns their number.
  private func deadLetter(
    _ batch: Batch, _ places: Range<Int>, _ error: PostgresError,
    _ session: borrowing PostgresConnection
  ) throws(PostgresError) -> Int {
    for place in places {
      let start = place * ReadingRows.size
      let reading = batch.rows[start..<start + ReadingRows.size].withUnsafeBytes {
        ReadingRows.reading($0)
      }
      try deadLetter(reading, batch.sequence, place, error, session)
    }
    return places.count
  }

  private func deadLetter(
    _ reading: Reading, _ sequence: Int64, _ place: Int, _ error: PostgresError,
    _ session: borrowing PostgresConnection
  ) throws(PostgresError) {
    var parameters = Parameters(producer)
    parameters.append(sequence)
    parameters.append(Int32(place))
    parameters.append(machineIDs[Int(reading.machine)])
    parameters.append(Int32(typeIDs[Int(reading.type)]))
    parameters.append(reading.value)
    parameters.append(microseconds: reading.time.microseconds)
    parameters.append(error.sqlState?.rawValue ?? "")
    parameters.append(error.message)
    try session.execute(
      """
      INSERT INTO dead_letters
        (producer, sequence, place, machine_id, type_id, value, time, sqlstate, reason)
      VALUES ($1::text::uuid, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT DO NOTHING -- It is there when the watermark was set back and the batch sent again.
      """, parameters)
  }
}

extension PostgresError {
  /// Whether a reading was rejected for its content, so that a retry cannot succeed.
  public var isOfContent: Bool {
    // A missing partition is also a check violation, but without a constraint name.
    if sqlState == .checkViolation, constraint == nil { return false }
    // Out of ids, whatever the reading.
    if sqlState == .sequenceLimitExceeded { return false }
    return sqlState?.classCode == "22" || sqlState?.classCode == "23"
  }
}
