import SignalsAPI
import Time

/// The time ranges in which the readings of a type are known. A response contains only the newest: when
/// readings arrive faster than they can be fetched, some are never seen, though stored.
struct Coverage {
  /// The start of what is known; nil when everything before is known as well.
  private var begin: Timestamp?
  private var gaps: [(after: Timestamp, before: Timestamp)] = []
  private var isEmpty = true

  mutating func take(_ update: ReadingFollower.Update) {
    if let gap = update.gap, let after = gap.after { gaps.append((after, gap.before)) }
    if isEmpty, let oldest = update.readings.first?.timestamp {
      isEmpty = false
      let isFull = update.readings.count >= FollowedType.limit
      begin = isFull || update.gap != nil ? oldest : nil
    }
  }

  mutating func forget(before start: Timestamp) { gaps.removeAll { $0.before < start } }

  /// The part of a period that is not before the beginning.
  func reach(_ start: Timestamp, _ end: Timestamp) -> ClosedRange<Timestamp>? {
    let start = max(start, begin ?? start)
    return start < end ? start...end : nil
  }

  /// How much of the period is unknown, in microseconds.
  func unknown(during period: ClosedRange<Timestamp>) -> Int64 {
    gaps.reduce(0) { sum, gap in
      sum + max(0, min(gap.before, period.upperBound) - max(gap.after, period.lowerBound))
    }
  }

  /// Whether the time just before is known, so that the reading counts for a rate.
  func isWithin(_ time: Timestamp) -> Bool {
    !gaps.contains { $0.after < time && time <= $0.before }
  }
}
