/// Remembers how far back the last answers reached, so that the next question for the newest rows is
/// spared what is older: a database opens every partition that a question may touch.
///
/// Whatever has come since, the newest so many are no older than they were, unless some were deleted: then
/// too few are found, and that question is to be asked again, without a bound.
///
/// A pure value.
struct LookBackCache<Key: Hashable> {
  /// As keys come from clients, their number has to have a bound.
  static var mostKeys: Int { 1024 }

  private var known: [Key: Int64] = [:]

  /// From when on to look, in microseconds since 1970; nil is everywhere.
  subscript(_ key: Key) -> Int64? { known[key] }

  /// An answer has come.
  ///
  /// - Parameters:
  ///   - bound: From when on was looked; nil was everywhere.
  ///   - oldest: The time of the oldest row; nil when there were fewer than were asked for.
  /// - Returns: False when there may be more: the question is to be asked again.
  mutating func settle(_ key: Key, asked bound: Int64?, found oldest: Int64?) -> Bool {
    if known.count >= Self.mostKeys, known[key] == nil { known.removeAll(keepingCapacity: true) }
    known[key] = oldest
    return oldest != nil || bound == nil
  }
}
