internal import EventLoop
internal import FastCGI
internal import Logging
internal import Postgres
internal import SystemPackage

/// The sessions of one workload in a lane, and the queries sent to them.
final class QueryPool {
  /// A call waiting for the database.
  struct Waiter {
    let pending: Lane.Pending
    let query: Query
    /// Whether its previous session was lost and not known to be terminated.
    var isSuspect = false

    /// Whether the rows are rendered the same for another.
    func shares(_ other: Waiter) -> Bool {
      guard let variant = query.variant else { return false }
      return query === other.query
        || pending.route != nil && pending.route === other.pending.route
          && variant == other.query.variant
    }
  }

  private typealias Queries = Coalescer<QuerySpec, Waiter, ContinuousClock.Instant>

  /// A server that has not cancelled a query this long after its deadline counts as unresponsive.
  private static let grace = Duration.seconds(1)

  let workload: Workload
  private let connector: Connector
  private let metrics: WorkloadMetrics
  private let firstToken: UInt64
  private unowned let lane: Lane
  private var queries: Queries
  private var lookBack = LookBackCache<QuerySpec>()
  private var slow = SlowQueryTracker<CostClass, ContinuousClock.Instant>()
  private var sessions: [DatabaseSession] = []
  private var sessionsOpened: UInt64 = 0
  /// Whether sessions opened on demand have not been needed yet.
  private var isUnopened: Bool
  /// The watch's generation at the last check of the sessions.
  private var checkedGeneration: Int?

  /// - Parameters:
  ///   - firstToken: The pool's first token in the lane's poller; session tokens follow it.
  ///   - capacity: The number of calls that may wait.
  init(
    _ workload: Workload, connector: Connector, metrics: WorkloadMetrics, lane: Lane,
    firstToken: UInt64, capacity: Int
  ) {
    self.workload = workload
    self.connector = connector
    self.metrics = metrics
    self.lane = lane
    self.firstToken = firstToken
    queries = Queries(capacity: capacity)
    isUnopened = workload.isOpenedOnDemand
  }

  var isEmpty: Bool { queries.isEmpty }

  // MARK: - Asking

  func add(_ waiter: Waiter) {
    if isUnopened {
      isUnopened = false
      connector.openAll()
    }
    // Worth waiting before the first session is open, while a lost one is being replaced, or while another
    // lane is being served.
    guard !sessions.isEmpty || !connector.isUnreachable else {
      return refuse(waiter, DatabaseFailure(connector.cause))
    }
    let spec = waiter.query.spec
    let timeout = min(spec.timeout ?? workload.timeout, workload.timeout)
    if !queries.add(waiter, for: spec, deadline: waiter.pending.since + timeout) {
      lane.metrics.shed.add()
      refuse(waiter, .overload)
    }
  }

  /// Sends queries while there are any and a session is idle; the last idle session is kept for fast ones.
  func ask() {
    guard !queries.isEmpty else { return }
    var idle = sessions.count(where: \.isIdle)
    for session in sessions where session.isIdle {
      let isLast = idle == 1 && sessions.count > 1
      idle -= 1
      let now = ContinuousClock.now
      let next = queries.next { !isLast || slow.mayUseLastSession($0.cost, at: now) }
      guard let query = next else { return }
      do throws(PostgresError) {
        try session.send(query, since: lookBack[query.key], at: now)
        metrics.queriesSent.add()
      } catch {
        lose(session, error)
        retryOrFail(query, error)
      }
    }
  }

  /// Removes a call whose client has disconnected; cancels a query without waiters.
  func remove(_ exchange: Responder.Exchange) {
    let abandoned = queries.remove { $0.pending.exchange == exchange }
    if let abandoned { cancel(abandoned) }
  }

  private func cancel(_ spec: QuerySpec) {
    guard let session = sessions.first(where: { $0.work?.query.key == spec }) else { return }
    do throws(PostgresError) {
      guard let cancellation = try session.cancel() else { return }
      metrics.cancelled.add()
      connector.perform(cancellation)
    } catch {
      lane.logger.warning("\(error.debugDescription)")
    }
  }

  // MARK: - Sessions

  /// Handles a wakeup by the connector.
  func wake() {
    for session in sessions { session.settleCancellation() }
    adoptSessions()
    dropSuperseded()
    failWaitingIfUnreachable()
  }

  private func adoptSessions() {
    while let opened = connector.take() {
      sessionsOpened += 1
      // Something may have changed since it was opened.
      checkedGeneration = nil
      do throws(Errno) {
        sessions.append(
          try DatabaseSession(opened, token: firstToken + sessionsOpened, poller: lane.poller))
      } catch {
        lane.logger.error("cannot poll a database session: \(error)")
        connector.replace()
      }
    }
  }

  /// Advances the session with this token as far as its descriptor allows.
  func advance(_ token: UInt64) {
    guard let session = sessions.first(where: { $0.token == token }) else { return }
    switch session.advance() {
    case .nothing:
      break
    case .lost(let error):
      lose(session, error)
    case .answered(let work, .success(let result)):
      metrics.queryDuration.observe(work.took)
      slow.record(work.query.key.cost, took: work.took, at: .now)
      answer(work, result)
    case .answered(let work, .failure(let error)):
      slow.record(work.query.key.cost, took: work.took, at: .now)
      if error.sessionIsLost {
        lose(session, error)
        retryOrFail(work.query, error)
      } else {
        fail(queries.finish(work.query), error)
      }
    }
  }

  /// Expires calls that have waited too long, and drops unresponsive sessions.
  func sweep(at now: ContinuousClock.Instant) {
    for (spec, waiter) in queries.expire(at: now) {
      metrics.expired.add()
      refuse(waiter, .late)
      if !queries.isAwaited(spec) { cancel(spec) }
    }
    for session in sessions { giveUpIfSilent(session, at: now) }
    metrics.waiting.set(queries.waiterCount)
    metrics.sessions.set(sessions.count)
    metrics.busySessions.set(sessions.count { !$0.isIdle })
  }

  /// Repeats a read-only query whose session was lost; the result is just as fresh. Only once when the query
  /// itself may have been the cause.
  private func retryOrFail(_ query: Queries.SentQuery, _ error: PostgresError) {
    let isInnocent = [.adminShutdown, .idleSessionTimeout].contains(error.sqlState)
    for var waiter in queries.finish(query) {
      if waiter.isSuspect && !isInnocent {
        fail([waiter], error)
      } else {
        waiter.isSuspect = waiter.isSuspect || !isInnocent
        add(waiter)
      }
    }
  }

  private func giveUpIfSilent(_ session: DatabaseSession, at now: ContinuousClock.Instant) {
    guard let work = session.work, now - work.began > workload.timeout + QueryPool.grace else {
      return
    }
    let error = PostgresError(
      message: "the server stopped responding",
      action: "waiting for \(work.query.key.statement.name)", sessionIsLost: true)
    // Until a new session proves otherwise, no call waits for this server.
    connector.fail()
    lose(session, error)
    fail(queries.finish(work.query), error)
  }

  /// Drops sessions whose server is not the primary; their queries are sent elsewhere.
  private func dropSuperseded() {
    let generation = connector.watch.generation
    guard generation != checkedGeneration else { return }
    checkedGeneration = generation
    for session in sessions where !connector.watch.admits(session.origin) {
      lose(
        session,
        PostgresError(
          sqlState: .isStandby, message: "the server is not the primary",
          action: "checking the session"))
      guard let query = session.work?.query else { continue }
      for waiter in queries.finish(query) { add(waiter) }
    }
  }

  private func lose(_ session: DatabaseSession, _ error: PostgresError) {
    // An administrator may have limited how long sessions stay idle.
    let isExpected = error.sqlState == .idleSessionTimeout
    lane.logger.log(
      level: isExpected ? .debug : .warning, "database session lost",
      metadata: ["reason": "\(error.debugDescription)"])
    if !isExpected { metrics.sessionsLost.add() }
    sessions.removeAll { $0 === session }
    connector.replace()
    failWaitingIfUnreachable()
  }

  /// Refuses waiting calls when there is no session and the last attempt to open one failed.
  private func failWaitingIfUnreachable() {
    guard sessions.isEmpty, connector.isUnreachable else { return }
    let failure = DatabaseFailure(connector.cause)
    for (_, waiter) in queries.removeWaiting() { refuse(waiter, failure) }
  }

  // MARK: - Answers

  /// Answers all waiters of a query.
  private func answer(_ work: DatabaseSession.Work, _ result: borrowing QueryResult) {
    let spec = work.query.key
    let waiters = queries.finish(work.query)
    guard let longest = waiters.first else { return }
    if waiters.count > 1 { lane.hasShared = true }
    metrics.queries.add()
    metrics.coalesced.add(UInt64(waiters.count))
    guard settle(spec, since: work.lookBack, result) else {
      for waiter in waiters { add(waiter) }
      return
    }
    let now = ContinuousClock.now
    let timing = ServerTiming(
      wait: now - longest.pending.since - work.took, query: work.took, resultCame: now)
    var last: (waiter: Waiter, outcome: Query.Outcome)?
    for waiter in waiters {
      if let last, last.waiter.shares(waiter) {
        lane.act(on: last.outcome, for: waiter)
        continue
      }
      let outcome = waiter.query.render(result, timing)
      last = (waiter, outcome)
      lane.act(on: outcome, for: waiter)
    }
  }

  /// Whether the rows are complete, given the bound on their time.
  private func settle(
    _ spec: QuerySpec, since bound: Int64?, _ result: borrowing QueryResult
  ) -> Bool {
    switch spec.lookBack?.reach(result) {
    case nil, .unknown: true
    case .short: lookBack.settle(spec, asked: bound, found: nil)
    case .back(let oldest): lookBack.settle(spec, asked: bound, found: oldest)
    }
  }

  private func fail(_ waiters: [Waiter], _ error: PostgresError) {
    let isPassing = error.sessionIsLost || error.sqlState == .queryCanceled
    if !isPassing, let first = waiters.first {
      lane.logger.error(
        "\(error.debugDescription)",
        metadata: ["query": "\(first.query.spec.statement.name)"])
    }
    for waiter in waiters {
      // Anything that an administrator can fix is not an internal error.
      if isPassing || waiter.query.failing != nil || error.cause != .refused {
        refuse(waiter, DatabaseFailure(error))
      } else {
        lane.reply(to: waiter.pending, Problem(500, error.description))
      }
    }
  }

  /// Answers that the service is unavailable.
  private func refuse(_ waiter: Waiter, _ failure: DatabaseFailure) {
    if let failing = waiter.query.failing {
      lane.reply(to: waiter.pending, with: failing(failure))
    } else {
      lane.reply(to: waiter.pending, .unavailable(failure.text, cause: failure.cause))
    }
  }
}
