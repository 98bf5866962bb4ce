import Access
import EventLoop
import FastCGI
import Glibc
import Logging
import Postgres
import Service
import SignalStore
import Signals
import SystemPackage

/// One thread's share of the work: its own web server connections, its own database sessions, one
/// set of descriptors to wait for. Nothing here waits, locks or is shared.
final class Lane {
  /// A request that waits for the database.
  struct Waiter {
    let exchange: Responder.Exchange
    let resource: Resource
    /// When the request came.
    let since: ContinuousClock.Instant
    /// Whether the session that was asked for it before was lost, and nobody is known to have ended it.
    var isSuspect = false
  }

  /// A request whose token is being verified.
  struct Visitor {
    let waiter: Waiter
    let action: Route.Action
  }

  typealias Questions = Coalescer<Query, Waiter, ContinuousClock.Instant>

  private static let wakeupToken: UInt64 = 0
  /// How a lane is to end.
  enum Ending: Int, Sendable {
    /// Not at all.
    case none
    /// When the web server has closed its last connection: a successor gets the new ones.
    case lingering
    /// When what was accepted is answered.
    case prompt

    /// How long that may take. The web server keeps no connection longer than a minute.
    var patience: Duration { self == .lingering ? .seconds(75) : .seconds(4) }
  }

  let configuration: Configuration
  let connector: Connector
  let logger: Logger
  let poller: Poller
  let responder: Responder
  let metrics: LaneMetrics
  /// Of all lanes.
  let allMetrics: AccessorMetrics
  var gate: Gate<Visitor>
  var questions: Questions
  var horizons = Horizons<Query>()
  var pace = Pace<Query.Kind, ContinuousClock.Instant>()
  var sessions: [DatabaseSession] = []
  var sessionsOpened: UInt64 = 0
  /// Of what was seen of the database's hosts when the sessions were last judged by it.
  var judgedGeneration: Int?
  /// An answer to several was given in this turn.
  var hasShared = false
  private let wakeup: Wakeup

  init(
    number: Int, listener: Listener, configuration: Configuration, connector: Connector,
    gate: consuming Gate<Visitor>, wakeup: Wakeup, metrics: LaneMetrics, allMetrics: AccessorMetrics
  ) throws {
    self.configuration = configuration
    self.connector = connector
    self.gate = gate
    self.wakeup = wakeup
    self.metrics = metrics
    self.allMetrics = allMetrics
    logger = Logger(label: "lane \(number)")
    poller = try Poller()
    responder = try Responder(listener: listener, poller: poller)
    questions = Questions(capacity: configuration.maxWaiting)
    try poller.add(wakeup.descriptor, .readable, token: Lane.wakeupToken)
  }

  /// Serves until `ending` says otherwise, then finishes what was accepted.
  func run(until ending: () -> Ending) throws {
    var lastSweep = ContinuousClock.now
    var deadline = ContinuousClock.now
    var end = Ending.none
    var woke = lastSweep
    while true {
      metrics.turns.add()
      if end != ending() {
        end = ending()
        deadline = .now + end.patience
      }
      if end != .none,
        responder.drain(until: deadline, isLingering: end == .lingering, receive)
      {
        return
      }
      let isResting = questions.isEmpty && end == .none
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

  /// Takes what has come, and asks.
  ///
  /// In a crowd, whoever has just been answered is about to ask again: they get the processor first, if
  /// they want it, and so share the next question. A third fewer questions are asked then.
  private func turn(waiting timeout: Duration, _ woken: () -> Void) throws(Errno) {
    let isGathering = hasShared
    hasShared = false
    if isGathering { sched_yield() }
    try poller.wait(for: timeout, woken, handle)
    responder.resume(receive)
    if !hasShared || isGathering { ask() }
  }

  private func handle(_ event: Poller.Event) {
    if event.token >= Responder.firstToken {
      responder.handle(event, receive) { exchange in
        gate.remove { $0.waiter.exchange == exchange }
        if let abandoned = questions.remove(where: { $0.exchange == exchange }) {
          cancel(abandoned)
        }
      }
    } else if event.token == Lane.wakeupToken {
      wakeup.reset()
      for session in sessions { session.settleCancellation() }
      adoptSession()
      leaveSuperseded()
      refuseWaitingIfAway()
      for (visitor, decision) in gate.settle() { admit(visitor, decision) }
    } else if let session = sessions.first(where: { $0.token == event.token }) {
      advance(session)
    }
  }

  private func receive(_ request: borrowing Request, _ exchange: Responder.Exchange) {
    let route = Route(request)
    let visitor = Visitor(
      waiter: Waiter(exchange: exchange, resource: route.resource, since: .now),
      action: route.action)
    guard let scope = route.resource.scope else { return perform(visitor) }
    admit(visitor, gate.admit(request, for: scope, visitor))
  }

  private func admit(_ visitor: Visitor, _ decision: Gate<Visitor>.Decision) {
    switch decision {
    case .admitted: perform(visitor)
    case .refused(let denial): deny(visitor.waiter, denial)
    case .waiting: break
    }
  }

  private func perform(_ visitor: Visitor) {
    let waiter = visitor.waiter
    switch visitor.action {
    case .query(let query): wait(waiter, for: query)
    case .live: reply(to: waiter, with: Health.live.response())
    case .metrics: reply(to: waiter, with: allMetrics.response())
    case .problem(let problem): reply(to: waiter, problem)
    }
  }

  /// Sends those away who have waited too long, and gives up sessions that went silent.
  private func sweep(at now: ContinuousClock.Instant) {
    responder.expire(at: now)
    for (query, waiter) in questions.expire(at: now) {
      metrics.expired.add()
      refuse(waiter, query, .late)
      if !questions.isAwaited(query) { cancel(query) }
    }
    for session in sessions { giveUpIfSilent(session, at: now) }
    metrics.waiting.set(questions.waiterCount)
    metrics.connections.set(responder.connectionCount)
    metrics.parked.set(responder.parkedCount)
    metrics.sessions.set(sessions.count)
    metrics.busySessions.set(sessions.count { !$0.isIdle })
  }
}

extension Duration {
  /// Whole nanoseconds.
  var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}
