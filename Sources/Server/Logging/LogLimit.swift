internal import Logging
internal import Synchronization

/// How often one place in the program may log what is wrong: what fails again and again must not fill a
/// disk or drown the rest.
final class LogLimit: Sendable {
  /// Where in the program, and for which of its parts, something is logged.
  struct Place: Hashable {
    var label: String
    var file: String
    var line: UInt
  }

  /// So many lines may come at once.
  static let burst = 10
  /// One more may come after so long.
  static let interval = Duration.seconds(10)

  private struct Bucket {
    var room = Double(burst)
    var instant: ContinuousClock.Instant
    var omitted = 0
  }

  private let buckets = Mutex<[Place: Bucket]>([:])

  /// Whether a line may be written now.
  ///
  /// - Returns: How many were left out since the last one that was written; nil when this one is, too.
  func admit(_ place: Place, at now: ContinuousClock.Instant) -> Int? {
    buckets.withLock { buckets in
      var bucket = buckets[place] ?? Bucket(instant: now)
      bucket.room = min(
        Double(LogLimit.burst), bucket.room + (now - bucket.instant) / LogLimit.interval)
      bucket.instant = now
      defer { buckets[place] = bucket }
      guard bucket.room >= 1 else {
        bucket.omitted += 1
        return nil
      }
      bucket.room -= 1
      defer { bucket.omitted = 0 }
      return bucket.omitted
    }
  }
}
