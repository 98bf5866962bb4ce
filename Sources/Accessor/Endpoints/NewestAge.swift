import Server
import Synchronization

/// The age of the newest reading as of the last health check, for metrics; shared by all lanes.
final class NewestAge: Sendable {
  /// The time of the newest reading that is not ahead of the clock, in microseconds since 1970.
  private let newest = Atomic<Int64>(0)
  /// How far the newest reading is ahead of the clock, in microseconds.
  private let ahead = Atomic<Int64>(0)

  func note(newest: Int64?, ahead: Int64?) {
    self.newest.store(newest ?? 0, ordering: .relaxed)
    self.ahead.store(ahead ?? 0, ordering: .relaxed)
  }

  func append(to text: inout MetricsText) {
    text.single(
      "signals_accessor_newest_reading_timestamp_seconds", .gauge,
      "Time of the newest reading that is not ahead of the clock, as of the last GET /health.",
      Double(newest.load(ordering: .relaxed)) / 1_000_000)
    text.single(
      "signals_accessor_readings_ahead_seconds", .gauge,
      "How far the newest reading is ahead of the clock, as of the last GET /health.",
      Double(ahead.load(ordering: .relaxed)) / 1_000_000)
  }
}
