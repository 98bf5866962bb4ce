/// Decides which questions are asked when, and who gets which answer.
///
/// Waiters with one key that wait together share one question. A waiter that comes after its key's
/// question was sent never gets that question's answer, but the next one's: so every answer is at
/// least as new as the request for it. A key has at most one question under way, so the work is
/// bounded by keys and not by waiters.
///
/// A pure value: it is told what happened and says what to do.
struct Coalescer<Key: Hashable, Waiter, Instant: Comparable> {
  /// A question that was sent, to be finished once.
  struct Question {
    let key: Key
    fileprivate init(key: Key) { self.key = key }
  }

  private struct Group {
    var waiters: [Waiter]
    /// When the first of them gives up; the others are bound to its fate.
    let deadline: Instant
  }

  private var waiting: [Key: Group] = [:]
  /// The keys of `waiting`, oldest first.
  private var order: [Key] = []
  private var underWay: [Key: Group] = [:]
  private let capacity: Int
  /// How many wait, for a question to be sent or to be answered.
  private(set) var waiterCount = 0

  /// - Parameter capacity: How many may wait.
  init(capacity: Int) { self.capacity = capacity }

  var isEmpty: Bool { waiterCount == 0 }

  /// Adds a waiter; false when there are too many, and it should be sent away.
  mutating func add(_ waiter: Waiter, for key: Key, deadline: Instant) -> Bool {
    guard waiterCount < capacity else { return false }
    waiterCount += 1
    if waiting[key]?.waiters.append(waiter) == nil {
      waiting[key] = Group(waiters: [waiter], deadline: deadline)
      order.append(key)
    }
    return true
  }

  /// Takes the oldest question that can be sent now; from here on nobody joins it.
  ///
  /// - Parameter isAdmitted: Leaves out those with another key.
  mutating func next(where isAdmitted: (Key) -> Bool = { _ in true }) -> Question? {
    guard let index = order.firstIndex(where: { underWay[$0] == nil && isAdmitted($0) }) else {
      return nil
    }
    let key = order.remove(at: index)
    guard let group = waiting.removeValue(forKey: key) else { return nil }
    underWay[key] = group
    return Question(key: key)
  }

  /// The question was answered, or failed: gives those who waited for it. Nobody does any more when
  /// it had expired.
  mutating func finish(_ question: Question) -> [Waiter] {
    guard let group = underWay.removeValue(forKey: question.key) else { return [] }
    waiterCount -= group.waiters.count
    return group.waiters
  }

  /// A waiter has gone.
  ///
  /// - Returns: The key of the question under way for which nobody waits any more, if that is so.
  mutating func remove(where isGone: (Waiter) -> Bool) -> Key? {
    for (key, group) in waiting {
      guard let index = group.waiters.firstIndex(where: isGone) else { continue }
      waiterCount -= 1
      waiting[key]?.waiters.remove(at: index)
      if group.waiters.count == 1 {
        waiting[key] = nil
        order.removeAll { $0 == key }
      }
      return nil
    }
    for (key, group) in underWay {
      guard let index = group.waiters.firstIndex(where: isGone) else { continue }
      waiterCount -= 1
      underWay[key]?.waiters.remove(at: index)
      return group.waiters.count == 1 ? key : nil
    }
    return nil
  }

  /// Whether anybody waits for the question under way with this key.
  func isAwaited(_ key: Key) -> Bool { underWay[key]?.waiters.isEmpty == false }

  /// Gives all whose deadline has passed.
  ///
  /// A question under way stays so, for nobody, until it is finished: it still takes the database's
  /// time, and its key is not asked a second time meanwhile.
  mutating func expire(at now: Instant) -> [(key: Key, waiter: Waiter)] {
    var expired: [(Key, Waiter)] = []
    for (key, group) in waiting where group.deadline <= now {
      waiting[key] = nil
      expired += group.waiters.map { (key, $0) }
    }
    if !expired.isEmpty { order.removeAll { waiting[$0] == nil } }
    for (key, group) in underWay where group.deadline <= now {
      underWay[key]?.waiters = []
      expired += group.waiters.map { (key, $0) }
    }
    waiterCount -= expired.count
    return expired
  }

  /// Gives all who wait for a question that was not sent yet.
  mutating func removeWaiting() -> [(key: Key, waiter: Waiter)] {
    let waiters = order.flatMap { key in (waiting[key]?.waiters ?? []).map { (key, $0) } }
    waiting.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    waiterCount -= waiters.count
    return waiters
  }
}
