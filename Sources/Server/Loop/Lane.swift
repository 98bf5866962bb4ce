internal import Access
internal import EventLoop
internal import FastCGI
internal import Glibc
internal import Logging
internal import SystemPackage

/// One thread's share of the work: its own web server connections and database sessions, waited for by one
/// poller. Nothing here blocks, locks or is shared.
final class Lane {
  /// How a lane ends.
  enum Ending: Int, Sendable {
    /// Not ending.
    case none
    /// Ends when the web server has closed its last connection; a successor accepts new ones.
    case lingering
    /// Ends when accepted requests have been answered.
    case prompt
  }

  /// An unanswered request.
  struct Pending {
    let exchange: Responder.Exchange
    /// Nil when there is no endpoint for its path and method.
    let route: Route?
    /// Its index in the resource metrics.
    let resource: Int
    /// When it arrived.
    let since: ContinuousClock.Instant
    /// The audit record, completed by the status.
    var audit: AuditEntry?
  }

  /// A request before it is admitted; its token may be in verification.
  struct PendingAuthorization {
    enum Purpose {
      case call(Call)
      /// A cached query of an earlier request with the same target.
      case ask(Query)
      case problem(Problem)
    }

    var pending: Pending
    let purpose: Purpose
  }

  private static let wakeupToken: UInt64 = 0
  /// Session tokens carry their pool's number, from 1, in the upper half.
  private static let poolShift: UInt64 = 32

  let options: LaneOptions
  let table: EndpointTable
  let logger: Logger
  let poller: Poller
  let responder: Responder
  let metrics: LaneMetrics
  let work: WorkQueue
  let mailbox: WorkQueue.Mailbox
  var authorizer: Authorizer<PendingAuthorization>
  var targets = TargetCache()
  private(set) var pools: [QueryPool] = []
  /// Calls whose work is done on another thread.
  var working: [Responder.Exchange: Pending] = [:]
  /// Whether one result answered several calls in this iteration.
  var hasShared = false
  private let wakeup: Wakeup

  init(
    number: Int, listener: Listener, options: LaneOptions, table: EndpointTable,
    connectors: [Connector], authorizer: consuming Authorizer<PendingAuthorization>,
    work: WorkQueue, wakeup: Wakeup,
    metrics: LaneMetrics
  ) throws {
    self.options = options
    self.table = table
    self.authorizer = authorizer
    self.work = work
    self.wakeup = wakeup
    self.metrics = metrics
    mailbox = WorkQueue.Mailbox(waking: wakeup)
    logger = Logger(label: "lane \(number)")
    poller = try Poller()
    responder = try Responder(listener: listener, poller: poller) { table.bodyLimit(of: $0) }
    try poller.add(wakeup.descriptor, .readable, token: Lane.wakeupToken)
    pools = zip(options.workloads, connectors).enumerated().map { index, pair in
      QueryPool(
        pair.0, connector: pair.1, metrics: metrics.workloads[index], lane: self,
        firstToken: UInt64(index + 1) << Lane.poolShift, capacity: options.maxWaiting)
    }
  }

  /// Serves until `ending` says otherwise, then drains accepted requests.
  func run(until ending: () -> Ending) throws {
    var lastSweep = ContinuousClock.now
    var deadline = ContinuousClock.now
    var end = Ending.none
    var woke = lastSweep
    while true {
      metrics.iterations.add()
      if end != ending() {
        end = ending()
        deadline = .now + options.drainTimeout(end)
      }
      if end != .none,
        responder.drain(until: deadline, isLingering: end == .lingering, receive),
        // What changes something is audited even when its client has left.
        working.isEmpty || ContinuousClock.now >= deadline
      {
        for pending in working.values { pending.audit.map { options.audit?.recordUnfinished($0) } }
        return
      }
      let isResting = pools.allSatisfy(\.isEmpty) && end == .none
      let interval = isResting ? Duration.seconds(1) : .milliseconds(50)
      let now = ContinuousClock.now
      if now - lastSweep >= interval {
        sweep(at: now)
        lastSweep = now
      }
      metrics.busy.add(UInt64(clamping: (now - woke).nanoseconds))
      let timeout = responder.hasWork || hasShared ? .zero : lastSweep + interval - now
      try turn(waiting: timeout) { woke = .now }
    }
  }

  /// Handles events, then sends queries.
  ///
  /// Under load, clients that were just answered are about to send their next request. Yielding the
  /// processor to them first lets them share the next query, which saves a third of the queries.
  private func turn(waiting timeout: Duration, _ woken: () -> Void) throws(Errno) {
    let isGathering = hasShared
    hasShared = false
    if isGathering { sched_yield() }
    try poller.wait(for: timeout, woken, handle)
    responder.resume(receive)
    if !hasShared || isGathering {
      for pool in pools { pool.ask() }
    }
  }

  private func handle(_ event: Poller.Event) {
    if event.token >= Responder.firstToken {
      responder.handle(event, receive, gone: forget)
    } else if event.token == Lane.wakeupToken {
      wakeup.reset()
      for pool in pools { pool.wake() }
      for outcome in mailbox.take() { finishWork(outcome) }
      for (waiting, decision) in authorizer.takeDecisions() { proceed(waiting, decision) }
    } else {
      pools[Int(event.token >> Lane.poolShift) - 1].advance(event.token)
    }
  }

  /// Drops a call whose client has disconnected.
  private func forget(_ exchange: Responder.Exchange) {
    authorizer.remove { $0.pending.exchange == exchange }
    // Its work is done all the same, and audited.
    if working[exchange]?.audit == nil { working[exchange] = nil }
    for pool in pools { pool.remove(exchange) }
  }

  /// Expires requests that have waited too long, and updates the gauges.
  private func sweep(at now: ContinuousClock.Instant) {
    responder.expire(at: now)
    for pool in pools { pool.sweep(at: now) }
    metrics.connections.set(responder.connectionCount)
    metrics.parked.set(responder.parkedCount)
  }
}

extension Duration {
  /// Whole nanoseconds.
  var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}
