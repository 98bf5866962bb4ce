import Signals

/// Remembers how far back the last answers reached, so that the next question for the newest readings is
/// spared the days before.
///
/// Whatever has come since, the newest so many are no older than they were, unless some were deleted: then
/// too few are found, and that question is to be asked again, everywhere.
///
/// A pure value.
struct Horizons<Key: Hashable> {
  /// As keys come from clients, their number has to have a bound.
  static var mostKeys: Int { 1024 }

  private var known: [Key: Timestamp] = [:]

  /// From when on to look; nil is everywhere.
  subscript(_ key: Key) -> Timestamp? { known[key] }

  /// An answer has come.
  ///
  /// - Parameters:
  ///   - horizon: From when on was looked; nil was everywhere.
  ///   - oldest: The oldest of the readings; nil when there were fewer than were asked for.
  /// - Returns: False when there may be more: the question is to be asked again.
  mutating func settle(_ key: Key, asked horizon: Timestamp?, found oldest: Timestamp?) -> Bool {
    if known.count >= Self.mostKeys, known[key] == nil { known.removeAll(keepingCapacity: true) }
    known[key] = oldest
    return oldest != nil || horizon == nil
  }
}
