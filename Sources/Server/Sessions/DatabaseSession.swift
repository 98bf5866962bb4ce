internal import EventLoop
internal import Postgres
internal import SystemPackage

/// A session with the database in a lane: idle, or at work for one question.
final class DatabaseSession {
  typealias Asked = Coalescer<Question, QueryPool.Waiter, ContinuousClock.Instant>.Question

  /// What a session has to tell.
  enum Outcome: ~Copyable {
    case nothing
    case answered(Work, Result<QueryResult, PostgresError>)
    /// The session has ended while it was idle.
    case lost(PostgresError)
  }

  /// A question, and what is known of its answer's way.
  struct Work {
    let question: Asked
    /// From when on the database looks; nil is everywhere.
    let lookBack: Int64?
    let began: ContinuousClock.Instant
    fileprivate var isSent: Bool
    /// From its sending to its answer.
    fileprivate(set) var took = Duration.zero
  }

  let token: UInt64
  /// The server that it was opened to.
  let origin: PrimaryWatch.Origin
  private var connection: Connection
  private let poller: Poller
  /// What it works on; nil when nothing was asked.
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

  /// Whether it can take a question.
  var isIdle: Bool { work == nil && pendingCancellation == nil }

  /// - Parameter lookBack: From when on the database is to look, in microseconds; nil looks everywhere.
  func send(_ question: Asked, since lookBack: Int64?, at now: ContinuousClock.Instant)
    throws(PostgresError)
  {
    var parameters = question.key.parameters
    if question.key.lookBack != nil { parameters.append(microseconds: lookBack ?? .min) }
    let isSent = try connection.send(question.key.statement, parameters)
    work = Work(question: question, lookBack: lookBack, began: now, isSent: isSent)
    if !isSent { watch([.readable, .writable]) }
  }

  /// What cancels the question that it works on; nil when it is being cancelled already.
  func cancel() throws(PostgresError) -> PendingCancellation? {
    guard work != nil, pendingCancellation == nil else { return nil }
    let pending = PendingCancellation(try connection.cancellation())
    pendingCancellation = pending
    return pending
  }

  /// Notices that a cancellation is done.
  func settleCancellation() {
    if pendingCancellation?.isDone == true { pendingCancellation = nil }
  }

  /// Performs what the readiness of its descriptor allows.
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
    // Of a descriptor that is registered already this cannot fail.
    try? poller.modify(connection.descriptor, interest, token: token)
  }
}
