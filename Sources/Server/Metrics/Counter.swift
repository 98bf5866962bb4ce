internal import Synchronization

/// A counter with one writing thread and any number of readers.
///
/// With a single writer, adding needs no locked instruction: a load and a store suffice.
public final class Counter: Sendable {
  private let count = Atomic<UInt64>(0)

  public init() {}

  /// Adds; from one thread only.
  public func add(_ amount: UInt64 = 1) {
    count.store(count.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }

  /// Sets the value, for a gauge; from one thread only.
  public func set(_ value: Int) { count.store(UInt64(clamping: value), ordering: .relaxed) }

  public var value: UInt64 { count.load(ordering: .relaxed) }
}
