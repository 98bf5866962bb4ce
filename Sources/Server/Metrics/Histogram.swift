/// A Prometheus histogram of durations; one thread observes, any thread reads.
public final class Histogram: Sendable {
  /// The buckets' upper bounds in seconds: from a cached page to the longest wait.
  public static let bounds = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]
  private static let nanoseconds = bounds.map { UInt64($0 * 1_000_000_000) }

  private let buckets = (0...Histogram.bounds.count).map { _ in Counter() }
  private let total = Counter()

  public init() {}

  /// Records a duration; from one thread only.
  public func observe(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = UInt64(clamping: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    let index =
      Histogram.nanoseconds.firstIndex { nanoseconds <= $0 } ?? Histogram.nanoseconds.count
    buckets[index].add()
    total.add(nanoseconds)
  }

  /// The count in each bucket, the last one unbounded, and the sum in seconds.
  public var snapshot: Snapshot {
    Snapshot(
      counts: buckets.map(\.value), seconds: Double(total.value) / 1_000_000_000)
  }

  /// The content of a histogram at one moment.
  public struct Snapshot: Sendable, Equatable {
    public var counts: [UInt64]
    public var seconds: Double

    /// The sum of several histograms.
    public static func sum(_ all: [Snapshot]) -> Snapshot {
      all.reduce(into: Snapshot(counts: Array(repeating: 0, count: bounds.count + 1), seconds: 0)) {
        for (index, count) in $1.counts.enumerated() { $0.counts[index] += count }
        $0.seconds += $1.seconds
      }
    }
  }
}
