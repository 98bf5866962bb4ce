internal import CPostgres

/// A statement that the server parses and plans once per session.
public struct PreparedStatement: Sendable, Hashable {
  /// The name in the session and in logs.
  public let name: String
  public let sql: String

  public init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }
}

/// Non-blocking operations, for an event loop.
extension PostgresConnection {
  /// The result of ``receive()``.
  public enum Received: ~Copyable {
    /// The server is still working: wait until the descriptor is readable.
    case pending
    /// The statement's result or error. The session is free for the next statement, unless the error
    /// says that it is lost.
    case finished(Result<QueryResult, PostgresError>)
  }

  /// Sends a prepared statement.
  ///
  /// No other statement can be sent until ``receive()`` has returned its result.
  /// - Returns: Whether everything was sent; if not, call ``flush()`` when the descriptor is writable.
  public func send(_ statement: PreparedStatement, _ parameters: borrowing Parameters)
    throws(PostgresError) -> Bool
  {
    let sent = parameters.withArrays { count, _, values, lengths, formats in
      PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1)
    }
    guard sent == 1 else { throw failure("sending \(statement.name)") }
    return try flush()
  }

  /// Sends buffered data; returns whether none is left.
  public func flush() throws(PostgresError) -> Bool {
    switch PQflush(handle) {
    case 0: return true
    case 1: return false
    default: throw failure("sending a query")
    }
  }

  /// Reads what has arrived, and returns the statement's result once it is complete.
  public mutating func receive() -> Received {
    let action = "waiting for a result"
    _ = PQconsumeInput(handle)
    // Checked before each result: PQgetResult blocks when more is to come, and a statement may end well
    // after its result.
    while PQisBusy(handle) == 0 {
      if let next = PQgetResult(handle) {
        if received == nil { received = QueryResult(taking: next) } else { PQclear(next) }
        continue
      }
      guard let result = received.take() else { return .finished(.failure(failure(action))) }
      if let error = result.error(during: action) { return .finished(.failure(error)) }
      return .finished(.success(result))
    }
    return PQstatus(handle) == CONNECTION_BAD ? .finished(.failure(failure(action))) : .pending
  }

  /// Why an idle session whose descriptor became readable was lost; nil when it is intact.
  public func loss() -> PostgresError? {
    if PQconsumeInput(handle) == 1, PQstatus(handle) == CONNECTION_OK { return nil }
    return failure("waiting between statements")
  }
}
