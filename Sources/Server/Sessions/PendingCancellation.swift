internal import Postgres
internal import Synchronization

/// The cancelling of a session's query, under way on another thread.
///
/// The session takes no other query before it is done: a late cancellation would meet that one.
final class PendingCancellation: Sendable {
  private let cancellation: Cancellation
  private let isFinished = Atomic(false)

  init(_ cancellation: consuming Cancellation) { self.cancellation = cancellation }

  var isDone: Bool { isFinished.load(ordering: .acquiring) }

  /// Asks the server to cancel, and waits until it has taken note.
  func perform() throws(PostgresError) {
    defer { isFinished.store(true, ordering: .releasing) }
    try cancellation.cancel()
  }
}
