internal import EventLoop
internal import Synchronization

/// What the connectors of all lanes know together: that one has reached the database is news for those
/// that have not.
final class Reachability: Sendable {
  private let opened = Atomic(0)
  private let waiting = Mutex<[Wakeup]>([])

  /// How many sessions have been opened so far.
  var count: Int { opened.load(ordering: .acquiring) }

  /// A session has been opened: whoever rests until another attempt need not.
  func succeed() {
    opened.wrappingAdd(1, ordering: .acquiringAndReleasing)
    for wakeup in waiting.withLock({ $0 }) { wakeup.signal() }
  }

  /// From now on `wakeup` is signalled when a session has been opened.
  func tell(_ wakeup: Wakeup) { waiting.withLock { $0.append(wakeup) } }
}
