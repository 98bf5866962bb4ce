internal import EventLoop
internal import Synchronization

/// What the connectors of all lanes share: when one has reached the database, the others need not wait to
/// retry.
final class Reachability: Sendable {
  private let opened = Atomic(0)
  private let waiting = Mutex<[Wakeup]>([])

  /// The number of sessions opened so far.
  var count: Int { opened.load(ordering: .acquiring) }

  /// Records an opened session and wakes waiting connectors.
  func succeed() {
    opened.wrappingAdd(1, ordering: .acquiringAndReleasing)
    for wakeup in waiting.withLock({ $0 }) { wakeup.signal() }
  }

  /// Registers `wakeup` to be signalled when a session has been opened.
  func subscribe(_ wakeup: Wakeup) { waiting.withLock { $0.append(wakeup) } }
}
