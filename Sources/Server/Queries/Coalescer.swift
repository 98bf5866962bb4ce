/// Decides when to send which query, and which waiters get which result.
///
/// Waiters with the same key share one query. A waiter that arrives after its key's query was sent gets
/// the result of the next one instead, so no result is older than the request that it answers. A key has
/// at most one query in flight, so the load is bounded by the number of keys, not of waiters.
///
/// It does no I/O. A copy would share the groups, so there is none.
struct Coalescer<Key: Hashable, Waiter, Instant: Comparable> {
  /// A sent query, to be finished once.
  struct SentQuery {
    let key: Key
    fileprivate init(key: Key) { self.key = key }
  }

  // An object: changing a large value inside a dictionary allocates several times.
  private final class Group {
    var waiters: [Waiter]
    /// When the first waiter gives up; the others share its deadline.
    let deadline: Instant

    init(_ waiter: Waiter, _ deadline: Instant) {
      waiters = [waiter]
      self.deadline = deadline
    }
  }

  private var waiting: [Key: Group] = [:]
  /// The keys of `waiting`, oldest first.
  private var order: [Key] = []
  private var underWay: [Key: Group] = [:]
  private let capacity: Int
  /// The number of waiters, with or without a query in flight.
  private(set) var waiterCount = 0

  /// - Parameter capacity: The maximum number of waiters.
  init(capacity: Int) { self.capacity = capacity }

  var isEmpty: Bool { waiterCount == 0 }

  /// Adds a waiter; false when there are too many.
  mutating func add(_ waiter: Waiter, for key: Key, deadline: Instant) -> Bool {
    guard waiterCount < capacity else { return false }
    waiterCount += 1
    if let group = waiting[key] {
      group.waiters.append(waiter)
    } else {
      waiting[key] = Group(waiter, deadline)
      order.append(key)
    }
    return true
  }

  /// Takes the oldest query that can be sent; it accepts no more waiters.
  ///
  /// - Parameter isAdmitted: Skips keys for which it is false.
  mutating func next(where isAdmitted: (Key) -> Bool = { _ in true }) -> SentQuery? {
    guard let index = order.firstIndex(where: { underWay[$0] == nil && isAdmitted($0) }) else {
      return nil
    }
    let key = order.remove(at: index)
    guard let group = waiting.removeValue(forKey: key) else { return nil }
    underWay[key] = group
    return SentQuery(key: key)
  }

  /// Ends a query that was answered or has failed, and returns its waiters; none when it had expired.
  mutating func finish(_ query: SentQuery) -> [Waiter] {
    guard let group = underWay.removeValue(forKey: query.key) else { return [] }
    waiterCount -= group.waiters.count
    return group.waiters
  }

  /// Removes a waiter.
  ///
  /// - Returns: The key of the query in flight that has no waiters left, if any.
  mutating func remove(where isGone: (Waiter) -> Bool) -> Key? {
    for (key, group) in waiting {
      guard let index = group.waiters.firstIndex(where: isGone) else { continue }
      waiterCount -= 1
      group.waiters.remove(at: index)
      if group.waiters.isEmpty {
        waiting[key] = nil
        order.removeAll { $0 == key }
      }
      return nil
    }
    for (key, group) in underWay {
      guard let index = group.waiters.firstIndex(where: isGone) else { continue }
      waiterCount -= 1
      group.waiters.remove(at: index)
      return group.waiters.isEmpty ? key : nil
    }
    return nil
  }

  /// Whether the query in flight with this key has waiters.
  func isAwaited(_ key: Key) -> Bool { underWay[key]?.waiters.isEmpty == false }

  /// Removes and returns the waiters whose deadline has passed.
  ///
  /// A query in flight stays so, without waiters, until finished: it still occupies the database, and its
  /// key must not be queried twice.
  mutating func expire(at now: Instant) -> [(key: Key, waiter: Waiter)] {
    var expired: [(Key, Waiter)] = []
    for (key, group) in waiting where group.deadline <= now {
      waiting[key] = nil
      expired += group.waiters.map { (key, $0) }
    }
    if !expired.isEmpty { order.removeAll { waiting[$0] == nil } }
    for (key, group) in underWay where group.deadline <= now {
      expired += group.waiters.map { (key, $0) }
      group.waiters = []
    }
    waiterCount -= expired.count
    return expired
  }

  /// Removes and returns the waiters of unsent queries.
  mutating func removeWaiting() -> [(key: Key, waiter: Waiter)] {
    let waiters = order.flatMap { key in (waiting[key]?.waiters ?? []).map { (key, $0) } }
    waiting.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    waiterCount -= waiters.count
    return waiters
  }
}
