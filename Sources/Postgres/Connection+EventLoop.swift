internal import CPostgres

/// A statement that the server parses and plans once a session.
public struct PreparedStatement: Sendable, Hashable {
  /// Its name in the session; also its name in logs.
  public let name: String
  public let sql: String

  public init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }
}

/// For an event loop: nothing here waits.
extension Connection {
  /// What ``receive()`` has found.
  public enum Answer: ~Copyable {
    /// The server is not done yet: wait until the descriptor is readable.
    case pending
    /// The statement's result, or why it failed. The session can send the next one, unless the
    /// error says that it is lost.
    case finished(Result<QueryResult, PostgresError>)
  }

  /// Sends a prepared statement with its parameters.
  ///
  /// Its answer comes by ``receive()``; until then no other statement can be sent.
  /// - Returns: Whether all of it is on its way; if not, ``flush()`` when the descriptor is writable.
  public func send(_ statement: PreparedStatement, _ parameters: borrowing Parameters)
    throws(PostgresError) -> Bool
  {
    let sent = parameters.withArrays { count, _, values, lengths, formats in
      PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1)
    }
    guard sent == 1 else { throw failure("sending \(statement.name)") }
    return try flush()
  }

  /// Sends what could not be sent at once; whether nothing is left.
  public func flush() throws(PostgresError) -> Bool {
    switch PQflush(handle) {
    case 0: return true
    case 1: return false
    default: throw failure("sending a query")
    }
  }

  /// Takes what the server has sent and gives the statement's result once all of it has come.
  public mutating func receive() -> Answer {
    let action = "waiting for a result"
    _ = PQconsumeInput(handle)
    // Asked before each result: PQgetResult waits when there is more to come, and the end of a
    // statement may come well after its result.
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

  /// Why an idle session whose descriptor became readable has ended; nil while it lives.
  public func loss() -> PostgresError? {
    if PQconsumeInput(handle) == 1, PQstatus(handle) == CONNECTION_OK { return nil }
    return failure("waiting between statements")
  }
}
