internal import CPostgres
internal import EventLoop

extension PostgresConnection {
  /// Executes a statement and waits for its result.
  ///
  /// - Throws: ``PostgresError``; when it says that the session is lost, the connection is unusable.
  @discardableResult
  public func execute(_ sql: String, _ parameters: Parameters = Parameters())
    throws(PostgresError) -> QueryResult
  {
    let action = "executing \(sql.prefix(60))"
    let sent = parameters.withArrays { count, types, values, lengths, formats in
      PQsendQueryParams(handle, sql, count, types, values, lengths, formats, 1)
    }
    guard sent == 1 else { throw failure(action) }
    return try awaitResult(action)
  }

  /// Executes several statements; any rows are discarded.
  ///
  /// The server runs them as one transaction unless they contain transaction commands.
  public func executeScript(_ sql: String) throws(PostgresError) {
    let action = "executing \(sql.prefix(60))"
    guard PQsendQuery(handle, sql) == 1 else { throw failure(action) }
    _ = try awaitResult(action)
  }

  /// Prepares a statement.
  public func prepare(_ statement: PreparedStatement) throws(PostgresError) {
    let action = "preparing \(statement.name)"
    guard PQsendPrepare(handle, statement.name, statement.sql, 0, nil) == 1 else {
      throw failure(action)
    }
    _ = try awaitResult(action)
  }

  /// Runs `body` in a transaction, which is rolled back when it throws.
  ///
  /// - Throws: The error of `body`, or a ``PostgresError`` of COMMIT. If the session was lost during
  ///   COMMIT, the outcome is unknown.
  public borrowing func transaction(
    _ body: (borrowing PostgresConnection) throws(PostgresError) -> Void
  ) throws(PostgresError) {
    try execute("BEGIN")
    do {
      try body(self)
    } catch {
      // The first error is the one to report; if this fails too, the session is lost and the server
      // rolls back.
      if !error.sessionIsLost { _ = try? execute("ROLLBACK") }
      throw error
    }
    try execute("COMMIT")
  }

  /// Loads rows with `COPY … FROM STDIN (FORMAT binary)`, waiting as long as the server keeps reading.
  ///
  /// - Parameters:
  ///   - sql: The COPY statement.
  ///   - rows: The complete data.
  ///   - meanwhile: Called repeatedly while the server is busy, for a little other work at no cost.
  /// - Returns: The number of rows loaded.
  @discardableResult
  public func copy(_ sql: String, _ rows: BinaryCopy, meanwhile: () -> Void = {})
    throws(PostgresError) -> Int
  {
    try rows.withBytes { bytes throws(PostgresError) in try copy(sql, bytes, meanwhile) }
  }

  private func copy(_ sql: String, _ data: UnsafeRawBufferPointer, _ meanwhile: () -> Void)
    throws(PostgresError) -> Int
  {
    let action = "executing \(sql.prefix(60))"
    let deadline = timeouts.deadline
    guard PQsendQuery(handle, sql) == 1 else { throw failure(action) }
    try flushAll(until: deadline, action)
    try waitUntilNotBusy(until: deadline, action)
    guard let answer = PQgetResult(handle) else { throw failure(action) }
    let first = QueryResult(taking: answer)
    guard first.status == PGRES_COPY_IN else {
      let error = first.error(during: action)
      try drain(until: deadline, action)
      throw error ?? PostgresError(message: "not a COPY FROM STDIN", action: action)
    }
    try put(data, meanwhile, action)
    while true {
      switch PQputCopyEnd(handle, nil) {
      case 1:
        try flushAll(until: timeouts.deadline, action)
        return try awaitResult(action).affectedRows
      case 0: try flushAll(until: timeouts.deadline, action)
      default: throw failure(action)
      }
    }
  }

  /// Waits until another descriptor is readable; notices when the idle session is lost.
  ///
  /// - Returns: Whether it is readable; false on timeout.
  /// - Throws: ``PostgresError`` when the session is lost.
  public func waitWhileIdle(for other: Int32, atMost duration: Duration) throws(PostgresError)
    -> Bool
  {
    let action = "waiting between statements"
    let deadline = ContinuousClock.now + duration
    while true {
      let readiness: Readiness
      do {
        readiness = try Readiness.wait(
          for: descriptor, .readable, until: deadline, interrupt: other)
      } catch {
        throw PostgresError(message: "\(error)", action: action, sessionIsLost: true)
      }
      switch readiness {
      case .interrupted: return true
      case .ready: if let loss = loss() { throw loss }
      case .timedOut: return false
      }
    }
  }

  /// Each chunk has its own timeout: on a slow connection the whole takes long.
  private func put(
    _ data: UnsafeRawBufferPointer, _ meanwhile: () -> Void, _ action: String
  ) throws(PostgresError) {
    let piece = 1 << 16
    var offset = 0
    while offset < data.count {
      let count = min(piece, data.count - offset)
      let start = (data.baseAddress! + offset).assumingMemoryBound(to: CChar.self)
      switch PQputCopyData(handle, start, Int32(count)) {
      case 1:
        offset += count
        // libpq would buffer everything; a slow server must apply back pressure.
        try flushAll(until: timeouts.deadline, action)
        meanwhile()
      case 0: try flushAll(until: timeouts.deadline, action)
      default: throw failure(action)
      }
    }
  }

  /// Waits for the result of the statement just sent.
  func awaitResult(_ action: String, until deadline: ContinuousClock.Instant? = nil)
    throws(PostgresError) -> QueryResult
  {
    let deadline = deadline ?? timeouts.deadline
    try flushAll(until: deadline, action)
    try waitUntilNotBusy(until: deadline, action)
    guard let handleOfResult = PQgetResult(handle) else { throw failure(action) }
    let result = QueryResult(taking: handleOfResult)
    let failed = result.error(during: action)
    try drain(until: deadline, action, ignoringErrors: failed != nil)
    if let failed { throw failed }
    return result
  }

  /// Discards results after the relevant one, up to the end of the statement.
  private func drain(
    until deadline: ContinuousClock.Instant, _ action: String, ignoringErrors: Bool = false
  ) throws(PostgresError) {
    var first: PostgresError?
    while true {
      try waitUntilNotBusy(until: deadline, action)
      guard let next = PQgetResult(handle) else { break }
      let result = QueryResult(taking: next)
      if result.status == PGRES_COPY_IN { PQputCopyEnd(handle, "not expected") }
      first = first ?? result.error(during: action)
    }
    if let first, !ignoringErrors { throw first }
  }

  private func flushAll(until deadline: ContinuousClock.Instant, _ action: String)
    throws(PostgresError)
  {
    while true {
      switch PQflush(handle) {
      case 0: return
      case 1:
        // The server may be waiting for us to read before it continues.
        try PostgresConnection.wait(
          descriptor, [.readable, .writable], until: deadline, timeouts.interrupt, action)
        guard PQconsumeInput(handle) == 1 else { throw failure(action) }
      default: throw failure(action)
      }
    }
  }

  private func waitUntilNotBusy(until deadline: ContinuousClock.Instant, _ action: String)
    throws(PostgresError)
  {
    while PQisBusy(handle) == 1 {
      try PostgresConnection.wait(
        descriptor, .readable, until: deadline, timeouts.interrupt, action)
      // A broken connection is reported by the next result, with the server's last message.
      _ = PQconsumeInput(handle)
    }
  }
}
