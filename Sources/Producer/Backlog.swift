import DequeModule
import EventLoop
import Signals
import Synchronization
import SystemPackage

/// Batches that wait to be written, in their order, in memory.
///
/// A batch stays until it is known to be stored, so whatever becomes of the database, none is lost
/// while the process lives.
final class Backlog: Sendable {
  /// How much waits.
  struct Size: Sendable, Equatable {
    var batches = 0
    var readings = 0
  }

  private struct State {
    var batches: Deque<[Reading]> = []
    var readings = 0
  }

  /// Signalled when a batch arrives.
  let arrival: Wakeup
  let capacity: Int
  private let state = Mutex(State())

  /// - Parameter capacity: In readings; the batch that reaches it is the last to be taken.
  init(capacity: Int) throws(Errno) {
    self.capacity = capacity
    arrival = try Wakeup()
  }

  var size: Size {
    state.withLock { Size(batches: $0.batches.count, readings: $0.readings) }
  }

  var isFull: Bool { size.readings >= capacity }

  /// What is written as one is never more than this, however many machines there are.
  static let largestBatch = 50_000

  /// Adds readings behind the others, as one batch or, when they are very many, as several.
  func append(_ readings: [Reading]) {
    guard !readings.isEmpty else { return }
    state.withLock { state in
      state.readings += readings.count
      guard readings.count > Backlog.largestBatch else { return state.batches.append(readings) }
      for start in stride(from: 0, to: readings.count, by: Backlog.largestBatch) {
        let end = min(start + Backlog.largestBatch, readings.count)
        state.batches.append(Array(readings[start..<end]))
      }
    }
    arrival.signal()
  }

  /// The oldest batches, together at most `readings` readings but at least one batch if there is one.
  func first(_ readings: Int) -> [[Reading]] {
    state.withLock { state in
      var taken: [[Reading]] = []
      var count = 0
      for batch in state.batches {
        count += batch.count
        if count > readings, !taken.isEmpty { break }
        taken.append(batch)
      }
      return taken
    }
  }

  /// Forgets the oldest batches: they are stored.
  func removeFirst(_ count: Int) {
    state.withLock {
      for _ in 0..<count { $0.readings -= $0.batches.removeFirst().count }
    }
  }
}
