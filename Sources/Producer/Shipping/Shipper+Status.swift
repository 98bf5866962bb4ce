import Logging
import Postgres
import Server
import Signals
import Spool
import Synchronization

extension Shipper {
  /// How the sending goes.
  struct Status: Sendable {
    var isConnected = false
    /// What went wrong last, safe to show; nil since the database answers.
    var lastError: String?
    /// What kind of failure of the database it was; nil for one of the spool.
    var cause: String?
    /// The same in full, for the log.
    var lastFailure: String?
    var readingsWritten = 0
    var batchesWritten = 0
    var rate = RateMeter()
    /// How far the database has got, when it was last heard of.
    var watermark: Watermark?
    /// Readings that the database refused for what they are.
    var deadLetters = 0
    /// What the database's clock said when it was last compared, and when that was.
    var databaseClock: (time: Timestamp, instant: ContinuousClock.Instant)?
    /// Set when nothing can ever be sent.
    var failure: (any Error & Sendable)?
  }

  /// Notes what the database's clock says, and says so when it is not what this machine's does.
  func compareClocks(_ time: Timestamp) {
    let difference = Timestamp.now - time
    state.withLock { $0.databaseClock = (time, .now) }
    guard abs(difference) > Lead.tolerance else { return }
    logger.error(
      "this machine's clock is \(abs(difference) / 1_000_000) s \(difference > 0 ? "ahead of" : "behind") the database's"
    )
  }

  /// The database takes readings: what was wrong is over.
  func succeed() {
    guard !state.withLock({ $0.isConnected }) else { return }
    logger.info(
      "the database takes readings",
      metadata: [
        "at": "\(parameters.displayName)", "waiting": "\(spool.status.waiting.readings)",
      ])
    state.withLock {
      $0.isConnected = true
      $0.lastError = nil
      $0.cause = nil
      $0.lastFailure = nil
    }
  }

  /// Logs what is new, not every attempt.
  func fail(_ failure: String, shown description: String, _ cause: PostgresError.Cause? = nil) {
    let previous = state.withLock { state in
      defer {
        state.isConnected = false
        state.lastError = description
        state.cause = cause?.rawValue
        state.lastFailure = failure
      }
      return state.lastFailure
    }
    guard !isAborting.load(ordering: .acquiring) else { return }
    if previous == failure {
      logger.debug("\(failure)")
    } else {
      logger.error(
        "\(failure); trying again", metadata: ["waiting": "\(spool.status.waiting.readings)"])
    }
  }
}

extension Shipper.Status {
  /// The time of day by the database's clock; nil before it was compared.
  func databaseTime(at instant: ContinuousClock.Instant) -> Timestamp? {
    databaseClock.map { $0.time + Int64((instant - $0.instant) / .microseconds(1)) }
  }
}
