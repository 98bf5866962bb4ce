internal import CPostgres
internal import EventLoop

extension Connection {
  /// Runs one statement and waits for its result.
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

  /// Runs a text of several statements; rows, if any, are dropped.
  ///
  /// The server takes it as one transaction unless it says otherwise itself.
  public func executeScript(_ sql: String) throws(PostgresError) {
    let action = "executing \(sql.prefix(60))"
    guard PQsendQuery(handle, sql) == 1 else { throw failure(action) }
    _ = try awaitResult(action)
  }

  /// Prepares a statement and waits until the server has it.
  public func prepare(_ statement: PreparedStatement) throws(PostgresError) {
    let action = "preparing \(statement.name)"
    guard PQsendPrepare(handle, statement.name, statement.sql, 0, nil) == 1 else {
      throw failure(action)
    }
    _ = try awaitResult(action)
  }

  /// Runs `body` between BEGIN and COMMIT; rolls back when it throws.
  ///
  /// - Throws: What `body` throws; or a ``PostgresError`` of COMMIT. One that says that the session
  ///   is lost leaves open whether the commit happened.
  public borrowing func transaction(
    _ body: (borrowing Connection) throws(PostgresError) -> Void
  ) throws(PostgresError) {
    try execute("BEGIN")
    do {
      try body(self)
    } catch {
      // The first error counts; if this fails too the session is lost and the server rolls back.
      if !error.sessionIsLost { _ = try? execute("ROLLBACK") }
      throw error
    }
    try execute("COMMIT")
  }

  /// Sends rows into a table by `COPY … FROM STDIN (FORMAT binary)` and waits until it has them, for as
  /// long as the server goes on taking them.
  ///
  /// - Parameters:
  ///   - sql: The whole COPY statement.
  ///   - rows: Finished rows.
  ///   - meanwhile: Called again and again while the server is at work on what it has; a little other
  ///     work, which then costs no time.
  /// - Returns: How many rows the server took.
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
    let deadline = patience.deadline
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
        try flushAll(until: patience.deadline, action)
        return try awaitResult(action).affectedRows
      case 0: try flushAll(until: patience.deadline, action)
      default: throw failure(action)
      }
    }
  }

  /// Waits until another descriptor is readable; notices when the idle session ends.
  ///
  /// - Returns: Whether it is readable; else the time is over.
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

  /// Each piece is given its own time: over a slow line all of them take long.
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
        // libpq would buffer all of it: a slow server is to slow us down instead.
        try flushAll(until: patience.deadline, action)
        meanwhile()
      case 0: try flushAll(until: patience.deadline, action)
      default: throw failure(action)
      }
    }
  }

  /// Waits for the one result of the statement that was just sent.
  func awaitResult(_ action: String, until deadline: ContinuousClock.Instant? = nil)
    throws(PostgresError) -> QueryResult
  {
    let deadline = deadline ?? patience.deadline
    try flushAll(until: deadline, action)
    try waitUntilNotBusy(until: deadline, action)
    guard let handleOfResult = PQgetResult(handle) else { throw failure(action) }
    let result = QueryResult(taking: handleOfResult)
    let failed = result.error(during: action)
    try drain(until: deadline, action, ignoringErrors: failed != nil)
    if let failed { throw failed }
    return result
  }

  /// Takes what follows the result that counts, up to the end of the statement.
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
        // The server may be waiting for us to read before it reads on.
        try Connection.wait(
          descriptor, [.readable, .writable], until: deadline, patience.interrupt, action)
        guard PQconsumeInput(handle) == 1 else { throw failure(action) }
      default: throw failure(action)
      }
    }
  }

  private func waitUntilNotBusy(until deadline: ContinuousClock.Instant, _ action: String)
    throws(PostgresError)
  {
    while PQisBusy(handle) == 1 {
      try Connection.wait(descriptor, .readable, until: deadline, patience.interrupt, action)
      // A broken connection is told by the result that comes next, with the server's last words.
      _ = PQconsumeInput(handle)
    }
  }
}
