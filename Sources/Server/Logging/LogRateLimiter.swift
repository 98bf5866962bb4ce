internal import Logging
internal import Synchronization

/// Limits warnings and errors per place in the program, so that a repeating failure neither fills the
/// disk nor drowns other messages.
final class LogRateLimiter: Sendable {
  /// A source location and its label.
  struct CallSite: Hashable {
    var label: String
    var file: String
    var line: UInt
  }

  /// Lines allowed at once.
  static let burst = 10
  /// Time after which one more line is allowed.
  static let interval = Duration.seconds(10)

  private struct Bucket {
    var room = Double(burst)
    var instant: ContinuousClock.Instant
    var omitted = 0
  }

  private let buckets = Mutex<[CallSite: Bucket]>([:])

  /// Whether a line may be written now.
  ///
  /// - Returns: The number of lines omitted since the last one written; nil to omit this one as well.
  func admit(_ place: CallSite, at now: ContinuousClock.Instant) -> Int? {
    buckets.withLock { buckets in
      var bucket = buckets[place] ?? Bucket(instant: now)
      bucket.room = min(
        Double(LogRateLimiter.burst), bucket.room + (now - bucket.instant) / LogRateLimiter.interval
      )
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
