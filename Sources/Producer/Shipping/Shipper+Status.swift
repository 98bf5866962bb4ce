import Logging
import Postgres
import Server
import Signals
import Spool
import Synchronization
import Time

extension Shipper {
  /// The state of the shipper.
  struct Status: Sendable {
    var isConnected = false
    /// The last error, safe to show; nil once the database accepts readings.
    var lastError: String?
    /// The cause of a database error; nil for an error of the spool.
    var cause: String?
    /// The last error in full, for the log.
    var lastFailure: String?
    var readingsWritten = 0
    var batchesWritten = 0
    var rate = RateMeter()
    /// The database's last known watermark.
    var watermark: Watermark?
    /// Readings rejected by the database.
    var deadLetters = 0
    /// The database's clock at the last comparison, and when that was.
    var databaseClock: (time: Timestamp, instant: ContinuousClock.Instant)?
    /// The error that ended the shipper.
    var failure: (any Error & Sendable)?
  }

  /// Records the database's clock, and logs a difference from this machine's.
  func compareClocks(_ time: Timestamp) {
    let difference = Timestamp.now - time
    state.withLock { $0.databaseClock = (time, .now) }
    guard abs(difference) > ClockLead.tolerance else { return }
    logger.error(
      "this machine's clock is \(abs(difference) / 1_000_000) s \(difference > 0 ? "ahead of" : "behind") the database's"
    )
  }

  /// Records that the database accepts readings.
  func succeed() {
    guard !state.withLock({ $0.isConnected }) else { return }
    logger.info(
      "storing readings",
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

  /// Records a failure; logs changes only, not every attempt.
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
        "\(failure); retrying", metadata: ["waiting": "\(spool.status.waiting.readings)"])
    }
  }
}

extension Shipper.Status {
  /// The current time by the database's clock; nil before the first comparison.
  func databaseTime(at instant: ContinuousClock.Instant) -> Timestamp? {
    databaseClock.map { $0.time + Int64((instant - $0.instant) / .microseconds(1)) }
  }
}
