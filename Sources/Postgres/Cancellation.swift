internal import CPostgres

/// Cancels a session's current statement from another thread. The corresponding C type is `PGcancel`.
// Immutable once created; PQcancel may be called from any thread.
public struct Cancellation: ~Copyable, @unchecked Sendable {
  private let handle: OpaquePointer

  init?(of connection: OpaquePointer) {
    guard let handle = PQgetCancel(connection) else { return nil }
    self.handle = handle
  }

  deinit { PQfreeCancel(handle) }

  /// Asks the server to cancel. Waits for a connection of its own, so it must not be called in a lane.
  ///
  /// The statement then fails with ``SQLState/queryCanceled``, unless it has already completed.
  public func cancel() throws(PostgresError) {
    var message = [CChar](repeating: 0, count: 256)
    guard PQcancel(handle, &message, Int32(message.count)) == 1 else {
      throw PostgresError(message: oneLine(message), action: "cancelling a query")
    }
  }
}

extension PostgresConnection {
  /// A handle for cancelling this session's statements.
  public func cancellation() throws(PostgresError) -> Cancellation {
    guard let cancellation = Cancellation(of: handle) else {
      throw failure("preparing to cancel")
    }
    return cancellation
  }
}
