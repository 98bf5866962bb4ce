import Signals

/// Of which time the readings of a type are known. An answer has the newest alone: where they come
/// faster than it can be asked for, some are never seen, though none is lost.
struct Coverage {
  /// From here on; nil when all that was before is known as well.
  private var begin: Timestamp?
  private var gaps: [(after: Timestamp, before: Timestamp)] = []
  private var isEmpty = true

  mutating func take(_ news: ReadingFollower.News) {
    if let gap = news.gap, let after = gap.after { gaps.append((after, gap.before)) }
    if isEmpty, let oldest = news.readings.first?.timestamp {
      isEmpty = false
      let isFull = news.readings.count >= FollowedType.limit
      begin = isFull || news.gap != nil ? oldest : nil
    }
  }

  mutating func forget(before start: Timestamp) { gaps.removeAll { $0.before < start } }

  /// The part of a stretch of time of which anything was to be known.
  func reach(_ start: Timestamp, _ end: Timestamp) -> ClosedRange<Timestamp>? {
    let start = max(start, begin ?? start)
    return start < end ? start...end : nil
  }

  /// How much of it is not known, in microseconds.
  func unknown(during period: ClosedRange<Timestamp>) -> Int64 {
    gaps.reduce(0) { sum, gap in
      sum + max(0, min(gap.before, period.upperBound) - max(gap.after, period.lowerBound))
    }
  }

  /// Whether what is before that moment is known as well, so that it counts for a rate.
  func isWithin(_ time: Timestamp) -> Bool {
    !gaps.contains { $0.after < time && time <= $0.before }
  }
}
