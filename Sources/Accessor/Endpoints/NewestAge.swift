import Server
import Synchronization

/// How old the newest reading was when the health was last asked for, for metrics; from any lane.
final class NewestAge: Sendable {
  /// Of the newest that is not ahead of the clock, in microseconds since 1970.
  private let newest = Atomic<Int64>(0)
  /// How far the newest of those that are is ahead, in microseconds.
  private let ahead = Atomic<Int64>(0)

  func note(newest: Int64?, ahead: Int64?) {
    self.newest.store(newest ?? 0, ordering: .relaxed)
    self.ahead.store(ahead ?? 0, ordering: .relaxed)
  }

  func append(to text: inout MetricsText) {
    text.single(
      "signals_accessor_newest_reading_timestamp_seconds", .gauge,
      "The time of the newest reading that is not ahead of the clock, as of the last GET /health.",
      Double(newest.load(ordering: .relaxed)) / 1_000_000)
    text.single(
      "signals_accessor_readings_ahead_seconds", .gauge,
      "How far the newest reading is ahead of the clock, as of the last GET /health; a clock is wrong.",
      Double(ahead.load(ordering: .relaxed)) / 1_000_000)
  }
}
