internal import EventLoop
internal import Postgres
internal import SystemPackage

/// A database session in a lane: idle, or running one query.
final class DatabaseSession {
  typealias SentQuery = Coalescer<QuerySpec, QueryPool.Waiter, ContinuousClock.Instant>.SentQuery

  /// The outcome of advancing a session.
  enum Outcome: ~Copyable {
    case nothing
    case answered(Work, Result<QueryResult, PostgresError>)
    /// The session ended while idle.
    case lost(PostgresError)
  }

  /// A query in progress.
  struct Work {
    let query: SentQuery
    /// The lower time bound; nil for none.
    let lookBack: Int64?
    let began: ContinuousClock.Instant
    fileprivate var isSent: Bool
    /// Time from sending to result.
    fileprivate(set) var took = Duration.zero
  }

  let token: UInt64
  /// The server of the session.
  let origin: PrimaryWatch.Origin
  private var connection: PostgresConnection
  private let poller: Poller
  /// The query in progress; nil when idle.
  private(set) var work: Work?
  private var pendingCancellation: PendingCancellation?

  init(_ opened: consuming OpenedSession, token: UInt64, poller: Poller) throws(Errno) {
    origin = opened.origin
    connection = opened.connection
    self.token = token
    self.poller = poller
    try poller.add(self.connection.descriptor, .readable, token: token)
  }

  deinit { poller.remove(connection.descriptor) }

  /// Whether it can run a query.
  var isIdle: Bool { work == nil && pendingCancellation == nil }

  /// - Parameter lookBack: The lower time bound in microseconds since 1970; nil for none.
  func send(_ query: SentQuery, since lookBack: Int64?, at now: ContinuousClock.Instant)
    throws(PostgresError)
  {
    var parameters = query.key.parameters
    if query.key.lookBack != nil { parameters.append(microseconds: lookBack ?? .min) }
    let isSent = try connection.send(query.key.statement, parameters)
    work = Work(query: query, lookBack: lookBack, began: now, isSent: isSent)
    if !isSent { watch([.readable, .writable]) }
  }

  /// The cancellation of the query in progress; nil when already requested.
  func cancel() throws(PostgresError) -> PendingCancellation? {
    guard work != nil, pendingCancellation == nil else { return nil }
    let pending = PendingCancellation(try connection.cancellation())
    pendingCancellation = pending
    return pending
  }

  /// Clears a finished cancellation.
  func settleCancellation() {
    if pendingCancellation?.isDone == true { pendingCancellation = nil }
  }

  /// Advances as far as the descriptor's readiness allows.
  func advance() -> Outcome {
    guard let current = work else { return connection.loss().map { .lost($0) } ?? .nothing }
    if !current.isSent {
      do throws(PostgresError) {
        guard try connection.flush() else { return .nothing }
        work?.isSent = true
        watch(.readable)
      } catch {
        return finish(current, .failure(error))
      }
    }
    switch connection.receive() {
    case .pending: return .nothing
    case .finished(let result): return finish(current, result)
    }
  }

  private func finish(_ work: Work, _ result: consuming Result<QueryResult, PostgresError>)
    -> Outcome
  {
    self.work = nil
    var work = work
    work.took = .now - work.began
    return .answered(work, result)
  }

  private func watch(_ interest: Poller.Interest) {
    // Cannot fail for a registered descriptor.
    try? poller.modify(connection.descriptor, interest, token: token)
  }
}
