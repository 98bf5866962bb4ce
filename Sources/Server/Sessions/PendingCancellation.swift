internal import Postgres
internal import Synchronization

/// The cancellation of a session's query, in progress on another thread.
///
/// The session runs no other query until it is done, because a late cancellation would hit that one.
final class PendingCancellation: Sendable {
  private let cancellation: Cancellation
  private let isFinished = Atomic(false)

  init(_ cancellation: consuming Cancellation) { self.cancellation = cancellation }

  var isDone: Bool { isFinished.load(ordering: .acquiring) }

  /// Sends the cancellation and waits for the server to acknowledge it.
  func perform() throws(PostgresError) {
    defer { isFinished.store(true, ordering: .releasing) }
    try cancellation.cancel()
  }
}
