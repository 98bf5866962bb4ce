/// Remembers how far back the last results reached, so that the next query for the newest rows can skip
/// older partitions, which the database would otherwise open one by one.
///
/// New rows only move the bound forward. After a deletion too few rows are found, and the query is repeated
/// without a bound.
///
/// A pure value.
struct LookBackCache<Key: Hashable> {
  /// Clients choose the keys, so their number must be bounded.
  static var maxKeys: Int { 1024 }

  private var known: [Key: Int64] = [:]

  /// The lower time bound in microseconds since 1970; nil for none.
  subscript(_ key: Key) -> Int64? { known[key] }

  /// Records a result.
  ///
  /// - Parameters:
  ///   - bound: The lower time bound used; nil for none.
  ///   - oldest: The time of the oldest row; nil when there were fewer rows than requested.
  /// - Returns: False when there may be more rows and the query must be repeated.
  mutating func settle(_ key: Key, asked bound: Int64?, found oldest: Int64?) -> Bool {
    if known.count >= Self.maxKeys, known[key] == nil { known.removeAll(keepingCapacity: true) }
    known[key] = oldest
    return oldest != nil || bound == nil
  }
}
