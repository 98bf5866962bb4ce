import EventLoop
import FastCGI
import Logging
import Postgres
import Service
import SignalStore
import Signals
import SystemPackage

/// One thread's share of the work: its own web server connections, its own database sessions, one
/// set of descriptors to wait for. Nothing here waits, locks or is shared.
final class Lane {
  typealias Exchange = Responder.Exchange
  typealias Questions = Coalescer<Query, Exchange, ContinuousClock.Instant>

  private static let wakeupToken: UInt64 = 0
  /// How long requests at work may take when the lane is to end.
  private static let farewell = Duration.seconds(4)
  /// A server that has not cancelled a query by itself this long after its deadline has gone silent.
  private static let grace = Duration.seconds(1)

  private let configuration: Configuration
  private let connector: Connector
  private let wakeup: Wakeup
  private let logger: Logger
  private let poller: Poller
  private let responder: Responder
  private var questions: Questions
  private var sessions: [DatabaseSession] = []
  private var sessionsOpened: UInt64 = 0

  init(
    number: Int, listener: Listener, configuration: Configuration, connector: Connector,
    wakeup: Wakeup
  ) throws {
    self.configuration = configuration
    self.connector = connector
    self.wakeup = wakeup
    logger = Logger(label: "lane \(number)")
    poller = try Poller()
    responder = try Responder(listener: listener, poller: poller)
    questions = Questions(capacity: configuration.maxWaiting)
    try poller.add(wakeup.descriptor, .readable, token: Lane.wakeupToken)
  }

  /// Serves until `isStopping` says so, then finishes what was accepted.
  func run(until isStopping: () -> Bool) throws {
    var nextSweep = ContinuousClock.now
    var deadline: ContinuousClock.Instant?
    while true {
      let now = ContinuousClock.now
      if isStopping() {
        deadline = deadline ?? now + Lane.farewell
        if responder.drain(until: deadline ?? now, receive) { return }
      }
      if now >= nextSweep {
        sweep(at: now)
        nextSweep = now + (questions.isEmpty ? .seconds(1) : .milliseconds(50))
      }
      let timeout = min(nextSweep - now, isStopping() ? .milliseconds(20) : .seconds(1))
      try poller.wait(for: responder.hasWork ? .zero : timeout, handle)
      responder.resume(receive)
      ask()
    }
  }

  private func handle(_ event: Poller.Event) {
    if event.token >= Responder.firstToken {
      // A waiter that has gone is passed over when its answer comes.
      responder.handle(event, receive) { _ in }
    } else if event.token == Lane.wakeupToken {
      wakeup.reset()
      adoptSession()
    } else if let session = sessions.first(where: { $0.token == event.token }) {
      advance(session)
    }
  }

  private func receive(_ request: borrowing Request, _ exchange: Exchange) {
    switch Route(request) {
    case .query(let query):
      wait(exchange, for: query)
    case .live:
      responder.respond(to: exchange, with: Health.live.response())
    case .problem(let problem):
      responder.respond(to: exchange, with: problem.response(to: request))
    }
  }

  // MARK: - Waiting

  private static let databaseIsAway = "the database does not answer"
  private static let databaseIsSlow = "the database did not answer in time"

  private func wait(_ exchange: Exchange, for query: Query) {
    guard !sessions.isEmpty else { return refuse(exchange, query, Lane.databaseIsAway) }
    let deadline = ContinuousClock.now + query.patience(configuration.queryTimeout)
    if !questions.add(exchange, for: query, deadline: deadline) {
      refuse(exchange, query, "too many requests are waiting for the database")
    }
  }

  /// Sends questions as long as there are some and a session is idle.
  private func ask() {
    guard !questions.isEmpty else { return }
    for session in sessions where session.isIdle {
      guard let question = questions.next() else { return }
      do throws(PostgresError) {
        try session.send(question, at: .now)
      } catch {
        lose(session, error)
        fail(question, error)
      }
    }
  }

  private func refuse(_ exchange: Exchange, _ query: Query, _ reason: String) {
    if query.isCheck {
      responder.respond(to: exchange, with: Health.failing(reason).response())
    } else {
      responder.respond(to: exchange) { Problem.unavailable(reason).response(to: $0) }
    }
  }

  /// Sends those away who have waited too long, and gives up sessions that went silent.
  private func sweep(at now: ContinuousClock.Instant) {
    responder.expire(at: now)
    for (query, exchange) in questions.expire(at: now) {
      refuse(exchange, query, Lane.databaseIsSlow)
    }
    for session in sessions {
      guard let (question, since) = session.busy,
        now - since > configuration.queryTimeout + Lane.grace
      else { continue }
      let error = PostgresError(
        message: "the server went silent", action: "waiting for \(question.key.statement.name)",
        sessionIsLost: true)
      lose(session, error)
      fail(question, error)
    }
  }

  // MARK: - Sessions

  private func adoptSession() {
    while let connection = connector.take() {
      sessionsOpened += 1
      do throws(Errno) {
        sessions.append(
          try DatabaseSession(connection, token: sessionsOpened, poller: poller))
      } catch {
        logger.error("a session cannot be watched: \(error)")
        connector.replace()
      }
    }
  }

  private func advance(_ session: DatabaseSession) {
    switch session.advance() {
    case .nothing:
      break
    case .lost:
      lose(session, nil)
    case .answered(let question, .success(let result), let took):
      answer(question, result, took)
    case .answered(let question, .failure(let error), _):
      if error.sessionIsLost { lose(session, error) }
      fail(question, error)
    }
  }

  private func lose(_ session: DatabaseSession, _ error: PostgresError?) {
    logger.warning(
      "a database session was lost",
      metadata: ["reason": "\(error?.debugDescription ?? "the server closed it")"])
    sessions.removeAll { $0 === session }
    connector.replace()
    guard sessions.isEmpty else { return }
    for (query, exchange) in questions.removeWaiting() {
      refuse(exchange, query, Lane.databaseIsAway)
    }
  }

  // MARK: - Answering

  private func answer(
    _ question: Questions.Question, _ result: consuming QueryResult, _ took: Duration
  ) {
    let waiters = questions.finish(question)
    guard !waiters.isEmpty else { return }
    switch question.key {
    case .newest(let type, let machine, _):
      let readings = NewestReadings(result)
      switch readings.absence {
      case nil:
        respond(to: waiters, with: Answers.newest(readings, type: type))
      case .unknownType:
        for exchange in waiters { wait(exchange, for: .typesForUnknown) }
      case .unknownMachine:
        let problem = Problem(404, "there is no machine \"\(machine ?? "")\"")
        respond(to: waiters, with: problem)
      }
    case .types:
      respond(to: waiters, with: Answers.types(ReadingQueries.types(in: result)))
    case .typesForUnknown:
      let known = ReadingQueries.types(in: result).map(\.name)
      for exchange in waiters {
        responder.respond(to: exchange) { Lane.unknownType(known, $0).response(to: $0) }
      }
    case .ready:
      respond(to: waiters, with: Health.answering(within: took, age: nil).response())
    case .health:
      let age = result.isNull(0, 0) ? nil : result.integer(0, 0)
      respond(to: waiters, with: Health.answering(within: took, age: age).response())
    }
  }

  private static func unknownType(_ known: [String], _ request: borrowing Request) -> Problem {
    let type = Route.type(inPath: request.parameter("DOCUMENT_URI") ?? "") ?? ""
    return Problem(
      404,
      "there is no signal type \"\(type.prefix(100))\"; known are \(known.joined(separator: ", "))",
      knownTypes: known)
  }

  private func fail(_ question: Questions.Question, _ error: PostgresError) {
    let isPassing = error.sessionIsLost || error.sqlState == .queryCanceled
    if !isPassing {
      logger.error("\(error.debugDescription)", metadata: ["query": "\(question.key)"])
    }
    for exchange in questions.finish(question) {
      if isPassing || question.key.isCheck {
        refuse(exchange, question.key, error.description)
      } else {
        responder.respond(to: exchange) { Problem(500, error.description).response(to: $0) }
      }
    }
  }

  private func respond(to waiters: [Exchange], with response: RenderedResponse) {
    for exchange in waiters { responder.respond(to: exchange, with: response) }
  }

  private func respond(to waiters: [Exchange], with problem: Problem) {
    for exchange in waiters {
      responder.respond(to: exchange) { problem.response(to: $0) }
    }
  }
}
