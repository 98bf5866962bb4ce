import Logging
import Postgres
import Service
import SystemPackage

/// A lane's sessions with the database, and what is asked in them.
extension Lane {
  /// A server that has not cancelled a query by itself this long after its deadline has gone silent.
  private static let grace = Duration.seconds(1)

  func wait(_ waiter: Waiter, for query: Query) {
    // Before the first session is open, while a lost one is being replaced, or as long as another lane
    // is being served, it is worth waiting.
    guard !sessions.isEmpty || !connector.isAway else {
      return refuse(waiter, query, Obstacle(connector.cause))
    }
    let deadline = waiter.since + query.patience(configuration.queryTimeout)
    if !questions.add(waiter, for: query, deadline: deadline) {
      metrics.shed.add()
      refuse(waiter, query, .overload)
    }
  }

  /// Sends questions as long as there are some and a session is idle; the last one is kept for those
  /// that are not slow.
  func ask() {
    guard !questions.isEmpty else { return }
    var idle = sessions.count(where: \.isIdle)
    for session in sessions where session.isIdle {
      let isLast = idle == 1 && sessions.count > 1
      idle -= 1
      let now = ContinuousClock.now
      let next = questions.next { !isLast || pace.mayTakeLast($0.kind, at: now) }
      guard let question = next else { return }
      do throws(PostgresError) {
        try session.send(question, since: horizons[question.key], at: now)
        metrics.queriesSent.add()
      } catch {
        lose(session, error)
        repeatOrFail(question, error)
      }
    }
  }

  /// Has the server stop working on a question for which nobody waits any more.
  func cancel(_ query: Query) {
    guard let session = sessions.first(where: { $0.work?.question.key == query }) else { return }
    do throws(PostgresError) {
      guard let cancellation = try session.cancel() else { return }
      metrics.cancelled.add()
      connector.perform(cancellation)
    } catch {
      logger.warning("\(error.debugDescription)")
    }
  }

  /// Takes over the sessions that the connector has opened.
  func adoptSession() {
    while let opened = connector.take() {
      sessionsOpened += 1
      // What was seen since it was opened may concern it.
      judgedGeneration = nil
      do throws(Errno) {
        sessions.append(try DatabaseSession(opened, token: sessionsOpened, poller: poller))
      } catch {
        logger.error("a session cannot be watched: \(error)")
        connector.replace()
      }
    }
  }

  /// Does for a session what its descriptor's readiness allows.
  func advance(_ session: DatabaseSession) {
    switch session.advance() {
    case .nothing:
      break
    case .lost:
      lose(session, nil)
    case .answered(let work, .success(let result)):
      metrics.queryDuration.observe(work.took)
      pace.record(work.question.key.kind, took: work.took, at: .now)
      answer(work, result)
    case .answered(let work, .failure(let error)):
      pace.record(work.question.key.kind, took: work.took, at: .now)
      if error.sessionIsLost {
        lose(session, error)
        repeatOrFail(work.question, error)
      } else {
        fail(work.question, error)
      }
    }
  }

  /// The session has ended beneath a question, which changes nothing and so may be asked again: the
  /// answer is none the less fresh. Only once where the question may have been the cause.
  private func repeatOrFail(_ question: Questions.Question, _ error: PostgresError) {
    let isInnocent = error.sqlState == .adminShutdown
    for var waiter in questions.finish(question) {
      if waiter.isSuspect && !isInnocent {
        fail([waiter], question.key, error)
      } else {
        waiter.isSuspect = waiter.isSuspect || !isInnocent
        wait(waiter, for: question.key)
      }
    }
  }

  func giveUpIfSilent(_ session: DatabaseSession, at now: ContinuousClock.Instant) {
    guard let work = session.work, now - work.began > configuration.queryTimeout + Lane.grace else {
      return
    }
    let question = work.question
    let error = PostgresError(
      message: "the server went silent", action: "waiting for \(question.key.statement.name)",
      sessionIsLost: true)
    // Whether it answers again will be seen; until then nobody waits for that.
    connector.fail()
    lose(session, error)
    fail(question, error)
  }

  /// Leaves the sessions whose server is not, or no longer, the primary; what they were asked is asked
  /// again elsewhere.
  func leaveSuperseded() {
    let generation = connector.watch.generation
    guard generation != judgedGeneration else { return }
    judgedGeneration = generation
    for session in sessions where !connector.watch.admits(session.origin) {
      lose(
        session,
        PostgresError(
          sqlState: .isStandby, message: "its server is not the primary", action: "looking at it"))
      guard let question = session.work?.question else { continue }
      for waiter in questions.finish(question) { wait(waiter, for: question.key) }
    }
  }

  private func lose(_ session: DatabaseSession, _ error: PostgresError?) {
    logger.warning(
      "a database session was lost",
      metadata: ["reason": "\(error?.debugDescription ?? "the server closed it")"])
    metrics.sessionsLost.add()
    sessions.removeAll { $0 === session }
    connector.replace()
    refuseWaitingIfAway()
  }

  /// When there is no session, and an attempt to open one has failed.
  func refuseWaitingIfAway() {
    guard sessions.isEmpty, connector.isAway else { return }
    let obstacle = Obstacle(connector.cause)
    for (query, waiter) in questions.removeWaiting() { refuse(waiter, query, obstacle) }
  }
}
