internal import Synchronization

/// A number that one thread counts and any thread reads.
///
/// With a single writer an addition needs no locked instruction: it is a load and a store.
public final class Counter: Sendable {
  private let count = Atomic<UInt64>(0)

  public init() {}

  /// Counts; from one thread only.
  public func add(_ amount: UInt64 = 1) {
    count.store(count.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }

  /// Replaces the number, for one that goes up and down; from one thread only.
  public func set(_ value: Int) { count.store(UInt64(clamping: value), ordering: .relaxed) }

  public var value: UInt64 { count.load(ordering: .relaxed) }
}
