import Access
import FastCGI
import Logging
import Postgres
import Service
import SignalStore
import Signals

/// What a lane makes of the database's answers.
extension Lane {
  /// Gives all who waited for a question the answer to it.
  func answer(_ work: DatabaseSession.Work, _ result: consuming QueryResult) {
    let waiters = questions.finish(work.question)
    guard let longest = waiters.first else { return }
    hasShared = hasShared || waiters.count > 1
    let now = ContinuousClock.now
    let timing = ServerTiming(
      wait: now - longest.since - work.took, query: work.took, resultCame: now)
    metrics.queries.add()
    metrics.coalesced.add(UInt64(waiters.count))
    let query = work.question.key
    switch query {
    case .newest(let type, let machine, let limit):
      answer(work, NewestReadings(result), of: type, machine, limit: limit, waiters, timing)
    case .types:
      reply(to: waiters, with: Answers.types(ReadingQueries.types(in: result), timing))
    case .typesForUnknown:
      let known = ReadingQueries.types(in: result).map(\.name)
      reply(to: waiters) { Lane.unknownType(known, $0) }
    case .machines(let name):
      let machines = ReadingQueries.machines(in: result)
      reply(to: waiters) { _ in Lane.unknownMachine(name, machines) }
    case .ready:
      reply(to: waiters, with: Health.answering(within: work.took).response())
    case .health:
      let newest = result.isNull(0, 1) ? nil : Timestamp(microseconds: result.microseconds(0, 1))
      let age = result.isNull(0, 0) ? nil : result.integer(0, 0)
      guard horizons.settle(query, asked: work.horizon, found: newest) else {
        return wait(waiters, for: query)
      }
      let ahead = result.isNull(0, 2) ? nil : result.integer(0, 2)
      allMetrics.note(newest: newest, ahead: ahead)
      reply(
        to: waiters, with: Health.answering(within: work.took, age: age, ahead: ahead).response())
    }
  }

  private func answer(
    _ work: DatabaseSession.Work, _ readings: borrowing NewestReadings, of type: String,
    _ machine: String?, limit: Int, _ waiters: [Waiter], _ timing: ServerTiming
  ) {
    switch readings.absence {
    case .unknownType:
      wait(waiters, for: .typesForUnknown)
    case .unknownMachine:
      wait(waiters, for: .machines(near: machine ?? ""))
    case nil:
      let oldest = readings.count < limit ? nil : readings.time(limit - 1)
      if horizons.settle(work.question.key, asked: work.horizon, found: oldest) {
        reply(to: waiters, with: Answers.newest(readings, type: type, timing))
      } else {
        wait(waiters, for: work.question.key)
      }
    }
  }

  /// The answer leads to another question.
  private func wait(_ waiters: [Waiter], for query: Query) {
    for waiter in waiters { wait(waiter, for: query) }
  }

  /// Tells all who waited for a question that it has no answer.
  func fail(_ question: Questions.Question, _ error: PostgresError) {
    fail(questions.finish(question), question.key, error)
  }

  func fail(_ waiters: [Waiter], _ query: Query, _ error: PostgresError) {
    let isPassing = error.sessionIsLost || error.sqlState == .queryCanceled
    if !isPassing {
      logger.error("\(error.debugDescription)", metadata: ["query": "\(query)"])
    }
    for waiter in waiters {
      // What an administrator can mend is no fault of this program's.
      if isPassing || query.isCheck || error.cause != .refused {
        refuse(waiter, query, Obstacle(error))
      } else {
        reply(to: [waiter]) { _ in Problem(500, error.description) }
      }
    }
  }

  /// Tells one that it cannot be served now.
  func refuse(_ waiter: Waiter, _ query: Query, _ obstacle: Obstacle) {
    if query.isCheck {
      reply(to: waiter, with: Health.failing(obstacle).response())
    } else {
      reply(to: [waiter]) { _ in .unavailable(obstacle.text, cause: obstacle.cause) }
    }
  }

  func reply(to waiter: Waiter, with response: RenderedResponse) {
    count(waiter, response.status)
    responder.respond(to: waiter.exchange, with: response)
  }

  func reply(to waiter: Waiter, _ problem: Problem) { reply(to: [waiter]) { _ in problem } }

  /// Tells one that it is not let in.
  func deny(_ waiter: Waiter, _ denial: Denial) {
    if case .badToken(let reason) = denial {
      metrics.tokensRefused.add()
      logger.debug(
        "a token was refused",
        metadata: [
          "reason": "\(reason)",
          "request_id": "\(responder.parameter("REQUEST_ID", of: waiter.exchange) ?? "?")",
        ])
    }
    reply(to: waiter, Problem(denial))
  }

  private func reply(to waiters: [Waiter], with response: RenderedResponse) {
    for waiter in waiters { reply(to: waiter, with: response) }
  }

  private func reply(to waiters: [Waiter], _ problem: (borrowing Request) -> Problem) {
    for waiter in waiters {
      responder.respond(to: waiter.exchange) { request in
        let problem = problem(request)
        count(waiter, problem.status)
        return problem.response(to: request)
      }
    }
  }

  private func count(_ waiter: Waiter, _ status: Int) {
    let duration = ContinuousClock.now - waiter.since
    metrics.countAnswer(waiter.resource, status, after: duration)
    guard duration > configuration.slowRequest else { return }
    metrics.slow.add()
    logger.warning(
      "slow request",
      metadata: [
        "uri": "\(responder.parameter("REQUEST_URI", of: waiter.exchange) ?? "?")",
        "request_id": "\(responder.parameter("REQUEST_ID", of: waiter.exchange) ?? "?")",
        "status": "\(status)", "milliseconds": "\(duration.nanoseconds / 1_000_000)",
      ])
  }

  private static func unknownMachine(_ name: String, _ machines: [String]) -> Problem {
    let areAll = machines.count < ReadingQueries.machineCount / 2
    let list = machines.joined(separator: ", ")
    let others =
      machines.isEmpty ? "" : areAll ? "; known are \(list)" : "; next to it by name are \(list)"
    return Problem(404, "there is no machine \"\(name)\"\(others)", knownMachines: machines)
  }

  private static func unknownType(_ known: [String], _ request: borrowing Request) -> Problem {
    Problem(
      404,
      """
      there is no signal type "\(Route.typeName(of: request))"; \
      known are \(known.joined(separator: ", "))
      """, knownTypes: known)
  }
}
