import Logging
import Postgres
import Service
import SystemPackage

/// A lane's sessions with the database, and what is asked in them.
extension Lane {
  /// A server that has not cancelled a query by itself this long after its deadline has gone silent.
  private static let grace = Duration.seconds(1)
  private static let databaseIsAway = "the database does not answer"

  func wait(_ waiter: Waiter, for query: Query) {
    guard !sessions.isEmpty else { return refuse(waiter, query, Lane.databaseIsAway) }
    let deadline = waiter.since + query.patience(configuration.queryTimeout)
    if !questions.add(waiter, for: query, deadline: deadline) {
      metrics.shed.add()
      refuse(waiter, query, "too many requests are waiting for the database")
    }
  }

  /// Sends questions as long as there are some and a session is idle.
  func ask() {
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

  /// Has the server stop working on a question for which nobody waits any more.
  func cancel(_ query: Query) {
    guard let session = sessions.first(where: { $0.busy?.question.key == query }) else { return }
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

  /// Does for a session what its descriptor's readiness allows.
  func advance(_ session: DatabaseSession) {
    switch session.advance() {
    case .nothing:
      break
    case .lost:
      lose(session, nil)
    case .answered(let question, .success(let result), let took):
      metrics.queryDuration.observe(took)
      answer(question, result, took)
    case .answered(let question, .failure(let error), _):
      if error.sessionIsLost { lose(session, error) }
      fail(question, error)
    }
  }

  func giveUpIfSilent(_ session: DatabaseSession, at now: ContinuousClock.Instant) {
    guard let (question, since) = session.busy,
      now - since > configuration.queryTimeout + Lane.grace
    else { return }
    let error = PostgresError(
      message: "the server went silent", action: "waiting for \(question.key.statement.name)",
      sessionIsLost: true)
    lose(session, error)
    fail(question, error)
  }

  private func lose(_ session: DatabaseSession, _ error: PostgresError?) {
    logger.warning(
      "a database session was lost",
      metadata: ["reason": "\(error?.debugDescription ?? "the server closed it")"])
    metrics.sessionsLost.add()
    sessions.removeAll { $0 === session }
    connector.replace()
    guard sessions.isEmpty else { return }
    for (query, waiter) in questions.removeWaiting() {
      refuse(waiter, query, Lane.databaseIsAway)
    }
  }
}
